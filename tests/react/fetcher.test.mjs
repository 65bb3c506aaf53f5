// createTokenFetcher against a real server: what each answer of the route comes to.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { createTokenFetcher } from "convex-token/client";
import { consoleDuring, servePageFrom } from "./lib/dom.mjs";
import { pause, until } from "./lib/render.mjs";
import { ada, grace, SessionServer } from "./lib/session-server.mjs";
import { signer } from "./lib/tokens.mjs";

const route = "/api/session/token";
const soon = { retryDelay: 1 };
const unforced = { forceRefreshToken: false };
const forced = { forceRefreshToken: true };
const carriedSubject = (token) => JSON.parse(atob(token.split(".")[1])).sub;

describe("createTokenFetcher", () => {
  const server = new SessionServer(signer());
  before(async () => servePageFrom((await server.listen()).url));
  after(() => server.close());
  beforeEach(() => {
    Object.assign(server, { user: ada, state: "up", sign: signer(), requests: [] });
  });

  test("asks the route, with force only when forced, and gives its token", async () => {
    const fetchToken = createTokenFetcher(route);
    const first = await fetchToken(unforced);
    const second = await fetchToken(forced);
    assert.match(first, /^ey.*\..*\./);
    assert.notEqual(second, first);
    assert.deepEqual(server.requests, [`GET ${route}`, `GET ${route}?force=true`]);
  });

  test("keeps the query and the fragment of its address, and takes an absolute one", async () => {
    await createTokenFetcher(`${route}?for=convex#there`)(forced);
    await createTokenFetcher(new URL(route, server.url))(forced);
    assert.deepEqual(server.requests, [
      `GET ${route}?for=convex&force=true`,
      `GET ${route}?force=true`,
    ]);
  });

  test("sends cookies to the same origin, nothing is taken from a cache, and headers as asked", async () => {
    const sent = [];
    let number = 0;
    const fetchToken = createTokenFetcher(route, {
      fetch: (url, init) => (sent.push(init), fetch(url, init)),
      headers: () => ({ authorization: `Bearer ${++number}` }),
    });
    await fetchToken(unforced);
    await fetchToken(unforced);
    assert.deepEqual(
      sent.map(({ credentials, cache, headers }) => [
        credentials,
        cache,
        headers.get("accept"),
        headers.get("authorization"),
      ]),
      [
        ["same-origin", "no-store", "application/json", "Bearer 1"],
        ["same-origin", "no-store", "application/json", "Bearer 2"],
      ],
    );
  });

  test("gives null at once for a 401, and says nothing", async () => {
    server.user = null;
    const { lines } = await consoleDuring(async () => {
      assert.equal(await createTokenFetcher(route)(unforced), null);
    });
    assert.equal(server.requests.length, 1);
    assert.deepEqual(lines, []);
  });

  test("gives null without a session after there was one, and the token when there is one again", async () => {
    const fetchToken = createTokenFetcher(route);
    await fetchToken(unforced);
    server.user = null;
    assert.equal(await fetchToken(forced), null);
    server.user = ada;
    assert.match(await fetchToken(unforced), /^ey/);
  });

  for (const state of ["down", 500, 503, 429, 408]) {
    test(`repeats after ${state}, until there is an answer`, async () => {
      Object.assign(server, { state, recoversAfter: 3 });
      assert.match(await createTokenFetcher(route, soon)(forced), /^ey/);
      assert.equal(server.requests.length, 4);
    });
  }

  test("repeats what takes too long", async () => {
    Object.assign(server, { state: "silent", recoversAfter: 2 });
    assert.match(await createTokenFetcher(route, { ...soon, timeout: 50 })(forced), /^ey/);
    assert.equal(server.requests.length, 3);
  });

  test("gives null after so many repetitions as asked, and says why", async () => {
    server.state = 503;
    const said = await consoleDuring(async () => {
      const fetchToken = createTokenFetcher(route, { ...soon, retries: 2 });
      assert.equal(await fetchToken(forced), null);
      assert.equal(await fetchToken(forced), null);
    });
    assert.equal(server.requests.length, 6);
    assert.equal(said.ours("warn").length, 1, "once");
    assert.match(said.ours("warn")[0], /ERR_TOKEN_UNREACHABLE.*\/api\/session\/token.*status 503/);
  });

  test("shows an address in one line that anybody can read, however long it is", async () => {
    const options = { retries: 0, fetch: () => Promise.reject(new TypeError("no network")) };
    const said = await consoleDuring(async () => {
      await createTokenFetcher(`/token\n?${"x".repeat(100_000)}`, options)(unforced);
    });
    assert.match(said.ours("warn")[0], /\/token \?x{100,200}… gave no token/);
  });

  test("a header that cannot be sent is told without its value", async () => {
    const headers = { Authorization: "Bearer canary-of-a-secret\u0000" };
    const said = await consoleDuring(async () => {
      const fetchToken = createTokenFetcher(route, { ...soon, retries: 0, headers });
      assert.equal(await fetchToken(unforced), null);
    });
    assert.match(said.ours("warn")[0], /ERR_TOKEN_UNREACHABLE.*`headers`/);
    assert.doesNotMatch(said.lines.join("\n"), /canary/);
    assert.equal(server.requests.length, 0);
  });

  test("waits for 8 to 16 seconds in five steps by default, and never on the same times", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const times = [];
      for (let run = 0; run < 2; run++) {
        let waited = 0;
        const at = [];
        let done = false;
        const fetchToken = createTokenFetcher(route, {
          fetch: async () => (at.push(waited), Promise.reject(new Error("no network"))),
        });
        const said = consoleDuring(async () => assert.equal(await fetchToken(forced), null));
        void said.then(() => (done = true));
        while (!done) {
          await new Promise((resolve) => setImmediate(resolve));
          if (done) break;
          mock.timers.tick(10);
          waited += 10;
          assert.ok(waited < 20_000, "it goes on and on");
        }
        const steps = at.slice(1).map((time, index) => time - at[index]);
        assert.equal(steps.length, 5);
        for (const [index, step] of steps.entries()) {
          const longest = 500 * 2 ** index;
          assert.ok(step >= longest / 2 - 10 && step <= longest + 10, `${step} of ${longest} ms`);
        }
        times.push(String(at));
      }
      assert.notEqual(times[0], times[1]);
    } finally {
      mock.timers.reset();
    }
  });

  test("tries at once when the page is online again", async () => {
    server.state = "down";
    const asked = createTokenFetcher(route, { retryDelay: 60_000, maxRetryDelay: 60_000 })(forced);
    await until(() => server.requests.length === 1);
    await pause(20);
    server.state = "up";
    window.dispatchEvent(new window.Event("online"));
    assert.match(await asked, /^ey/);
    assert.equal(server.requests.length, 2);
  });

  test("calls of one moment share a request", async () => {
    const fetchToken = createTokenFetcher(route);
    const tokens = await Promise.all([fetchToken(unforced), fetchToken(unforced)]);
    assert.equal(new Set(tokens).size, 1);
    assert.equal(server.requests.length, 1);
  });

  test("forced refreshes at the same time share a request", async () => {
    const fetchToken = createTokenFetcher(route);
    const tokens = await Promise.all([fetchToken(forced), fetchToken(forced)]);
    assert.equal(new Set(tokens).size, 1);
    assert.equal(server.requests.length, 1);
  });

  for (const [what, begun] of Object.entries({
    "a first request": unforced,
    "a refresh": forced,
  })) {
    test(`gives nobody the token of a user who left while ${what} was under way`, async () => {
      // The server has Ada's answer ready when Grace signs in, and the network is slow.
      let arrive;
      const arrives = new Promise((resolve) => (arrive = resolve));
      let slow = true;
      const fetchToken = createTokenFetcher(route, {
        fetch: async (...given) => {
          const isSlow = slow;
          slow = false;
          const response = await fetch(...given);
          if (isSlow) await arrives;
          return response;
        },
      });
      const early = fetchToken(begun);
      await until(() => server.requests.length === 1);
      server.user = grace;
      const later = fetchToken(unforced);
      await until(() => server.requests.length === 2);
      const refreshed = fetchToken(forced);
      arrive();
      for (const token of [early, later, refreshed]) {
        assert.equal(carriedSubject(await token), grace.id);
      }
      assert.notEqual(await refreshed, await later);
    });
  }

  test("what waits for the next try when somebody begins anew asks no more by itself", async () => {
    server.state = "down";
    const fetchToken = createTokenFetcher(route, { retryDelay: 60_000, maxRetryDelay: 60_000 });
    const early = fetchToken(unforced);
    await until(() => server.requests.length === 1);
    await pause(20);
    server.state = "up";
    const later = await fetchToken(unforced);
    window.dispatchEvent(new window.Event("online"));
    assert.equal(await early, later);
    assert.equal(server.requests.length, 2);
  });

  test("asks once more for a token that is the same, which mends a token without jti", async () => {
    // As without a jti: another token with each second.
    server.sign = ({ id }) => `ey.${id}.${Math.floor(Date.now() / 1000)}`;
    const fetchToken = createTokenFetcher(route);
    const first = await fetchToken(unforced);
    const said = await consoleDuring(async () => assert.notEqual(await fetchToken(forced), first));
    assert.ok(server.requests.length <= 3);
    assert.deepEqual(said.lines, []);
  });

  test("asks once more for a token that is the same, gives it, and warns once", async () => {
    server.sign = () => "ey.the.same";
    const fetchToken = createTokenFetcher(route);
    await fetchToken(unforced);
    const said = await consoleDuring(async () => {
      assert.equal(await fetchToken(forced), "ey.the.same");
      assert.equal(server.requests.length, 3);
      assert.equal(await fetchToken(forced), "ey.the.same");
      assert.equal(server.requests.length, 5);
    });
    assert.equal(said.ours("warn").length, 1);
    assert.match(said.ours("warn")[0], /ERR_TOKEN_UNCHANGED.*jti/);
  });

  test("warns of nothing in production", async () => {
    server.sign = () => "ey.the.same";
    const fetchToken = createTokenFetcher(route);
    process.env.NODE_ENV = "production";
    try {
      const said = await consoleDuring(async () => {
        await fetchToken(unforced);
        await fetchToken(forced);
      });
      assert.deepEqual(said.lines, []);
    } finally {
      delete process.env.NODE_ENV;
    }
  });

  for (const [what, path, found] of [
    ["a page", "/page", "status 200, text/html"],
    ["a redirect to a page", "/to-page", "a redirect to status 200, text/html"],
    ["no such route", "/nowhere", "status 404, application/json"],
    ["JSON without a token", "/api/auth/csrf", "status 200, application/json"],
  ]) {
    test(`gives null at once for ${what}, and says once what it was`, async () => {
      const fetchToken = createTokenFetcher(path);
      const said = await consoleDuring(async () => {
        assert.equal(await fetchToken(unforced), null);
        assert.equal(await fetchToken(forced), null);
      });
      assert.equal(said.ours("error").length, 1);
      assert.match(said.ours("error")[0], /ERR_TOKEN_ANSWER.*tokenRoute/);
      assert.ok(said.ours("error")[0].includes(found), said.ours("error")[0]);
    });
  }

  test("never throws: a fetch that does is a network that fails", async () => {
    const said = await consoleDuring(async () => {
      const fetchToken = createTokenFetcher(route, {
        ...soon,
        fetch: () => {
          throw new Error("refused");
        },
      });
      assert.equal(await fetchToken(unforced), null);
    });
    assert.match(said.ours("warn")[0], /refused/);
  });
});
