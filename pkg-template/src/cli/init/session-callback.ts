/** The session callback of the Auth.js options: it puts the token into the session. */
import type { Node, ObjectExpression, ObjectMethod, ObjectProperty } from "@babel/types";
import { findAuthOptions, optionsNamed, type AuthOptions } from "./auth-options.js";
import type { KeyIdOption } from "./moving.js";
import type { Plan } from "./plan.js";
import type { Project } from "./project.js";
import type { Source } from "./source.js";
import { styled } from "./style.js";
import { bare, member, walk, type Placed } from "./tree.js";
import { withoutUnused } from "./unused.js";

const MODULE = "convex-token/next-auth";

export function planSessionCallback(project: Project, keyId: KeyIdOption, plan: Plan): void {
  const options = findAuthOptions(project);
  const call = callText(keyId);
  const byHand = `import { convexSession } from "${MODULE}";

callbacks: {
  session: ${call},
},`;
  if (options === undefined) {
    plan.instruct(
      "your Auth.js options",
      "no call of NextAuth with an object of options was found",
      byHand,
    );
    return;
  }
  const { source, path } = options;
  if (source.importedAs(MODULE, "convexSession") !== undefined) {
    updateKeyId(project, source, keyId);
    return;
  }
  // Somebody's own callback on this package's functions is as good.
  if (source.importedAs("convex-token", "signConvexToken") && source.text.includes("convexToken")) {
    return;
  }
  const why = insert(project, options, call);
  if (why !== undefined) {
    plan.instruct(path, why, byHand);
    return;
  }
  source.addImport(MODULE, "convexSession");
  project.workspace.write(path, withoutUnused(source));
  if (project.authVersion === 5 && makesUpSubjects(project, options)) {
    plan.note(
      `${path} has neither a database adapter nor a jwt callback: Auth.js 5 then makes up a new user id at each login, and Convex sees another user each time. Keep the provider's own id, with its name, as two providers may have the same one: \`jwt({ token, account }) { if (account) token.sub = account.provider + "|" + account.providerAccountId; return token; }\` among the callbacks.`,
    );
  }
}

/** Whether nothing keeps a user's id from one login to the next. */
function makesUpSubjects(project: Project, { source, object }: AuthOptions): boolean {
  const taken = object.properties.flatMap((each) => {
    if (each.type !== "SpreadElement" || each.argument.type !== "Identifier") return [];
    return optionsNamed(project, source, each.argument.name) ?? [];
  });
  const keeps = ({ source, object }: Pick<AuthOptions, "source" | "object">) =>
    member(object, "adapter") !== undefined ||
    source.find("ObjectExpression").some((each) => {
      const jwt = member(each, "jwt");
      return jwt?.type === "ObjectMethod" || jwt?.value.type.endsWith("FunctionExpression");
    });
  return ![{ source, object }, ...taken].some(keeps);
}

/** The call as it is written; nothing is said of the default. */
function callText(keyId: KeyIdOption): string {
  return keyId === undefined ? "convexSession()" : `convexSession({ keyId: ${keyIdText(keyId)} })`;
}

function keyIdText(keyId: string | false): string {
  if (keyId === false) return "false";
  // The name is what a set says: whatever quotes the file is written with, none in it ends the text.
  const inner = JSON.stringify(keyId).slice(1, -1);
  return `"${inner.replace(/\\"/g, "\\u0022").replaceAll("'", "\\u0027")}"`;
}

/** Puts the callback in; says why when that would not be safe. */
function insert(
  project: Project,
  { source, object }: AuthOptions,
  call: string,
): string | undefined {
  const { style } = source;
  const callbacks = member(object, "callbacks");
  if (callbacks === undefined) {
    const taken = callbacksTakenIn(project, source, object);
    if (taken === undefined) {
      return "the options take in others (`...`), which may have callbacks of their own";
    }
    const lines = [...taken.map((name) => `...${name}.callbacks`), `session: ${call}`];
    source.append(object, styled(`callbacks: {\n  ${lines.join(",\n  ")},\n}`, style));
    return undefined;
  }
  const value = callbacks.type === "ObjectProperty" ? bare(callbacks.value as Node) : undefined;
  const list = value?.type === "Identifier" ? source.constant(value.name) : value;
  if (list?.type !== "ObjectExpression") return "its callbacks are not written as an object there";
  const session = member(list, "session");
  if (session === undefined) {
    if (list.properties.some(({ type }) => type === "SpreadElement")) {
      return "its callbacks take in others (`...`), which may have a session callback";
    }
    source.append(list, styled(`session: ${call}`, style));
    return undefined;
  }
  if (isOldRecipe(source, session)) {
    source.edit.overwrite(session.start, session.end, styled(`session: ${call}`, style));
    return undefined;
  }
  return compose(source, session, call);
}

/**
 * The names of options that are taken in (`...authConfig`) and have callbacks, which new callbacks would
 * replace; undefined where that can't be known, or where they have a session callback.
 */
function callbacksTakenIn(
  project: Project,
  source: Source,
  object: ObjectExpression,
): string[] | undefined {
  const names: string[] = [];
  for (const each of object.properties) {
    if (each.type !== "SpreadElement") continue;
    const value = bare(each.argument as Node);
    if (value.type !== "Identifier") return undefined;
    const taken = optionsNamed(project, source, value.name)?.object;
    if (taken === undefined || taken.properties.some(({ type }) => type === "SpreadElement")) {
      return undefined;
    }
    const callbacks = member(taken, "callbacks");
    if (callbacks === undefined) continue;
    const list = callbacks.type === "ObjectProperty" ? bare(callbacks.value as Node) : undefined;
    if (list?.type !== "ObjectExpression" || member(list, "session") !== undefined)
      return undefined;
    names.push(value.name);
  }
  return names;
}

/** `convexSession({ session(…) { … } })`: the person's own callback, word for word. */
function compose(
  source: Source,
  session: Placed<ObjectProperty | ObjectMethod>,
  call: string,
): string | undefined {
  if (source.textOf(session).includes("convexToken")) {
    return "its session callback sets `convexToken` itself; let it do the rest only, as the option `session`";
  }
  const { indent } = source.style;
  const base = source.indentAt(session.start);
  const options = call.slice("convexSession(".length, -1).replace(/^\{ (.*) \}$/, "$1");
  if (!spansText(session)) {
    for (const place of lineStarts(source.text, session.start, session.end)) {
      source.edit.appendLeft(place, indent);
    }
  }
  const more = options === "" ? "" : `${base}${indent}${options},\n`;
  source.edit.prependLeft(session.start, `session: convexSession({\n${more}${base}${indent}`);
  source.edit.appendRight(session.end, `,\n${base}})`);
  return undefined;
}

/** Whether a node has a text in backquotes over several lines, which indenting would change. */
function spansText(node: Node): boolean {
  let found = false;
  walk(node, (each) => {
    if (each.type === "TemplateElement" && each.value.raw.includes("\n")) found = true;
  });
  return found;
}

/** The places after line breaks within a range, except before empty lines. */
function lineStarts(text: string, start: number, end: number): number[] {
  const places: number[] = [];
  for (let at = text.indexOf("\n", start); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
    if (!/^\r?\n/.test(text.slice(at + 1))) places.push(at + 1);
  }
  return places;
}

/**
 * The callback of the guide for Auth.js with Convex: constants made for the token, and the session
 * with `convexToken` returned. What does anything more is not replaced.
 */
function isOldRecipe(source: Source, session: Placed<ObjectProperty | ObjectMethod>): boolean {
  const callback = session.type === "ObjectMethod" ? session : bare(session.value as Node);
  if (
    callback.type !== "ObjectMethod" &&
    callback.type !== "ArrowFunctionExpression" &&
    callback.type !== "FunctionExpression"
  ) {
    return false;
  }
  if (callback.body.type !== "BlockStatement") return false;
  const statements = callback.body.body;
  const returned = statements.at(-1);
  if (returned?.type !== "ReturnStatement" || !returned.argument) return false;
  if (!statements.slice(0, -1).every(({ type }) => type === "VariableDeclaration")) return false;
  const value = bare(returned.argument as Node);
  if (value.type !== "ObjectExpression" || value.properties.length !== 2) return false;
  const [spread] = value.properties;
  return (
    spread?.type === "SpreadElement" &&
    member(value, "convexToken") !== undefined &&
    source.textOf(callback).includes("new SignJWT") &&
    setsSubjectOnly(callback.body)
  );
}

/** `new SignJWT({ sub })`: other claims would be lost. */
function setsSubjectOnly(body: Node): boolean {
  let only = false;
  walk(body, (node) => {
    if (node.type !== "NewExpression" || node.callee.type !== "Identifier") return;
    const claims = node.arguments[0];
    if (node.callee.name !== "SignJWT" || claims?.type !== "ObjectExpression") return;
    only = claims.properties.length === 1 && member(claims, "sub") !== undefined;
  });
  return only;
}

/** Takes `keyId: false` out of a callback of ours, once the published set allows it. */
function updateKeyId({ workspace }: Project, source: Source, keyId: KeyIdOption): void {
  if (keyId !== undefined) return;
  const found = findKeyIdFalse(source);
  if (found === undefined) return;
  const { options, property } = found;
  if (options.properties.length === 1) source.edit.remove(options.start, options.end);
  else {
    const after = /^\s*,\s*/.exec(source.text.slice(property.end))?.[0].length ?? 0;
    source.edit.remove(property.start, property.end + after);
  }
  workspace.write(source.path, source.result());
}

/** `keyId: false` in a call of ours. */
export function findKeyIdFalse(
  source: Source,
): { options: Placed<ObjectExpression>; property: Placed<ObjectProperty> } | undefined {
  const ours = source.importedAs(MODULE, "convexSession");
  for (const call of source.find("CallExpression")) {
    if (call.callee.type !== "Identifier" || call.callee.name !== ours) continue;
    const options = call.arguments[0];
    if (options?.type !== "ObjectExpression") continue;
    const property = member(options as Placed<ObjectExpression>, "keyId");
    if (property?.type !== "ObjectProperty" || property.value.type !== "BooleanLiteral") continue;
    return {
      options: options as Placed<ObjectExpression>,
      property: property as Placed<ObjectProperty>,
    };
  }
  return undefined;
}
