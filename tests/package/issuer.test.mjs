// Issuers: reuse, routes, providers, external signers, disposal.
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, sign as nodeSign } from "node:crypto";
import { test } from "node:test";
import { createIssuer, finishToken, prepareToken, verifyConvexToken } from "convex-token";
import { nodeSigner } from "convex-token/node";
import { webCryptoSigner } from "convex-token/webcrypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import {
  algorithms,
  issuer,
  jwks,
  keys,
  kid,
  privateKey,
  refused,
  refusedLater,
} from "./fixtures.mjs";

const claims = { sub: "user_1", name: "Ada" };
const at = (seconds) => () => 1_700_000_000 + seconds;

test("a token is reused for the same claims until half of its life is over", () => {
  let now = at(0);
  const own = createIssuer({ privateKey, issuer, expiresIn: 100, now: () => now() });
  const first = own.token(claims);
  now = at(49);
  assert.equal(own.token(claims), first);
  assert.notEqual(own.token({ ...claims, name: "Grace" }), first);
  now = at(50);
  const second = own.token(claims);
  assert.notEqual(second, first);
  assert.equal(own.token(claims), second);
});

test("a forced refresh is always fresh, even within one second, and is what is reused then", () => {
  const own = createIssuer({ privateKey, issuer, now: at(0) });
  const first = own.token(claims);
  const forced = own.token(claims, { forceRefreshToken: true });
  assert.notEqual(forced, first);
  assert.notEqual(own.token(claims, { forceRefreshToken: true }), forced);
  assert.notEqual(own.sign(claims), own.sign(claims));
});

test("the two well-known routes are served as Convex needs them", async () => {
  const own = createIssuer({ privateKey, issuer });
  const get = (path, init) => own.fetch(new Request(issuer + path, init));
  const configuration = get("/.well-known/openid-configuration");
  assert.equal(configuration.status, 200);
  assert.equal(configuration.headers.get("content-type"), "application/json");
  assert.match(configuration.headers.get("cache-control"), /^public, max-age=15/);
  const document = await configuration.json();
  assert.deepEqual(document, own.openidConfiguration());
  assert.equal(document.issuer, issuer);
  const set = get(new URL(document.jwks_uri).pathname);
  assert.deepEqual(await set.json(), jwks);
  assert.equal(get("/"), undefined);
  assert.equal(get("/.well-known/other"), undefined);
  const tag = set.headers.get("etag");
  const known = get("/.well-known/jwks.json", {
    headers: { "if-none-match": `"other", W/${tag}` },
  });
  assert.deepEqual([known.status, await known.text()], [304, ""]);
  const head = get("/.well-known/jwks.json", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal(get("/.well-known/jwks.json", { method: "OPTIONS" }).status, 204);
  const post = get("/.well-known/jwks.json", { method: "POST", body: "x" });
  assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
});

test("an issuer with a path serves below it", async () => {
  const own = createIssuer({ privateKey, issuer: "https://example.com/auth/" });
  const { issuer: found, jwks_uri } = own.openidConfiguration();
  assert.equal(found, "https://example.com/auth");
  assert.deepEqual(await own.fetch(new Request(jwks_uri)).json(), jwks);
});

test("the provider is of the kind that takes the algorithm", () => {
  const provider = (algorithm, options) =>
    createIssuer({ privateKey: keys[algorithm].privateKey, issuer }).provider(options);
  assert.deepEqual(provider("RS256"), { domain: issuer, applicationID: "convex" });
  assert.deepEqual(provider("EdDSA"), { domain: issuer, applicationID: "convex" });
  assert.equal(provider("ES256").type, "customJwt");
  assert.equal(provider("RS256", { kind: "customJwt" }).jwks, `${issuer}/.well-known/jwks.json`);
  const embedded = provider("ES256", { kind: "customJwt", embedJwks: true });
  const [, base64] = embedded.jwks.split("data:application/json;base64,");
  assert.deepEqual(JSON.parse(atob(base64)), keys.ES256.jwks);
  assert.match(
    refused("ERR_PROVIDER_ALGORITHM", () => provider("ES256", { kind: "oidc" })).hint,
    /customJwt/,
  );
});

test("of several keys the first signs, and all are published", async () => {
  const own = createIssuer({ privateKey: [keys.ES256.privateKey, privateKey], issuer });
  assert.equal(own.algorithm, "ES256");
  assert.deepEqual(
    own.jwks().keys.map((key) => key.kid),
    [keys.ES256.kid, kid],
  );
  await jwtVerify(own.sign(claims), createLocalJWKSet(own.jwks()));
});

test("a key that is given twice is published once, and verifies", () => {
  const own = createIssuer({ privateKey: [privateKey, privateKey], issuer });
  assert.deepEqual(own.jwks(), jwks);
  assert.equal(own.verify(own.sign(claims)).identity.subject, "user_1");
});

test("a set that Convex cannot read for a customJwt provider is not offered to one", () => {
  const both = createIssuer({ privateKey: [keys.RS256.privateKey, privateKey], issuer });
  assert.ok(both.provider({ kind: "oidc" }));
  refused("ERR_PROVIDER_JWKS", () => both.provider({ kind: "customJwt" }));
  const provider = both.provider({ kind: "customJwt", embedJwks: true });
  const token = both.sign(claims);
  assert.equal(verifyConvexToken(token, { provider }).identity.subject, "user_1");
  refused("ERR_PROVIDER_JWKS", () => verifyConvexToken(token, { jwks: both.jwks(), provider }));
});

test("a disposed issuer does nothing any more", () => {
  const own = createIssuer({ privateKey, issuer });
  own.dispose();
  own.dispose();
  for (const call of [
    () => own.sign(claims),
    () => own.token(claims),
    () => own.jwks(),
    () => own.provider(),
    () => own.verify("x"),
    () => own.fetch(new Request(issuer)),
  ]) {
    refused("ERR_ISSUER_DISPOSED", call);
  }
});

test("an issuer verifies its own tokens, and nobody else's", () => {
  const own = createIssuer({ privateKey, issuer, audience: "mine", keyId: "my-key" });
  assert.equal(own.verify(own.sign(claims)).identity.tokenIdentifier, `${issuer}|user_1`);
  assert.equal(own.jwks().keys[0].kid, "my-key");
  const other = createIssuer({ privateKey, issuer, audience: "yours", keyId: "my-key" });
  refused("ERR_TOKEN_AUDIENCE", () => own.verify(other.sign(claims)));
});

for (const algorithm of algorithms) {
  const { privateKey, jwks } = keys[algorithm];

  test(`${algorithm}: nodeSigner signs at once, with any form of key`, async () => {
    for (const key of [
      privateKey,
      privateKey.replaceAll("\n", "\\n"),
      createPrivateKey(privateKey),
    ]) {
      const own = createIssuer({ signer: nodeSigner(key), issuer });
      assert.deepEqual(own.jwks(), jwks);
      await jwtVerify(own.sign(claims), createLocalJWKSet(jwks), { issuer, audience: "convex" });
      assert.equal(own.token(claims), own.token(claims));
      assert.notEqual(own.token(claims), own.token(claims, { forceRefreshToken: true }));
    }
  });

  test(`${algorithm}: webCryptoSigner signs with a key that cannot be exported`, async () => {
    const parameters = {
      RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
      ES256: { name: "ECDSA", namedCurve: "P-256" },
      EdDSA: { name: "Ed25519" },
    }[algorithm]; // prettier-ignore
    const pair = await crypto.subtle.generateKey(parameters, false, ["sign", "verify"]);
    const own = createIssuer({
      signer: await webCryptoSigner(pair.privateKey, pair.publicKey),
      issuer,
    });
    const promise = own.sign(claims);
    assert.ok(promise instanceof Promise);
    await jwtVerify(await promise, createLocalJWKSet(own.jwks()), { issuer, audience: "convex" });
    assert.equal(await own.token(claims), await own.token(claims));
    await refusedLater("ERR_SIGNER", webCryptoSigner(pair.privateKey));
    const exportable = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
    const signer = await webCryptoSigner(exportable.privateKey);
    assert.ok(!("d" in signer.publicJwk));
    await jwtVerify(
      await createIssuer({ signer, issuer }).sign(claims),
      createLocalJWKSet(createIssuer({ signer, issuer }).jwks()),
    );
  });

  test(`${algorithm}: prepared here, signed elsewhere, finished here`, async () => {
    const [publicJwk] = jwks.keys;
    const prepared = prepareToken(claims, { publicJwk, issuer });
    const { sign } = nodeSigner(privateKey);
    const token = finishToken(prepared, sign(prepared.bytes));
    assert.equal(verifyConvexToken(token, { jwks }).claims.sub, "user_1");
    refused("ERR_SIGNATURE_REJECTED", () => finishToken(prepared, new Uint8Array(64)));
    refused("ERR_SIGNATURE_REJECTED", () => finishToken(prepared, new Uint8Array(10_000)));
    const other = prepareToken(claims, { publicJwk, issuer });
    refused("ERR_SIGNATURE_REJECTED", () => finishToken(other, sign(prepared.bytes)));
  });
}

test("an ES256 signature in DER, as key management services give it, is taken", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicJwk = publicKey.export({ format: "jwk" });
  for (let round = 0; round < 50; round += 1) {
    const prepared = prepareToken(claims, { publicJwk, issuer });
    const token = finishToken(prepared, nodeSign("sha256", prepared.bytes, privateKey));
    assert.equal(
      verifyConvexToken(token, {
        jwks: {
          keys: [
            {
              ...publicJwk,
              kid: createIssuer({ signer: nodeSigner(privateKey), issuer }).jwks().keys[0].kid,
            },
          ],
        },
      }).claims.sub,
      "user_1",
    );
  }
});

test("a signer that lies, throws or answers nonsense releases no token", async () => {
  const [publicJwk] = jwks.keys;
  const other = nodeSigner(keys.EdDSA.privateKey);
  const issuerWith = (sign) =>
    createIssuer({ signer: { algorithm: "EdDSA", publicJwk, sign }, issuer });
  const lying = (bytes) => other.sign(Buffer.concat([bytes, Buffer.from("x")]));
  refused("ERR_SIGNATURE_REJECTED", () => issuerWith(lying).sign(claims));
  await refusedLater(
    "ERR_SIGNATURE_REJECTED",
    issuerWith(async (bytes) => lying(bytes)).sign(claims),
  );
  const boom = new Error("boom");
  const thrower = () => {
    throw boom;
  };
  assert.equal(refused("ERR_SIGNER_FAILED", () => issuerWith(thrower).sign(claims)).cause, boom);
  const rejected = await refusedLater(
    "ERR_SIGNER_FAILED",
    issuerWith(async () => thrower()).sign(claims),
  );
  assert.equal(rejected.cause, boom);
  for (const nonsense of [undefined, null, "signature", 7, [1, 2], new ArrayBuffer(64)]) {
    refused("ERR_SIGNER", () => issuerWith(() => nonsense).sign(claims));
    await refusedLater("ERR_SIGNER", issuerWith(async () => nonsense).sign(claims));
  }
  refused("ERR_SIGNER", () => createIssuer({ signer: { ...other, algorithm: "RS256" }, issuer }));
});

test("a signer that answers after the issuer was disposed of releases no token", async () => {
  let answer;
  const signer = nodeSigner(privateKey);
  const sign = (bytes) => new Promise((resolve) => (answer = () => resolve(signer.sign(bytes))));
  const own = createIssuer({ signer: { ...signer, sign }, issuer });
  const promise = own.sign(claims);
  own.dispose();
  answer();
  await refusedLater("ERR_ISSUER_DISPOSED", promise);
});
