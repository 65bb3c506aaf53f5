// ConvexProviderWithSession in a page with the real next-auth, the unmodified ConvexReactClient and a
// stand-in for a deployment that judges each token: who the deployment says is there.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ConvexProviderWithAuth, ConvexReactClient, useConvexAuth, useQuery } from "convex/react";
import { createElement } from "react";
import { ConvexProviderWithSession, createUseAuth } from "convex-token/react";
import { consoleDuring, happen, servePageFrom, setVisible } from "./lib/dom.mjs";
import { deployed, whoami } from "./lib/deployment.mjs";
import { mount, pause, quiet, until } from "./lib/render.mjs";
import { ada, grace, SessionServer } from "./lib/session-server.mjs";

const started = deployed();

for (const [version, nobody] of [
  ["next-auth-4", {}],
  ["next-auth-5", null],
]) {
  const { SessionProvider, signIn, signOut, useSession } = await import(`${version}/react`);

  describe(`ConvexProviderWithSession with ${version}`, () => {
    const server = new SessionServer(undefined, { nobody });
    before(async () => servePageFrom((await server.listen()).url));
    after(() => server.close());

    /** Runs a test in a page with somebody signed in, and returns what was written to the console. */
    function inPage(run, { user = ada, sign = {}, strict, options, provider } = {}) {
      return consoleDuring(async () => {
        const signs = typeof sign === "function" ? sign : started.signer(sign);
        Object.assign(server, { state: "up", recoversAfter: Infinity, user, sign: signs });
        server.requests = [];
        const client = new ConvexReactClient(started.convex.url, started.clientOptions);
        const page = { states: [] };
        function Page() {
          page.auth = useConvexAuth();
          page.identity = useQuery(whoami);
          page.session = useSession();
          page.subject = page.identity?.subject;
          const { isLoading, isAuthenticated } = page.auth;
          const state = isLoading ? "loading" : isAuthenticated ? "in" : "out";
          if (page.states.at(-1) !== state) page.states.push(state);
          return null;
        }
        const retrying = { retryDelay: 20, ...options };
        const element = createElement(
          SessionProvider,
          null,
          provider
            ? provider(client, createElement(Page))
            : createElement(
                ConvexProviderWithSession,
                { client, useSession, options: retrying },
                createElement(Page),
              ),
        );
        const { unmount } = mount(element, { strict });
        page.is = (subject) =>
          until(
            () =>
              subject === null
                ? !page.auth?.isLoading && !page.auth?.isAuthenticated && page.identity === null
                : page.auth?.isAuthenticated && page.subject === subject,
            `to be ${subject}`,
          );
        page.settled = async () => {
          await until(() => started.tokens() >= 2 || page.states.at(-1) === "out");
          await quiet(() => server.requests.length + started.convex.log.events.length);
        };
        try {
          await run(page);
        } finally {
          unmount();
          await client.close();
          await pause(10);
        }
      });
    }

    test("shows who is signed in, for two tokens and one request", async () => {
      const said = await inPage(async (page) => {
        await page.is(ada.id);
        await page.settled();
        assert.equal(page.identity.email, ada.email);
        assert.equal(started.tokens(), 2, "the session's and a fresh one, as the client wants");
        assert.equal(started.tokens(false), 0);
        // Next-auth 5 fetches its first session twice; the refresh is one request more.
        assert.equal(server.sessionRequests, version === "next-auth-5" ? 3 : 2);
        assert.deepEqual(page.states, ["loading", "in"]);
      });
      assert.deepEqual(said.lines, []);
    });

    test("does so with ConvexProviderWithAuth and createUseAuth, and in StrictMode", async () => {
      const useAuth = createUseAuth(useSession);
      await inPage(
        async (page) => {
          await page.is(ada.id);
          await page.settled();
          assert.ok(started.tokens() <= 3, `${started.tokens()} tokens`);
          assert.equal(page.states.at(-1), "in");
          assert.ok(!page.states.includes("out"));
        },
        {
          strict: true,
          provider: (client, page) =>
            createElement(ConvexProviderWithAuth, { client, useAuth }, page),
        },
      );
    });

    test("refreshes before each token's end, and is never out, loading, or in a loop", async () => {
      await inPage(
        async (page) => {
          await page.is(ada.id);
          await page.settled();
          // Tokens of 3 s with a leeway of 1 s: one each 2 s, for one request each.
          const before = { tokens: started.tokens(), requests: server.sessionRequests };
          const began = Date.now();
          await until(() => started.tokens() === before.tokens + 3);
          assert.ok(Date.now() - began > 5_000, "no more than one each 2 s");
          assert.equal(server.sessionRequests, before.requests + 3);
          assert.equal(started.tokens(false), 0);
          assert.equal(page.subject, ada.id);
          assert.deepEqual(page.states, ["loading", "in"]);
        },
        { sign: { expiresIn: 3 } },
      );
    });

    test("stays in while the server is gone for less than the token's rest", async () => {
      await inPage(
        async (page) => {
          await page.is(ada.id);
          await page.settled();
          Object.assign(server, { state: "down", recoversAfter: 4, requests: [] });
          await until(() => server.state === "up", "refreshes", { timeout: 5_000 });
          await until(() => started.tokens() === 3);
          assert.deepEqual(page.states, ["loading", "in"]);
        },
        { sign: { expiresIn: 3 } },
      );
    });

    test("comes back without a reload when the server was gone for longer than the token lived", async () => {
      await inPage(
        async (page) => {
          await page.is(ada.id);
          await page.settled();
          server.state = "down";
          await until(() => page.states.at(-1) === "out");
          await pause(1_500);
          server.state = "up";
          happen("focus");
          await page.is(ada.id);
          await page.settled();
          assert.deepEqual(page.states, ["loading", "in", "out", "loading", "in"]);
        },
        { sign: { expiresIn: 4 }, options: { retries: 2 } },
      );
    });

    test("sleeps, wakes up without a network and with a token that has expired, and comes back", async () => {
      await inPage(
        async (page) => {
          await page.is(ada.id);
          await page.settled();
          // The deployment's clock runs ahead, as the token's time does during a sleep.
          setVisible(false);
          server.state = "down";
          started.convex.clockOffset = 3_600;
          started.convex.dropConnections();
          setVisible(true);
          await pause(500);
          server.sign = started.signer({ expiresIn: "2h" });
          server.state = "up";
          happen("online");
          await page.is(ada.id);
        },
        { sign: { expiresIn: "30m" }, options: { retries: 1 } },
      );
      started.convex.clockOffset = 0;
    });

    test("is nobody after signing out, and the same or another user after signing in again", async () => {
      await inPage(async (page) => {
        await page.is(ada.id);
        await signOut({ redirect: false });
        await page.is(null);
        await signIn("credentials", { name: "ada", redirect: false });
        await page.is(ada.id);
        await signIn("credentials", { name: "grace", redirect: false });
        await page.is(grace.id);
        await page.settled();
        assert.equal(started.tokens(false), 0);
      });
    });

    test("notices signing in again after the session has ended unnoticed", async () => {
      await inPage(
        async (page) => {
          await page.is(ada.id);
          server.user = null;
          await until(() => page.states.at(-1) === "out");
          await page.is(null);
          await signIn("credentials", { name: "ada", redirect: false });
          await page.is(ada.id);
        },
        { sign: { expiresIn: 3 } },
      );
    });

    test("asks a bounded number of times when the deployment takes no token", async () => {
      await inPage(
        async (page) => {
          await until(() => page.states.at(-1) === "out");
          await page.settled();
          await pause(1_000);
          const refused = started.tokens(false);
          assert.ok(refused <= 4, `${refused} tokens were tried`);
          assert.ok(server.sessionRequests <= 6, `${server.requests}`);
        },
        { sign: { issuer: "https://other.convex.site" } },
      );
    });

    test("survives a token that is the same again: in until it ends, and in again after", async () => {
      let token;
      const said = await inPage(
        async (page) => {
          await page.is(ada.id);
          await pause(2_000);
          const requests = server.sessionRequests;
          assert.equal(page.states.at(-1), "in");
          await pause(1_000);
          assert.equal(server.sessionRequests, requests, "no loop");
          token = undefined; // The cache that gave it has forgotten it.
          happen("focus");
          await until(() => started.tokens() >= 2);
          await page.is(ada.id);
        },
        { sign: (user) => (token ??= started.signer()(user)) },
      );
      assert.match(said.ours("warn")[0], /ERR_TOKEN_UNCHANGED/);
    });

    test("says what is missing when the session has no token, and is nobody", async () => {
      const said = await inPage(
        async (page) => {
          await page.is(null);
          await page.settled();
          assert.ok(server.sessionRequests <= 4);
        },
        { sign: () => undefined },
      );
      assert.equal(said.ours("error").length, 1);
      assert.match(said.ours("error")[0], /ERR_SESSION_TOKEN_MISSING/);
    });
  });
}
