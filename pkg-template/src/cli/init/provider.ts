/** The component that gives Convex's client to the pages, signed in with the session. */
import type { JSXElement } from "@babel/types";
import { resolveImport } from "./modules.js";
import { addComponent, addToApp } from "./new-provider.js";
import type { Plan } from "./plan.js";
import type { Project } from "./project.js";
import {
  BY_HAND,
  MODULE,
  PROVIDER,
  elementName,
  mustBeInside,
  namesAround,
} from "./provider-names.js";
import { Source } from "./source.js";
import type { Placed } from "./tree.js";
import { withoutUnused } from "./unused.js";

/** Those of convex/react that ours takes the place of. */
const REPLACED = ["ConvexProvider", "ConvexProviderWithAuth"];

export function planProvider(project: Project, plan: Plan): void {
  const { workspace, convex } = project;
  let sessionProvider: string | undefined;
  for (const source of workspace.sourcesWith("SessionProvider")) {
    if (source.importedAs("next-auth/react", "SessionProvider")) sessionProvider ??= source.path;
  }
  for (const source of workspace.sourcesWith(MODULE)) {
    if (source.importedAs(MODULE, PROVIDER) ?? source.importedAs(MODULE, "createUseAuth")) return;
  }
  for (const source of workspace.sourcesWith("convex")) {
    if (source.path.startsWith(`${convex}/`)) continue;
    if (
      source.importedAs(/^convex\/react-(clerk|auth0)$/, "ConvexProviderWithClerk") !== undefined
    ) {
      plan.instruct(source.path, "the provider there is Clerk's", BY_HAND);
      return;
    }
    for (const name of REPLACED) {
      const local = source.importedAs("convex/react", name);
      if (local === undefined) continue;
      const element = source.find("JSXElement").find((each) => elementName(each) === local);
      if (element === undefined) continue;
      const text = replaced(source, element, sessionProvider === undefined);
      if (text === undefined) break;
      workspace.write(source.path, text);
      if (
        sessionProvider !== undefined &&
        !isWithinSession(project, sessionProvider, source.path)
      ) {
        plan.note(mustBeInside(source.path, sessionProvider));
      }
      return;
    }
  }
  if (project.router === "app") addComponent(project, sessionProvider, plan);
  else addToApp(project, sessionProvider, plan);
}

/** Whether a component is seen inside of the SessionProvider, in the file that has that. */
function isWithinSession(project: Project, file: string, component: string): boolean {
  if (file === component) return true;
  const source = project.workspace.source(file);
  return (
    source?.find("JSXElement").some((element) => {
      const imported = source.importOf(elementName(element) ?? "");
      return (
        imported !== undefined &&
        resolveImport(project, file, imported.module) === component &&
        namesAround(source, element).includes("SessionProvider")
      );
    }) ?? false
  );
}

/** Another provider of convex/react becomes ours, around the same children; undefined if that fails. */
function replaced(
  source: Source,
  element: Placed<JSXElement>,
  withSession: boolean,
): string | undefined {
  const { edit } = source;
  const { openingElement: opening, closingElement: closing } = element;
  edit.overwrite(opening.name.start!, opening.name.end!, PROVIDER);
  if (closing) edit.overwrite(closing.name.start!, closing.name.end!, PROVIDER);
  const attribute = opening.attributes.find(
    (each) => each.type === "JSXAttribute" && each.name.name === "useAuth",
  );
  if (attribute !== undefined) {
    edit.overwrite(attribute.start!, attribute.end!, "useSession={useSession}");
  } else {
    const last = opening.attributes.at(-1) ?? opening.name;
    const line = source.text.slice(opening.start!, last.start!).includes("\n");
    const space = line ? `\n${source.indentAt(last.start!)}` : " ";
    edit.appendLeft(last.end!, `${space}useSession={useSession}`);
  }
  const wraps = withSession && !namesAround(source, element).includes("SessionProvider");
  source.addImport("next-auth/react", ...(wraps ? ["SessionProvider"] : []), "useSession");
  source.addImport(MODULE, PROVIDER);
  // Lines are indented when all of them are there.
  const now = Source.parse(source.path, source.result());
  const ours = now?.find("JSXElement").find((each) => elementName(each) === PROVIDER);
  if (now === undefined || ours === undefined) return undefined;
  spread(now, ours, wraps ? "SessionProvider" : undefined);
  return withoutUnused(now, source);
}

/**
 * Writes an element over several lines if it stands in the middle of one, as its tags are longer than
 * they were; with another element around it if a name is given.
 */
function spread(source: Source, element: Placed<JSXElement>, around?: string): void {
  const { edit, text, style } = source;
  const { indent } = style;
  const { openingElement: opening, closingElement: closing } = element;
  const lineStart = text.lastIndexOf("\n", element.start - 1) + 1;
  const alone = text.slice(lineStart, element.start).trim() === "";
  if (alone && around === undefined) return;
  const base = source.indentAt(element.start) + (alone ? "" : indent);
  const inner = around === undefined ? base : base + indent;
  const deeper = inner.slice(source.indentAt(element.start).length);
  const bracket = !alone && text[element.start - 1] !== "(";
  const tag = around === undefined ? "" : `<${around}>\n${inner}`;
  edit.prependLeft(element.start, `${bracket ? "(" : ""}${alone ? "" : `\n${base}`}${tag}`);
  if (closing && !text.slice(element.start, element.end).includes("\n")) {
    edit.appendLeft(opening.end!, `\n${inner}${indent}`);
    edit.prependRight(closing.start!, `\n${inner}`);
  } else {
    for (const place of lineBreaks(text, element)) edit.appendLeft(place, deeper);
  }
  const end = around === undefined ? "" : `\n${base}</${around}>`;
  const after = alone ? "" : `\n${base.slice(indent.length)}${bracket ? ")" : ""}`;
  edit.appendRight(element.end, end + after);
}

function lineBreaks(text: string, { start, end }: Placed): number[] {
  const places: number[] = [];
  for (
    let at = text.indexOf("\n", start) + 1;
    at > 0 && at <= end;
    at = text.indexOf("\n", at) + 1
  ) {
    if (text[at] !== "\n") places.push(at);
  }
  return places;
}
