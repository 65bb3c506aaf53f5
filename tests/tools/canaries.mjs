// Secrets that must be seen nowhere: every run of eight bytes of a private key's numbers and texts, in
// each form that a text may have them in, and of any other secret. `shownIn` looks for them in what
// somebody would see.
import { createPrivateKey } from "node:crypto";
import { format, inspect } from "node:util";
import { RUN, Runs, privateTexts, publicTexts } from "./runs.mjs";

/** The private members of keys (RFC 7518, section 6). */
const MEMBERS = ["d", "p", "q", "dp", "dq", "qi"];

export class Canaries {
  #runs = new Runs();

  /** @param {string[]} keys private keys, PEM or JWK as text */
  constructor(keys = [], secrets = {}) {
    for (const key of keys) this.#addKey(key);
    for (const [name, secret] of Object.entries(secrets)) this.#addSecret(name, secret);
  }

  #addKey(text) {
    const isJson = text.trimStart().startsWith("{");
    const key = createPrivateKey(isJson ? { key: JSON.parse(text), format: "jwk" } : text);
    const jwk = key.export({ format: "jwk" });
    for (const name of MEMBERS) {
      if (jwk[name] !== undefined) this.#addBytes(name, Buffer.from(jwk[name], "base64url"));
    }
    for (const [name, part] of privateTexts(key)) this.#runs.add(name, part);
    for (const part of publicTexts(key)) this.#runs.forget(part);
  }

  #addSecret(name, secret) {
    this.#runs.add(name, secret);
    this.#addBytes(name, Buffer.from(secret));
    this.#runs.add(name, encodeURIComponent(secret));
  }

  #addBytes(name, bytes) {
    this.#runs.add(name, bytes);
    // Eight bytes have sixteen digits.
    this.#runs.add(`${name} in hex`, bytes.toString("hex"), 2 * RUN);
    this.#runs.add(`${name} in hex`, bytes.toString("hex").toUpperCase(), 2 * RUN);
    for (const skipped of [0, 1, 2]) {
      this.#runs.add(`${name} in base64`, bytes.subarray(skipped).toString("base64"));
      this.#runs.add(`${name} in base64url`, bytes.subarray(skipped).toString("base64url"));
    }
  }

  /**
   * The names of what is in a text, each once: as it stands, and without line breaks, spaces and
   * whatever else a text may have been cut into pieces with.
   *
   * @param {string} text bytes as latin1, or what was decoded of UTF-8
   * @returns {string[]}
   */
  shownIn(text) {
    const joined = text.replace(/\\+[nrt]|[\s"'\\|,]+/g, "");
    return [...new Set([text, joined].flatMap((each) => [...this.#runs.in(each).keys()]))];
  }
}

/**
 * All that somebody would see who shows a thing in any of the usual ways: an error with what caused it, a
 * result, what a console was given. Each line of it once.
 */
export function shownOf(thing) {
  const everything = { depth: Infinity, showHidden: true, showProxy: true, getters: true, maxStringLength: Infinity, maxArrayLength: Infinity }; // prettier-ignore
  const texts = [inspect(thing, everything), format("%s %o %O %j", thing, thing, thing, thing)];
  texts.push(`${thing}`, JSON.stringify(thing) ?? "");
  for (let each = thing; each instanceof Error; each = each.cause) {
    texts.push(each.message, each.hint ?? "", each.stack, JSON.stringify(each));
    if (each.cause !== undefined) texts.push(`${each.cause}`, inspect(each.cause, everything));
  }
  return [...new Set(texts.flatMap((text) => text.split("\n")))].join("\n");
}

/** A private key in all forms of a text in which people have one. */
export function formsOf(pem) {
  const key = createPrivateKey(pem);
  const jwk = key.export({ format: "jwk" });
  const older = { RSA: "pkcs1", EC: "sec1" }[jwk.kty];
  return {
    PEM: pem,
    ...(older && { [older]: key.export({ type: older, format: "pem" }) }),
    "one line": pem.trim().replaceAll("\n", "\\n"),
    spaces: pem.trim().replaceAll("\n", " "),
    "cut off": pem.slice(0, pem.indexOf("\n-----END")),
    base64: btoa(pem),
    "bare base64": key.export({ type: "pkcs8", format: "der" }).toString("base64"),
    JWK: JSON.stringify(jwk),
    set: JSON.stringify({ keys: [jwk] }),
  };
}

const made = new Map();

/** The canaries of one key, made once. */
export function canariesOf(key) {
  if (!made.has(key)) made.set(key, new Canaries([key]));
  return made.get(key);
}

const known = new Map();

/**
 * The private keys that a text has in it: PEM with line breaks of any kind or in base64, JWK.
 *
 * @returns {string[]} each as `Canaries` takes it, if it is whole
 */
export function keysIn(text) {
  if (!/PRIVATE KEY|LS0tLS1CRUdJTi|"d\\?"/.test(text)) return [];
  if (!known.has(text)) known.set(text, [...findKeys(text)]);
  return known.get(text);
}

function* findKeys(text) {
  const plain = text.replaceAll("\\n", "\n").replaceAll("\\r", "").replaceAll('\\"', '"');
  for (const [block] of plain.matchAll(
    /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^-]+-----END \1-----/g,
  )) {
    const [, label, body] = /^-----BEGIN ([A-Z ]+)-----([^-]+)/.exec(block);
    const lines = body.replace(/\s+/g, "").match(/.{1,64}/g) ?? [];
    yield* whole(`-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`);
  }
  for (const [object] of plain.matchAll(/\{[^{}]*"d"\s*:[^{}]*\}/g)) yield* whole(object);
  for (const [base64] of text.matchAll(/LS0tLS1CRUdJTi[\w+/]+/g)) {
    yield* findKeys(Buffer.from(base64, "base64").toString());
  }
}

function* whole(text) {
  try {
    canariesOf(text);
    yield text;
  } catch {
    // Damaged on purpose.
  }
}
