// createTokenFetcher with a `fetch`, with `headers` and with answers that are not what they should be:
// each call gives a token or null, in time, and the console shows nothing that others wrote.
import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import { createTokenFetcher } from "convex-token/client";
import { consoleDuring, happen } from "./lib/dom.mjs";
import { pause, until } from "./lib/render.mjs";

const route = "/api/session/token";
const unforced = { forceRefreshToken: false };
const forced = { forceRefreshToken: true };
const once = { retries: 0, timeout: 30 };

const never = () => new Promise(() => {});
const answer = (body, init) => new Response(JSON.stringify(body), init);

/** An answer whose body comes as `pull` has it; `body.cancelled` says whether somebody has cancelled it. */
function streamed(pull, init) {
  const body = { cancelled: false };
  const cancel = () => void (body.cancelled = true);
  body.response = new Response(new ReadableStream({ pull, cancel }), init);
  return body;
}

/** Runs something, and returns what was rejected and heard by nobody. */
async function unheard(run) {
  const heard = [];
  const listener = (reason) => heard.push(reason);
  process.on("unhandledRejection", listener);
  try {
    await run();
    await pause(20);
  } finally {
    process.off("unhandledRejection", listener);
  }
  return heard;
}

/** A null that came in time; and what was said, which is why. */
async function isNullInTime(options) {
  const said = await consoleDuring(async () => {
    const fetchToken = createTokenFetcher(route, { ...once, ...options });
    const inTime = Promise.race([fetchToken(unforced), pause(5_000).then(() => "too late")]);
    assert.equal(await inTime, null);
    await pause(5);
  });
  assert.deepEqual(said.ours("error"), [], "what is late is nothing to tell");
  return said.ours("warn").join("\n");
}

describe("the timeout ends", () => {
  for (const [what, options] of Object.entries({
    "a fetch that ignores its signal": { fetch: never },
    "headers() that never settles": { headers: never },
    "a body that never comes": { fetch: async () => streamed(never).response },
    "a body that never ends": {
      fetch: async () =>
        streamed((controller) => pause(5).then(() => controller.enqueue(new Uint8Array(1))))
          .response,
    },
    "a body whose text() never settles, on a host without streams": {
      fetch: async () => ({ status: 200, ok: true, headers: new Headers(), text: never }),
    },
  })) {
    test(what, async () => {
      assert.match(await isNullInTime(options), /ERR_TOKEN_UNREACHABLE.*nothing in 30 ms/);
    });
  }

  test("each try, and the next one may bring a token", async () => {
    let calls = 0;
    const fetchToken = createTokenFetcher(route, {
      timeout: 30,
      retryDelay: 1,
      fetch: () => (++calls < 3 ? never() : answer({ token: "ey.a.b" })),
    });
    assert.equal(await fetchToken(forced), "ey.a.b");
    assert.equal(calls, 3);
  });
});

describe("what comes after the timeout", () => {
  test("is dropped, though it is a token; its body is cancelled", async () => {
    const late = streamed((controller) => controller.enqueue(new TextEncoder().encode("{")));
    let calls = 0;
    const fetchToken = createTokenFetcher(route, {
      timeout: 30,
      retryDelay: 1,
      fetch: () =>
        ++calls === 1 ? pause(60).then(() => late.response) : answer({ token: "ey.new.one" }),
    });
    assert.equal(await fetchToken(unforced), "ey.new.one");
    await until(() => late.cancelled);
  });

  test("is cancelled where it is a body that does not end", async () => {
    const endless = streamed(never);
    await isNullInTime({ fetch: async () => endless.response });
    assert.ok(endless.cancelled);
  });

  test("is no rejection that nobody hears, and nothing to tell", async () => {
    const lines = [];
    const reject = () => pause(60).then(() => Promise.reject(new Error("late")));
    const refused = new Response(
      new ReadableStream({ cancel: () => Promise.reject(new Error("stays")) }),
    );
    const rejected = await unheard(async () => {
      for (const options of [
        { fetch: reject },
        { headers: reject },
        { fetch: async () => refused },
        { fetch: async () => streamed(reject).response },
        { fetch: () => pause(60).then(() => new Response("a page")) },
      ]) {
        lines.push(await isNullInTime(options));
      }
      const said = await consoleDuring(() => pause(80));
      assert.deepEqual(said.lines, []);
    });
    assert.deepEqual(rejected, []);
    for (const line of lines) assert.match(line, /nothing in 30 ms/);
  });

  test("is not asked for: late headers send no request", async () => {
    let calls = 0;
    await isNullInTime({
      headers: () => pause(60).then(() => ({})),
      fetch: () => (calls++, never()),
    });
    await pause(80);
    assert.equal(calls, 0);
  });
});

describe("a body that is longer than any answer", () => {
  test("is read for a megabyte and cancelled; it is a page, not a network that fails", async () => {
    let read = 0;
    const huge = streamed((controller) => {
      read += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(32));
    });
    const said = await consoleDuring(async () => {
      const fetchToken = createTokenFetcher(route, { fetch: async () => huge.response });
      assert.equal(await fetchToken(unforced), null);
    });
    assert.ok(read <= 1_048_576 + 2 * 65_536, `${read}`);
    assert.ok(huge.cancelled);
    assert.match(said.ours("error")[0], /ERR_TOKEN_ANSWER/);
  });

  test("a token of 128 KB in pieces, with letters of several bytes between them, is whole", async () => {
    const token = `ey.${"a".repeat(131_072)}.é€😀`;
    const bytes = new TextEncoder().encode(JSON.stringify({ ключ: "é€😀", token }));
    let at = 0;
    const body = streamed((controller) => {
      controller.enqueue(bytes.slice(at, (at += 7)));
      if (at >= bytes.length) controller.close();
    });
    const fetchToken = createTokenFetcher(route, { fetch: async () => body.response });
    assert.equal(await fetchToken(unforced), token);
  });
});

describe("times without end, and of no time", () => {
  const slow = () => pause(60).then(() => answer({ token: "ey.slow.one" }));

  for (const timeout of [Infinity, Number.MAX_SAFE_INTEGER, 2 ** 31]) {
    test(`timeout: ${timeout} waits for a slow answer`, async () => {
      const fetchToken = createTokenFetcher(route, { retries: 0, timeout, fetch: slow });
      assert.equal(await fetchToken(unforced), "ey.slow.one");
    });
  }

  for (const retryDelay of [2 ** 31, 2 ** 32, Number.MAX_VALUE]) {
    test(`retryDelay: ${retryDelay} waits as long as a timer can, and not no time`, async () => {
      let calls = 0;
      const fetchToken = createTokenFetcher(route, {
        retryDelay,
        maxRetryDelay: Infinity,
        fetch: () => (++calls === 1 ? Promise.reject(new Error()) : answer({ token: "ey.a.b" })),
      });
      const asked = fetchToken(unforced);
      await pause(100);
      assert.equal(calls, 1);
      happen("online");
      assert.equal(await asked, "ey.a.b");
    });
  }

  for (const options of [
    { retryDelay: 0 },
    { maxRetryDelay: 0 },
    { retryDelay: Number.MIN_VALUE, maxRetryDelay: Infinity },
  ]) {
    const text = Object.entries(options).map(([name, value]) => `${name}: ${value}`);
    test(`retries: Infinity, ${text.join(", ")}: ten requests at once, then two in a second at most`, async () => {
      mock.timers.enable({ apis: ["setTimeout"] });
      try {
        let calls = 0;
        let isBack = false;
        const fetchToken = createTokenFetcher(route, {
          retries: Infinity,
          ...options,
          fetch: async () => {
            calls++;
            if (isBack) return answer({ token: "ey.a.b" });
            throw new Error("no network");
          },
        });
        const asked = fetchToken(unforced);
        const pass = async (milliseconds) => {
          for (let passed = 0; passed < milliseconds; passed += 50) {
            mock.timers.tick(50);
            for (let turn = 0; turn < 4; turn++)
              await new Promise((turned) => setImmediate(turned));
          }
        };
        await pass(60_000);
        assert.ok(calls >= 10 + 60 && calls <= 10 + 120, `${calls}`);
        isBack = true;
        await pass(1_500);
        assert.equal(await asked, "ey.a.b");
      } finally {
        mock.timers.reset();
      }
    });
  }
});

describe("whatever is thrown is a failure like another", () => {
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const [what, thrown] of Object.entries({
    "an object without a prototype": Object.create(null),
    "a revoked proxy": revoked,
    undefined,
    null: null,
    "a symbol": Symbol("odd"),
    "an error whose message throws": Object.defineProperty(new Error(), "message", {
      get() {
        throw new Error("odd");
      },
    }),
    "an error whose message is an object": Object.assign(new Error(), {
      message: Object.create(null),
    }),
  })) {
    test(what, async () => {
      const fetch = async () => {
        throw thrown;
      };
      assert.match(await isNullInTime({ fetch }), /ERR_TOKEN_UNREACHABLE/);
      assert.match(await isNullInTime({ headers: fetch }), /ERR_TOKEN_UNREACHABLE/);
    });
  }

  test("what is no answer at all", async () => {
    for (const odd of [undefined, null, 5, {}, { status: 200 }, { status: 200, body: {} }]) {
      assert.match(await isNullInTime({ fetch: async () => odd }), /ERR_TOKEN_UNREACHABLE/);
    }
  });

  test("its text is shown on one line, and not all of it", async () => {
    const message = `a\nb\u2028c\u001b[31m${"x".repeat(10_000)}`;
    const said = await isNullInTime({ fetch: () => Promise.reject(new Error(message)) });
    assert.ok(said.length < 800, `${said.length}`);
    assert.match(said, /a b c \[31mx+…/);
    assert.doesNotMatch(said, /[\n\u2028\u001b]/);
  });
});

describe("of what a server answers the console shows", () => {
  /** What an answer is told as. */
  async function told(body, init) {
    const said = await consoleDuring(async () => {
      const fetch = async () => new Response(JSON.stringify(body), init);
      await createTokenFetcher(route, { ...once, fetch })(unforced);
    });
    return [...said.ours("error"), ...said.ours("warn")].join("\n");
  }
  const withCode = (code, status) =>
    told({ error: { code } }, { status, headers: { "content-type": "application/json" } });

  test("the code of an error of ours", async () => {
    assert.match(await withCode("ERR_CROSS_SITE", 403), /status 403, ERR_CROSS_SITE/);
    assert.match(await withCode("ERR_RS256_2", 503), /status 503, ERR_RS256_2/);
  });

  for (const [what, code] of Object.entries({
    "a long text": "canary".repeat(1_000),
    "a code that is too long": `ERR_CANARY${"Y".repeat(60)}`,
    "several lines": "ERR_A\ncanary",
    "something before a code": "canary ERR_A",
    "an object": { canary: "canary" },
    "a list": ["ERR_CANARY"],
    "a number": 5,
  })) {
    test(`no ${what} in the place of a code`, async () => {
      for (const status of [200, 403, 500]) {
        const said = await withCode(code, status);
        assert.match(said, new RegExp(`status ${status}[,)]`));
        assert.doesNotMatch(said, /canary/i);
        assert.ok(said.length < 800, `${said.length}`);
      }
    });
  }

  test("the media type alone of what it calls its type", async () => {
    const headers = (type) => ({ status: 200, headers: type ? { "content-type": type } : {} });
    const type = async (given) =>
      /status 200, (.*?)\), so/.exec(await told(5, headers(given)))?.[1];
    assert.equal(await type("text/html; canary=1"), "text/html");
    assert.equal(await type("application/problem+json"), "application/problem+json");
    for (const odd of ["canary", `text/${"canary".repeat(50)}`, "text/html canary", "/canary"]) {
      assert.equal(await type(odd), "an odd content type");
    }
  });
});

describe("a token whose times are no numbers", () => {
  for (const odd of [{ valueOf: 1, toString: 1 }, "1e9", null, true, [], 1e308]) {
    test(JSON.stringify(odd), async () => {
      let number = 0;
      const token = () => ["e30", btoa(JSON.stringify({ iat: odd, exp: odd })), number++].join(".");
      const fetch = async () => answer({ token: token() });
      const fetchToken = createTokenFetcher(route, { fetch });
      assert.match(await fetchToken(unforced), /\.0$/);
      assert.match(await fetchToken(forced), /\.1$/);
      assert.match(await fetchToken(forced), /\.2$/);
    });
  }
});

describe("a call without its argument", () => {
  test("forces nothing", async () => {
    const asked = [];
    const fetchToken = createTokenFetcher(route, {
      fetch: async (url) => (asked.push(url), answer({ token: "ey.a.b" })),
    });
    for (const args of [undefined, null, {}]) assert.equal(await fetchToken(args), "ey.a.b");
    assert.deepEqual(asked, [route, route, route]);
  });
});
