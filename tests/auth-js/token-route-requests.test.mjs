// The token route asked by hand over HTTP: who is answered, by which methods, and with what.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pagesTokenRoute, tokenRoute } from "convex-token/next";
import { listen, listenRaw } from "../tools/listen.mjs";
import { accessCases, canary, send } from "./requests.mjs";
import { logged, setEnvironment } from "./site/judges.mjs";

setEnvironment();
const ada = { user: { id: "user_1815", name: "Ada Lovelace" } };
let session = ada;

const pagesServer = () => listenRaw(pagesTokenRoute({ session: () => session }));

const kinds = {
  "a fetch-style server": () => {
    const { GET } = tokenRoute({ session: () => session });
    return listen((request) => GET(request));
  },
  "the pages router's handlers": pagesServer,
};

for (const [kind, serve] of Object.entries(kinds)) {
  describe(`the token route in ${kind}`, () => {
    let server, url;
    before(async () => {
      server = await serve();
      url = `${server.origin}/api/session/token`;
    });
    after(() => server.close());

    /** What is in every answer. */
    function isGuarded({ headers, raw }) {
      assert.equal(headers.get("content-type"), "application/json");
      assert.equal(headers.get("cache-control"), "no-store");
      assert.match(headers.get("vary"), /\bCookie\b/);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      for (const name of ["access-control-allow-origin", "etag", "set-cookie", "location"]) {
        assert.equal(headers.get(name), null, name);
      }
      assert.ok(!raw.includes(canary), raw);
    }

    test("answers its own pages and clients that are no browsers, and no other page", async () => {
      for (const [status, who, headers] of accessCases(new URL(url).host)) {
        for (const method of ["GET", "HEAD"]) {
          const answer = await send(url, { method, headers });
          assert.equal(answer.status, status, `${method} by ${who}`);
          isGuarded(answer);
          if (method === "HEAD") assert.equal(answer.body, "");
          else if (status === 403) assert.ok(!answer.body.includes('token":'));
        }
      }
    });

    test("gives HEAD the headers of GET", async () => {
      const headersOf = async (method) =>
        [...(await send(url, { method })).headers]
          .map(([name, value]) => (name === "date" ? name : `${name}: ${value}`))
          .filter((line) => !/^(content-length|transfer-encoding)/.test(line));
      assert.deepEqual(await headersOf("HEAD"), await headersOf("GET"));
    });

    test("takes no other method, whoever asks, and waits for no body", async () => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
        const answer = await send(url, { method, headers: { "Content-Length": 0 } });
        assert.equal(answer.status, 405, method);
        assert.equal(answer.headers.get("allow"), "GET, HEAD");
        isGuarded(answer);
      }
      if (serve !== pagesServer) return; // A Request reads the body first, and cannot be a TRACE.
      for (const method of ["TRACE", "POST"]) {
        const headers = { "Content-Length": 1_000_000, Cookie: canary };
        const answer = await send(url, { method, headers });
        assert.equal(answer.status, 405, method);
        isGuarded(answer);
      }
    });

    test("answers no preflight, so that no other page may send headers of its own", async () => {
      const headers = {
        Origin: `https://${canary}.example`,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-forwarded-host",
      };
      const answer = await send(url, { method: "OPTIONS", headers });
      assert.equal(answer.status, 405);
      for (const [name] of answer.headers) assert.doesNotMatch(name, /^access-control-/);
    });

    test("is always answered whole: conditions and ranges do not count", async () => {
      for (const headers of [
        { "If-None-Match": "*" },
        { "If-Modified-Since": "Wed, 25 Nov 2099 00:00:00 GMT" },
        { Range: "bytes=0-3" },
        { Accept: "text/html" },
        { "Accept-Encoding": "br" },
      ]) {
        const answer = await send(url, { headers });
        assert.equal(answer.status, 200);
        assert.ok(answer.body.includes('"token":"ey'));
        isGuarded(answer);
      }
    });

    test("shows nothing of a request, whatever it answers", async (t) => {
      t.after(() => (session = ada));
      const headers = {
        Cookie: `session=${canary}`,
        Referer: `https://${canary}.example/`,
        "X-Forwarded-For": canary,
        "X-Forwarded-Host": canary,
        "X-Forwarded-Proto": canary,
        "User-Agent": `<script>${canary}</script>`,
        Authorization: `Bearer ${canary}`,
      };
      const asked = `${url}/${canary}?force=${canary}&${canary}=%0d%0aSet-Cookie:%20${canary}`;
      const answers = [
        [200, ada, "GET"],
        [401, null, "GET"],
        [405, ada, "POST"],
        [500, { user: {} }, "GET"],
        [500, { user: { name: "no id" }, convexTokenError: "ERR_KEY_MISSING" }, "GET"],
      ];
      for (const [status, of, method] of answers) {
        session = of;
        const { result, lines } = await logged(() => send(asked, { method, headers }));
        assert.equal(result.status, status);
        isGuarded(result);
        assert.ok(!lines.join().includes(canary), "nor in the log");
      }
    });

    test("takes large headers as far as the server does", async () => {
      const large = { Cookie: `a=${"x".repeat(12_000)}` };
      assert.equal((await send(url, { headers: large })).status, 200);
      const huge = { Cookie: `a=${"x".repeat(40_000)}` };
      assert.equal((await send(url, { headers: huge })).status, 431);
      assert.equal((await send(url)).status, 200, "and goes on");
    });
  });
}

describe("whose page asks, by the host that was asked", () => {
  let server, url;
  before(async () => {
    server = await pagesServer();
    url = `${server.origin}/api/session/token`;
  });
  after(() => server.close());

  /** Paths that a URL would be read from, and the host that would be in it. */
  const paths = [
    ["//evil.example/x", "evil.example"],
    ["//evil.example", "evil.example"],
    ["/\\evil.example/x", "evil.example"],
    ["http://evil.example/x", "evil.example"],
    ["///", "x"],
    ["//", "localhost"],
    ["//[", "x"],
    ["http://", "x"],
    ["*", "x"],
  ];

  test("a path is no host, whatever it looks like", async () => {
    for (const [target, evil] of paths) {
      const own = await send(url, { target: `${target}?force=1` });
      assert.equal(own.status, 200, target);
      for (const headers of [{ Origin: `https://${evil}` }, { Origin: `http://${evil}` }]) {
        const answer = await send(url, { target, headers });
        assert.equal(answer.status, 403, `${target} by ${headers.Origin}`);
        assert.ok(!answer.raw.includes("evil"));
      }
    }
  });

  test("nor is the one in a Request's URL, where there is a Host", async () => {
    const { GET } = tokenRoute({ session: () => ada });
    const ask = async (address, headers) => (await GET(new Request(address, { headers }))).status;
    const evil = { origin: "https://evil.example" };
    assert.equal(await ask("https://evil.example/x", { host: "app.example", ...evil }), 403);
    const own = { origin: "https://app.example" };
    assert.equal(await ask("http://inner:3000/x", { host: "app.example", ...own }), 200);
    assert.equal(await ask("https://app.example/x", own), 200);
    assert.equal(await ask("https://app.example/x", evil), 403);
  });

  test("a Host that is none is answered with 400, and not shown", async (t) => {
    const { GET } = tokenRoute({ session: () => assert.fail("no session is looked for") });
    const strict = await listenRaw(pagesTokenRoute({ session: () => assert.fail("nor here") }));
    t.after(strict.close);
    for (const host of [
      `${canary} x`,
      `${canary}/x`,
      `${canary}\\x`,
      `${canary}?x`,
      `${canary}#x`,
      `user@${canary}`,
      `${canary}:port`,
      `${canary}:99999`,
      `[${canary}`,
      `<${canary}>`,
      `${canary}, other.example`,
      ":",
      "",
    ]) {
      const answer = await send(strict.origin, { headers: { Host: host } });
      const request = new Request("http://app.example/", { headers: { host } });
      for (const { status, headers, text } of [
        { ...answer, text: answer.raw },
        await GET(request).then(async (response) => ({
          status: response.status,
          headers: response.headers,
          text: await response.text(),
        })),
      ]) {
        assert.equal(status, 400, host);
        assert.match(text, /"code":"ERR_HOST"/);
        assert.ok(!text.includes(canary), text);
        assert.equal(headers.get("cache-control"), "no-store");
      }
    }
  });

  test("a Host is the origin's as URLs have it: capitals and a scheme's own port count for nothing", async () => {
    for (const [Host, Origin, status] of [
      ["App.Example", "https://app.example", 200],
      ["app.example:443", "https://app.example", 200],
      ["app.example:80", "http://app.example", 200],
      ["app.example:80", "https://app.example", 403],
      ["app.example:8443", "https://app.example", 403],
      ["app.example", "https://app.example:8443", 403],
      ["[::1]:3000", "http://[::1]:3000", 200],
      ["app.example", "chrome-extension://app.example", 403],
    ]) {
      const answer = await send(url, { headers: { Host, Origin } });
      assert.equal(answer.status, status, `${Host} ${Origin}`);
    }
  });
});
