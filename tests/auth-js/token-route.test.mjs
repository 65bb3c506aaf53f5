// tokenRoute() and convexToken() of convex-token/next, in a plain server of Requests and Responses.
import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { decodeConvexToken, generateKeys, signConvexToken } from "convex-token";
import { convexToken, pagesTokenRoute, tokenRoute } from "convex-token/next";
import { Judges, SITE_URL, logged, setEnvironment } from "./site/judges.mjs";
import { listen } from "../tools/listen.mjs";

const judges = new Judges();
after(() => judges.close());

const ada = {
  user: { id: "user_1815", name: "Ada Lovelace", email: "ada@example.com", image: "/ada.png" },
  expires: "2026-12-24T00:00:00.000Z",
};
let keys;
beforeEach(() => (keys = setEnvironment()));

/** The ways in which the route is put into a server. */
const servers = {
  "a fetch-style server": (options) => {
    const { GET } = tokenRoute(options);
    return listen((request) => GET(request));
  },
  "the pages router's handlers": (options) => {
    const handler = pagesTokenRoute(options);
    return listen((_request, incoming, outgoing) => handler(incoming, outgoing));
  },
};

for (const [kind, serve] of Object.entries(servers)) {
  describe(`the token route in ${kind}`, () => {
    async function ask(options, { path = "/api/session/token", ...request } = {}) {
      const server = await serve({ session: () => ada, ...options });
      try {
        const response = await fetch(server.origin + path, request);
        const text = await response.text();
        const body = text === "" ? undefined : JSON.parse(text);
        return { status: response.status, headers: response.headers, body };
      } finally {
        server.close();
      }
    }

    test("answers with a token for the session's user, which Convex accepts", async () => {
      const { status, headers, body } = await ask();
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body), ["token"]);
      const identity = await judges.identity(body.token, keys.jwks);
      assert.equal(identity.subject, ada.user.id);
      const { sub, name, email, picture } = decodeConvexToken(body.token).claims;
      const { id, image, ...user } = ada.user;
      assert.deepEqual({ sub, name, email, picture }, { sub: id, ...user, picture: image });
      assert.equal(headers.get("content-type"), "application/json");
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("vary"), "Cookie");
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      assert.equal(headers.get("access-control-allow-origin"), null);
    });

    for (const session of [null, undefined, Promise.resolve(null)]) {
      test(`answers 401 when there is no session (${session})`, async () => {
        const { status, headers, body } = await ask({ session: () => session });
        assert.equal(status, 401);
        const { code, message, hint, ...others } = body.error;
        assert.equal(code, "ERR_SIGNED_OUT");
        assert.equal(message, "Nobody is signed in: there is no session.");
        assert.match(hint, /^Sign in first\./);
        assert.deepEqual(others, {});
        assert.equal(headers.get("cache-control"), "no-store");
      });
    }

    test("hands out an unforced token again, and a forced one never", async (t) => {
      const server = await serve({ session: () => ada });
      t.after(server.close);
      const token = async (query) =>
        (await (await fetch(`${server.origin}/api/session/token${query}`)).json()).token;
      const first = await token("");
      for (const query of ["?force=false", "?force=0", ""]) {
        assert.equal(await token(query), first, query);
      }
      const forced = [];
      for (const query of ["?force=true", "?force=1", "?force", "?force=true"]) {
        forced.push(await token(query));
      }
      assert.equal(new Set([first, ...forced]).size, 5);
    });

    const refused = {
      "a page of another site": { "sec-fetch-site": "cross-site" },
      "a page of a sister subdomain": { "sec-fetch-site": "same-site" },
      "another origin": { origin: "https://evil.example" },
      "another port": { origin: "http://127.0.0.1:1" },
      "a sandboxed page": { origin: "null" },
      "an origin that is none": { origin: "no url" },
    };
    for (const [who, headers] of Object.entries(refused)) {
      test(`refuses ${who} with 403, without looking for a session`, async () => {
        let asked = false;
        const session = () => (asked = true);
        const { status, body } = await ask({ session }, { headers });
        assert.equal(status, 403);
        assert.equal(body.error.code, "ERR_CROSS_SITE");
        assert.match(body.error.message, /another origin/);
        assert.equal(asked, false);
      });
    }

    test("answers its own pages, clients that are no browsers, and pages behind a proxy", async (t) => {
      for (const headers of [
        { "sec-fetch-site": "same-origin" },
        { "sec-fetch-site": "none" },
        { "x-forwarded-host": "app.example.com", origin: "https://app.example.com" },
      ]) {
        assert.equal((await ask({}, { headers })).status, 200, JSON.stringify(headers));
      }
      const server = await serve({ session: () => ada });
      t.after(server.close);
      const own = await fetch(server.origin, { headers: { origin: server.origin } });
      assert.equal(own.status, 200);
    });

    test("answers HEAD without a body, other methods with 405", async () => {
      const head = await ask({}, { method: "HEAD" });
      assert.deepEqual([head.status, head.body], [200, undefined]);
      for (const method of ["POST", "OPTIONS", "DELETE"]) {
        const { status, headers, body } = await ask({}, { method });
        assert.equal(status, 405);
        assert.equal(headers.get("allow"), "GET, HEAD");
        assert.equal(body.error.code, "ERR_METHOD");
      }
    });

    test("takes `claims` for sessions of any shape, and the options of signing", async () => {
      const { privateKey, kid } = generateKeys({ algorithm: "EdDSA" });
      const { body } = await ask({
        session: async () => ({ userId: 7, plan: "free" }),
        claims: async (session) => ({ sub: `user_${session.userId}`, plan: session.plan }),
        privateKey,
        issuer: "https://mine.example",
        expiresIn: "5m",
      });
      const { header, claims } = decodeConvexToken(body.token);
      assert.equal(header.kid, kid);
      assert.deepEqual([claims.sub, claims.plan], ["user_7", "free"]);
      assert.deepEqual([claims.iss, claims.exp - claims.iat], ["https://mine.example", 300]);
    });

    test("hands on a session's own convexToken, unless it has options for signing", async () => {
      const own = signConvexToken({ sub: "user_1815", from: "the session callback" });
      const session = () => ({ ...ada, convexToken: own });
      for (const none of [{}, { expiresIn: undefined, claims: null, issuer: null }]) {
        assert.equal((await ask({ session, ...none })).body.token, own);
      }
      const { body } = await ask({ session, expiresIn: "5m" });
      const { claims } = decodeConvexToken(body.token);
      assert.deepEqual([claims.exp - claims.iat, claims.from], [300, undefined]);
    });

    test("signs for whom the session's own convexToken is: one person is one subject", async () => {
      const own = signConvexToken({ sub: "token|1815", name: "Not asked" });
      for (const user of [ada.user, { name: "no id" }, undefined]) {
        const session = () => ({ user, convexToken: own });
        const { body } = await ask({ session, expiresIn: "5m" });
        const { sub, name } = decodeConvexToken(body.token).claims;
        assert.deepEqual([sub, name], ["token|1815", user?.name]);
      }
      const chosen = await ask({
        session: () => ({ ...ada, convexToken: own }),
        claims: ({ user }) => ({ sub: user.id }),
      });
      assert.equal(decodeConvexToken(chosen.body.token).claims.sub, ada.user.id);
      for (const convexToken of ["", "no token", "a.b.c"]) {
        const { body } = await ask({ session: () => ({ ...ada, convexToken }), expiresIn: "5m" });
        assert.equal(decodeConvexToken(body.token).claims.sub, ada.user.id);
      }
    });

    test("warns in development, once, where its claims call a user by another subject", async (t) => {
      const { warn } = console;
      t.after(() => {
        console.warn = warn;
        delete process.env.NODE_ENV;
      });
      const convexToken = signConvexToken({ sub: "token|1815" });
      const lines = [];
      console.warn = (line) => lines.push(line);
      const serveOnce = async (environment, sub) => {
        if (environment === undefined) delete process.env.NODE_ENV;
        else process.env.NODE_ENV = environment;
        lines.length = 0;
        const server = await serve({ session: () => ({ convexToken }), claims: () => ({ sub }) });
        for (let times = 0; times < 2; times++) {
          const { token } = await (await fetch(server.origin)).json();
          assert.equal(decodeConvexToken(token).claims.sub, sub);
        }
        server.close();
        return lines.slice();
      };
      for (const environment of ["development", undefined]) {
        const [line, ...more] = await serveOnce(environment, "user_1815");
        assert.match(line, /^\[convex-token\] ERR_SESSION_TWO_SUBJECTS: .*two users.*`claims`/);
        assert.doesNotMatch(line, /1815/);
        assert.deepEqual(more, []);
      }
      assert.deepEqual(await serveOnce("production", "user_1815"), []);
      assert.deepEqual(await serveOnce("development", "token|1815"), []);
    });

    test("signs nobody in by another subject while convexSession() cannot sign", async () => {
      const session = () => ({ ...ada, convexTokenError: "ERR_SESSION_CLAIMS" });
      for (const options of [{}, { expiresIn: "5m" }]) {
        const { result } = await logged(() => ask({ session, ...options }));
        assert.deepEqual([result.status, result.body.error.code], [500, "ERR_SESSION_CLAIMS"]);
      }
      const claims = ({ user }) => ({ sub: user.id });
      assert.equal((await ask({ session, claims })).status, 200);
    });

    test("takes no text for a code that is none", async () => {
      for (const text of ["<script>", `ERR_${"X".repeat(1000)}`, "ERR_\n", ""]) {
        const session = () => ({ ...ada, convexTokenError: text });
        const { result, lines } = await logged(() => ask({ session }));
        assert.equal(result.status, 500);
        assert.equal(result.body.error.code, "ERR_SESSION_TOKEN_MISSING");
        assert.doesNotMatch(lines.join(), /script|XXXX/);
      }
    });

    const failures = {
      ERR_KEY_MISSING: {
        before: () => delete process.env.CONVEX_AUTH_PRIVATE_KEY,
        log: /CONVEX_AUTH_PRIVATE_KEY/,
      },
      ERR_KEY_UNREADABLE: {
        before: () => (process.env.CONVEX_AUTH_PRIVATE_KEY = "c2VjcmV0IGJ1dCBubyBrZXk"),
        log: /CONVEX_AUTH_PRIVATE_KEY|key/,
      },
      ERR_ISSUER_CLOUD: {
        before: () => (process.env.CONVEX_SITE_URL = "https://happy-animal-123.convex.cloud"),
        log: /\.convex\.site/,
      },
      ERR_CLAIM_RESERVED: { options: { claims: () => ({ sub: "a", exp: 1 }) }, log: /"exp"/ },
      ERR_SESSION_USER: { options: { session: () => ({ user: { name: "Ada" } }) }, log: /claims/ },
      ERR_SESSION_FUNCTION: { options: { session: () => true }, log: /a boolean/ },
    };
    for (const [code, { before, options, log }] of Object.entries(failures)) {
      test(`answers ${code} with 500 and the code; cause and cure are in the log alone`, async () => {
        before?.();
        const { result, lines } = await logged(() => ask(options));
        assert.equal(result.status, 500);
        const { code: answered, ...sentences } = result.body.error;
        assert.equal(answered, code);
        assert.deepEqual(sentences, {
          message: "The token can't be signed.",
          hint: "The log of the web server has this code with its cause and cure.",
        });
        assert.equal(lines.length, 1);
        assert.match(lines[0], new RegExp(`^\\[convex-token\\] The token route .*: ${code}: `));
        assert.match(lines[0], log);
        assert.doesNotMatch(lines[0], /c2VjcmV0/);
      });
    }

    test("signs though the key is replaced while the claims are waited for", async (t) => {
      let waits = 0;
      let go;
      const wait = new Promise((resolve) => (go = resolve));
      const claims = async ({ user }) => (waits++ === 0 && (await wait), { sub: user.id });
      const server = await serve({ session: () => ada, claims });
      t.after(server.close);
      const early = fetch(server.origin);
      while (waits === 0) await new Promise((resolve) => setImmediate(resolve));
      keys = setEnvironment();
      assert.equal((await fetch(server.origin)).status, 200);
      go();
      const { token } = await (await early).json();
      assert.equal((await judges.identity(token, keys.jwks)).subject, ada.user.id);
    });

    test("signs again once the key is there", async (t) => {
      const server = await serve({ session: () => ada });
      t.after(server.close);
      const status = async () => (await fetch(server.origin)).status;
      const key = process.env.CONVEX_AUTH_PRIVATE_KEY;
      delete process.env.CONVEX_AUTH_PRIVATE_KEY;
      assert.equal((await logged(status)).result, 500);
      process.env.CONVEX_AUTH_PRIVATE_KEY = key;
      assert.equal(await status(), 200);
    });
  });
}

for (const [name, make] of Object.entries({ tokenRoute, pagesTokenRoute })) {
  describe(`${name}() is refused when it is made`, () => {
    for (const options of [
      undefined,
      null,
      {},
      { session: undefined },
      { session: ada },
      { session: "auth" },
    ]) {
      test(`without a function that gives sessions: ${JSON.stringify(options)}`, () => {
        assert.throws(() => make(options), {
          code: "ERR_SESSION_FUNCTION",
          message: /`session`/,
          hint: /`session: \(\) => auth\(\)`/,
        });
      });
    }

    test("with claims that are no function", () => {
      for (const claims of [{ sub: "user_1" }, "sub", 1, true]) {
        assert.throws(() => make({ session: () => ada, claims }), {
          code: "ERR_OPTION",
          message: /`claims` is (1|of the type \w+)\./,
          hint: /a function/,
        });
      }
    });

    test("with a function for options, as Auth.js's `auth` itself", () => {
      assert.throws(() => make(async () => ada), { code: "ERR_OPTION" });
    });
  });
}

test("an id that numbers cannot tell from another is none", () => {
  for (const id of [
    NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    1e21,
    0.5,
    "",
    null,
    true,
    {},
    [],
    Symbol(),
  ]) {
    assert.throws(() => convexToken({ user: { id } }), { code: "ERR_SESSION_USER" });
  }
  const ids = ["7", 7, -7, 0, 2 ** 53 - 1, 2n ** 64n];
  for (const id of ids) {
    assert.equal(decodeConvexToken(convexToken({ user: { id } })).claims.sub, `${id}`);
  }
});

test("errors of others go through the route: those by which Next.js redirects are not its own", async () => {
  const redirect = Object.assign(new Error("NEXT_REDIRECT"), { digest: "NEXT_REDIRECT;/login" });
  const { GET } = tokenRoute({ session: () => Promise.reject(redirect) });
  await assert.rejects(GET(new Request(`${SITE_URL}/token`)), redirect);
});

test("a session function with a parameter gets the request, and one without gets nothing", async () => {
  const calls = [];
  const one = (request) => (calls.push(request.url), ada);
  const none = (...rest) => (calls.push(rest.length), ada); // as Auth.js's `auth`
  for (const session of [one, none]) {
    await tokenRoute({ session }).GET(new Request(`${SITE_URL}/token`));
  }
  assert.deepEqual(calls, [`${SITE_URL}/token`, 0]);
});

test("a session function that gives a Response is told what to give", async () => {
  const { GET } = tokenRoute({ session: (_request) => new Response() });
  const { result, lines } = await logged(() => GET(new Request(`${SITE_URL}/token`)));
  assert.equal((await result.json()).error.code, "ERR_SESSION_FUNCTION");
  assert.match(lines[0], /gave a Response .*`session: \(\) => auth\(\)`/);
});

describe("convexToken(session)", () => {
  test("is the session's own token", () => {
    assert.equal(convexToken({ ...ada, convexToken: "a.b.c" }), "a.b.c");
  });

  test("is undefined at once without a session, so that the call is an anonymous one", () => {
    assert.equal(convexToken(null), undefined);
    assert.equal(convexToken(undefined), undefined);
  });

  test("is signed for the user's id where the session has none, and kept for the next call", async () => {
    const token = convexToken(ada);
    assert.equal((await judges.identity(token, keys.jwks)).subject, ada.user.id);
    assert.equal(convexToken(ada), token);
  });

  test("is a promise for a promise or a function", async () => {
    const session = { ...ada, convexToken: "a.b.c" };
    for (const given of [Promise.resolve(session), () => session, async () => session]) {
      const token = convexToken(given);
      assert.ok(token instanceof Promise);
      assert.equal(await token, "a.b.c");
    }
    assert.equal(await convexToken(async () => null), undefined);
    assert.equal(await convexToken((...given) => ({ convexToken: `${given.length}` })), "0");
    await assert.rejects(
      convexToken(() => {
        throw new Error("no database");
      }),
      /no database/,
    );
  });

  test("throws with neither token nor id, and says what convexSession() met", () => {
    assert.throws(() => convexToken({ user: { name: "Ada" } }), { code: "ERR_SESSION_USER" });
    assert.throws(() => convexToken({ ...ada, convexTokenError: "ERR_KEY_MISSING" }), {
      code: "ERR_KEY_MISSING",
      hint: /log/,
    });
  });
});
