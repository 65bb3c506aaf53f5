/**
 * The value of an expression as far as it follows from the text, so that a project's settings are read
 * without running it. What does not follow is an {@link Unknown}, with the variables that it hangs on.
 */
import type { CallExpression, MemberExpression, Node } from "@babel/types";
import type { Source } from "../init/source.js";
import { bare, walk } from "../init/tree.js";

/** A value that the text alone does not say. */
export class Unknown {
  constructor(
    readonly why: string,
    /** Environment variables that would say it. */
    readonly variables: readonly string[] = [],
    /** Whether it is known that there is none: such a variable is not set. */
    readonly absent = false,
  ) {}
}

export type Value =
  string | number | boolean | null | undefined | Unknown | Value[] | { [name: string]: Value };

/** Where names of an expression are looked up. */
export interface Scope {
  source: Source;
  /** The value of an environment variable. */
  variable(name: string): Value;
  /** A source of the project that a module name means. */
  open?(module: string, from: Source): Source | undefined;
  /** What a function that was imported returns; undefined for one that is not known. */
  call?(module: string, name: string, args: Value[]): Value | undefined;
  /** Expressions that were looked at so far, for this value. */
  work?: { steps: number };
}

/** Constants may be made of each other; more than this is a circle. */
const MOST_DEPTH = 30;
/** Thirty constants that each name the one before twice would be a thousand million steps. */
const MOST_STEPS = 10_000;
/** Characters of a text that is put together or changed: no setting is as long. */
const LONGEST_TEXT = 20_000;

export function evaluate(node: Node, given: Scope, depth = 0): Value {
  const { work = { steps: 0 } } = given;
  const scope = given.work === undefined ? { ...given, work } : given;
  if (depth > MOST_DEPTH) return new Unknown("a circle of constants");
  if (++work.steps > MOST_STEPS) return new Unknown("too many constants");
  const inner = (each: Node) => evaluate(each, scope, depth + 1);
  const expression = bare(node) as Node;
  switch (expression.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return expression.value;
    case "NullLiteral":
      return null;
    case "Identifier":
      return expression.name === "undefined" ? undefined : named(expression.name, scope, depth);
    case "TemplateLiteral":
      return joined(
        expression.quasis.flatMap(({ value }, index) => {
          const inserted = expression.expressions[index];
          return [value.cooked ?? "", ...(inserted === undefined ? [] : [inner(inserted as Node)])];
        }),
      );
    case "BinaryExpression":
      if (expression.operator !== "+") break;
      return joined([inner(expression.left as Node), inner(expression.right)]);
    case "LogicalExpression": {
      const given = inner(expression.left);
      const left = given instanceof Unknown && given.absent ? undefined : given;
      if (left instanceof Unknown) return left;
      const takesLeft =
        expression.operator === "??"
          ? left !== undefined && left !== null
          : expression.operator === "||"
            ? Boolean(left)
            : !left;
      return takesLeft ? left : inner(expression.right);
    }
    case "ConditionalExpression": {
      const test = inner(expression.test);
      if (test instanceof Unknown && !test.absent) return test;
      return inner(
        test && !(test instanceof Unknown) ? expression.consequent : expression.alternate,
      );
    }
    case "UnaryExpression": {
      if (expression.operator !== "!") break;
      const value = inner(expression.argument);
      return value instanceof Unknown ? value : !value;
    }
    case "ArrayExpression":
      return expression.elements.flatMap((each): Value[] => {
        if (each === null) return [undefined];
        if (each.type !== "SpreadElement") return [inner(each)];
        const spread = inner(each.argument);
        return Array.isArray(spread) ? spread : [asUnknown(spread, "a list taken in")];
      });
    case "ObjectExpression": {
      const object: { [name: string]: Value } = {};
      for (const each of expression.properties) {
        if (each.type === "SpreadElement") {
          const spread = inner(each.argument);
          if (!isObject(spread)) return asUnknown(spread, "an object taken in");
          Object.assign(object, spread);
          continue;
        }
        const { key } = each;
        const name =
          key.type === "Identifier" && !each.computed
            ? key.name
            : key.type === "StringLiteral"
              ? key.value
              : undefined;
        if (name === undefined) return new Unknown("an object with a computed name");
        object[name] =
          each.type === "ObjectProperty" ? inner(each.value as Node) : new Unknown("a function");
      }
      return object;
    }
    case "MemberExpression":
    case "OptionalMemberExpression":
      return memberOf(expression as MemberExpression, scope, depth);
    case "CallExpression":
    case "OptionalCallExpression":
      return called(expression as CallExpression, scope, depth);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return new Unknown("a function");
  }
  return new Unknown("an expression");
}

/** The environment variables that a source reads. */
export function variablesRead(source: Source): string[] {
  const names = new Set<string>();
  walk(source.file.program, (node) => {
    const name = node.type === "MemberExpression" ? environmentName(node) : undefined;
    if (name !== undefined) names.add(name);
  });
  return [...names];
}

export function isObject(value: Value): value is { [name: string]: Value } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown)
  );
}

function named(name: string, scope: Scope, depth: number): Value {
  const constant = scope.source.constant(name);
  if (constant !== undefined) return evaluate(constant, scope, depth + 1);
  const imported = scope.source.importOf(name);
  if (imported !== undefined) {
    const there = scope.open?.(imported.module, scope.source);
    const value =
      imported.name === "default" ? there?.defaultExport() : there?.constant(imported.name);
    if (there !== undefined && value !== undefined) {
      return evaluate(value, { ...scope, source: there }, depth + 1);
    }
    return new Unknown(`\`${name}\` from ${imported.module}`);
  }
  return new Unknown(`\`${name}\``);
}

function memberOf(node: MemberExpression, scope: Scope, depth: number): Value {
  const variable = environmentName(node);
  if (variable !== undefined) return scope.variable(variable);
  const object = evaluate(node.object, scope, depth + 1);
  if (object instanceof Unknown) return object;
  const key = node.computed
    ? evaluate(node.property as Node, scope, depth + 1)
    : node.property.type === "Identifier"
      ? node.property.name
      : undefined;
  if (isObject(object) && typeof key === "string" && Object.hasOwn(object, key)) return object[key];
  if (Array.isArray(object) && typeof key === "number") return object[key];
  return new Unknown("a member");
}

/** `process.env.NAME`; also `env.NAME`, as Workers and typed environments have it. */
function environmentName({ object, property, computed }: MemberExpression): string | undefined {
  const name =
    property.type === "Identifier" && !computed
      ? property.name
      : property.type === "StringLiteral"
        ? property.value
        : undefined;
  const isProcess =
    object.type === "MemberExpression" &&
    object.object.type === "Identifier" &&
    object.object.name === "process" &&
    object.property.type === "Identifier" &&
    object.property.name === "env";
  const isEnv = object.type === "Identifier" && object.name === "env";
  return (isProcess || isEnv) && name !== undefined && /^[A-Z][A-Z0-9_]*$/.test(name)
    ? name
    : undefined;
}

function called(node: CallExpression, scope: Scope, depth: number): Value {
  const args = node.arguments.map((each) => evaluate(each as Node, scope, depth + 1));
  const callee = bare(node.callee as Node) as Node;
  if (callee.type === "Identifier") {
    if (callee.name === "String" || callee.name === "encodeURIComponent") {
      const [text] = args;
      if (typeof text !== "string") return asUnknown(text, "a call");
      return callee.name === "String" ? text : encodeURIComponent(text);
    }
    const imported = scope.source.importOf(callee.name);
    const result = imported && scope.call?.(imported.module, imported.name, args);
    return result ?? new Unknown(`a call of \`${callee.name}\``);
  }
  if (callee.type !== "MemberExpression" && callee.type !== "OptionalMemberExpression") {
    return new Unknown("a call");
  }
  const text = evaluate(callee.object as Node, scope, depth + 1);
  const method = callee.property.type === "Identifier" ? callee.property.name : "";
  if (text instanceof Unknown) return text;
  if (typeof text !== "string") return asUnknown(undefined, `a call of \`${method}\``);
  const [first, second] = args;
  if (method === "trim") return text.trim();
  if (method === "replace" && typeof second === "string" && isShort(text, second)) {
    const [given] = node.arguments;
    if (typeof first === "string") return text.replace(first, second);
    if (given?.type === "RegExpLiteral" && isQuick(given.pattern)) {
      return text.replace(new RegExp(given.pattern, given.flags), second);
    }
  }
  return new Unknown(`a call of \`${method}\``);
}

/** Whether a replacement stays small; one with a `$` may take the whole text in at each place. */
function isShort(text: string, replacement: string): boolean {
  const longest = replacement.includes("$") ? 1_000 : LONGEST_TEXT;
  return text.length <= longest && replacement.length <= 100;
}

/** Whether no text makes a pattern slow: those of settings are like `/\\n/g` and `/\/+$/`. */
function isQuick(pattern: string): boolean {
  const bare = pattern.replace(/\\./g, "_");
  const count = (characters: RegExp) => bare.match(characters)?.length ?? 0;
  return count(/[*+{]/g) <= 1 && count(/\?/g) <= 2 && count(/\)[*+{?]/g) === 0;
}

function joined(pieces: Value[]): Value {
  const unknown = pieces.filter((each): each is Unknown => each instanceof Unknown);
  if (unknown.length > 0) {
    return new Unknown(
      unknown[0]!.why,
      unknown.flatMap(({ variables }) => variables),
    );
  }
  const areTexts = pieces.every((each) => typeof each === "string" || typeof each === "number");
  const text = areTexts ? pieces.join("") : undefined;
  return text !== undefined && text.length <= LONGEST_TEXT
    ? text
    : new Unknown("a text put together");
}

function asUnknown(value: Value, why: string): Unknown {
  return value instanceof Unknown ? value : new Unknown(why);
}
