// createUseAuth with a hook of the same shape as next-auth's, made here: what next-auth does rarely,
// and time, which is the test's own.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
// The page is there before what looks for it.
import { happen } from "./lib/dom.mjs";
import { breathe, forced, inPage, pass, Sessions, tokenFor, unforced } from "./lib/any-page.mjs";

describe("createUseAuth with any hook", () => {
  test("does not show a status of loading without data while it refreshes", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    await inPage(sessions, async (page) => {
      sessions.onUpdate = async () => {
        sessions.set({ status: "loading", data: null });
        await breathe();
        const data = { convexToken: tokenFor("ada", 2) };
        sessions.set({ status: "authenticated", data });
        return data;
      };
      const { fetchAccessToken } = page.auth;
      page.renders = [];
      assert.equal(await fetchAccessToken(forced), tokenFor("ada", 2));
      await breathe();
      assert.ok(page.renders.length > 0);
      for (const auth of page.renders) {
        assert.deepEqual(auth, { isLoading: false, isAuthenticated: true, fetchAccessToken });
      }
    });
  });

  test("shows a status of loading without data that is not of its doing", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    await inPage(sessions, async (page) => {
      sessions.set({ status: "loading", data: null });
      await breathe();
      assert.deepEqual([page.auth.isLoading, page.auth.isAuthenticated], [true, false]);
    });
  });

  test("keeps the function for tokens and roles of the same user, and changes it once for another", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    await inPage(sessions, async (page) => {
      const { fetchAccessToken } = page.auth;
      sessions.set({ status: "authenticated", data: { convexToken: tokenFor("ada", 2), role: 1 } });
      await breathe();
      assert.equal(page.auth.fetchAccessToken, fetchAccessToken);
      assert.equal(await fetchAccessToken(unforced), tokenFor("ada", 2));
      page.renders = [];
      sessions.set({ status: "authenticated", data: { convexToken: tokenFor("grace", 1) } });
      await breathe();
      const functions = new Set(page.renders.map((auth) => auth.fetchAccessToken));
      assert.equal(functions.size, 1);
      assert.ok(!functions.has(fetchAccessToken));
    });
  });

  test("goes by the user's id or address where there is no token", async () => {
    const sessions = new Sessions();
    await inPage(sessions, async (page) => {
      const functions = [];
      for (const user of [{ id: 1 }, { id: 1, name: "Ada" }, { id: 2 }, { email: "a@b.c" }]) {
        sessions.set({ status: "authenticated", data: { user } });
        await breathe();
        functions.push(page.auth.fetchAccessToken);
      }
      assert.equal(functions[1], functions[0]);
      assert.equal(new Set(functions).size, 3);
    });
  });

  for (const [what, failure] of [
    ["gives null", async () => null],
    ["gives undefined", async () => undefined],
    ["rejects", async () => Promise.reject(new Error("broken"))],
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["never answers", () => new Promise(() => {})],
    [
      "gives what throws when it is looked at",
      () => ({
        get convexToken() {
          throw new Error("broken");
        },
      }),
    ],
  ]) {
    test(`gives null after six tries when update() ${what}`, async () => {
      const sessions = new Sessions(tokenFor("ada", 1));
      sessions.onUpdate = failure;
      const said = await inPage(sessions, async (page) => {
        let token;
        void page.auth.fetchAccessToken(forced).then((given) => (token = given));
        await pass(7_500);
        assert.equal(token, undefined, "the waits are 7.75 s at least");
        await pass(80_000);
        assert.equal(token, null);
        assert.ok(sessions.updates >= 6);
      });
      assert.equal(said.ours("warn").length, 1);
    });
  }

  test("tries again by itself while the server is gone, ever less often, and begins anew once", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    sessions.onUpdate = () => null;
    await inPage(
      sessions,
      async (page) => {
        const { fetchAccessToken } = page.auth;
        await fetchAccessToken(unforced);
        assert.equal(await fetchAccessToken(forced), null);
        const counts = [];
        for (let minutes = 0; minutes < 30; minutes += 10) {
          sessions.updates = 0;
          await pass(600_000);
          counts.push(sessions.updates);
        }
        assert.ok(counts[0] >= 3 && counts[0] <= 6, `${counts}`);
        assert.ok(counts[2] >= 1 && counts[2] <= 2, `${counts}`);
        assert.equal(page.auth.fetchAccessToken, fetchAccessToken);

        // The session of the page need not change for it.
        sessions.onUpdate = () => ({ convexToken: tokenFor("ada", 2) });
        page.renders = [];
        await pass(600_000);
        const functions = new Set(page.renders.map((auth) => auth.fetchAccessToken));
        assert.equal(functions.size, 1);
        assert.ok(!functions.has(fetchAccessToken));
        sessions.updates = 0;
        assert.equal(await page.auth.fetchAccessToken(unforced), tokenFor("ada", 2));
        await pass(3_600_000);
        assert.equal(sessions.updates, 0, "it is the client's turn");
      },
      { retries: 0 },
    );
  });

  for (const [what, leave] of [
    ["page is left", (page) => page.unmount()],
    ["user signs out", (page, sessions) => sessions.set({ status: "unauthenticated", data: null })],
  ]) {
    test(`tries no more once the ${what}`, async () => {
      const sessions = new Sessions(tokenFor("ada", 1));
      sessions.onUpdate = () => null;
      let seen;
      await inPage(
        sessions,
        async (page) => {
          assert.equal(await page.auth.fetchAccessToken(forced), null);
          seen = null;
          leave(page, sessions);
          await breathe();
          sessions.updates = 0;
          await pass(3_600_000);
          assert.equal(sessions.updates, 0);
        },
        {
          retries: 0,
          answer: async () =>
            seen === null ? Response.json(null) : Promise.reject(new TypeError("no network")),
        },
      );
    });
  }

  test("answers who has asked when the user changes meanwhile, and the other user apart", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    let answer;
    sessions.onUpdate = () => new Promise((resolve) => (answer = resolve));
    await inPage(sessions, async (page) => {
      const asked = page.auth.fetchAccessToken(forced);
      const before = answer;
      sessions.set({ status: "authenticated", data: { convexToken: tokenFor("grace", 1) } });
      await breathe();
      assert.equal(await page.auth.fetchAccessToken(unforced), tokenFor("grace", 1));
      const askedByGrace = page.auth.fetchAccessToken(forced);
      assert.notEqual(answer, before, "an update() of her own");
      answer({ convexToken: tokenFor("grace", 2) });
      assert.equal(await askedByGrace, tokenFor("grace", 2));
      before({ convexToken: tokenFor("ada", 2) });
      await asked;
      await breathe();
      assert.equal(await page.auth.fetchAccessToken(unforced), tokenFor("grace", 2));
    });
  });

  test("asks no more by itself after a token that stays the same", async () => {
    const token = tokenFor("ada", 1);
    const sessions = new Sessions(token);
    sessions.onUpdate = () => ({ convexToken: token });
    await inPage(sessions, async (page) => {
      await page.auth.fetchAccessToken(unforced);
      const asked = page.auth.fetchAccessToken(forced);
      await pass(1_500);
      assert.equal(await asked, token);
      assert.equal(sessions.updates, 2);
      await pass(3_600_000);
      assert.equal(sessions.updates, 2);
    });
  });

  test("keeps a token that is the same when asking once more fails", async () => {
    const token = tokenFor("ada", 1);
    const sessions = new Sessions(token);
    sessions.onUpdate = () => (sessions.updates === 1 ? { convexToken: token } : null);
    await inPage(
      sessions,
      async (page) => {
        await page.auth.fetchAccessToken(unforced);
        const asked = page.auth.fetchAccessToken(forced);
        await pass(1_500);
        assert.equal(await asked, token);
      },
      { retries: 0 },
    );
  });

  test("gives null at once when the status becomes unauthenticated while it waits", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    sessions.onUpdate = () => null;
    await inPage(sessions, async (page) => {
      const asked = page.auth.fetchAccessToken(forced);
      await breathe();
      sessions.set({ status: "unauthenticated", data: null });
      await breathe();
      assert.equal(await asked, null);
    });
  });

  for (const [what, answer] of [
    ["says so", async () => Response.json(null)],
    ["has no such route", async () => new Response("not here", { status: 404 })],
    ["answers any address with a page", async () => new Response("<!doctype html>")],
  ]) {
    test(`believes a sign-out where the server ${what}`, async () => {
      const sessions = new Sessions(tokenFor("ada", 1));
      sessions.onUpdate = () => null;
      await inPage(
        sessions,
        async () => {
          sessions.set({ status: "unauthenticated", data: null });
          await breathe();
          happen("focus");
          happen("online");
          await pass(3_600_000);
          assert.equal(sessions.updates, 0);
        },
        { answer },
      );
    });
  }

  test("asks for the session again when it was gone though the server has it", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    sessions.onUpdate = () => {
      const data = { convexToken: tokenFor("ada", 2) };
      sessions.set({ status: "authenticated", data });
      return data;
    };
    let requests = 0;
    await inPage(
      sessions,
      async (page) => {
        sessions.set({ status: "unauthenticated", data: null });
        await breathe();
        assert.equal(page.auth.isAuthenticated, false);
        await pass(3_000);
        assert.equal(page.auth.isAuthenticated, true);
        assert.equal(requests, 3);
        assert.equal(sessions.updates, 1);
      },
      {
        answer: async () =>
          ++requests < 3 ? Promise.reject(new TypeError()) : Response.json({ user: {} }),
      },
    );
  });

  test("tells why the server could not sign", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    sessions.onUpdate = () => ({ convexTokenError: "ERR_KEY_MISSING" });
    const said = await inPage(sessions, async (page) => {
      assert.equal(await page.auth.fetchAccessToken(forced), null);
      happen("focus");
      await breathe();
      assert.equal(sessions.updates, 1);
    });
    assert.match(said.ours("error")[0], /ERR_SESSION_TOKEN_MISSING.*\(ERR_KEY_MISSING\)/);
  });
});
