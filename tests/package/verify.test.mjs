// Verifying: by Convex's rules, and in agreement with jose.
import assert from "node:assert/strict";
import { test } from "node:test";
import { convexAuthProvider, safeEqual, signConvexToken, verifyConvexToken } from "convex-token";
import { SignJWT, createLocalJWKSet, importPKCS8, jwtVerify } from "jose";
import { algorithms, issuer, keys, refused } from "./fixtures.mjs";

const claims = { sub: "user_1", name: "Ada", email: "ada@example.com", role: "admin" };

for (const algorithm of algorithms) {
  const { privateKey, jwks, kid } = keys[algorithm];

  test(`${algorithm}: jose takes our tokens, and we take jose's`, async () => {
    const ours = signConvexToken(claims, { privateKey, issuer });
    const { payload, protectedHeader } = await jwtVerify(ours, createLocalJWKSet(jwks), {
      issuer,
      audience: "convex",
    });
    assert.deepEqual(protectedHeader, { alg: algorithm, kid, typ: "JWT" });
    assert.equal(payload.exp - payload.iat, 3600);
    const theirs = await new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience("convex")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(await importPKCS8(privateKey, algorithm));
    assert.equal(
      verifyConvexToken(theirs, { jwks, issuer, audience: "convex" }).identity.role,
      "admin",
    );
  });

  test(`${algorithm}: with the private key in place of the set`, () => {
    const token = signConvexToken(claims, { privateKey, issuer });
    assert.equal(verifyConvexToken(token, { privateKey }).claims.sub, "user_1");
  });
}

test("the identity is the one that a function sees", () => {
  const { privateKey, jwks } = keys.RS256;
  const token = signConvexToken({ ...claims, org: { id: 7 } }, { privateKey, issuer });
  const own = {
    tokenIdentifier: `${issuer}|user_1`,
    issuer,
    subject: "user_1",
    name: "Ada",
    email: "ada@example.com",
    role: "admin",
  };
  const oidc = convexAuthProvider({ kind: "oidc", issuer });
  assert.deepEqual(verifyConvexToken(token, { jwks, provider: oidc }).identity, {
    ...own,
    org: { id: 7 },
  });
  const customJwt = convexAuthProvider({ kind: "customJwt", issuer, jwks });
  assert.deepEqual(verifyConvexToken(token, { provider: customJwt }).identity, {
    ...own,
    "org.id": 7,
  });
});

test("large integers arrive rounded, as JSON.parse rounds them", async () => {
  const { privateKey, jwks, kid } = keys.EdDSA;
  const key = await importPKCS8(privateKey, "EdDSA");
  const now = Math.floor(Date.now() / 1000);
  const payload = `{"iss":"${issuer}","aud":"convex","sub":"u","iat":${now},"exp":${now + 60},"big":12345678901234567890}`;
  const { CompactSign } = await import("jose");
  const token = await new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: "EdDSA", kid })
    .sign(key);
  assert.equal(verifyConvexToken(token, { jwks }).claims.big, 12345678901234567890);
});

test("a critical extension is refused, whatever the algorithm", async () => {
  const { CompactSign } = await import("jose");
  for (const algorithm of algorithms) {
    const { privateKey, jwks, kid } = keys[algorithm];
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: issuer, aud: "convex", sub: "u", iat: now, exp: now + 60 };
    const token = await new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: algorithm, kid, b64: true, crit: ["b64"] })
      .sign(await importPKCS8(privateKey, algorithm));
    refused("ERR_TOKEN_CRITICAL", () => verifyConvexToken(token, { jwks }));
  }
});

test("the old guides' set, whose key has no kid, takes only tokens without one", () => {
  const { privateKey, jwks } = keys.RS256;
  const { kty, n, e } = jwks.keys[0];
  const old = { keys: [{ use: "sig", kty, n, e }] };
  const withKid = signConvexToken(claims, { privateKey, issuer });
  const withoutKid = signConvexToken(claims, { privateKey, issuer, keyId: false });
  const error = refused("ERR_TOKEN_KEY_NOT_FOUND", () => verifyConvexToken(withKid, { jwks: old }));
  assert.match(error.hint, /keyId: false/);
  assert.ok(verifyConvexToken(withoutKid, { jwks: old }));
  assert.ok(verifyConvexToken(withoutKid, { jwks }));
  assert.ok(verifyConvexToken(withKid, { jwks: JSON.stringify(jwks) }));
  const several = { keys: [...jwks.keys, { ...jwks.keys[0], kid: "other" }] };
  refused("ERR_TOKEN_KEY_AMBIGUOUS", () => verifyConvexToken(withoutKid, { jwks: several }));
});

test("a private key in a set does not get into a provider", () => {
  const { jwks } = keys.ES256;
  const leaky = { keys: [{ ...jwks.keys[0], d: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ" }] };
  const { jwks: uri } = convexAuthProvider({ kind: "customJwt", issuer, jwks: leaky });
  assert.ok(!atob(uri.split(",")[1]).includes('"d"'));
});

test("clocks may differ by 5 s, or by nothing for an OIDC provider, as Convex has it", () => {
  const { privateKey, jwks } = keys.EdDSA;
  const now = 1_700_000_000;
  const token = signConvexToken(claims, { privateKey, issuer, expiresIn: 60, now });
  const verify = (seconds, options) =>
    verifyConvexToken(token, { jwks, now: now + seconds, ...options });
  assert.ok(verify(64));
  refused("ERR_TOKEN_EXPIRED", () => verify(65));
  const provider = convexAuthProvider({ kind: "oidc", issuer });
  assert.ok(verify(59, { provider }));
  refused("ERR_TOKEN_EXPIRED", () => verify(60, { provider }));
  assert.ok(verify(89, { clockTolerance: 30 }));
  assert.ok(verify(30, { now: new Date((now + 30) * 1000) }));
  assert.ok(verify(30, { now: (now + 30) * 1000 }));
});

test("secrets are compared by every unit, whatever their form", () => {
  assert.equal(safeEqual("secret", "secret"), true);
  assert.equal(safeEqual("secret", "Secret"), false);
  assert.equal(safeEqual("secret", "secret "), false);
  assert.equal(safeEqual("", ""), true);
  assert.equal(safeEqual("", "x"), false);
  assert.equal(safeEqual(new Uint8Array([1, 2]), new Uint8Array([1, 2])), true);
  assert.equal(safeEqual("é", Buffer.from("é")), true);
  assert.equal(safeEqual("\ud800", "\ud801"), false);
  assert.equal(safeEqual("\ud800", "\ufffd"), false);
  assert.equal(safeEqual("\ud800", "\ud800"), true);
});
