// Functions of a deployment that signs its own tokens: from the HTTP action that signs, by the routes
// that the verifier fetches over HTTP, to the identity that a query sees.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKeys, signConvexToken } from "convex-token";
import { convexAuthConfig } from "convex-token/convex";
import { deployed } from "./deployment.mjs";

const ada = { subject: "user_ada", name: "Ada Lovelace", email: "ada@example.com" };

/** Who is signed in by a token of the project's own login. */
async function signIn(deployment) {
  const response = await deployment.fetch("/login", { method: "POST" });
  assert.equal(response.status, 200);
  return response.text();
}

function isAda(identity, deployment) {
  const issuer = deployment.siteUrl;
  assert.deepEqual(identity, {
    ...ada,
    issuer,
    tokenIdentifier: `${issuer}|${ada.subject}`,
  });
}

describe("with the routes and an OIDC provider", () => {
  const deployment = deployed("own-login");

  for (const algorithm of ["RS256", "EdDSA"]) {
    test(`a token signed with ${algorithm} in an HTTP action is the user's identity in a query`, async () => {
      const keys = generateKeys({ algorithm });
      await deployment.setEnv({
        CONVEX_AUTH_PRIVATE_KEY: keys.privateKey,
        JWKS: JSON.stringify(keys.jwks),
      });
      const token = await signIn(deployment);
      const judgement = await deployment.judge(token);
      assert.ok(judgement.accepted, JSON.stringify(judgement));
      isAda(judgement.identity, deployment);
      isAda(await deployment.whoami(token), deployment);
    });
  }

  test("nothing but the private key needs to be set", async () => {
    const { privateKey } = generateKeys({ algorithm: "EdDSA" });
    await deployment.setEnv({ CONVEX_AUTH_PRIVATE_KEY: privateKey, JWKS: null });
    isAda(await deployment.whoami(await signIn(deployment)), deployment);
  });

  test("an issuer made in an HTTP action hands a token out again, but for a forced refresh", async () => {
    const response = await deployment.fetch("/login/issuer", { method: "POST" });
    const [first, again, forced] = await response.json();
    assert.equal(again, first);
    assert.notEqual(forced, first);
    for (const token of [first, forced]) isAda(await deployment.whoami(token), deployment);
  });

  test("a customJwt provider fetches from the same routes, one key or several of its algorithm", async () => {
    for (const algorithm of ["RS256", "ES256"]) {
      const issuer = deployment.siteUrl;
      const { providers } = convexAuthConfig({ kind: "customJwt", algorithm, issuer });
      const [first, second] = [generateKeys({ algorithm }), generateKeys({ algorithm })];
      const sign = ({ privateKey }) => signConvexToken({ sub: "user_ada" }, { privateKey, issuer });
      const judge = async (keys) => (await deployment.judge(sign(keys), providers)).accepted;

      await deployment.setEnv({ JWKS: JSON.stringify(first.jwks) });
      assert.deepEqual([await judge(first), await judge(second)], [true, false]);
      const both = { keys: [...first.jwks.keys, ...second.jwks.keys] };
      await deployment.setEnv({ JWKS: JSON.stringify(both) });
      assert.deepEqual([await judge(first), await judge(second)], [true, true]);
    }
  });

  test("without a key in the deployment, what signs there says where it is missing", async () => {
    await deployment.setEnv({ CONVEX_AUTH_PRIVATE_KEY: null });
    const response = await deployment.fetch("/login", { method: "POST" });
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.match(
      text,
      /neither CONVEX_AUTH_PRIVATE_KEY nor JWT_PRIVATE_KEY is set where this code/,
    );
  });

  test("without a token a query sees nobody", async () => {
    assert.equal(await deployment.whoami(), null);
  });

  test("keys rotate without a deploy, each token accepted until its key is retired", async () => {
    const [old, next] = [generateKeys({ algorithm: "EdDSA" }), generateKeys()];
    const both = { keys: [...old.jwks.keys, ...next.jwks.keys] };
    await deployment.setEnv({
      CONVEX_AUTH_PRIVATE_KEY: old.privateKey,
      JWKS: JSON.stringify(old.jwks),
    });
    const before = await signIn(deployment);
    isAda(await deployment.whoami(before), deployment);

    await deployment.setEnv({ JWKS: JSON.stringify(both) });
    isAda(await deployment.whoami(before), deployment);

    await deployment.setEnv({ CONVEX_AUTH_PRIVATE_KEY: next.privateKey });
    const after = await signIn(deployment);
    for (const token of [before, after]) isAda(await deployment.whoami(token), deployment);

    await deployment.setEnv({ JWKS: JSON.stringify(next.jwks) });
    isAda(await deployment.whoami(after), deployment);
    assert.equal((await deployment.judge(before)).accepted, false);
  });
});

describe("with a customJwt provider that has its keys in it", () => {
  const keys = generateKeys({ algorithm: "ES256" });
  const deployment = deployed("embedded", {
    CONVEX_AUTH_PRIVATE_KEY: keys.privateKey,
    JWKS: JSON.stringify(keys.jwks),
  });

  test("no route is there, and a token is the user's identity all the same", async () => {
    assert.equal((await deployment.fetch("/.well-known/jwks.json")).status, 404);
    isAda(await deployment.whoami(await signIn(deployment)), deployment);
  });

  test("it helps where the deployment cannot reach its own routes, and discovery fails", async () => {
    const token = await signIn(deployment);
    const { providers } = convexAuthConfig({ issuer: deployment.siteUrl });
    const { accepted, message } = await deployment.judge(token, providers);
    assert.equal(accepted, false);
    assert.match(message, /discovery of http.* failed/);
    assert.ok((await deployment.judge(token)).accepted);
  });

  test("a token of another key is nobody's", async () => {
    const { privateKey } = generateKeys({ algorithm: "ES256" });
    await deployment.setEnv({ CONVEX_AUTH_PRIVATE_KEY: privateKey });
    const { accepted, message } = await deployment.judge(await signIn(deployment));
    assert.equal(accepted, false);
    assert.match(message, /does this key match any key in the provider's JWKS/);
  });
});
