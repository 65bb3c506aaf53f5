// Secrets that must be seen nowhere: every run of eight bytes of a private key's numbers and texts, in
// each form that a text may have them in, and of any other secret. `shownIn` looks for them in what
// somebody would see.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { partOfBase64 } from "./traces.mjs";

const RUN = 8;

/** The private members of keys (RFC 7518, section 6). */
const MEMBERS = ["d", "p", "q", "dp", "dq", "qi"];

export class Canaries {
  /** Runs of characters by the secret that they are of. */
  #names = new Map();

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
    for (const type of ["pkcs8", { RSA: "pkcs1", EC: "sec1" }[jwk.kty]]) {
      if (type === undefined) continue;
      const der = key.export({ type, format: "der" });
      const d = Buffer.from(jwk.d, "base64url");
      const start = der.indexOf(d);
      // What follows an EC key's number is its public half.
      const end = jwk.kty === "RSA" ? der.length : start + d.length;
      this.#add(`base64 of ${type}`, partOfBase64(der, start, end));
      const pem = key.export({ type, format: "pem" });
      const place = Math.ceil((start * 4) / 3);
      const body = pem.indexOf("\n") + 1 + place + Math.floor(place / 64);
      this.#add("base64 of PEM", partOfBase64(Buffer.from(pem), body, pem.indexOf("\n-----END")));
    }
    this.#forgetPublic(key);
  }

  #addSecret(name, secret) {
    this.#add(name, secret);
    this.#addBytes(name, Buffer.from(secret));
    this.#add(name, encodeURIComponent(secret));
  }

  #addBytes(name, bytes) {
    this.#add(name, bytes.toString("latin1"));
    // Eight bytes have sixteen digits.
    this.#add(`${name} in hex`, bytes.toString("hex"), 2 * RUN);
    this.#add(`${name} in hex`, bytes.toString("hex").toUpperCase(), 2 * RUN);
    for (const skipped of [0, 1, 2]) {
      this.#add(`${name} in base64`, bytes.subarray(skipped).toString("base64"));
      this.#add(`${name} in base64url`, bytes.subarray(skipped).toString("base64url"));
    }
  }

  #add(name, text, length = RUN) {
    for (let at = 0; at + length <= text.length; at += 1) {
      const run = text.slice(at, at + length);
      // What many other things have too: paddings, zeros.
      if (new Set(run).size >= 5) this.#names.set(run, name);
    }
  }

  /** What belongs to the public half too betrays nothing. */
  #forgetPublic(key) {
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    const { x, y, n } = createPublicKey(key).export({ format: "jwk" });
    for (const text of [spki.toString("latin1"), spki.toString("base64"), x, y, n]) {
      for (let at = 0; at + RUN <= (text?.length ?? 0); at += 1) {
        this.#names.delete(text.slice(at, at + RUN));
      }
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
    const found = new Set();
    for (const each of [text, text.replace(/\\+[nrt]|[\s"'\\|,]+/g, "")]) {
      for (let at = 0; at + RUN <= each.length; at += 1) {
        const name =
          this.#names.get(each.slice(at, at + RUN)) ??
          this.#names.get(each.slice(at, at + 2 * RUN));
        if (name !== undefined) found.add(name);
      }
    }
    return [...found];
  }
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
