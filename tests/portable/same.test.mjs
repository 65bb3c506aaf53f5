// The same keys and tokens come out of both modules, with SIMD and without, whenever the same random bytes
// go in. run.mjs copies this file to where "convex-token" is the one without.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as portable from "convex-token";
import * as whole from "../whole/node_modules/convex-token/dist/index.js";

const issuer = "https://happy-animal-123.convex.site";
const claims = { sub: "user_1815", name: "Ada Lovelace" };
const now = 1_800_000_000;

/** Kept in mind, so that what one module is given can be given to the other. */
let state;
globalThis.crypto.getRandomValues = (bytes) => {
  for (let index = 0; index < bytes.length; index += 1) {
    // xorshift32 (Marsaglia, "Xorshift RNGs", 2003)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state >>> 24;
  }
  return bytes;
};

/** What both make of the same random bytes, which must be the same. */
function byBoth(seed, make) {
  const made = [whole, portable].map((convexToken) => {
    state = seed;
    return make(convexToken);
  });
  assert.deepEqual(made[1], made[0]);
  return made[0];
}

const KINDS = [
  { algorithm: "RS256", modulusLength: 2048 },
  { algorithm: "RS256", modulusLength: 3072 },
  { algorithm: "RS256", modulusLength: 4096 },
  { algorithm: "ES256" },
  { algorithm: "EdDSA" },
];

test("the module is built without SIMD", () => {
  const bytes = readFileSync(new URL(import.meta.resolve("convex-token/core.wasm")));
  const sections = WebAssembly.Module.customSections(
    new WebAssembly.Module(bytes),
    "target_features",
  );
  const features = sections.map((section) => Buffer.from(section).toString("latin1")).join();
  assert.match(features, /sign-ext/);
  assert.doesNotMatch(features, /simd/);
});

for (const [index, kind] of KINDS.entries()) {
  const name = [kind.algorithm, kind.modulusLength].filter(Boolean).join(" ");
  test(`${name}: both make the same key, and the same tokens with it`, () => {
    const key = byBoth(100 + index, ({ generateKeys }) => generateKeys(kind));
    const { algorithm, privateKey, jwks } = key;
    const publicKey = createPublicKey({ format: "jwk", key: jwks.keys[0] });
    for (let seed = 1; seed <= 5; seed += 1) {
      const token = byBoth(seed, ({ signConvexToken }) =>
        signConvexToken({ ...claims, seed }, { privateKey, issuer, now }),
      );
      // And it is a right one.
      const dot = token.lastIndexOf(".");
      const [input, signature] = [token.slice(0, dot), token.slice(dot + 1)];
      const hash = algorithm === "EdDSA" ? null : "sha256";
      assert.ok(
        verify(
          hash,
          Buffer.from(input),
          { key: publicKey, dsaEncoding: "ieee-p1363" },
          Buffer.from(signature, "base64url"),
        ),
      );
      byBoth(seed, ({ verifyConvexToken }) => verifyConvexToken(token, { jwks, now }));
      const flipped = `${input}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
      const refusals = byBoth(seed, ({ explainToken }) => explainToken(flipped, { jwks, now }));
      assert.equal(refusals.accepted, false);
    }
  });
}

const vectors = process.env.PORTABLE_KEYS;
for (const file of readdirSync(vectors).filter((name) =>
  /\.(?:pkcs8\.pem|pkcs1\.pem|sec1\.pem|jwk\.json)$/.test(name),
)) {
  test(`${file}: both read the same key, and make the same token with it`, () => {
    const privateKey = readFileSync(join(vectors, file), "utf8");
    byBoth(7, ({ jwksFromKey }) => jwksFromKey(privateKey));
    byBoth(7, ({ signConvexToken }) => signConvexToken(claims, { privateKey, issuer, now }));
  });
}
