// Beside the guide for Auth.js with Convex: its keys in this package, and this package's keys in it.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { generateKeys, jwksFromKey, signConvexToken } from "convex-token";
import { deployed } from "./deployment.mjs";
import { makeOldKeys, signOld } from "./old-recipe.mjs";

const JWKS = "/.well-known/jwks.json";

/** The ways in which the PEM travels from the guide's script to the site. */
const forms = {
  "with spaces for line breaks": (pem) => pem,
  "in quotes": (pem) => `"${pem}"`,
  "with \\n written out": (pem) => restored(pem).replace(/\n/g, "\\n"),
  "with line breaks": restored,
};

function restored(pem) {
  const [, label, body] = pem.match(/^(-----BEGIN [A-Z ]+-----) (.*) -----END/);
  return [label, ...body.split(" "), label.replace("BEGIN", "END")].join("\n");
}

describe("keys of the guide's script", () => {
  const old = {};
  const deployment = deployed("own-login");
  before(async () => {
    Object.assign(old, await makeOldKeys());
    await deployment.setEnv({ JWKS: old.JWKS });
  });

  test("are published by these routes as the script printed them", async () => {
    const { status, body } = await deployment.json(JWKS);
    assert.equal(status, 200);
    assert.deepEqual(body, JSON.parse(old.JWKS));
  });

  for (const [form, write] of Object.entries(forms)) {
    test(`sign here, ${form}, and the token is accepted against their set`, async () => {
      const privateKey = write(old.CONVEX_AUTH_PRIVATE_KEY);
      const [{ n, e }] = jwksFromKey(privateKey).keys;
      const [published] = JSON.parse(old.JWKS).keys;
      assert.deepEqual([n, e], [published.n, published.e]);
      const issuer = deployment.siteUrl;
      const token = signConvexToken({ sub: "user_ada" }, { privateKey, issuer, keyId: false });
      assert.equal((await deployment.whoami(token)).subject, "user_ada");
    });
  }

  test("sign there, and the token is accepted by these routes", async () => {
    const token = await signOld(old.CONVEX_AUTH_PRIVATE_KEY, deployment.siteUrl);
    assert.equal((await deployment.whoami(token)).subject, "user_ada");
  });
});

describe("keys of this package", () => {
  const keys = generateKeys();
  const deployment = deployed("authjs-guide", { JWKS: JSON.stringify(keys.jwks) });

  test("sign in the guide's callback, and the token is accepted by its routes", async () => {
    for (const pem of [keys.privateKey, keys.privateKey.trimEnd().replace(/\n/g, " ")]) {
      const token = await signOld(pem, deployment.siteUrl);
      assert.equal((await deployment.whoami(token)).subject, "user_ada");
    }
  });

  test("sign here, and the token is accepted by the guide's routes", async () => {
    const { privateKey } = keys;
    const token = signConvexToken({ sub: "user_ada" }, { privateKey, issuer: deployment.siteUrl });
    assert.equal((await deployment.whoami(token)).subject, "user_ada");
  });
});
