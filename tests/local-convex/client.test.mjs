// The unmodified ConvexClient and ConvexReactClient, over the sync protocol.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { ConvexClient } from "convex/browser";
import { ConvexReactClient } from "convex/react";
import { anyApi } from "convex/server";
import WebSocket from "ws";
import { deployed, user } from "./started.mjs";

const quiet = { log() {}, logVerbose() {}, warn() {}, error() {} };

describe("ConvexClient", () => {
  const started = deployed();
  const open = [];
  afterEach(() => Promise.all(open.splice(0).map((client) => client.close())));

  function connect(options = {}) {
    const client = new ConvexClient(started.convex.url, {
      webSocketConstructor: WebSocket,
      logger: quiet,
      ...options,
    });
    open.push(client);
    return client;
  }

  /** Resolves once the query has a value that is as wanted. */
  function value(client, query, wanted) {
    return new Promise((resolve, reject) => {
      const unsubscribe = client.onUpdate(
        query,
        {},
        (value) => {
          if (!wanted(value)) return;
          // The first value may come before there is anything to unsubscribe.
          setImmediate(() => unsubscribe());
          resolve(value);
        },
        reject,
      );
    });
  }

  /** Resolves once the client is told its user, and has had its second, fresh token confirmed. */
  async function signIn(client, fetchToken = async () => started.issuer.sign(user)) {
    const { log } = started.convex;
    const accepted = { type: "authenticate", accepted: true };
    const twice = log.next(accepted).then(() => log.next(accepted));
    await authState(client, fetchToken);
    await twice;
    // Answered after what answers the token, on the same connection.
    await value(client, anyApi.greeting.get, Boolean);
  }

  const authState = (client, fetchToken) =>
    new Promise((resolve) => client.setAuth(fetchToken, resolve));

  test("subscribes as nobody, then as whom its token is for", async () => {
    const client = connect();
    assert.equal(await value(client, anyApi.users.whoami, () => true), null);
    assert.equal(await authState(client, async () => started.issuer.sign(user)), true);
    const { subject, name } = await value(client, anyApi.users.whoami, Boolean);
    assert.deepEqual({ subject, name }, { subject: user.sub, name: user.name });
  });

  test("sees its subscriptions change after a mutation of another client", async () => {
    const [reader, writer] = [connect(), connect()];
    await authState(writer, async () => started.issuer.sign(user));
    const seen = value(reader, anyApi.messages.list, (messages) => messages.length === 1);
    await writer.mutation(anyApi.messages.send, { body: "hello" });
    assert.deepEqual(await seen, [{ author: user.sub, body: "hello" }]);
    // The writer reads its own write as soon as the mutation is done.
    assert.deepEqual(await writer.query(anyApi.messages.list, {}), await seen);
  });

  test("runs actions, and is told the errors of functions", async () => {
    const client = connect();
    assert.equal(await client.action(anyApi.users.whoamiInAction, {}), null);
    await assert.rejects(client.mutation(anyApi.messages.send, { body: "" }), (error) => {
      assert.deepEqual(error.data, { code: "UNAUTHENTICATED" });
      return true;
    });
    await assert.rejects(client.query(anyApi.users.secret, {}), /Could not find public function/);
  });

  test("is told with AuthError that a token is refused, asks thrice more, and is nobody", async () => {
    const errors = [];
    const client = connect({ logger: { ...quiet, error: (message) => errors.push(message) } });
    const forger = started.issuerOf(started.keys, { audience: "other" });
    let fetches = 0;
    const fetchToken = async () => {
      fetches += 1;
      return forger.sign(user);
    };
    assert.equal(await authState(client, fetchToken), false);
    assert.equal(fetches, 4);
    assert.equal(started.convex.counts.refused, 4);
    assert.match(errors.join("\n"), /Failed to authenticate: "No auth provider found matching/);
    assert.equal(await value(client, anyApi.users.whoami, () => true), null);
  });

  test("refreshes its token again and again, one connection all the while", async () => {
    const client = connect({ authRefreshTokenLeewaySeconds: 1 });
    const issuer = started.issuerOf(started.keys, { expiresIn: 3 });
    const states = [];
    client.setAuth(
      async () => issuer.sign(user),
      (state) => states.push(state),
    );
    const { log } = started.convex;
    const accepted = { type: "authenticate", accepted: true };
    for (let count = 0; count < 4; count += 1) await log.next(accepted);
    assert.equal((await value(client, anyApi.users.whoami, Boolean)).subject, user.sub);
    assert.ok(!states.includes(false));
    const { connections, refused } = started.convex.counts;
    assert.deepEqual({ connections, refused }, { connections: 1, refused: 0 });
  });

  test("is told with AuthError that its token has expired, when it calls a function", async () => {
    const client = connect();
    const tokens = [];
    const fetchToken = async () => tokens[tokens.push(started.issuer.sign(user)) - 1];
    await signIn(client, fetchToken);
    const failure = started.convex.log.next("failure");
    started.convex.clockOffset = 2 * 3600;
    try {
      const message = client.mutation(anyApi.messages.send, { body: "too late" });
      const { authError, authUpdateAttempted, ...rest } = await failure;
      assert.equal(authError, true);
      assert.equal(authUpdateAttempted, false);
      assert.equal(rest.message, "Convex token identity expired");
      started.convex.clockOffset = 0;
      // The client comes back with a new token, and its mutation with it.
      await message;
      assert.equal(tokens.length, 3);
    } finally {
      started.convex.clockOffset = 0;
    }
  });

  test("comes back as the same user after its connection is lost", async () => {
    const client = connect();
    await signIn(client);
    const back = started.convex.log.next("connect");
    started.convex.dropConnections();
    assert.equal((await back).connectionCount, 1);
    assert.equal((await value(client, anyApi.users.whoami, Boolean)).subject, user.sub);
  });

  test("is nobody again after it has signed out, on the same connection", async () => {
    const client = connect();
    await signIn(client);
    const signedOut = started.convex.log.next("signOut");
    client.client.clearAuth();
    await signedOut;
    assert.equal(await value(client, anyApi.users.whoami, (identity) => !identity), null);
    assert.equal(started.convex.counts.connections, 1);
  });
});

describe("ConvexReactClient", () => {
  const started = deployed();

  test("watches a query as whom its token is for", async () => {
    const client = new ConvexReactClient(started.convex.url, {
      webSocketConstructor: WebSocket,
      logger: quiet,
    });
    try {
      assert.equal(await client.query(anyApi.users.whoami, {}), null);
      client.setAuth(async () => started.issuer.sign(user));
      const watch = client.watchQuery(anyApi.users.whoami, {});
      const identity = await new Promise((resolve) => {
        watch.onUpdate(() => watch.localQueryResult() && resolve(watch.localQueryResult()));
      });
      assert.equal(identity.subject, user.sub);
    } finally {
      await client.close();
    }
  });
});
