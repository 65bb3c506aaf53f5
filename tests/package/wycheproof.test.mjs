// The vectors of Wycheproof, all of them, in the built module: those over bytes through its own
// `finish`, those of JSON web keys and tokens as any caller gives them. src/vector_tests.rs goes through
// the same natively.
import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { test } from "node:test";
import { jwksFromKey, signConvexToken } from "convex-token";
import { keys, publicJwk, rowOf, rows, tally, wycheproofFiles } from "../tools/wycheproof.mjs";
import { issuer } from "./fixtures.mjs";
import { codeOf, hex, jwsRefusal, publicKeyRefusal, verifies } from "./vectors.mjs";

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
  if (type.startsWith("JsonWeb")) {
    const key = group.public ?? group.private;
    const jwks = Array.isArray(key.keys) ? key : { keys: [key] };
    return ({ jws, jwe }) => {
      const token = jws ?? jwe;
      const text = typeof token === "string" ? token : JSON.stringify(token);
      return jwsRefusal(text, jwks) === undefined;
    };
  }
  if (type.endsWith("Verify")) {
    const jwk = publicJwk(group.publicKey, type);
    const refusal = publicKeyRefusal(jwk);
    if (refusal !== undefined) {
      assert.match(refusal, /^ERR_KEY_/);
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

test("each key of Wycheproof's JSON web files reads or is refused by name", () => {
  const found = {};
  for (const { name, groups } of wycheproofFiles()) {
    for (const group of groups) {
      if (!group.type.startsWith("JsonWeb")) continue;
      const { public: published, private: secret, tests } = group;
      const first = `${name} ${tests[0].tcId}`;
      if (published) found[`${first} public`] = refusalOf(published) ?? "reads";
      if (secret) found[`${first} private`] = codeOf(() => jwksFromKey(secret)) ?? "reads";
    }
  }
  assert.deepEqual(found, keys);
});

/** The first refusal of a set's keys, or that of the one key. */
function refusalOf(key) {
  return (key.keys ?? [key]).map(publicKeyRefusal).find((refusal) => refusal !== undefined);
}
