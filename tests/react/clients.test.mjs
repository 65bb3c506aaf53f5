// createTokenFetcher with `setAuth` of the plain ConvexClient and of ConvexReactClient, unmodified,
// against a token route and a stand-in for a deployment.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { ConvexClient } from "convex/browser";
import { ConvexReactClient } from "convex/react";
import { createTokenFetcher } from "convex-token/client";
import { consoleDuring, servePageFrom } from "./lib/dom.mjs";
import { deployed, whoami } from "./lib/deployment.mjs";
import { pause, quiet, until } from "./lib/render.mjs";
import { ada, SessionServer } from "./lib/session-server.mjs";

const started = deployed();
const route = "/api/session/token";

/** Subscribes with either client; returns how to see the value and how to leave. */
const subscriptions = {
  ConvexClient() {
    const client = new ConvexClient(started.convex.url, started.clientOptions);
    const seen = {};
    client.onUpdate(whoami, {}, (identity) => (seen.identity = identity));
    return { client, seen };
  },
  ConvexReactClient() {
    const client = new ConvexReactClient(started.convex.url, started.clientOptions);
    const seen = {};
    const watch = client.watchQuery(whoami, {});
    watch.onUpdate(() => (seen.identity = watch.localQueryResult()));
    return { client, seen };
  },
};

for (const [name, subscribe] of Object.entries(subscriptions)) {
  describe(`${name}.setAuth with createTokenFetcher`, () => {
    const server = new SessionServer();
    before(async () => servePageFrom((await server.listen()).url));
    after(() => server.close());
    beforeEach(() => {
      Object.assign(server, { state: "up", recoversAfter: Infinity, user: ada, requests: [] });
      server.sign = started.signer();
    });

    /** Runs a test with a client whose user is told by the route. */
    async function signedIn(run, options = { retryDelay: 20 }) {
      return consoleDuring(async () => {
        const { client, seen } = subscribe();
        const states = [];
        const fetchToken = createTokenFetcher(route, options);
        // The client repeats what it has said; the changes count.
        const changed = (is) => is !== states.at(-1) && states.push(is);
        const setAuth = () => client.setAuth(fetchToken, changed);
        setAuth();
        const is = (subject) =>
          until(
            () => seen.identity !== undefined && (seen.identity?.subject ?? null) === subject,
            `to be ${subject}`,
          );
        const settled = async () => {
          await until(() => started.tokens() >= 2 || states.at(-1) === false);
          await quiet(() => server.requests.length + started.convex.log.events.length);
        };
        try {
          await run({ client, seen, states, is, settled, setAuth });
        } finally {
          await client.close();
        }
      });
    }

    test("is who the route says, for two tokens", async () => {
      const said = await signedIn(async ({ is, settled, states }) => {
        await is(ada.id);
        await settled();
        assert.deepEqual(server.requests, [`GET ${route}`, `GET ${route}?force=true`]);
        assert.equal(started.tokens(), 2);
        assert.deepEqual(states, [true]);
      });
      assert.deepEqual(said.lines, []);
    });

    test("refreshes before each token's end, without a loop", async () => {
      server.sign = started.signer({ expiresIn: 3 });
      await signedIn(async ({ is, settled, states }) => {
        await is(ada.id);
        await settled();
        // Tokens of 3 s with a leeway of 1 s: one each 2 s.
        const began = Date.now();
        await until(() => started.tokens() === 4);
        assert.ok(Date.now() - began > 3_000, "no more than one each 2 s");
        assert.equal(server.requests.length, 4);
        assert.deepEqual(states, [true]);
        await is(ada.id);
      });
    });

    test("is nobody without a session, after two requests", async () => {
      server.user = null;
      await signedIn(async ({ is, settled, states }) => {
        await is(null);
        await settled();
        assert.equal(server.requests.length, 2);
        assert.deepEqual(states, [false]);
      });
    });

    test("stays in while the route is gone for less than the token's rest", async () => {
      server.sign = started.signer({ expiresIn: 3 });
      await signedIn(async ({ is, settled, states }) => {
        await is(ada.id);
        await settled();
        Object.assign(server, { state: 503, recoversAfter: 3 });
        await until(() => started.tokens() === 3, "another token");
        assert.deepEqual(states, [true]);
      });
    });

    test("is out when the route is gone for good, and in when setAuth is called again", async () => {
      server.sign = started.signer({ expiresIn: 3 });
      await signedIn(
        async ({ is, settled, states, setAuth }) => {
          await is(ada.id);
          await settled();
          server.state = "down";
          await until(() => states.at(-1) === false);
          server.state = "up";
          setAuth();
          await until(() => states.at(-1) === true);
          await is(ada.id);
          assert.deepEqual(states, [true, false, true]);
        },
        { retryDelay: 20, retries: 2 },
      );
    });

    test("comes back by itself with retries without end, whatever the route does", async () => {
      server.sign = started.signer({ expiresIn: 4 });
      await signedIn(
        async ({ is, settled, states }) => {
          await is(ada.id);
          await settled();
          server.state = "down";
          await pause(5_000);
          server.state = "up";
          const tokens = started.tokens();
          await until(() => started.tokens() > tokens);
          await is(ada.id);
          assert.ok(!states.includes(false), `${states}`);
        },
        { retryDelay: 20, maxRetryDelay: 200, retries: Infinity },
      );
    });

    test("is asked for once more when a token is the same, as one without jti within a second", async () => {
      // The widely copied recipe: the same claims within a second give the same text.
      const key = new Map();
      const sign = started.signer();
      server.sign = (user) => {
        const second = Math.floor(Date.now() / 1000);
        if (!key.has(second)) key.set(second, sign(user));
        return key.get(second);
      };
      await signedIn(async ({ is, settled, states }) => {
        await is(ada.id);
        await until(() => started.tokens() === 2, "a token of another second");
        await settled();
        assert.ok(server.requests.length <= 3);
        assert.deepEqual(states, [true]);
      });
    });
  });
}
