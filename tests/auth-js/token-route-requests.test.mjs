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
