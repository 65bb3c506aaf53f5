// The options of createTokenFetcher and createUseAuth: what cannot work is refused where it is given.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { JSDOM } from "jsdom";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { createTokenFetcher } from "convex-token/client";
import { ConvexProviderWithSession, createUseAuth } from "convex-token/react";

const route = "/api/session/token";
const unforced = { forceRefreshToken: false };
const useSession = () => ({ status: "loading", data: undefined, update: async () => null });

/** What takes the options of repetitions. */
const takers = {
  createTokenFetcher: (options) => createTokenFetcher(route, options),
  createUseAuth: (options) => createUseAuth(useSession, options),
};

/** A fetcher's answer is a token. */
const answering = { fetch: async () => Response.json({ token: "ey.a.b" }) };

for (const [name, take] of Object.entries(takers)) {
  describe(`${name} refuses`, () => {
    for (const option of ["retries", "retryDelay", "maxRetryDelay", "timeout"]) {
      for (const [what, value] of Object.entries({
        NaN: NaN,
        "a negative number": -1,
        "minus infinity": -Infinity,
        "a text": "5",
        "a bigint": 5n,
        "an object": { valueOf: () => 5 },
        "a boolean": true,
      })) {
        test(`${option}: ${what}`, () => {
          assert.throws(() => take({ [option]: value }), {
            name: "ConvexTokenError",
            code: "ERR_OPTION",
            message: new RegExp(`^\`${option}\` is `),
            hint: /^Give a number (from|above) 0/,
          });
        });
      }
    }

    test("no time at all as a timeout, and a delay without end", () => {
      assert.throws(() => take({ timeout: 0 }), { code: "ERR_OPTION" });
      assert.throws(() => take({ retryDelay: Infinity }), { code: "ERR_OPTION" });
    });

    test("options that are none", () => {
      for (const options of [5, "no", true, () => {}]) {
        assert.throws(() => take(options), { code: "ERR_OPTION", message: /^`options` is / });
      }
    });

    test("a value without showing it", () => {
      const canary = "canary-of-a-secret";
      assert.throws(
        () => take({ timeout: canary }),
        (error) => !error.stack.includes(canary),
      );
    });
  });

  test(`${name} takes null for none, and for a default`, () => {
    take(null);
    take({ retries: null, retryDelay: null, maxRetryDelay: null, timeout: null });
    take({ fetch: null, headers: null, credentials: null, sessionUrl: null });
  });

  test(`${name} takes 0, and Infinity where it means something`, () => {
    take({ retries: 0, retryDelay: 0, maxRetryDelay: 0 });
    take({ retries: Infinity, maxRetryDelay: Infinity, timeout: Infinity });
  });
}

describe("createTokenFetcher", () => {
  test("works with null for each option", async () => {
    const nothing = { headers: null, credentials: null, timeout: null };
    const sent = [];
    const fetchToken = createTokenFetcher(route, {
      ...nothing,
      fetch: async (url, init) => (sent.push(init), answering.fetch()),
    });
    assert.equal(await fetchToken(unforced), "ey.a.b");
    assert.equal(sent[0].credentials, "same-origin");
    assert.deepEqual([...sent[0].headers], [["accept", "application/json"]]);
  });

  test("refuses a fetch that is no function, and an address that is none", () => {
    for (const fetch of ["fetch", {}, 5]) {
      assert.throws(() => createTokenFetcher(route, { fetch }), {
        code: "ERR_OPTION",
        message: /^`fetch` is /,
      });
    }
    for (const url of [undefined, null, 5, {}, Object.create(null), () => route]) {
      assert.throws(() => createTokenFetcher(url), {
        code: "ERR_OPTION",
        message: /^`url` is /,
        hint: "Give a text or a URL.",
      });
    }
  });

  test("takes a URL of any realm, as it is then", async () => {
    const { URL: PageURL } = new JSDOM("").window;
    for (const RealmURL of [URL, PageURL]) {
      const asked = [];
      const url = new RealmURL("https://example.com/token");
      const fetchToken = createTokenFetcher(url, {
        fetch: async (address) => (asked.push(address), answering.fetch()),
      });
      url.host = "evil.example";
      await fetchToken(unforced);
      assert.deepEqual(asked, ["https://example.com/token"]);
    }
  });

  test("takes no option from a polluted Object.prototype", async () => {
    const asked = [];
    const own = { fetch: async (url, init) => (asked.push(init), answering.fetch()) };
    const polluted = { headers: { "x-odd": "odd" }, credentials: "include", retries: NaN };
    Object.assign(Object.prototype, polluted);
    try {
      assert.equal(await createTokenFetcher(route, own)(unforced), "ey.a.b");
      createUseAuth(useSession, {});
      createUseAuth(useSession);
    } finally {
      for (const name of Object.keys(polluted)) delete Object.prototype[name];
    }
    assert.deepEqual([...asked[0].headers], [["accept", "application/json"]]);
    assert.equal(asked[0].credentials, "same-origin");
  });
});

describe("createUseAuth", () => {
  test("refuses a sessionUrl that is no address", () => {
    for (const sessionUrl of [5, {}, true]) {
      assert.throws(() => createUseAuth(useSession, { sessionUrl }), {
        code: "ERR_OPTION",
        message: /^`sessionUrl` is /,
      });
    }
  });

  test("as ConvexProviderWithSession refuses options by name, and takes null for none", () => {
    const render = (options) =>
      renderToString(
        createElement(ConvexProviderWithSession, { client: {}, useSession, options }, "page"),
      );
    assert.throws(() => render({ retries: NaN }), { code: "ERR_OPTION" });
    assert.equal(render(null), "page");
  });
});
