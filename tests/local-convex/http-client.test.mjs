// The unmodified ConvexHttpClient.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { ConvexError } from "convex/values";
import { deployed, user } from "./started.mjs";

describe("ConvexHttpClient", () => {
  const started = deployed();
  const anonymous = () => new ConvexHttpClient(started.convex.url);
  const authenticated = () => {
    const client = anonymous();
    client.setAuth(started.issuer.sign(user));
    return client;
  };

  test("is nobody without a token", async () => {
    assert.equal(await anonymous().query(anyApi.users.whoami, {}), null);
    assert.equal(await anonymous().action(anyApi.users.whoamiInAction, {}), null);
  });

  test("is whom its token is for, in a query and in an action", async () => {
    const issuer = started.convex.siteUrl;
    const { sub: subject, ...rest } = user;
    const identity = { tokenIdentifier: `${issuer}|${subject}`, issuer, subject, ...rest };
    assert.deepEqual(await authenticated().query(anyApi.users.whoami, {}), identity);
    assert.deepEqual(await authenticated().action(anyApi.users.whoamiInAction, {}), identity);
  });

  test("reads what its mutation has written, at a consistent time too", async () => {
    const client = authenticated();
    await client.mutation(anyApi.messages.send, { body: "hello" });
    const expected = [{ author: user.sub, body: "hello" }];
    assert.deepEqual(await client.query(anyApi.messages.list, {}), expected);
    assert.deepEqual(await client.consistentQuery(anyApi.messages.list, {}), expected);
  });

  test("is answered 401 with Convex's own words when its token is refused", async () => {
    const token = started.issuerOf(started.keys, { audience: "other" }).sign(user);
    const response = await fetch(`${started.convex.url}/api/query`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ path: "users:whoami", args: [{}] }),
    });
    assert.equal(response.status, 401);
    const { code, message } = await response.json();
    assert.equal(code, "NoAuthProvider");
    assert.match(message, /^No auth provider found matching the given token/);

    const client = anonymous();
    client.setAuth(token);
    await assert.rejects(client.query(anyApi.users.whoami, {}), /NoAuthProvider/);
  });

  test("gets the data of a ConvexError, and the message of any other", async () => {
    await assert.rejects(anonymous().mutation(anyApi.messages.send, { body: "" }), (error) => {
      assert.ok(error instanceof ConvexError);
      assert.deepEqual(error.data, { code: "UNAUTHENTICATED" });
      return true;
    });
    await assert.rejects(authenticated().mutation(anyApi.messages.send, {}), /body/);
  });

  test("can't call what is internal, of another kind, or not there", async () => {
    for (const name of [anyApi.users.secret, anyApi.users.nothing, anyApi.nowhere.at]) {
      await assert.rejects(anonymous().query(name, {}), /Could not find public function/);
    }
    await assert.rejects(anonymous().mutation(anyApi.users.whoami, {}), /as a mutation/);
  });
});
