// Runs of eight bytes of secrets, by the secret that each is of, and the search for them.
import { createPublicKey } from "node:crypto";

/** The shortest run that betrays a secret. */
export const RUN = 8;

export class Runs {
  #names = new Map();
  /** By a hash of its first four bytes, whether there may be a run that begins so: most places are no place. */
  #beginnings = new Uint32Array(2 ** 17);
  #lengths = new Set();

  /** Adds all runs of a text or of bytes; longer ones where eight bytes are too little to betray anything. */
  add(name, secret, length = RUN) {
    const bytes = bytesOf(secret);
    this.#lengths.add(length);
    for (let at = 0; at + length <= bytes.length; at += 1) {
      const run = bytes.subarray(at, at + length);
      // What many other things have too: zeros, paddings, the top of a small digit.
      if (new Set(run).size < 5) continue;
      this.#names.set(run.toString("latin1"), name);
      const slot = hashOf(run.readUInt32LE(0));
      this.#beginnings[slot >>> 5] |= 1 << (slot & 31);
    }
  }

  /** What is public too betrays nothing. */
  forget(text) {
    const bytes = bytesOf(text);
    for (const length of this.#lengths) {
      for (let at = 0; at + length <= bytes.length; at += 1) {
        this.#names.delete(bytes.toString("latin1", at, at + length));
      }
    }
  }

  /**
   * The names of what is there, each once, with where it was found first.
   *
   * @returns {Map<string, number>}
   */
  in(memory) {
    const bytes = bytesOf(memory);
    const found = new Map();
    let word = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      // The four bytes that end here, the lowest first.
      word = (word >>> 8) | (bytes[end] << 24);
      if (word === 0) continue;
      const slot = hashOf(word);
      if ((this.#beginnings[slot >>> 5] & (1 << (slot & 31))) === 0) continue;
      const at = end - 3;
      for (const length of this.#lengths) {
        const name = this.#names.get(bytes.toString("latin1", at, at + length));
        if (name !== undefined && !found.has(name)) found.set(name, at);
      }
    }
    return found;
  }
}

function bytesOf(given) {
  if (typeof given === "string") return Buffer.from(given, "latin1");
  return Buffer.from(given.buffer, given.byteOffset, given.byteLength);
}

function hashOf(word) {
  return Math.imul(word, 0x9e3779b1) >>> 10;
}

/** What only the private half of a key has of the texts that it is written in, by their names. */
export function* privateTexts(key) {
  const jwk = key.export({ format: "jwk" });
  for (const type of ["pkcs8", { RSA: "pkcs1", EC: "sec1" }[jwk.kty]]) {
    if (type === undefined) continue;
    const der = key.export({ type, format: "der" });
    const d = Buffer.from(jwk.d, "base64url");
    const start = der.indexOf(d);
    // What follows an EC key's number is its public half.
    const end = jwk.kty === "RSA" ? der.length : start + d.length;
    yield [`base64 of ${type}`, partOfBase64(der, start, end)];
    const pem = key.export({ type, format: "pem" });
    const place = Math.ceil((start * 4) / 3);
    const body = pem.indexOf("\n") + 1 + place + Math.floor(place / 64);
    yield ["base64 of PEM", partOfBase64(Buffer.from(pem), body, pem.indexOf("\n-----END"))];
  }
}

/** Texts of the public half, and what every key has. */
export function publicTexts(key) {
  const publicKey = createPublicKey(key);
  const spki = publicKey.export({ type: "spki", format: "der" });
  const { x, y, n, e, kty, crv } = publicKey.export({ format: "jwk" });
  return [
    spki,
    spki.toString("base64"),
    ...[x, y, n].filter((member) => member !== undefined),
    JSON.stringify({ x, y, n, e, kty, crv }),
    "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    Buffer.from("-----BEGIN PRIVATE KEY-----\n").toString("base64"),
  ];
}

/** A base64 text's characters that stand for a part of its bytes alone. */
function partOfBase64(bytes, from, to) {
  const text = bytes.toString("base64");
  return text.slice(Math.ceil(from / 3) * 4, Math.floor(to / 3) * 4);
}
