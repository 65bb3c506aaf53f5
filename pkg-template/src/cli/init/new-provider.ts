/** A provider where there is none yet: a component in the root layout, or one around the page in `_app`. */
import type { JSXElement } from "@babel/types";
import { importPath, resolveImport } from "./modules.js";
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
import type { Source } from "./source.js";
import { styled } from "./style.js";
import type { Placed } from "./tree.js";

/** A new component, and the root layout with it around its children. */
export function addComponent(
  project: Project,
  sessionProvider: string | undefined,
  plan: Plan,
): void {
  const withSession = sessionProvider === undefined;
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
  if (sessionProvider !== undefined && !isWithin(project, source, slot, sessionProvider)) {
    plan.note(mustBeInside(path, sessionProvider));
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

/** Whether a place is inside of SessionProvider, or of a component from the file that has it. */
function isWithin(project: Project, source: Source, place: Placed, file: string): boolean {
  return namesAround(source, place).some((name) => {
    const imported = source.importOf(name);
    if (imported?.module === "next-auth/react") return name === "SessionProvider";
    return imported !== undefined && resolveImport(project, source.path, imported.module) === file;
  });
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
export function addToApp(project: Project, sessionProvider: string | undefined, plan: Plan): void {
  const withSession = sessionProvider === undefined;
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
  if (sessionProvider !== undefined && !isWithin(project, source, element, sessionProvider)) {
    plan.note(mustBeInside(path, sessionProvider));
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
