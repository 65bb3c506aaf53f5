/** Claims and keys as JSON text, which is how they cross to the core. */
import { hostError } from "./instance.js";
import { ConvexTokenError } from "./errors.js";

/** The deepest nesting of claims: beyond it Convex's parsers stop. */
const MAX_DEPTH = 100;

/**
 * Claims as JSON text. Refused is everything that JSON would drop or change without a word:
 * functions, symbols, bigint, NaN, undefined in arrays, cycles, Map, Set, buffers. Members that are
 * undefined are left out, and a Date becomes its ISO text, as JSON.stringify has it.
 */
export function claimsText(claims: unknown): string {
  if (typeof claims !== "object" || claims === null || Array.isArray(claims)) {
    throw hostError("claims-not-object");
  }
  try {
    const flat = flatText(claims);
    if (flat !== undefined) return flat;
  } catch (cause) {
    if (cause instanceof ConvexTokenError) throw cause;
    throw hostError("claims-threw", { cause });
  }
  const path: { holder: unknown; name: string }[] = [];
  function check(this: unknown, name: string, value: unknown): unknown {
    while (path.length > 0 && path.at(-1)!.holder !== this) path.pop();
    const holder = this as Record<string, unknown>;
    const problem = refusal(value, path.length === 0 ? value : holder[name], Array.isArray(holder));
    const names = [...path.slice(1).map((step) => step.name), name];
    if (problem !== undefined)
      throw hostError("claim-value", { path: shown(names), found: problem });
    if (typeof value === "object" && value !== null) {
      if (path.some((step) => step.holder === value)) {
        throw hostError("claim-value", { path: shown(names), found: "part of itself" });
      }
      if (path.length > MAX_DEPTH) throw hostError("claims-too-deep");
      path.push({ holder: value, name });
    }
    return value;
  }
  try {
    return JSON.stringify(claims, check);
  } catch (cause) {
    if (cause instanceof ConvexTokenError) throw cause;
    throw hostError("claims-threw", { cause });
  }
}

/**
 * Most claims are a plain object of texts, numbers and booleans, which takes no checks by path: its
 * JSON text, or nothing when it is anything else. Members are read once, so the text has what was
 * checked.
 */
function flatText(claims: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(claims);
  if ((prototype !== Object.prototype && prototype !== null) || Symbol.toStringTag in claims) {
    return undefined;
  }
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(claims)) {
    const value = (claims as Record<string, unknown>)[name];
    switch (typeof value) {
      case "string":
      case "boolean":
      case "undefined":
        break;
      case "number":
        if (!Number.isFinite(value)) return undefined;
        break;
      default:
        if (value !== null) return undefined;
    }
    if (name === "__proto__") return undefined;
    copy[name] = value;
  }
  return JSON.stringify(copy);
}

/** What a value is that JSON cannot carry; nothing when it can. */
function refusal(value: unknown, original: unknown, inArray: boolean): string | undefined {
  if (original instanceof Date && value === null) return "an invalid Date";
  switch (typeof original) {
    case "function":
    case "symbol":
      return `a ${typeof original}`;
    case "bigint":
      return "a bigint";
    case "undefined":
      return inArray ? "undefined in an array" : undefined;
    case "number":
      return Number.isFinite(original) ? undefined : String(original);
    default:
  }
  if (typeof value !== "object" || value === null) {
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : undefined;
  }
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return tag === "Object" || tag === "Array" ? undefined : `an object of the kind ${tag}`;
}

function shown(names: string[]): string {
  return names.map((name, index) => (index === 0 ? `"${name}"` : `["${name}"]`)).join("");
}

/** A key source as the texts that the core reads, or undefined when it is not given. */
export function keyTexts(source: unknown): string[] | undefined {
  if (source === undefined || source === null) return undefined;
  if (typeof source === "string") return [source];
  const texts: string[] = [];
  const add = (one: unknown, depth: number): void => {
    if (typeof one === "string") texts.push(one);
    else if (Array.isArray(one) && depth < 8) for (const inner of one) add(inner, depth + 1);
    else texts.push(keyText(one));
  };
  add(source, 0);
  return texts;
}

/** A JWK or JWK set as JSON text. */
export function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  if (typeof key !== "object" || key === null) throw hostError("key-type");
  const tag = Object.prototype.toString.call(key);
  if (tag.endsWith("CryptoKey]") || tag.endsWith("KeyObject]")) throw hostError("key-host-object");
  let text: string | undefined;
  try {
    text = JSON.stringify(key);
  } catch {
    text = undefined;
  }
  // A KeyObject of node:crypto and its like have nothing of their own to show.
  if (text === undefined || text === "{}") throw hostError("key-host-object");
  return text;
}
