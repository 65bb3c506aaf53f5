// Traces of a private key: every run of eight bytes of each of its numbers and texts, in each form that
// a program may have them in. `found` looks for them in a memory.
import { createPrivateKey, createPublicKey } from "node:crypto";
import {
  ED25519_ORDER,
  P256_ORDER,
  bytesOf,
  ecdsaNonce,
  eddsaNonce,
  eddsaSecrets,
  inverse,
  numberOf,
  reversed,
} from "./nonces.mjs";

const RUN = 8;

/** A number's digits, the lowest first, as words of so many bytes. */
function digits(number, bits, wordBytes) {
  const words = [];
  for (let rest = number; rest > 0n; rest >>= BigInt(bits)) {
    words.push(reversed(bytesOf(rest & ((1n << BigInt(bits)) - 1n), wordBytes)));
  }
  return Buffer.concat(words);
}

/** A number's digits, the lowest first, each at most half of the radix in size. */
function signedDigits(number, bits) {
  const radix = 1n << BigInt(bits);
  const doubles = [];
  for (let rest = number; rest !== 0n;) {
    let digit = rest % radix;
    if (digit > radix / 2n) digit -= radix;
    if (digit < -radix / 2n) digit += radix;
    doubles.push(Number(digit));
    rest = (rest - digit) / radix;
  }
  return doubles;
}

/** Each four bytes of a big-endian number, the lowest first, or the other way round. */
function words(bytes, size) {
  const padded = Buffer.concat([Buffer.alloc((size - (bytes.length % size)) % size), bytes]);
  return Buffer.concat(
    Array.from({ length: padded.length / size }, (_, index) =>
      reversed(padded.subarray(index * size, (index + 1) * size)),
    ),
  );
}

/** The forms of a secret number, as byte strings. */
function forms(bytes, modulus) {
  const number = numberOf(bytes);
  const hex = Buffer.from(bytes).toString("hex");
  return [
    Buffer.from(bytes),
    reversed(bytes),
    words(bytes, 4),
    words(bytes, 8),
    ...[hex, hex.toUpperCase()].map((text) => Buffer.from(text)),
    ...["base64", "base64url"].map((encoding) =>
      Buffer.from(Buffer.from(bytes).toString(encoding)),
    ),
    // Digits of arithmetic on curves: 28, 29 and 26 bits in words of 32, 51 and 52 in words of 64.
    ...[28, 29, 26].map((bits) => digits(number, bits, 4)),
    ...[51, 52].map((bits) => digits(number, bits, 8)),
    // Montgomery's form, by the powers of two that such digits lead to.
    ...(modulus === undefined ? [] : [256, 260, 261]).flatMap((bits) => {
      const moved = (number << BigInt(bits)) % modulus;
      return [reversed(bytesOf(moved, 32)), digits(moved, 29, 4)];
    }),
  ];
}

/** A base64 text's characters that stand for a part of its bytes alone. */
export function partOfBase64(bytes, from, to) {
  const text = bytes.toString("base64");
  return text.slice(Math.ceil(from / 3) * 4, Math.floor(to / 3) * 4);
}

/**
 * What a private key leaves where it is used.
 *
 * @param {string} pem the key in PKCS#8
 * @param {string[]} tokens what it has signed
 */
export class Traces {
  #names = new Map();
  #firstWords = new Uint32Array(2 ** 17);
  /** Digits of RSA's arithmetic: doubles of a number, with another number's between them. */
  #doubles = new Map();
  /** Digits of the curves' arithmetic: two neighbours in words of 64 bits, as one alone proves nothing. */
  #neighbours = new Map();

  constructor(pem, tokens = []) {
    const key = createPrivateKey(pem);
    const jwk = key.export({ format: "jwk" });
    const der = key.export({ type: "pkcs8", format: "der" });
    const bytes = (name) => Buffer.from(jwk[name], "base64url");
    const messages = tokens.map((token) => {
      const end = token.lastIndexOf(".");
      return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), "base64url")];
    });
    let start;
    if (jwk.kty === "RSA") {
      for (const name of ["d", "p", "q", "dp", "dq", "qi"]) {
        this.#addNumber(name, bytes(name));
        if (name !== "d") {
          const [p, q] = ["p", "q"].map((prime) => numberOf(bytes(prime)));
          const modulus = name === "q" || name === "dq" ? q : p;
          for (const bits of [22, 23, 24]) {
            this.#addDoubles(`${name} in digits of ${bits} bits`, numberOf(bytes(name)), bits);
            for (const count of [92, 96, 44, 48, 52, 88]) {
              const moved = (numberOf(bytes(name)) << BigInt(bits * count)) % modulus;
              const montgomery = `${name} in Montgomery's form, ${count} digits of ${bits} bits`;
              this.#addDoubles(montgomery, moved, bits);
              // Reduced to what is smallest in size.
              this.#addDoubles(montgomery, moved - modulus, bits);
            }
          }
        }
      }
      start = der.indexOf(bytes("d"));
    } else if (jwk.kty === "EC") {
      const d = bytes("d");
      this.#addNumber("d", d, P256_ORDER);
      for (const [message, signature] of messages) {
        const nonce = ecdsaNonce(d, message, signature);
        this.#addNumber("k", bytesOf(nonce, 32), P256_ORDER);
        this.#addNumber("1/k", bytesOf(inverse(nonce, P256_ORDER), 32), P256_ORDER);
      }
      start = der.indexOf(d);
    } else {
      const seed = bytes("d");
      const { hash, scalar, prefix } = eddsaSecrets(seed);
      this.#addNumber("the seed", seed);
      this.#addNumber("the seed's hash", hash.subarray(0, 32));
      this.#addNumber("the seed's hash, second half", prefix);
      // SHA-512 has its state in words of 64 bits.
      this.#add("the seed's hash in words", words(hash, 8));
      this.#addNumber("the clamped scalar", bytesOf(scalar, 32));
      this.#addNumber("the scalar", bytesOf(scalar % ED25519_ORDER, 32), ED25519_ORDER);
      for (const [message] of messages) {
        const { nonce, hash: before } = eddsaNonce(prefix, message);
        this.#add("the nonce's hash", before);
        this.#add("the nonce's hash in words", words(before, 8));
        this.#addNumber("the nonce", bytesOf(nonce, 32), ED25519_ORDER);
      }
      start = der.indexOf(seed);
    }
    // The texts around: base64 of what is private in PKCS#8 and in the forms from before, base64 of those.
    const end = jwk.kty === "EC" ? start + 32 : der.length;
    this.#add("base64 of PKCS#8", Buffer.from(partOfBase64(der, start, end)));
    const text = Buffer.from(pem);
    const inPem = text.indexOf(pem.split("\n")[1 + Math.ceil((start * 4) / 3 / 64)]);
    this.#add("base64 of PEM", Buffer.from(partOfBase64(text, inPem, text.length - 40)));
    this.#forgetPublic(key, jwk);
  }

  #addNumber(name, bytes, modulus) {
    for (const form of forms(bytes, modulus)) this.#add(name, form);
    const number = numberOf(bytes);
    const moved = modulus === undefined ? [] : [(number << 261n) % modulus];
    for (const one of [number, ...moved, ...moved.map((one) => one - modulus)]) {
      this.#addNeighbours(name, signedDigits(one, 29));
      if (one < 0n) continue;
      for (const bits of [28n, 29n]) {
        const unsigned = [];
        for (let rest = one; rest > 0n; rest >>= bits) {
          unsigned.push(Number(rest & ((1n << bits) - 1n)));
        }
        this.#addNeighbours(name, unsigned);
      }
    }
  }

  #addNeighbours(name, numbers) {
    for (const [index, digit] of numbers.entries()) {
      const next = numbers[index + 1];
      if (next !== undefined && digit !== 0) this.#neighbours.set(`${digit},${next}`, name);
    }
  }

  #add(name, bytes) {
    for (let at = 0; at + RUN <= bytes.length; at += 1) this.#addRun(name, bytes, at);
  }

  #addRun(name, bytes, at) {
    const run = bytes.subarray(at, at + RUN);
    // What many other things have too: zeros, paddings, the top of a small digit.
    if (new Set(run).size < 5) return;
    this.#names.set(run.toString("latin1"), name);
    const word = run.readUInt32LE(0);
    const slot = hashOf(word);
    this.#firstWords[slot >>> 5] |= 1 << (slot & 31);
  }

  #addDoubles(name, number, bits) {
    const doubles = signedDigits(number, bits);
    for (const [index, digit] of doubles.entries()) {
      const next = doubles[index + 1];
      if (next !== undefined) this.#doubles.set(`${digit},${next}`, name);
    }
  }

  /** What belongs to the public half too, or to every key, betrays nothing. */
  #forgetPublic(key, jwk) {
    const spki = createPublicKey(key).export({ type: "spki", format: "der" });
    const { x, y, n, e, kty, crv } = jwk;
    const texts = [
      spki,
      spki.toString("base64"),
      JSON.stringify({ x, y, n, e, kty, crv }),
      "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
      Buffer.from("-----BEGIN PRIVATE KEY-----\n").toString("base64"),
    ];
    for (const bytes of texts.map((text) => Buffer.from(text))) {
      for (let at = 0; at + RUN <= bytes.length; at += 1) {
        this.#names.delete(bytes.subarray(at, at + RUN).toString("latin1"));
      }
    }
  }

  /**
   * The names of what is in a memory, each once, with where it was found first.
   *
   * @param {Uint8Array} memory
   * @returns {Map<string, number>}
   */
  found(memory) {
    const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength);
    const found = new Map();
    const note = (name, at) => name !== undefined && !found.has(name) && found.set(name, at);
    let word = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      // The four bytes that end here, the lowest first.
      word = (word >>> 8) | (bytes[at] << 24);
      if (word === 0) continue;
      const slot = hashOf(word);
      if ((this.#firstWords[slot >>> 5] & (1 << (slot & 31))) === 0) continue;
      const run = bytes.subarray(at - 3, at - 3 + RUN);
      note(this.#names.get(run.toString("latin1")), at - 3);
    }
    if (this.#doubles.size > 0) {
      const doubles = new Float64Array(memory.buffer, memory.byteOffset, memory.length >>> 3);
      for (let at = 0; at + 2 < doubles.length; at += 1) {
        const digit = doubles[at];
        if (digit === 0 || Math.abs(digit) > 2 ** 24 || !Number.isInteger(digit)) continue;
        for (const stride of [1, 2]) {
          note(this.#doubles.get(`${digit},${doubles[at + stride]}`), at * 8);
        }
      }
    }
    if (this.#neighbours.size > 0) {
      const words = new Int32Array(memory.buffer, memory.byteOffset, memory.length >>> 2);
      for (let at = 0; at + 3 < words.length; at += 2) {
        const [low, high, next, afterNext] = [
          words[at],
          words[at + 1],
          words[at + 2],
          words[at + 3],
        ];
        if (low === 0 || high !== low >> 31 || afterNext !== next >> 31) continue;
        note(this.#neighbours.get(`${low},${next}`), at * 4);
      }
    }
    return found;
  }
}

/** The same for a text that somebody sees: an error, a log, a file. */
export function shownIn(traces, text) {
  // At a place where no numbers are looked for.
  const bytes = new Uint8Array(Buffer.byteLength(text) + 8);
  bytes.set(Buffer.from(text));
  return [...traces.found(bytes).keys()];
}

function hashOf(word) {
  return Math.imul(word, 0x9e3779b1) >>> 10;
}
