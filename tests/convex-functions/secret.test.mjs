// Functions that only the project's own server may call.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConvexError } from "convex/values";
import { anyApi } from "convex/server";
import { ConvexTokenError } from "convex-token";
import { requireSecret } from "convex-token/convex";
import { deployed } from "./deployment.mjs";

const secret = "7f0c…the one that is set…";
const { accounts } = anyApi;

function refused(code, given, expected) {
  assert.throws(
    () => requireSecret(given, expected),
    (error) => {
      assert.ok(error instanceof ConvexTokenError);
      assert.equal(error.code, code);
      const { message, hint } = error;
      assert.deepEqual(error.data, { code, message, hint });
      const told = [message, hint, error.stack, JSON.stringify(error)].join();
      for (const one of [given, expected].flat()) {
        if (one.length > 4) assert.ok(!told.includes(one), told);
      }
      return true;
    },
  );
}

describe("requireSecret", () => {
  test("lets the secret through", () => {
    assert.equal(requireSecret(secret, secret), undefined);
    assert.equal(requireSecret("ä\u{1f511}", ["ä\u{1f511}"]), undefined);
  });

  test("lets each of several through while one is replaced, whatever is not set beside them", () => {
    for (const given of ["new secret", "old secret"]) {
      requireSecret(given, ["new secret", "old secret"]);
      requireSecret(given, [undefined, "old secret", "", "new secret"]);
    }
  });

  test("refuses every other", () => {
    for (const given of ["", "x", secret.slice(1), `${secret} `, secret.toUpperCase()]) {
      refused("ERR_SECRET_REFUSED", given, secret);
      refused("ERR_SECRET_REFUSED", given, [secret, "old secret"]);
    }
  });

  test("refuses a caller that sends none, or no text", () => {
    for (const given of [undefined, null, 1, [secret], { secret }, true]) {
      assert.throws(() => requireSecret(given, secret), { code: "ERR_SECRET_REFUSED" });
    }
  });

  test("lets nobody through where none is set, an empty text least of all", () => {
    for (const expected of [undefined, null, "", [], [undefined], ["", undefined], [null]]) {
      for (const given of [undefined, "", "undefined", "null", secret]) {
        assert.throws(() => requireSecret(given, expected), { code: "ERR_SECRET_MISSING" });
      }
    }
  });

  test("says where to set it", () => {
    assert.throws(
      () => requireSecret(secret, undefined),
      ({ message, hint }) =>
        /none is set in the Convex deployment/.test(message) &&
        /npx convex env set CONVEX_AUTH_ADAPTER_SECRET/.test(hint),
    );
  });
});

describe("in a deployment", () => {
  const deployment = deployed("own-login", { CONVEX_AUTH_ADAPTER_SECRET: secret });
  const create = (secret) =>
    deployment.client().mutation(accounts.create, { secret, email: "ada@example.com" });
  const count = (secret) => deployment.client().query(accounts.count, { secret });

  test("who knows the secret may call, and nobody else", async () => {
    await create(secret);
    assert.equal(await count(secret), 1);
    for (const call of [create, count]) {
      await assert.rejects(call("guessed"), (error) => {
        // Convex hides the text of other errors from callers in production.
        assert.ok(error instanceof ConvexError);
        assert.equal(error.data.code, "ERR_SECRET_REFUSED");
        assert.match(error.data.hint, /CONVEX_AUTH_ADAPTER_SECRET/);
        assert.ok(!JSON.stringify(error.data).includes(secret));
        return true;
      });
    }
    assert.equal(await count(secret), 1);
  });

  test("a secret is replaced without a refused call", async () => {
    await deployment.setEnv({ OLD_ADAPTER_SECRET: secret, CONVEX_AUTH_ADAPTER_SECRET: "new one" });
    for (const either of [secret, "new one"]) assert.equal(await count(either), 1);
    await deployment.setEnv({ OLD_ADAPTER_SECRET: null });
    assert.equal(await count("new one"), 1);
    await assert.rejects(count(secret), ({ data }) => data.code === "ERR_SECRET_REFUSED");
  });

  test("where none is set, the caller is told so", async () => {
    await deployment.setEnv({ OLD_ADAPTER_SECRET: null, CONVEX_AUTH_ADAPTER_SECRET: null });
    for (const given of [undefined, "", secret]) {
      await assert.rejects(count(given), ({ data }) => data.code === "ERR_SECRET_MISSING");
    }
  });
});
