// A bit flipped in an RSA key at rest, in the built module's memory, as by a cosmic ray or a neighbour that
// hammers rows: signing gives an error or a true signature, never a false one, from which the primes follow
// (Boneh, DeMillo, Lipton, 1997). Faults in the middle of a computation are in the crate's own tests.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { coreMemory } from "../tools/core-memory.mjs";
import { Traces } from "../tools/traces.mjs";
import { createIssuer } from "convex-token";
import { issuer, keys } from "./fixtures.mjs";

const { privateKey, jwks } = keys.RS256;
const publicKey = createPublicKey({ key: jwks.keys[0], format: "jwk" });
const isTrue = (token) => {
  const end = token.lastIndexOf(".");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  return verify("sha256", Buffer.from(token.slice(0, end)), publicKey, signature);
};

/** What signing with one flipped bit gives. The bit is flipped back, if its memory still stands. */
function outcome(own, at, bit) {
  const before = coreMemory();
  before[at] ^= 1 << bit;
  try {
    return isTrue(own.sign({ sub: "user_1" })) ? "true" : "FALSE";
  } catch ({ name, code }) {
    assert.equal(name, "ConvexTokenError");
    return code;
  } finally {
    const after = coreMemory();
    // Growing moves the bytes to another buffer; a trap makes another memory, without the fault.
    if (after.length >= before.length && after[at] !== undefined) after[at] ^= 1 << bit;
  }
}

test("a bit flipped in the numbers that sign releases no false signature", () => {
  const own = createIssuer({ privateKey, issuer });
  const traces = new Traces(privateKey, [own.sign({ sub: "user_1" })]);
  const found = traces.found(coreMemory());
  const places = [...found].filter(([name]) => /digits of/u.test(name));
  for (const name of [/^p in digits/u, /^q in digits/u, /^qi in Montgomery/u]) {
    assert.ok(
      places.some(([place]) => name.test(place)),
      `${name} among ${[...found.keys()]}`,
    );
  }
  const outcomes = {};
  for (const [name, start] of places) {
    // Of each digit, one of the lowest and one of the highest bits that a digit's double has.
    for (let digit = 0; digit < 44; digit += 1) {
      for (const [byte, bit] of [
        [5, 7],
        [4, 0],
        [6, 3],
        [7, 7],
      ]) {
        // prettier-ignore
        const result = outcome(own, start + 16 * digit + byte, bit);
        assert.notEqual(result, "FALSE", `${name}, digit ${digit}, byte ${byte}`);
        outcomes[result] = (outcomes[result] ?? 0) + 1;
      }
    }
  }
  // Faults were noticed, or nothing was tested; and the key is as it was.
  const noticed = Object.entries(outcomes).filter(([name]) => name !== "true");
  assert.ok(
    noticed.some(([, count]) => count > 20),
    JSON.stringify(outcomes),
  );
  assert.equal(outcome(own, 0, 0), "true");
  own.dispose();
});

/** An exponent as the windows of five bits that signing goes through, the highest first. */
function windows(exponent) {
  const number = BigInt(`0x${Buffer.from(exponent, "base64url").toString("hex")}`);
  const count = Math.ceil(1024 / 5);
  return Array.from({ length: count }, (_, index) =>
    Number((number >> BigInt(5 * (count - 1 - index))) & 31n),
  );
}

test("a bit flipped in the exponents that sign releases no false signature", () => {
  const own = createIssuer({ privateKey, issuer });
  own.sign({ sub: "user_1" });
  const { dp, dq } = createPrivateKey(privateKey).export({ format: "jwk" });
  const [first, second] = [windows(dp), windows(dq)];
  const pairs = Buffer.alloc(16 * first.length);
  for (const [index, window] of first.entries()) {
    pairs[16 * index] = window;
    pairs[16 * index + 8] = second[index];
  }
  const start = Buffer.from(coreMemory().buffer).indexOf(pairs);
  assert.notEqual(start, -1);
  for (let at = 0; at < pairs.length; at += 8) {
    const result = outcome(own, start + at, (at / 8) % 5);
    assert.ok(/^ERR_/u.test(result), `${result} at window ${at / 8}`);
  }
  assert.equal(outcome(own, 0, 0), "true");
});
