// Traces of a private key: every run of eight bytes of each of its numbers and texts, in each form that
// a program may have them in. `found` looks for them in a memory.
import { createPrivateKey } from "node:crypto";
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
import { Runs, privateTexts, publicTexts } from "./runs.mjs";

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

/**
 * What a private key leaves where it is used.
 *
 * @param {string} pem the key in PKCS#8
 * @param {string[]} tokens what it has signed
 */
export class Traces {
  #runs = new Runs();
  /** Digits of RSA's arithmetic: doubles of a number, with another number's between them. */
  #doubles = new Map();
  /** Digits of the curves' arithmetic: two neighbours in words of 64 bits, as one alone proves nothing. */
  #neighbours = new Map();

  constructor(pem, tokens = []) {
    const key = createPrivateKey(pem);
    const jwk = key.export({ format: "jwk" });
    const bytes = (name) => Buffer.from(jwk[name], "base64url");
    const messages = tokens.map((token) => {
      const end = token.lastIndexOf(".");
      return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), "base64url")];
    });
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
    } else if (jwk.kty === "EC") {
      const d = bytes("d");
      this.#addNumber("d", d, P256_ORDER);
      for (const [message, signature] of messages) {
        const nonce = ecdsaNonce(d, message, signature);
        this.#addNumber("k", bytesOf(nonce, 32), P256_ORDER);
        this.#addNumber("1/k", bytesOf(inverse(nonce, P256_ORDER), 32), P256_ORDER);
      }
    } else {
      const seed = bytes("d");
      const { hash, scalar, prefix } = eddsaSecrets(seed);
      this.#addNumber("the seed", seed);
      this.#addNumber("the seed's hash", hash.subarray(0, 32));
      this.#addNumber("the seed's hash, second half", prefix);
      // SHA-512 has its state in words of 64 bits.
      this.#runs.add("the seed's hash in words", words(hash, 8));
      this.#addNumber("the clamped scalar", bytesOf(scalar, 32));
      this.#addNumber("the scalar", bytesOf(scalar % ED25519_ORDER, 32), ED25519_ORDER);
      for (const [message] of messages) {
        const { nonce, hash: before } = eddsaNonce(prefix, message);
        this.#runs.add("the nonce's hash", before);
        this.#runs.add("the nonce's hash in words", words(before, 8));
        this.#addNumber("the nonce", bytesOf(nonce, 32), ED25519_ORDER);
      }
    }
    // The texts around: base64 of what is private in PKCS#8 and in the forms from before, base64 of those.
    for (const [name, part] of privateTexts(key)) this.#runs.add(name, part);
    for (const part of publicTexts(key)) this.#runs.forget(part);
  }

  #addNumber(name, bytes, modulus) {
    for (const form of forms(bytes, modulus)) this.#runs.add(name, form);
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

  #addDoubles(name, number, bits) {
    const doubles = signedDigits(number, bits);
    for (const [index, digit] of doubles.entries()) {
      const next = doubles[index + 1];
      if (next !== undefined) this.#doubles.set(`${digit},${next}`, name);
    }
  }

  /**
   * The names of what is in a memory, each once, with where it was found first.
   *
   * @param {Uint8Array} memory
   * @returns {Map<string, number>}
   */
  found(memory) {
    const found = this.#runs.in(memory);
    const note = (name, at) => name !== undefined && !found.has(name) && found.set(name, at);
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
