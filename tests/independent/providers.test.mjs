// From a key in the environment to the identity that a Convex function gets, through each kind of
// provider that takes the algorithm; and what must be refused.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { convexAuthProvider, createIssuer, generateKeys } from "convex-token";
import { Verifier } from "../tools/verifier.mjs";
import { loadEnvironment } from "./environment.mjs";
import { withAnotherSignature, withAnotherSubject } from "./forgery.mjs";
import { Site } from "./site.mjs";

const claims = { sub: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };
const badSignature = /(bad|incorrect EdDSA|Invalid) signature/;
const keys = {};
const site = new Site();
let verifier;

before(async () => {
  verifier = new Verifier();
  await site.start();
});
after(async () => {
  site.close();
  await verifier.close();
});

/** Signs with the key of an algorithm, which the site publishes. */
function issue(algorithm, variable = "CONVEX_AUTH_PRIVATE_KEY") {
  keys[algorithm] ??= generateKeys({ algorithm });
  loadEnvironment(keys[algorithm], variable, site.origin);
  site.serve(createIssuer());
  return site.issuer.sign(claims);
}

/** The provider takes the token for the user's, and fetches just these routes for it. */
async function accepts(provider, token, routes) {
  site.takeFetched();
  const { identity, ...refusal } = await verifier.judge(token, { providers: [provider] });
  const { origin: issuer } = site;
  const { sub: subject, ...rest } = claims;
  const expected = { tokenIdentifier: `${issuer}|${subject}`, issuer, subject, ...rest };
  assert.deepEqual(identity, expected, JSON.stringify(refusal));
  assert.deepEqual(site.takeFetched(), routes);
}

/** The provider refuses the token, and for this reason. */
async function refuses(provider, token, reason) {
  const judgement = await verifier.judge(token, { providers: [provider] });
  assert.equal(judgement.accepted, false);
  const { code, message, causes } = judgement;
  assert.match([code, message, ...causes].join("\n"), reason);
}

async function refusesForgeries(provider, token) {
  await refuses(provider, withAnotherSubject(token), badSignature);
  await refuses(provider, withAnotherSignature(token), badSignature);
}

const discovered = ["openid-configuration", "jwks.json"];

describe("RS256", () => {
  test("is accepted by an OIDC provider, from a key with \\n for line breaks", async () => {
    const token = issue("RS256");
    const provider = site.issuer.provider({ kind: "oidc" });
    await accepts(provider, token, discovered);
    await refusesForgeries(provider, token);
  });

  test("is accepted by an OIDC provider, from a key with spaces for line breaks", async () => {
    const token = issue("RS256", "JWT_PRIVATE_KEY");
    await accepts(site.issuer.provider({ kind: "oidc" }), token, discovered);
  });

  test("is accepted by a customJwt provider", async () => {
    const token = issue("RS256");
    const provider = site.issuer.provider({ kind: "customJwt" });
    await accepts(provider, token, ["jwks.json"]);
    await refusesForgeries(provider, token);
  });

  test("is accepted by a customJwt provider with a data: URI, which fetches nothing", async () => {
    const token = issue("RS256");
    const provider = convexAuthProvider({ kind: "customJwt", jwks: process.env.JWKS });
    await accepts(provider, token, []);
    await refusesForgeries(provider, token);
  });
});

describe("ES256", () => {
  test("is accepted by a customJwt provider", async () => {
    const token = issue("ES256");
    const provider = site.issuer.provider({ kind: "customJwt" });
    await accepts(provider, token, ["jwks.json"]);
    await refusesForgeries(provider, token);
  });

  test("is accepted by a customJwt provider with a data: URI, which fetches nothing", async () => {
    const token = issue("ES256");
    const provider = convexAuthProvider({ kind: "customJwt", jwks: process.env.JWKS });
    await accepts(provider, token, []);
  });

  test("is refused by an OIDC provider, and none is made for it", async () => {
    const token = issue("ES256");
    const make = () => site.issuer.provider({ kind: "oidc" });
    assert.throws(make, { code: "ERR_PROVIDER_ALGORITHM" });
    const provider = convexAuthProvider({ kind: "oidc" });
    await refuses(provider, token, /Disallowed signature algorithm/);
  });
});

describe("EdDSA", () => {
  test("is accepted by an OIDC provider", async () => {
    const token = issue("EdDSA");
    const provider = site.issuer.provider({ kind: "oidc" });
    await accepts(provider, token, discovered);
    await refusesForgeries(provider, token);
  });

  test("is refused by a customJwt provider, and none is made for it", async () => {
    const token = issue("EdDSA");
    const make = () => site.issuer.provider({ kind: "customJwt" });
    assert.throws(make, { code: "ERR_PROVIDER_ALGORITHM" });
    const provider = convexAuthProvider({ kind: "customJwt" });
    await refuses(provider, token, /Invalid JWKS response body/);
    const named = { ...provider, algorithm: "EdDSA" };
    await refuses(named, token, /AuthConfigNotMatchingSchemaError/);
  });
});
