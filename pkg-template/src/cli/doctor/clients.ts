/** How a project's clients get their tokens, as far as the text of its components says it. */
import type { Node } from "@babel/types";
import { resolveImport } from "../init/modules.js";
import type { Surroundings } from "../init/project.js";
import type { Source } from "../init/source.js";
import { walk } from "../init/tree.js";
import { isTest, methodName } from "./signing.js";

/** The hook or provider by which a client gets its tokens. */
export interface ClientUse {
  path: string;
  /** "ConvexProviderWithSession", "ConvexProviderWithAuth", "setAuth", "ConvexProvider", … */
  by: string;
  /** What is wrong with the hook that it is given. */
  hook?: { name: string; path: string; missing: string[]; stable: boolean; forced: boolean };
}

const AUTHENTICATED =
  /^(ConvexProviderWith\w+|ConvexAuth\w*Provider|ConvexBetterAuthProvider|\w*ConvexProviderWith\w+)$/;

/** What gives tokens to clients; none in a project that has no client. */
export function findClients(project: Surroundings): ClientUse[] {
  const { workspace, convex } = project;
  const found: ClientUse[] = [];
  for (const source of workspace.sourcesWith("onvex")) {
    if (source.path.startsWith(`${convex}/`) || isTest(source.path)) continue;
    for (const element of source.find("JSXOpeningElement")) {
      if (element.name.type !== "JSXIdentifier") continue;
      const { name } = element.name;
      const from = source.importOf(name)?.module ?? "";
      if (!/convex/.test(from) || from.startsWith(".")) continue;
      if (name === "ConvexProvider") found.push({ path: source.path, by: name });
      if (!AUTHENTICATED.test(name)) continue;
      const attribute = element.attributes.find(
        (each) => each.type === "JSXAttribute" && each.name.name === "useAuth",
      );
      const value = attribute?.type === "JSXAttribute" ? attribute.value : undefined;
      const expression = value?.type === "JSXExpressionContainer" ? value.expression : undefined;
      const hook =
        name === "ConvexProviderWithAuth" && expression?.type === "Identifier"
          ? hookNamed(project, source, expression.name)
          : undefined;
      found.push({ path: source.path, by: name, ...(hook === undefined ? {} : { hook }) });
    }
    for (const call of source.find("CallExpression")) {
      if (methodName(call) === "setAuth") found.push({ path: source.path, by: "setAuth" });
    }
  }
  const isAnonymous = ({ by }: ClientUse) => by === "ConvexProvider";
  return [...found.filter((each) => !isAnonymous(each)), ...found.filter(isAnonymous)];
}

/** A person's own `useAuth`, and what of the contract with the client it leaves out. */
function hookNamed(
  project: Surroundings,
  source: Source,
  name: string,
): ClientUse["hook"] | undefined {
  const imported = source.importOf(name);
  const path = imported && resolveImport(project, source.path, imported.module);
  const there = path === undefined ? source : project.workspace.source(path);
  if (imported !== undefined && path === undefined) return undefined;
  const wanted = imported?.name ?? name;
  const body = there === undefined ? undefined : functionNamed(there, wanted);
  if (there === undefined || body === undefined) return undefined;
  const text = there.textOf(body);
  let stable = /\buse(Callback|Memo)\s*(<[^()]*>)?\(/.test(text);
  // A function that is the module's own is the same at each render.
  if (there.constant("fetchAccessToken") !== undefined) stable = true;
  if (/function fetchAccessToken/.test(there.text) && !/function fetchAccessToken/.test(text)) {
    stable = true;
  }
  return {
    name: wanted === "default" ? name : wanted,
    path: there.path,
    missing: ["isLoading", "isAuthenticated", "fetchAccessToken"].filter(
      (member) => !new RegExp(`\\b${member}\\b`).test(text),
    ),
    stable,
    forced: /forceRefreshToken/.test(there.text),
  };
}

function functionNamed(source: Source, name: string): Node | undefined {
  let found: Node | undefined;
  walk(source.file.program, (node, around) => {
    if (found !== undefined) return;
    if (node.type === "FunctionDeclaration") {
      const exported = around.at(-1)?.type === "ExportDefaultDeclaration";
      if (node.id?.name === name || (name === "default" && exported)) found = node;
    }
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier") {
      const isFunction = /FunctionExpression$/.test(node.init?.type ?? "");
      if (node.id.name === name && isFunction) found = node.init as Node;
    }
  });
  return found;
}
