// What somebody has put into `Object.prototype`, as a careless merge of JSON does, is nobody's option.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  convexAuthProvider,
  createIssuer,
  decodeConvexToken,
  explainToken,
  generateKeys,
  jwksFromKey,
  openidConfiguration,
  prepareToken,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { issuer, keys, privateKey, refused } from "./fixtures.mjs";

const { jwks } = keys.EdDSA;
const kid = jwks.keys[0].kid;
const others = generateKeys({ algorithm: "EdDSA" });
const now = 1.75e9;

/** Calls with a member in every object. */
function polluted(name, value, operation) {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    return operation();
  } finally {
    delete Object.prototype[name];
  }
}

/** Calls with variables in the environment. */
function withEnvironment(variables, operation) {
  Object.assign(process.env, variables);
  try {
    return operation();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

/** What a token says, but for what is random in it. */
function said(token) {
  const { header, claims } = decodeConvexToken(token);
  return { header, claims: { ...claims, jti: undefined } };
}

test("no option of signing comes from a prototype", () => {
  const plain = (options) =>
    said(signConvexToken({ sub: "u" }, { privateKey, issuer, now, ...options }));
  const kept = (own) => said(own.token({ sub: "u" }));
  const expected = plain();
  const options = {
    privateKey: others.privateKey,
    signer: {},
    publicJwk: others.publicJwk,
    algorithm: "RS256",
    issuer: "https://other.convex.site",
    audience: "other",
    expiresIn: "36500d",
    notBefore: "30m",
    keyId: "other",
    now: 1,
  };
  for (const [name, value] of Object.entries(options)) {
    polluted(name, value, () => {
      assert.deepEqual(plain(), expected, name);
      assert.deepEqual(kept(createIssuer({ privateKey, issuer, now })), expected, name);
      const { publicJwk } = keys.EdDSA;
      const { signingInput } = prepareToken({ sub: "u" }, { publicJwk, issuer, now });
      assert.deepEqual(said(`${signingInput}.`), expected, name);
      const variables = { CONVEX_AUTH_PRIVATE_KEY: privateKey, CONVEX_SITE_URL: issuer };
      withEnvironment(variables, () => {
        assert.deepEqual(said(signConvexToken({ sub: "u" }, { now })), expected, name);
        assert.equal(jwksFromKey().keys[0].kid, kid, name);
        assert.equal(openidConfiguration().issuer, issuer, name);
        assert.equal(convexAuthProvider({ kind: "oidc" }).domain, issuer, name);
        assert.equal(convexAuthProvider({ kind: "oidc" }).applicationID, "convex", name);
      });
    });
  }
});

test("no option of verifying comes from a prototype", () => {
  const own = signConvexToken({ sub: "u" }, { privateKey, issuer });
  const forged = signConvexToken({ sub: "u" }, { privateKey: others.privateKey, issuer });
  const late = signConvexToken({ sub: "u" }, { privateKey, issuer, now });
  const options = {
    jwks: JSON.stringify(others.jwks),
    privateKey: others.privateKey,
    provider: { type: "customJwt", issuer, jwks: "data:,", algorithm: "RS256" },
    issuer: "https://other.convex.site",
    audience: "other",
    clockTolerance: 3e9,
    now,
    discovery: { url: "x", status: 404 },
    url: "x",
    status: 404,
    error: "x",
  };
  for (const [name, value] of Object.entries(options)) {
    polluted(name, value, () => {
      for (const by of [{ jwks }, { privateKey }]) {
        assert.equal(verifyConvexToken(own, by).claims.sub, "u", name);
        refused("ERR_TOKEN_KEY_NOT_FOUND", () => verifyConvexToken(forged, by));
        refused("ERR_TOKEN_EXPIRED", () => verifyConvexToken(late, by));
        assert.ok(explainToken(own, by).accepted, name);
        assert.ok(!explainToken(late, by).accepted, name);
      }
      refused("ERR_JWKS_MISSING", () => verifyConvexToken(own, {}));
    });
  }
});

test("no variable of the environment comes from a prototype", () => {
  const other = "https://other.convex.site";
  for (const name of ["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY"]) {
    polluted(name, others.privateKey, () => {
      refused("ERR_KEY_MISSING", () => signConvexToken({ sub: "u" }, { issuer }));
      withEnvironment({ JWT_PRIVATE_KEY: privateKey }, () => {
        assert.equal(said(signConvexToken({ sub: "u" }, { issuer })).header.kid, kid, name);
      });
    });
  }
  for (const name of ["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"]) {
    polluted(name, other, () => refused("ERR_ISSUER_MISSING", () => openidConfiguration()));
  }
});

test("a refresh is forced by an option of the call's own", () => {
  const own = createIssuer({ privateKey, issuer });
  polluted("forceRefreshToken", true, () => {
    assert.equal(own.token({ sub: "u" }, {}), own.token({ sub: "u" }));
  });
});
