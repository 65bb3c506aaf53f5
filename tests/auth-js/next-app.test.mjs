// convex-token/next-auth and convex-token/next in a real Next.js app, built: the app router and the
// pages router, Node and edge, next-auth 4 and 5 side by side.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { decodeConvexToken } from "convex-token";
import { freePort } from "../tools/free-port.mjs";
import { NextApp } from "../tools/next-app.mjs";
import { accessCases, canary, send } from "./requests.mjs";
import { Browser } from "./site/browser.mjs";
import { Judges, SITE_URL, setEnvironment } from "./site/judges.mjs";
import { listen } from "../tools/listen.mjs";
import { user } from "./site/site.mjs";

const keys = setEnvironment();
const secret = "only these tests know it, and there are more than 32 bytes of it";
const judges = new Judges();
const app = new NextApp(join(import.meta.dirname, "next-app"));
let convex, environment;

before(async () => {
  // Convex's HTTP API, as far as it matters who calls.
  convex = await listen(async (request) => {
    const token = request.headers.get("authorization")?.replace("Bearer ", "");
    const value = token ? await judges.identity(token, keys.jwks) : null;
    return Response.json({ status: "success", value, logLines: [] });
  });
  await app.install();
  await app.build({ NEXT_PUBLIC_CONVEX_URL: convex.origin }); // No key and no secret at this time.
  app.port = await freePort();
  environment = {
    AUTH_SECRET: secret,
    NEXTAUTH_SECRET: secret,
    NEXTAUTH_URL: `http://127.0.0.1:${app.port}/api/auth4`,
    CONVEX_SITE_URL: SITE_URL,
    CONVEX_AUTH_PRIVATE_KEY: keys.privateKey,
  };
  await app.serve(environment);
});
after(async () => {
  await app.close();
  convex.close();
  await judges.close();
});

const bases = { 4: "/api/auth4", 5: "/api/auth" };

async function signedIn(version) {
  const browser = new Browser(app.url, bases[version]);
  await browser.signIn("credentials");
  return browser;
}

for (const version of [4, 5]) {
  describe(`next-auth ${version}`, () => {
    test("the session has a token that Convex accepts, and update() brings another", async () => {
      const browser = await signedIn(version);
      const { convexToken } = await browser.session();
      assert.equal((await judges.identity(convexToken, keys.jwks)).subject, user.id);
      assert.notEqual((await browser.update(version)).convexToken, convexToken);
    });

    const routes = {
      4: { "app router": "/api/token-4", "pages router": "/api/token-4-pages" },
      5: {
        "app router": "/api/session/token",
        "app router, edge": "/api/edge/token",
        "pages router": "/api/token",
      },
    }[version];
    for (const [name, path] of Object.entries(routes)) {
      test(`${name}: the token route`, async () => {
        const browser = await signedIn(version);
        const { token } = await browser.json(path);
        const identity = await judges.identity(token, keys.jwks);
        assert.equal(identity.subject, user.id);
        assert.equal(identity.name, user.name);
        const forced = await browser.fetch(`${path}?force=true`, {
          headers: { "sec-fetch-site": "same-origin" },
        });
        assert.equal(forced.headers.get("cache-control"), "no-store");
        assert.notEqual((await forced.json()).token, token);

        const stranger = new Browser(app.url);
        const { status, body } = await answer(stranger, path);
        assert.deepEqual([status, body.error.code], [401, "ERR_SIGNED_OUT"]);
        const elsewhere = { headers: { "sec-fetch-site": "cross-site" } };
        const refused = await answer(browser, path, elsewhere);
        assert.deepEqual([refused.status, refused.body.error.code], [403, "ERR_CROSS_SITE"]);
        const origin = await answer(browser, path, { headers: { origin: "https://evil.example" } });
        assert.equal(origin.status, 403);
        const head = await browser.fetch(path, { method: "HEAD" });
        assert.deepEqual([head.status, await head.text()], [200, ""]);
        assert.equal((await browser.fetch(path, { method: "POST" })).status, 405);
      });
    }
  });
}

for (const path of ["/api/session/token", "/api/edge/token", "/api/token"]) {
  test(`${path} is answered to its own pages alone, and shows nothing of a request`, async () => {
    const browser = await signedIn(5);
    for (const [status, who, headers] of accessCases(new URL(app.url).host)) {
      const Cookie = `${browser.cookie}; other=${canary}`;
      const answer = await send(`${app.url}${path}?${canary}`, { headers: { Cookie, ...headers } });
      assert.equal(answer.status, status, who);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.match(answer.headers.get("vary"), /\bcookie\b/i);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
      assert.ok(!answer.raw.includes(canary), answer.raw);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const answer = await send(app.url + path, { method, headers: { "Content-Length": 0 } });
      assert.ok([204, 405].includes(answer.status), `${method}: ${answer.status}`);
      assert.ok(!answer.raw.includes('token":'));
      for (const [name] of answer.headers) assert.doesNotMatch(name, /^access-control-/);
    }
    for (const Host of [`${canary} x`, `${canary}/x`, `x@${canary}`]) {
      const answer = await send(app.url + path, { headers: { Host, Cookie: browser.cookie } });
      assert.ok(answer.status >= 400 && answer.status < 500, `${Host}: ${answer.status}`);
      assert.ok(!answer.raw.includes(canary), answer.raw);
    }
  });
}

test("sessions of one's own, on the edge: app router and pages router", async () => {
  const browser = new Browser(app.url);
  const { token } = await browser.json("/api/edge/own", { headers: { cookie: "own-session=me" } });
  assert.equal((await judges.identity(token, keys.jwks)).subject, "me");
  assert.equal((await browser.fetch("/api/edge/own")).status, 401);
  const pages = await browser.json("/api/edge-token");
  assert.equal((await judges.identity(pages.token, keys.jwks)).subject, "user_edge");
});

test("fetchQuery, fetchMutation, fetchAction and preloadQuery are called as the user", async () => {
  const browser = await signedIn(5);
  const { query, mutation, action } = await browser.json("/api/convex");
  for (const identity of [query, mutation, action]) assert.equal(identity.subject, user.id);
  const page = await (await browser.fetch("/preloaded")).text();
  assert.match(page, /preloaded as user_1815/);
  const stranger = new Browser(app.url);
  assert.equal((await stranger.json("/api/convex")).query, null);
  assert.match(await (await stranger.fetch("/preloaded")).text(), /preloaded as nobody/);
});

describe("what is not set up", () => {
  test("no key: signed in all the same, and the log names the variable", async () => {
    const { CONVEX_AUTH_PRIVATE_KEY, ...without } = environment;
    await app.serve(without);
    for (const version of [4, 5]) {
      const browser = await signedIn(version);
      const session = await browser.session();
      assert.equal(session.user.name, user.name);
      assert.equal(session.convexTokenError, "ERR_KEY_MISSING");
      const path = version === 4 ? "/api/token-4" : "/api/session/token";
      const { status, body } = await answer(browser, path);
      assert.deepEqual([status, body.error.code], [500, "ERR_KEY_MISSING"]);
    }
    assert.match(app.output, /\[convex-token\] .*ERR_KEY_MISSING: .*CONVEX_AUTH_PRIVATE_KEY/);
  });

  test("no secret of Auth.js: its own error, and nobody is signed in", async () => {
    const { AUTH_SECRET, NEXTAUTH_SECRET, ...without } = environment;
    await app.serve(without);
    for (const version of [4, 5]) await assert.rejects(signedIn(version), /500/);
    assert.match(app.output, /MissingSecret/);
    assert.match(app.output, /NO_SECRET/);
    const { status, body } = await answer(new Browser(app.url), "/api/session/token");
    assert.deepEqual([status, body.error.code], [401, "ERR_SIGNED_OUT"]);
  });
});

async function answer(browser, path, options) {
  const response = await browser.fetch(path, options);
  return { status: response.status, body: await response.json() };
}
