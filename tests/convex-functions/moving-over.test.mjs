// Moving a deployment over whose published set has no `kid`, step by step, each judged by the verifier
// and by a query: no token is refused on the way, and the wrong order is refused.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { generateKeys, jwksFromKey, signConvexToken } from "convex-token";
import { deployed } from "./deployment.mjs";
import { makeOldKeys, signOld } from "./old-recipe.mjs";

for (const project of ["own-login", "authjs-guide"]) {
  const whose = project === "own-login" ? "the routes of this package" : "the guide's own routes";

  describe(`with ${whose}`, () => {
    const deployment = deployed(project);
    const old = {};
    /** The one key with a name, and beside it the next one. */
    const sets = {};
    before(async () => {
      Object.assign(old, await makeOldKeys());
      sets.named = jwksFromKey(old.CONVEX_AUTH_PRIVATE_KEY);
      sets.two = { keys: [...sets.named.keys, ...generateKeys().jwks.keys] };
    });

    const publish = (set) =>
      deployment.setEnv({ JWKS: typeof set === "string" ? set : JSON.stringify(set) });
    const signers = {
      old: () => signOld(old.CONVEX_AUTH_PRIVATE_KEY, deployment.siteUrl),
      new: (options) =>
        signConvexToken(
          { sub: "user_ada" },
          { privateKey: old.CONVEX_AUTH_PRIVATE_KEY, issuer: deployment.siteUrl, ...options },
        ),
    };

    async function accepted(...tokens) {
      for (const token of tokens) {
        const judgement = await deployment.judge(token);
        assert.ok(judgement.accepted, JSON.stringify(judgement));
        assert.equal((await deployment.whoami(token)).subject, "user_ada");
      }
    }

    async function refused(token, cause) {
      const judgement = await deployment.judge(token);
      assert.equal(judgement.accepted, false);
      assert.match(judgement.causes.join(" "), cause);
      await assert.rejects(deployment.whoami(token));
    }

    test("in the right order every token is accepted at every step", async () => {
      // The start: the old set, the old signer.
      await publish(old.JWKS);
      const first = await signers.old();
      await accepted(first);

      // Step 1: the same key with a name is published. The signer is still the old one.
      await publish(sets.named);
      const second = await signers.old();
      await accepted(first, second);

      // Step 2: the signer changes, and names the key. Tokens without a name live on.
      const third = signers.new();
      await accepted(first, second, third);

      // Step 3, when the old tokens have expired: from now on keys can rotate.
      await publish(sets.two);
      await accepted(third);
    });

    test("the signer first is the wrong order: no key has the token's name", async () => {
      await publish(old.JWKS);
      await refused(signers.new(), /No matching key/i);
    });

    test("a second key too early is the wrong order: a token without a name could be either's", async () => {
      await publish(sets.two);
      await refused(await signers.old(), /ambiguous|multiple/i);
    });

    test("who cannot change the set signs without a name", async () => {
      await publish(old.JWKS);
      await accepted(signers.new({ keyId: false }));
    });
  });
}

test("the set to publish in step 1 is the old one, with the key named", async () => {
  const old = await makeOldKeys();
  const [{ kid, alg, ...rest }] = jwksFromKey(old.CONVEX_AUTH_PRIVATE_KEY).keys;
  assert.deepEqual([rest], JSON.parse(old.JWKS).keys);
  assert.match(kid, /^[\w-]{43}$/);
  assert.equal(alg, "RS256");
});
