// createUseAuth with the real useSession of next-auth 4 and 5 and a real server: the contract that
// Convex's provider relies on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createElement } from "react";
import { createUseAuth } from "convex-token/react";
import { consoleDuring, happen, servePageFrom, setVisible } from "./lib/dom.mjs";
import { mount, pause, quiet, until } from "./lib/render.mjs";
import { ada, grace, SessionServer } from "./lib/session-server.mjs";
import { signer } from "./lib/tokens.mjs";

const unforced = { forceRefreshToken: false };
const forced = { forceRefreshToken: true };

for (const [version, nobody] of [
  ["next-auth-4", {}],
  ["next-auth-5", null],
]) {
  const { SessionProvider, signIn, signOut, useSession } = await import(`${version}/react`);

  describe(`createUseAuth with ${version}`, () => {
    const server = new SessionServer(undefined, { nobody });
    before(async () => servePageFrom((await server.listen()).url));
    after(() => server.close());

    /**
     * Runs a test in a page that has the hook, with somebody signed in. Next-auth writes failures to
     * the console itself, so that is caught; what was written comes back.
     */
    function inPage(run, { options = {}, user = ada, sign = signer(), strict = false } = {}) {
      return consoleDuring(async () => {
        Object.assign(server, { state: "up", recoversAfter: Infinity, user, sign, requests: [] });
        const useAuth = createUseAuth(useSession, { retryDelay: 2, ...options });
        const page = { renders: [] };
        function Page() {
          page.session = useSession();
          page.auth = useAuth();
          page.renders.push(page.auth);
          return null;
        }
        const element = createElement(SessionProvider, null, createElement(Page));
        const { unmount } = mount(element, { strict });
        page.unmount = unmount;
        page.settled = (authenticated = true) =>
          until(() => page.auth?.isAuthenticated === authenticated && !page.auth.isLoading);
        /** Runs something and returns the renders that it brought. */
        page.rendersDuring = async (run) => {
          const before = page.renders.length;
          await run();
          await pause(30);
          return page.renders.slice(before);
        };
        page.fetchersOf = (renders) =>
          new Set(renders.map(({ fetchAccessToken }) => fetchAccessToken));
        try {
          await page.settled(user !== null);
          // Version 5 tells its own page of the session too, which fetches it again.
          await quiet(() => server.requests.length);
          server.requests = [];
          await run(page);
        } finally {
          unmount();
          await pause(10);
        }
      });
    }

    const subject = (token) => JSON.parse(atob(token.split(".")[1])).sub;

    test("is loading until next-auth knows, then follows it", async () => {
      await inPage(async ({ renders }) => {
        assert.deepEqual(
          [renders[0].isLoading, renders[0].isAuthenticated],
          [true, false],
          "at first",
        );
        const last = renders.at(-1);
        assert.deepEqual([last.isLoading, last.isAuthenticated], [false, true]);
      });
      await inPage(
        async ({ auth }) => {
          assert.deepEqual([auth.isLoading, auth.isAuthenticated], [false, false]);
        },
        { user: null },
      );
    });

    test("gives the session's token first, without a request", async () => {
      await inPage(async ({ auth, session }) => {
        assert.equal(await auth.fetchAccessToken(unforced), session.data.convexToken);
        assert.deepEqual(server.requests, []);
      });
    });

    test("refreshes by one update(), whoever asks at once, and the page does not notice", async () => {
      await inPage(async (page) => {
        const first = await page.auth.fetchAccessToken(unforced);
        const { fetchAccessToken } = page.auth;
        const renders = await page.rendersDuring(async () => {
          const tokens = await Promise.all([1, 2, 3].map(() => fetchAccessToken(forced)));
          assert.equal(new Set(tokens).size, 1);
          assert.notEqual(tokens[0], first);
          assert.equal(subject(tokens[0]), ada.id);
        });
        assert.equal(server.sessionRequests, 1);
        assert.ok(renders.length > 0, "next-auth renders while it updates");
        assert.ok(renders.every(({ isLoading }) => !isLoading));
        assert.ok(renders.every(({ isAuthenticated }) => isAuthenticated));
        assert.deepEqual([...page.fetchersOf(renders)], [fetchAccessToken]);
      });
    });

    test("is the same function through the page's own updates, focus and another token", async () => {
      await inPage(async (page) => {
        const { fetchAccessToken } = page.auth;
        const renders = await page.rendersDuring(async () => {
          await page.session.update({ theme: "dark" });
          await pause(1100); // Next-auth takes a session for new through the second it came in.
          setVisible(false);
          setVisible(true);
          await until(() => server.sessionRequests >= 2);
        });
        assert.deepEqual([...page.fetchersOf(renders)], [fetchAccessToken]);
        assert.equal(new Set(renders).size, 1, "what the hook returns is the same object too");
      });
    });

    for (const state of ["down", 500]) {
      test(`repeats update() while the server is ${state}, before any null`, async () => {
        await inPage(async ({ auth }) => {
          Object.assign(server, { state, recoversAfter: 4 });
          assert.equal(subject(await auth.fetchAccessToken(forced)), ada.id);
        });
      });
    }

    test("repeats an update() that takes too long", async () => {
      await inPage(
        async ({ auth }) => {
          Object.assign(server, { state: "silent", recoversAfter: 3 });
          assert.equal(subject(await auth.fetchAccessToken(forced)), ada.id);
        },
        { options: { timeout: 50 } },
      );
    });

    test("gives null after so many repetitions, then leaves the server alone", async () => {
      const said = await inPage(
        async (page) => {
          server.state = "down";
          const renders = await page.rendersDuring(async () => {
            assert.equal(await page.auth.fetchAccessToken(forced), null);
          });
          const { requests } = server;
          const updates =
            requests.length - requests.filter((r) => r === "GET /api/auth/session").length;
          assert.ok(requests.length <= 3 * 3, `${requests}`);
          assert.ok(version === "next-auth-5" || updates >= 3, `${requests}`);
          server.requests = [];
          await pause(300);
          assert.deepEqual(server.requests, []);
          assert.equal(page.fetchersOf(renders).size, 1);
        },
        { options: { retries: 2 } },
      );
      assert.match(said.ours("warn")[0], /ERR_TOKEN_UNREACHABLE/);
      assert.equal(said.ours("warn").length, 1);
    });

    for (const [what, occurrence] of [
      ["online", () => happen("online")],
      ["in focus", () => happen("focus")],
      ["shown again", () => happen("pageshow")],
      ["visible", () => setVisible(true)],
    ]) {
      test(`is another function once a token is to be had again, tried when the page is ${what}`, async () => {
        await inPage(
          async (page) => {
            await page.auth.fetchAccessToken(unforced);
            const before = page.auth.fetchAccessToken;
            server.state = "down";
            assert.equal(await before(forced), null);
            server.state = "up";
            server.requests = [];
            const renders = await page.rendersDuring(async () => {
              occurrence();
              await until(() => page.auth.fetchAccessToken !== before);
            });
            assert.equal(
              page.fetchersOf([...renders, { fetchAccessToken: before }]).size,
              2,
              "once",
            );
            assert.ok(renders.every(({ isLoading }) => !isLoading));
            assert.equal(subject(await page.auth.fetchAccessToken(unforced)), ada.id);
            assert.ok(server.sessionRequests <= 3, `${server.requests}`);
          },
          { options: { retries: 1 } },
        );
      });
    }

    test("stays the same function while every attempt fails", async () => {
      await inPage(
        async (page) => {
          const { fetchAccessToken } = page.auth;
          server.state = "down";
          assert.equal(await fetchAccessToken(forced), null);
          const renders = await page.rendersDuring(async () => {
            for (let number = 0; number < 3; number++) {
              happen("focus");
              await pause(50);
            }
          });
          assert.equal(page.fetchersOf([...renders, { fetchAccessToken }]).size, 1);
        },
        { options: { retries: 0 } },
      );
    });

    test("gives null at once when the session has ended, after one look", async () => {
      const said = await inPage(
        async ({ auth }) => {
          server.user = null;
          assert.equal(await auth.fetchAccessToken(forced), null);
          assert.equal(server.sessionRequests, 2, "update() and the look");
        },
        { options: { retryDelay: 60_000 } },
      );
      assert.deepEqual(said.ours("warn"), []);
    });

    test("asks once more for a token that is the same, gives it, and warns once", async () => {
      const said = await inPage(
        async ({ auth }) => {
          const first = await auth.fetchAccessToken(unforced);
          assert.equal(await auth.fetchAccessToken(forced), first);
          assert.equal(server.sessionRequests, 2);
          assert.equal(await auth.fetchAccessToken(forced), first);
          assert.equal(server.sessionRequests, 4);
          await pause(200);
          assert.equal(server.sessionRequests, 4);
        },
        { sign: () => "ey.e30.same" },
      );
      assert.equal(said.ours("warn").length, 1);
      assert.match(said.ours("warn")[0], /ERR_TOKEN_UNCHANGED/);
    });

    test("says what is missing when the session has no token, and asks no more", async () => {
      const said = await inPage(
        async ({ auth }) => {
          assert.equal(auth.isAuthenticated, true);
          assert.equal(await auth.fetchAccessToken(unforced), null);
          assert.equal(await auth.fetchAccessToken(forced), null);
          assert.equal(server.sessionRequests, 2);
        },
        { sign: () => undefined },
      );
      assert.equal(said.ours("error").length, 1);
      assert.match(said.ours("error")[0], /ERR_SESSION_TOKEN_MISSING.*convexSession\(\)/);
    });

    test("fetches a token in place of one that has expired", async () => {
      await inPage(
        async (page) => {
          server.sign = signer();
          const { convexToken } = page.session.data;
          assert.notEqual(await page.auth.fetchAccessToken(unforced), convexToken);
          assert.equal(server.sessionRequests, 1);
        },
        { sign: signer({ now: Date.now() - 7_200_000 }) },
      );
    });

    test("is another function for another user, who is given a token of theirs", async () => {
      await inPage(async (page) => {
        const before = page.auth.fetchAccessToken;
        await signIn("credentials", { name: "grace", redirect: false });
        await until(() => page.auth.fetchAccessToken !== before);
        assert.equal(subject(await page.auth.fetchAccessToken(unforced)), grace.id);
        assert.equal(subject(await page.auth.fetchAccessToken(forced)), grace.id);
      });
    });

    test("notices signing out and in again as the same user", async () => {
      await inPage(async (page) => {
        await page.auth.fetchAccessToken(forced);
        await signOut({ redirect: false });
        await page.settled(false);
        assert.equal(await page.auth.fetchAccessToken(unforced).catch(String), null);
        await signIn("credentials", { name: "ada", redirect: false });
        await page.settled(true);
        assert.equal(subject(await page.auth.fetchAccessToken(unforced)), ada.id);
      });
    });

    test("is another function when the same user signs in again after the session's end", async () => {
      await inPage(async (page) => {
        const before = page.auth.fetchAccessToken;
        await before(unforced);
        server.user = null;
        assert.equal(await before(forced), null);
        // As in convex: told of no sign-out, since next-auth keeps the session that it had.
        assert.equal(page.auth.isAuthenticated, true);
        await signIn("credentials", { name: "ada", redirect: false });
        await until(() => page.auth.fetchAccessToken !== before);
        assert.equal(subject(await page.auth.fetchAccessToken(unforced)), ada.id);
      });
    });

    test("wakes up while the network is still gone, and comes back without a reload", async () => {
      await inPage(
        async (page) => {
          await page.auth.fetchAccessToken(forced);
          await pause(1100);
          server.state = "down";
          setVisible(false);
          setVisible(true);
          await page.settled(false); // Next-auth takes the failure for a sign-out.
          await pause(100);
          server.state = "up";
          happen("online");
          await page.settled(true);
          assert.equal(subject(await page.auth.fetchAccessToken(unforced)), ada.id);
        },
        { options: { retries: 1 } },
      );
    });

    test("leaves a sign-out alone", async () => {
      await inPage(async (page) => {
        await signOut({ redirect: false });
        await page.settled(false);
        await until(() => server.sessionRequests === 2, "next-auth's request and one look");
        happen("focus");
        happen("online");
        await pause(200);
        assert.equal(server.sessionRequests, 2);
      });
    });

    test("ends what is under way when the page is left", async () => {
      await inPage(
        async (page) => {
          server.state = "down";
          const asked = page.auth.fetchAccessToken(forced);
          await until(() => server.requests.length > 0);
          page.unmount();
          assert.equal(await asked, null);
          await quiet(() => server.requests.length);
          server.requests = [];
          happen("online");
          await pause(100);
          assert.deepEqual(server.requests, []);
        },
        { options: { retryDelay: 60_000, maxRetryDelay: 60_000 } },
      );
    });

    test("works in StrictMode, which mounts twice", async () => {
      await inPage(
        async (page) => {
          const first = await page.auth.fetchAccessToken(unforced);
          const second = await page.auth.fetchAccessToken(forced);
          assert.notEqual(second, first);
          assert.equal(server.sessionRequests, 1);
          server.state = "down";
          assert.equal(await page.auth.fetchAccessToken(forced), null);
          server.state = "up";
          const before = page.auth.fetchAccessToken;
          happen("online");
          await until(() => page.auth.fetchAccessToken !== before);
        },
        { strict: true, options: { retries: 0 } },
      );
    });
  });
}
