/** The component that gives Convex's client to the pages, signed in with the session. */
import type { JSXElement } from "@babel/types";
import { importPath, resolveImport } from "./modules.js";
import type { Plan } from "./plan.js";
import type { Project } from "./project.js";
import { Source, styled, walk, type Placed } from "./source.js";

const MODULE = "convex-token/react";
const PROVIDER = "ConvexProviderWithSession";

/** Those of convex/react that ours takes the place of. */
const REPLACED = ["ConvexProvider", "ConvexProviderWithAuth"];

const BY_HAND = `import { ${PROVIDER} } from "${MODULE}";
import { SessionProvider, useSession } from "next-auth/react";

<SessionProvider>
  <${PROVIDER} client={convex} useSession={useSession}>
    {children}
  </${PROVIDER}>
</SessionProvider>`;

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
        plan.note(
          `${source.path} must be inside of SessionProvider, which is in ${sessionProvider}: check which of them is the outer one.`,
        );
      }
      return;
    }
  }
  if (project.router === "app") addComponent(project, sessionProvider === undefined, plan);
  else addToApp(project, sessionProvider === undefined, plan);
}

function elementName({ openingElement: { name } }: JSXElement): string | undefined {
  return name.type === "JSXIdentifier" ? name.name : undefined;
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
        isInside(source, element, "SessionProvider")
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
  const wraps = withSession && !isInside(source, element, "SessionProvider");
  source.addImport("next-auth/react", ...(wraps ? ["SessionProvider"] : []), "useSession");
  source.addImport(MODULE, PROVIDER);
  // Lines are indented when all of them are there.
  const now = Source.parse(source.path, source.result());
  const ours = now?.find("JSXElement").find((each) => elementName(each) === PROVIDER);
  if (now === undefined || ours === undefined) return undefined;
  spread(now, ours, wraps ? "SessionProvider" : undefined);
  return now.dropUnused(source);
}

function isInside(source: Source, element: Placed, name: string): boolean {
  let inside = false;
  walk(source.file.program, (node, around) => {
    if (node !== element) return;
    inside = around.some((each) => each.type === "JSXElement" && elementName(each) === name);
  });
  return inside;
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

/** A new component, and the root layout with it around its children. */
function addComponent(project: Project, withSession: boolean, plan: Plan): void {
  const { workspace, routes, typescript, style } = project;
  const path = `${routes}/ConvexClientProvider.${typescript ? "tsx" : "jsx"}`;
  const layout = workspace.findModule(`${routes}/layout`);
  const source = layout === undefined ? undefined : workspace.source(layout);
  if (!workspace.exists(path))
    workspace.write(path, styled(componentText(typescript, withSession), style));
  const slots = source === undefined ? [] : childrenSlots(source);
  const [slot] = slots;
  if (source === undefined || layout === undefined || slot === undefined || slots.length > 1) {
    plan.instruct(
      layout ?? `${routes}/layout`,
      "the place of its `{children}` was not found",
      `import { ConvexClientProvider } from "${importPath(project, layout ?? `${routes}/layout`, path)}";

<ConvexClientProvider>{children}</ConvexClientProvider>`,
    );
    return;
  }
  const { text, style: own } = source;
  const base = source.indentAt(slot.start);
  // `<body>{children}</body>` becomes three lines.
  const enclosed = text[slot.start - 1] === ">" && text.startsWith("</", slot.end);
  const [before, after] = enclosed ? [`\n${base}${own.indent}`, `\n${base}`] : ["", ""];
  source.edit.appendLeft(slot.start, `${before}<ConvexClientProvider>`);
  source.edit.appendRight(slot.end, `</ConvexClientProvider>${after}`);
  source.addImport("./ConvexClientProvider", "ConvexClientProvider");
  workspace.write(layout, source.result());
}

function childrenSlots(source: Source): Placed[] {
  return source
    .find("JSXExpressionContainer")
    .filter(({ expression }) => expression.type === "Identifier" && expression.name === "children");
}

function componentText(typescript: boolean, withSession: boolean): string {
  const props = typescript ? "{ children }: { children: ReactNode }" : "{ children }";
  const imports = `import { ConvexReactClient } from "convex/react";
import { ${PROVIDER} } from "${MODULE}";
import { ${withSession ? "SessionProvider, " : ""}useSession } from "next-auth/react";
${typescript ? `import type { ReactNode } from "react";\n` : ""}`;
  const provider = `<${PROVIDER} client={convex} useSession={useSession}>
  {children}
</${PROVIDER}>`;
  const tree = withSession
    ? `<SessionProvider>\n${provider.replace(/^/gm, "  ")}\n</SessionProvider>`
    : provider;
  return `"use client";

${imports}
const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL${typescript ? "!" : ""});

export function ConvexClientProvider(${props}) {
  return (
${tree.replace(/^/gm, "    ")}
  );
}
`;
}

/** The pages router: around the page in `_app`. */
function addToApp(project: Project, withSession: boolean, plan: Plan): void {
  const { workspace, routes, typescript, style } = project;
  const path = workspace.findModule(`${routes}/_app`);
  if (path === undefined) {
    workspace.write(
      `${routes}/_app.${typescript ? "tsx" : "js"}`,
      styled(appText(typescript, withSession), style),
    );
    return;
  }
  const source = workspace.source(path);
  const page = source?.find("JSXElement").filter((each) => elementName(each) === "Component") ?? [];
  const [element] = page;
  if (source === undefined || element === undefined || page.length > 1) {
    plan.instruct(path, "the place of its `<Component>` was not found", BY_HAND);
    return;
  }
  wrapPage(source, element, withSession);
  source.addImport("convex/react", "ConvexReactClient");
  source.addImport(MODULE, PROVIDER);
  source.addImport("next-auth/react", ...(withSession ? ["SessionProvider"] : []), "useSession");
  const client = styled(
    `const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL${typescript ? "!" : ""});`,
    source.style,
  );
  if (source.constant("convex") === undefined) {
    const after = source.find("ImportDeclaration").at(-1);
    if (after !== undefined) source.edit.appendRight(after.end, `\n\n${client}`);
    else source.edit.prepend(`${client}\n\n`);
  }
  workspace.write(path, source.result());
}

function wrapPage(source: Source, element: Placed<JSXElement>, withSession: boolean): void {
  const { indent } = source.style;
  const alone =
    source.text.slice(source.text.lastIndexOf("\n", element.start) + 1, element.start).trim() ===
    "";
  const base = source.indentAt(element.start) + (alone ? "" : indent);
  const tags = [
    ...(withSession ? [["SessionProvider", " session={pageProps.session}"] as const] : []),
    [PROVIDER, " client={convex} useSession={useSession}"] as const,
  ];
  const open = tags
    .map(([tag, attributes], depth) => `<${tag}${attributes}>\n${base}${indent.repeat(depth + 1)}`)
    .join("");
  const close = tags
    .map(([tag], depth) => `\n${base}${indent.repeat(depth)}</${tag}>`)
    .reverse()
    .join("");
  const bracket = !alone && source.text[element.start - 1] !== "(";
  source.edit.appendLeft(element.start, `${alone ? "" : `${bracket ? "(" : ""}\n${base}`}${open}`);
  source.edit.appendRight(
    element.end,
    `${close}${alone ? "" : `\n${base.slice(indent.length)}${bracket ? ")" : ""}`}`,
  );
}

function appText(typescript: boolean, withSession: boolean): string {
  const props = typescript ? "{ Component, pageProps }: AppProps" : "{ Component, pageProps }";
  const page = `<${PROVIDER} client={convex} useSession={useSession}>
  <Component {...pageProps} />
</${PROVIDER}>`;
  const tree = withSession
    ? `<SessionProvider session={pageProps.session}>\n${page.replace(/^/gm, "  ")}\n</SessionProvider>`
    : page;
  return `import { ConvexReactClient } from "convex/react";
import { ${PROVIDER} } from "${MODULE}";
import { ${withSession ? "SessionProvider, " : ""}useSession } from "next-auth/react";
${typescript ? `import type { AppProps } from "next/app";\n` : ""}
const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL${typescript ? "!" : ""});

export default function App(${props}) {
  return (
${tree.replace(/^/gm, "    ")}
  );
}
`;
}
