/** Where a project has its options of next-auth, and what else of the project reaches them. */
import type { CallExpression, Node, ObjectExpression } from "@babel/types";
import { resolveImport } from "./modules.js";
import type { Surroundings } from "./project.js";
import type { Source } from "./source.js";
import { bare, type Placed } from "./tree.js";

export interface AuthOptions {
  path: string;
  source: Source;
  /** The options, written as an object. */
  object: Placed<ObjectExpression>;
  /** The constant that they are, if they have a name. */
  name: string | undefined;
}

/** The file that calls NextAuth, and the name by which it exports `auth` (version 5). */
export interface AuthEntry {
  path: string;
  auth: string | undefined;
}

/** The options; undefined when they are not found or not written as an object. */
export function findAuthOptions(project: Surroundings): AuthOptions | undefined {
  for (const { source, call } of authCalls(project)) {
    const given = call.arguments.at(-1);
    if (given === undefined) continue;
    const value = bare(given as Node);
    if (value.type === "ObjectExpression") {
      return { path: source.path, source, object: value, name: nameOf(source, value) };
    }
    if (value.type === "ArrowFunctionExpression") {
      const body = bare(value.body);
      if (body.type === "ObjectExpression") {
        return { path: source.path, source, object: body, name: undefined };
      }
    }
    if (value.type === "Identifier") return optionsNamed(project, source, value.name);
  }
  return undefined;
}

/** The file that calls NextAuth. */
export function findAuthEntry(project: Surroundings): AuthEntry | undefined {
  for (const { source, call } of authCalls(project)) {
    for (const { id, init } of source.find("VariableDeclarator")) {
      if (init?.start !== call.start || id.type !== "ObjectPattern") continue;
      for (const each of id.properties) {
        if (each.type !== "ObjectProperty" || each.value.type !== "Identifier") continue;
        if (each.key.type !== "Identifier" || each.key.name !== "auth") continue;
        const auth = each.value.name;
        if (source.exports(auth)) return { path: source.path, auth };
      }
    }
    return { path: source.path, auth: undefined };
  }
  return undefined;
}

/** Calls of what next-auth exports by default, those in middleware last: it has options of its own. */
function authCalls({
  workspace,
  convex,
}: Surroundings): { source: Source; call: Placed<CallExpression> }[] {
  const found: { source: Source; call: Placed<CallExpression> }[] = [];
  for (const source of workspace.sourcesWith("next-auth")) {
    if (source.path.startsWith(`${convex}/`)) continue;
    const nextAuth = source.importedAs("next-auth", "default");
    if (nextAuth === undefined) continue;
    for (const call of source.find("CallExpression")) {
      if (call.callee.type === "Identifier" && call.callee.name === nextAuth) {
        found.push({ source, call });
      }
    }
  }
  const late = ({ source }: { source: Source }) =>
    /(^|\/)(middleware|proxy)\.[jt]s$/.test(source.path);
  return [...found.filter((each) => !late(each)), ...found.filter(late)];
}

/** The options behind a name: a constant of the file, or one that it imports from the project. */
export function optionsNamed(
  project: Surroundings,
  source: Source,
  name: string,
): AuthOptions | undefined {
  const local = source.constant(name);
  if (local !== undefined) {
    return local.type === "ObjectExpression"
      ? { path: source.path, source, object: local, name }
      : undefined;
  }
  const imported = source.importOf(name);
  const path = imported && resolveImport(project, source.path, imported.module);
  const there = path === undefined ? undefined : project.workspace.source(path);
  if (imported === undefined || there === undefined) return undefined;
  if (imported.name === "default") {
    const object = there.defaultExport();
    return object?.type === "ObjectExpression"
      ? { path: there.path, source: there, object, name: nameOf(there, object) }
      : undefined;
  }
  return optionsNamed(project, there, imported.name);
}

/** The constant that a value is the whole of. */
function nameOf(source: Source, value: Placed): string | undefined {
  for (const { id, init } of source.find("VariableDeclarator")) {
    if (id.type === "Identifier" && init && bare(init as Node).start === value.start)
      return id.name;
  }
  return undefined;
}
