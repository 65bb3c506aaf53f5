// The vectors of Wycheproof, all of them, in the built module: those over bytes through its own
// `finish`, those of JSON web keys and tokens as any caller gives them. src/vector_tests.rs goes through
// the same natively.
import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { explainToken, finishToken, jwksFromKey, signConvexToken } from "convex-token";
import { verifierOfBytes } from "../tools/core-of-bytes.mjs";
import { keys, publicJwk, rowOf, rows, tally, wycheproofFiles } from "../tools/wycheproof.mjs";
import { issuer } from "./fixtures.mjs";

const verifies = await verifierOfBytes(join(import.meta.dirname, "node_modules/convex-token"));

/** The checks of a token that are those of a JWS; the others are of its claims. */
const JWS_CHECKS = ["form", "type", "algorithm", "key-id", "key", "key-algorithm", "signature"];

test("each signature of Wycheproof has its verdict or a reason", () => {
  const outcomes = Object.fromEntries(Object.keys(rows).map((row) => [row, []]));
  for (const { name, groups } of wycheproofFiles()) {
    const judged = outcomes[rowOf(name)];
    assert.ok(judged, `${name} is in no row`);
    for (const group of groups) {
      const judge = judgeOf(group);
      for (const { tcId: id, result, ...test } of group.tests) {
        judged.push({ id, verdict: judge && result, accepted: judge?.(test) ?? false });
      }
    }
  }
  for (const [row, expected] of Object.entries(rows)) {
    assert.deepEqual(tally(outcomes[row], expected), expected, row);
  }
});

/** Whether the signature of a test is accepted; nothing for tests of something else. */
function judgeOf(group) {
  const { type } = group;
  const hex = (digits) => Buffer.from(digits, "hex");
  if (type.startsWith("JsonWeb")) {
    const key = group.public ?? group.private;
    const jwks = Array.isArray(key.keys) ? key : { keys: [key] };
    return ({ jws, jwe }) => isAccepted(jws ?? jwe, jwks);
  }
  if (type.endsWith("Verify")) {
    const jwk = publicJwk(group.publicKey, type);
    const code = codeOf(() => finish(jwk));
    if (code !== "ERR_SIGNATURE_REJECTED") {
      assert.match(code, /^ERR_KEY_/);
      return () => false;
    }
    return ({ msg, sig }) => verifies(jwk, hex(msg), hex(sig));
  }
  if (type === "RsassaPkcs1Generate") {
    const jwk = publicJwk(group.privateKey, type);
    if (codeOf(() => jwksFromKey(group.privateKeyPem)) === "ERR_KEY_TOO_SMALL") return () => false;
    assertSignsAsOpenssl(group.privateKeyPem);
    return ({ msg, sig }) => verifies(jwk, hex(msg), hex(sig));
  }
  assert.match(type, /^(Hkdf|Pbkdf|Pbe|Primality)Test$/);
  return undefined;
}

/** The module signs tokens alone: that of the vector's key is compared with OpenSSL's. */
function assertSignsAsOpenssl(privateKey) {
  const token = signConvexToken({ sub: "u" }, { privateKey, issuer });
  const end = token.lastIndexOf(".");
  const expected = sign("sha256", token.slice(0, end), createPrivateKey(privateKey));
  assert.equal(token.slice(end + 1), expected.toString("base64url"));
}

/** Whether a JWS or JWE passes all checks but those of its claims. */
function isAccepted(token, jwks) {
  const text = typeof token === "string" ? token : JSON.stringify(token);
  const { checks } = explainToken(text, { jwks });
  return checks.filter(({ name }) => JWS_CHECKS.includes(name)).every(({ ok }) => ok === true);
}

test("each key of Wycheproof's JSON web files reads or is refused by name", () => {
  const found = {};
  for (const { name, groups } of wycheproofFiles()) {
    for (const group of groups) {
      const reads = { public: readPublic, private: (key) => jwksFromKey(key) };
      for (const [half, read] of Object.entries(reads)) {
        if (typeof group[half] !== "object" || !group.type.startsWith("JsonWeb")) continue;
        const first = group.tests[0].tcId;
        found[`${name} ${first} ${half}`] = codeOf(() => read(group[half])) ?? "reads";
      }
    }
  }
  assert.deepEqual(found, keys);
});

/** Each key of a set, or the one key: a key that reads gets as far as to refuse the signature. */
function readPublic(key) {
  for (const jwk of key.keys ?? [key]) {
    const code = codeOf(() => finish(jwk));
    if (code !== "ERR_SIGNATURE_REJECTED") throw Object.assign(new Error(), { code });
  }
}

function finish(publicJwk) {
  return finishToken({ signingInput: "", publicJwk }, new Uint8Array(1));
}

function codeOf(operation) {
  try {
    operation();
  } catch ({ code }) {
    return code;
  }
  return undefined;
}
