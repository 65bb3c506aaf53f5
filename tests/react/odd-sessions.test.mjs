// createUseAuth with sessions that no server of ours makes: nothing throws in a render, and nothing
// that others wrote is shown.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { breathe, forced, inPage, pass, Sessions, tokenFor, unforced } from "./lib/any-page.mjs";

const authenticated = (data) => ({ status: "authenticated", data });
const tokenOf = (claims) => ["e30", btoa(JSON.stringify(claims)), "e"].join(".");

describe("a user whose name has no text form", () => {
  const noText = { toString: 1, valueOf: 1 };
  for (const [what, data] of Object.entries({
    "a subject": { convexToken: tokenOf({ sub: noText }) },
    "an id": { user: { id: noText } },
    "an id without a prototype": { user: { id: Object.create(null) } },
    "an address": { user: { email: noText } },
    "an id that refers to itself": { user: { id: circle() } },
    "an id that is a symbol": { user: { id: Symbol("ada") } },
    "an id that is a bigint": { user: { id: 5n } },
    "no user at all": { user: 5 },
  })) {
    test(`${what} throws in no render`, async () => {
      const sessions = new Sessions(tokenFor("ada", 1));
      await inPage(sessions, async (page) => {
        page.renders = [];
        sessions.set(authenticated(data));
        await breathe();
        assert.ok(page.renders.length > 0);
        assert.ok(page.renders.every(({ isAuthenticated }) => isAuthenticated));
      });
    });
  }

  for (const [what, called] of Object.entries({
    "objects for ids": (key) => ({ user: { id: { key } } }),
    "numbers for ids": (id) => ({ user: { id } }),
    "objects for subjects": (key) => ({ convexToken: tokenOf({ sub: { key } }) }),
    "numbers for subjects": (sub) => ({ convexToken: tokenOf({ sub }) }),
  })) {
    test(`two users with ${what} are two, and each is one`, async () => {
      const sessions = new Sessions();
      await inPage(sessions, async (page) => {
        const functions = [];
        for (const key of [1, 1, 2]) {
          sessions.set(authenticated(called(key)));
          await breathe();
          functions.push(page.auth.fetchAccessToken);
        }
        assert.equal(functions[1], functions[0]);
        assert.notEqual(functions[2], functions[0]);
      });
    });
  }
});

function circle() {
  const object = {};
  return Object.assign(object, { object });
}

describe("what is no token in a session", () => {
  for (const odd of [5, true, {}, [], ["ey.a.b"], { toString: 1 }]) {
    test(`${JSON.stringify(odd)} is handed to nobody`, async () => {
      const sessions = new Sessions(tokenFor("ada", 1));
      sessions.onUpdate = () => ({ convexToken: odd });
      const said = await inPage(sessions, async (page) => {
        sessions.set(authenticated({ convexToken: odd, user: { id: 1 } }));
        await breathe();
        assert.equal(await page.auth.fetchAccessToken(unforced), null);
        assert.equal(await page.auth.fetchAccessToken(forced), null);
      });
      assert.match(said.ours("error")[0], /ERR_SESSION_TOKEN_MISSING.*no `convexToken`/);
    });
  }
});

describe("what is no code in the place of why there is no token", () => {
  for (const odd of [
    "canary\n".repeat(1_000),
    { canary: 1 },
    Object.create(null),
    ["ERR_CANARY"],
  ]) {
    test(`${typeof odd} of ${odd.length} is not shown`, async () => {
      const sessions = new Sessions(tokenFor("ada", 1));
      sessions.onUpdate = () => ({ convexTokenError: odd });
      const said = await inPage(sessions, async (page) => {
        assert.equal(await page.auth.fetchAccessToken(forced), null);
      });
      assert.match(said.ours("error")[0], /ERR_SESSION_TOKEN_MISSING/);
      assert.doesNotMatch(said.ours("error")[0], /canary/i);
    });
  }
});

describe("a token whose times are no numbers", () => {
  test("is handed on, and the next is asked for", async () => {
    const odd = { valueOf: 1, toString: 1 };
    const sessions = new Sessions(tokenFor("ada", 1));
    let jti = 0;
    sessions.onUpdate = () => ({
      convexToken: tokenOf({ sub: "ada", iat: odd, exp: odd, jti: jti++ }),
    });
    await inPage(sessions, async (page) => {
      const first = await page.auth.fetchAccessToken(forced);
      assert.notEqual(await page.auth.fetchAccessToken(forced), first);
    });
  });
});

describe("the hook's function", () => {
  test("forces nothing when it is called without its argument", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    await inPage(sessions, async (page) => {
      for (const args of [undefined, null, {}]) {
        assert.equal(await page.auth.fetchAccessToken(args), tokenFor("ada", 1));
      }
      assert.equal(sessions.updates, 0);
    });
  });
});

describe("a server of sessions that never answers", () => {
  test("is given up by the timeout, and the request with it", async () => {
    const sessions = new Sessions(tokenFor("ada", 1));
    sessions.onUpdate = () => null;
    const signals = [];
    await inPage(
      sessions,
      async (page) => {
        const asked = page.auth.fetchAccessToken(forced);
        await pass(1_000);
        assert.equal(await asked, null);
        assert.deepEqual(
          signals.map(({ aborted }) => aborted),
          [true],
        );
      },
      {
        retries: 0,
        timeout: 500,
        answer: (url, { signal }) => (signals.push(signal), new Promise(() => {})),
      },
    );
  });

  test("may take for ever with a timeout of Infinity, and beyond what timers can", async () => {
    for (const timeout of [Infinity, 2 ** 40]) {
      const sessions = new Sessions(tokenFor("ada", 1));
      let arrive;
      sessions.onUpdate = () => new Promise((resolve) => (arrive = resolve));
      await inPage(
        sessions,
        async (page) => {
          const asked = page.auth.fetchAccessToken(forced);
          await pass(3_600_000);
          arrive({ convexToken: tokenFor("ada", 2) });
          assert.equal(await asked, tokenFor("ada", 2));
        },
        { retries: 0, timeout },
      );
    }
  });
});
