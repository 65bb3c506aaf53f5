// Work through the boundary is bounded by what is given: what is too large is refused at once. Times are
// compared with each other, generously.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import * as convexToken from "convex-token";
import { issuer, jwks, keys, privateKey, refused } from "./fixtures.mjs";

const { decodeConvexToken, explainToken, jwksFromKey, signConvexToken, verifyConvexToken } =
  convexToken;
const sub = "user_1";
const token = signConvexToken({ sub }, { privateKey, issuer });

/** The least processor time of some runs, in ms: what else the machine does only makes it more. */
function time(operation) {
  const runs = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    operation();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...runs);
}

/** What signing a token with RSA takes, and reading one of the keys. */
const rsa = time(() => signConvexToken({ sub }, { privateKey: keys.RS256.privateKey, issuer }));

/** An RSA key of so many bits without its primes: reading it means to find them. */
function withoutPrimes(bits) {
  const number = Buffer.alloc(bits / 8, 0x55);
  number[0] = 0x80;
  const n = number.toString("base64url");
  return { kty: "RSA", n, e: "AQAB", d: n };
}

const set = (count, key) => JSON.stringify({ keys: Array(count).fill(key) });

const table = [
  ["an RSA key of 16,384 bits", "ERR_KEY_TOO_LARGE", () => jwksFromKey(withoutPrimes(16_384))],
  ["one of a megabit", "ERR_KEY_SET_TOO_LARGE", () => jwksFromKey(withoutPrimes(1_048_576))],
  ["a giant exponent", "ERR_KEY_EXPONENT", () => jwksFromKey({ ...withoutPrimes(2048), e: Buffer.alloc(75_000, 0xff).toString("base64url") })],
  ["10,000 keys of a set", "ERR_KEY_SET_TOO_LARGE", () => jwksFromKey(set(10_000, {}))],
  ["10,000 PEM blocks", "ERR_KEY_SET_TOO_LARGE", () => jwksFromKey(privateKey.repeat(10_000))],
  ["10,000 texts", "ERR_KEY_SET_TOO_LARGE", () => jwksFromKey(Array(10_000).fill(privateKey))],
  ["10,000 long texts", "ERR_KEY_SET_TOO_LARGE", () => jwksFromKey(Array(10_000).fill("x".repeat(250_000)))],
  ["a token of a megabyte", "ERR_TOKEN_TOO_LARGE", () => decodeConvexToken("e30.".repeat(250_000))],
  ["a token of 100 megabytes", "ERR_TOKEN_TOO_LARGE", () => decodeConvexToken("e30.".repeat(25_000_000))],
  ["claims of 10,000 levels", "ERR_CLAIMS_TOO_DEEP", () => signConvexToken({ sub, deep: deep(10_000) }, { privateKey, issuer })],
  ["claims of a megabyte", "ERR_CLAIMS_TOO_LARGE", () => signConvexToken({ sub, long: "x".repeat(1_000_000) }, { privateKey, issuer })],
  ["long names around many", "ERR_CLAIMS_TOO_LARGE", () => signConvexToken({ sub, ["x".repeat(20_000)]: many }, { privateKey, issuer })],
  ["a key set of 10,000 levels", "ERR_KEY_DAMAGED", () => verifyConvexToken(token, { jwks: `{"keys":[{"x":${"[".repeat(10_000)}` })],
  ["a duration of a million digits", "ERR_DURATION", () => signConvexToken({ sub }, { privateKey, issuer, expiresIn: "9".repeat(1_000_000) })],
  ["an issuer of a megabyte", "ERR_OPTION", () => signConvexToken({ sub }, { privateKey, issuer: `https://${"x".repeat(1_000_000)}` })],
]; // prettier-ignore

const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`k${index}`, 1]));

function deep(levels) {
  let value = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

for (const [name, code, operation] of table) {
  test(`${name}: ${code}, sooner than a hundred RSA signatures`, () => {
    refused(code, operation);
    const taken = time(() => refused(code, operation));
    assert.ok(taken < rsa * 100, `${taken} ms, a signature ${rsa} ms`);
  });
}

test("a set of 3,000 keys and a list of 3,000 providers are judged in bounded time", () => {
  const { kty, crv, x } = jwks.keys[0];
  const keyed = time(() =>
    refused("ERR_TOKEN_KEY_NOT_FOUND", () =>
      verifyConvexToken(token, { jwks: set(3_000, { kty, crv, x }) }),
    ),
  );
  const provider = Array.from({ length: 3_000 }, (_, index) => ({
    domain: `https://${index}.example`,
    applicationID: `app ${index}`,
  }));
  const explained = time(() =>
    assert.equal(explainToken(token, { provider, jwks }).accepted, false),
  );
  assert.ok(keyed + explained < rsa * 1_000, `${keyed} and ${explained} ms, a signature ${rsa} ms`);
});

test("a valid key that is large is read, and signs", () => {
  const jwk = createPrivateKey(keys.RS256.privateKey).export({ format: "jwk" });
  const { n, e, d } = jwk;
  const taken = time(() => jwksFromKey({ kty: "RSA", n, e, d }));
  assert.ok(taken < rsa * 1_000, `${taken} ms, a signature ${rsa} ms`);
});
