/** How a project signs its tokens: by what, where, and with which settings. */
import type { CallExpression, Node } from "@babel/types";
import { resolveImport } from "../init/modules.js";
import type { Surroundings } from "../init/project.js";
import type { Source } from "../init/source.js";
import { bare, member } from "../init/tree.js";
import { Unknown, evaluate, isObject, type Scope, type Value } from "./evaluate.js";

export interface Signer {
  path: string;
  /** The function's name: "convexSession", "SignJWT", … */
  by: string;
  /** Whether it runs in the deployment, and so sees that environment. */
  inDeployment: boolean;
  issuer: Value;
  audience: Value;
  keyId: Value;
  expiresIn: Value;
  /** Claims that Convex wants and that are not set. */
  missing: string[];
  /** Whether each token differs from the one before. */
  unique: boolean;
}

/** What signs, in the order in which it is looked for, with the place of its options. */
const OURS: Record<string, { module: string; options: number }> = {
  convexSession: { module: "convex-token/next-auth", options: 0 },
  createIssuer: { module: "convex-token", options: 0 },
  signConvexToken: { module: "convex-token", options: 1 },
  tokenRoute: { module: "convex-token/next", options: 0 },
  pagesTokenRoute: { module: "convex-token/next", options: 0 },
};

/** All that signs in the project, that which matters most first. */
export function findSigners(project: Surroundings, variable: (name: string) => Value): Signer[] {
  const { workspace, convex } = project;
  const found: Signer[] = [];
  const scopeOf = (source: Source): Scope => ({
    source,
    variable,
    open: (module, from) => {
      const file = resolveImport(project, from.path, module);
      return file === undefined ? undefined : workspace.source(file);
    },
  });
  for (const source of workspace.sourcesWith("convex-token")) {
    if (isTest(source.path)) continue;
    for (const [by, { module, options }] of Object.entries(OURS)) {
      const local = source.importedAs(module, by);
      if (local === undefined) continue;
      for (const call of source.find("CallExpression")) {
        if (call.callee.type !== "Identifier" || call.callee.name !== local) continue;
        const given = call.arguments[options];
        const read = given === undefined ? {} : evaluate(given as Node, scopeOf(source));
        const settings = isObject(read) ? read : {};
        // An external signer's options are functions and objects: none that counts here.
        const { issuer, audience, keyId, expiresIn } = settings;
        const inDeployment = source.path.startsWith(`${convex}/`);
        found.push({
          path: source.path,
          by,
          inDeployment,
          issuer,
          audience,
          keyId,
          expiresIn,
          missing: [],
          unique: true,
        });
      }
    }
  }
  for (const source of workspace.sourcesWith("SignJWT")) {
    if (isTest(source.path) || !/convex/i.test(source.text)) continue;
    for (const each of source.find("NewExpression")) {
      if (each.callee.type !== "Identifier" || each.callee.name !== "SignJWT") continue;
      found.push(recipe(source, each as unknown as Node, scopeOf(source), convex));
    }
  }
  const order = [...Object.keys(OURS), "SignJWT"];
  const rank = ({ by, inDeployment }: Signer) => order.indexOf(by) + (inDeployment ? 100 : 0);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** `new SignJWT(claims).setIssuer(…).setAudience(…)…`, as the guides have it. */
function recipe(source: Source, start: Node, scope: Scope, convex: string): Signer {
  const settings: { [name: string]: Value } = {};
  for (const call of source.find("CallExpression")) {
    const name = methodName(call);
    if (name === undefined || !reaches(call, start)) continue;
    const [given] = call.arguments;
    settings[name] = given === undefined ? true : evaluate(given as Node, scope);
  }
  const [claims] = (start as unknown as CallExpression).arguments;
  const header = settings["setProtectedHeader"];
  const kid = isObject(header ?? null) ? (header as { kid?: Value }).kid : undefined;
  const given = claims?.type === "ObjectExpression" ? claims : undefined;
  // Claims that are not written there may have any of these in them.
  const spreads = given?.properties.some(({ type }) => type === "SpreadElement") !== false;
  const has = (claim: string, setter: string) =>
    setter in settings || (given !== undefined && member(given, claim) !== undefined);
  const setters = {
    iss: "setIssuer",
    aud: "setAudience",
    sub: "setSubject",
    iat: "setIssuedAt",
    exp: "setExpirationTime",
  };
  const missing = Object.entries(setters).filter(([claim, setter]) => !has(claim, setter));
  return {
    path: source.path,
    by: "SignJWT",
    inDeployment: source.path.startsWith(`${convex}/`),
    issuer: settings["setIssuer"],
    audience: settings["setAudience"],
    keyId: kid ?? false,
    expiresIn: settings["setExpirationTime"],
    missing: spreads ? [] : missing.map(([claim]) => claim),
    unique: has("jti", "setJti"),
  };
}

export function methodName({ callee }: CallExpression): string | undefined {
  return callee.type === "MemberExpression" && callee.property.type === "Identifier"
    ? callee.property.name
    : undefined;
}

/** Whether a chain of calls begins at a node. */
function reaches(call: CallExpression, start: Node): boolean {
  let node: Node = call;
  for (;;) {
    const callee: Node | undefined =
      node.type === "CallExpression" ? bare(node.callee as Node) : undefined;
    if (callee?.type !== "MemberExpression") return node.start === start.start;
    node = bare(callee.object as Node);
    if (node.type === "AwaitExpression") node = node.argument;
  }
}

/** Whether a file is of tests, which sign for their own ends. */
export function isTest(path: string): boolean {
  return /(^|\/)(__tests__|tests?|e2e)\/|\.(test|spec)\.[cm]?[jt]sx?$/.test(path);
}

/** A setting that is a text, or undefined. */
export function textOf(value: Value): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The variables that a setting hangs on and that are not set here. */
export function missingVariables(value: Value): readonly string[] {
  return value instanceof Unknown ? value.variables : [];
}
