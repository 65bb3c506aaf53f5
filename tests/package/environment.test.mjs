// Defaults from the environment, read at each call.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  convexAuthProvider,
  decodeConvexToken,
  jwksFromKey,
  openidConfiguration,
  signConvexToken,
} from "convex-token";
import { issuer, jwks, keys, privateKey, refused } from "./fixtures.mjs";

const names = ["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY", "CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"]; // prettier-ignore
beforeEach(() => {
  for (const name of names) delete process.env[name];
});
const sign = () => decodeConvexToken(signConvexToken({ sub: "u" }));

test("the Auth.js guide's names: key in one line with escaped line breaks, issuer from the site URL", () => {
  process.env.CONVEX_AUTH_PRIVATE_KEY = `"${privateKey.replaceAll("\n", "\\n")}"`;
  process.env.CONVEX_SITE_URL = `${issuer}/`;
  const { header, claims } = sign();
  assert.deepEqual([header.kid, claims.iss, claims.aud], [jwks.keys[0].kid, issuer, "convex"]);
  assert.deepEqual(jwksFromKey(), jwks);
  assert.equal(openidConfiguration().issuer, issuer);
});

test("Convex Auth's names: key with spaces for line breaks", () => {
  process.env.JWT_PRIVATE_KEY = keys.RS256.privateKey.trimEnd().replaceAll("\n", " ");
  process.env.CONVEX_SITE_URL = issuer;
  assert.equal(sign().header.kid, keys.RS256.kid);
  process.env.CONVEX_AUTH_PRIVATE_KEY = privateKey;
  assert.equal(sign().header.kid, jwks.keys[0].kid);
});

test("the issuer follows from the API's URL", () => {
  process.env.CONVEX_AUTH_PRIVATE_KEY = privateKey;
  process.env.CONVEX_URL = "https://other-animal-1.eu-west-1.convex.cloud";
  assert.equal(sign().claims.iss, "https://other-animal-1.eu-west-1.convex.site");
  process.env.NEXT_PUBLIC_CONVEX_URL = "https://happy-animal-123.convex.cloud/";
  assert.equal(sign().claims.iss, issuer);
});

test("an option that is null is not given", () => {
  process.env.CONVEX_AUTH_PRIVATE_KEY = privateKey;
  process.env.CONVEX_SITE_URL = issuer;
  const none = { privateKey: null, issuer: null, audience: null, expiresIn: null, keyId: null };
  const { claims } = decodeConvexToken(signConvexToken({ sub: "u" }, none));
  assert.deepEqual([claims.iss, claims.aud, claims.exp - claims.iat], [issuer, "convex", 3600]);
  assert.equal(openidConfiguration(null).issuer, issuer);
  assert.equal(convexAuthProvider({ kind: "oidc", issuer: null }).domain, issuer);
});

test("what is missing is named, with the command that makes it", () => {
  process.env.CONVEX_SITE_URL = issuer;
  const noKey = refused("ERR_KEY_MISSING", sign);
  assert.match(noKey.message, /CONVEX_AUTH_PRIVATE_KEY/);
  assert.match(noKey.hint, /npx convex-token keys/);
  process.env.CONVEX_AUTH_PRIVATE_KEY = "";
  assert.match(refused("ERR_KEY_EMPTY", sign).message, /CONVEX_AUTH_PRIVATE_KEY/);
  process.env.CONVEX_AUTH_PRIVATE_KEY = privateKey;
  delete process.env.CONVEX_SITE_URL;
  assert.match(refused("ERR_ISSUER_MISSING", sign).message, /CONVEX_SITE_URL/);
  process.env.CONVEX_URL = "http://127.0.0.1:3210";
  const underivable = refused("ERR_ISSUER_MISSING", sign);
  assert.match(underivable.message, /CONVEX_URL.*127\.0\.0\.1:3210/);
  assert.match(underivable.hint, /3211/);
  process.env.CONVEX_SITE_URL = "https://happy-animal-123.convex.cloud";
  assert.match(refused("ERR_ISSUER_CLOUD", sign).hint, /happy-animal-123\.convex\.site/);
});
