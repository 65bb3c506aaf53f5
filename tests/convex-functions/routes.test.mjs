// The two well-known routes of `addAuthRoutes`, asked over HTTP.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import { httpActionGeneric, httpRouter } from "convex/server";
import { ConvexTokenError, generateKeys, jwksFromKey } from "convex-token";
import { addAuthRoutes } from "convex-token/convex";
import { deployed } from "./deployment.mjs";

const DISCOVERY = "/.well-known/openid-configuration";
const JWKS = "/.well-known/jwks.json";

const first = generateKeys({ algorithm: "EdDSA" });
const second = generateKeys({ algorithm: "EdDSA" });
const rsa = generateKeys();
const setOf = (...keys) => ({ keys: keys.flatMap(({ jwks }) => jwks.keys) });
/** The private halves of a set, as a mistaken export has them. */
const privateSet = (...keys) => ({ keys: keys.map(privateJwk) });

const deployment = deployed("own-login");
const published = () => deployment.json(JWKS);

beforeEach(() =>
  deployment.setEnv({ JWKS: null, CONVEX_AUTH_PRIVATE_KEY: null, JWT_PRIVATE_KEY: null }),
);

describe("the discovery document", () => {
  test("names the deployment as the issuer, and where its set is", async () => {
    const { status, body } = await deployment.json(DISCOVERY);
    assert.equal(status, 200);
    assert.equal(body.issuer, deployment.siteUrl);
    assert.equal(body.jwks_uri, `${deployment.siteUrl}${JWKS}`);
    assert.deepEqual(body.response_types_supported, ["id_token"]);
  });
});

describe("the set", () => {
  test("is the variable JWKS", async () => {
    await deployment.setEnv({ JWKS: JSON.stringify(setOf(first, second)) });
    assert.deepEqual(await published(), { status: 200, body: setOf(first, second) });
  });

  test("is another one as soon as the variable is, without a deploy", async () => {
    await deployment.setEnv({ JWKS: JSON.stringify(first.jwks) });
    const tag = (await deployment.fetch(JWKS)).headers.get("etag");
    await deployment.setEnv({ JWKS: JSON.stringify(second.jwks) });
    const after = await deployment.fetch(JWKS, { headers: { "if-none-match": tag } });
    assert.equal(after.status, 200);
    assert.deepEqual(await after.json(), second.jwks);
  });

  for (const name of ["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY"]) {
    test(`is the public half of ${name} where JWKS is not set`, async () => {
      for (const JWKS of [null, "", " "]) {
        await deployment.setEnv({ JWKS, [name]: first.privateKey });
        assert.deepEqual(await published(), { status: 200, body: first.jwks });
      }
    });
  }

  test("has each key of a variable with several private ones", async () => {
    const CONVEX_AUTH_PRIVATE_KEY = first.privateKey + rsa.privateKey;
    await deployment.setEnv({ CONVEX_AUTH_PRIVATE_KEY });
    assert.deepEqual((await published()).body, jwksFromKey([first.privateKey, rsa.privateKey]));
  });

  test("is JWKS alone where a private key is set as well: a retired key stays retired", async () => {
    await deployment.setEnv({
      JWKS: JSON.stringify(second.jwks),
      CONVEX_AUTH_PRIVATE_KEY: first.privateKey,
    });
    assert.deepEqual((await published()).body, second.jwks);
  });

  test("keeps a key without kid and alg without them", async () => {
    const { kid, alg, ...bare } = rsa.publicJwk;
    const set = { keys: [bare, { ...first.publicJwk, kid: "mine" }] };
    await deployment.setEnv({ JWKS: JSON.stringify(set) });
    assert.deepEqual((await published()).body, set);
  });

  test("is read as shells and dashboards leave it", async () => {
    const text = JSON.stringify(first.jwks);
    for (const JWKS of [`'${text}'`, ` ${text}\n`, JSON.stringify(first.jwks, null, 2)]) {
      await deployment.setEnv({ JWKS });
      assert.deepEqual(await published(), { status: 200, body: first.jwks });
    }
  });

  test("never has a private member, whatever the variable holds", async () => {
    const set = privateSet(first, rsa);
    set.keys.push({ kty: "oct", k: "c2VjcmV0" });
    await deployment.setEnv({ JWKS: JSON.stringify(set) });
    const { status, body } = await published();
    assert.equal(status, 200);
    assert.deepEqual(
      body.keys.map((key) => Object.keys(key).sort()),
      [
        ["crv", "kty", "use", "x"],
        ["e", "kty", "n", "use"],
      ],
    );
  });
});

describe("as HTTP, both documents", () => {
  beforeEach(() => deployment.setEnv({ JWKS: JSON.stringify(first.jwks) }));

  for (const path of [DISCOVERY, JWKS]) {
    test(`${path} has the headers that Convex needs`, async () => {
      const { status, headers } = await deployment.fetch(path);
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "application/json");
      assert.match(headers.get("cache-control"), /^public, max-age=15,/);
      assert.equal(headers.get("access-control-allow-origin"), "*");
    });

    test(`${path} is not sent again to who has it`, async () => {
      const tag = (await deployment.fetch(path)).headers.get("etag");
      const again = await deployment.fetch(path, { headers: { "if-none-match": tag } });
      assert.deepEqual([again.status, await again.text()], [304, ""]);
    });

    test(`${path} answers HEAD and OPTIONS`, async () => {
      const head = await deployment.fetch(path, { method: "HEAD" });
      assert.deepEqual([head.status, await head.text()], [200, ""]);
      assert.ok(head.headers.get("etag"));
      const options = await deployment.fetch(path, { method: "OPTIONS" });
      assert.equal(options.status, 204);
      assert.equal(options.headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    });

    test(`${path} takes nothing else`, async () => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const { status } = await deployment.fetch(path, { method });
        assert.equal(status, 404, method);
      }
    });

    test(`${path} knows its tag in every form of If-None-Match, and no other`, async () => {
      const first = await deployment.fetch(path);
      const tag = first.headers.get("etag");
      assert.match(tag, /^"[\w-]{22}"$/);
      const answers = {
        [tag]: 304,
        [`W/${tag}`]: 304,
        [`"other", W/"another" , ${tag}`]: 304,
        "*": 304,
        '"other"': 200,
        [tag.replaceAll('"', "")]: 200,
        [tag.slice(0, -1)]: 200,
        [`w/${tag}`]: 200,
        ",,,": 200,
        [`${'"x",'.repeat(1_000)}${tag}`]: 304,
      };
      for (const [known, status] of Object.entries(answers)) {
        for (const method of ["GET", "HEAD"]) {
          const headers = { "if-none-match": known };
          const answer = await deployment.fetch(path, { method, headers });
          assert.equal(answer.status, status, `${method} ${known.slice(-60)}`);
          assert.equal(answer.headers.get("etag"), tag);
          // A cache goes on from a 304 with what it says.
          for (const name of ["cache-control", "access-control-allow-origin"]) {
            assert.equal(answer.headers.get(name), first.headers.get(name));
          }
          if (status === 304 || method === "HEAD") assert.equal(await answer.text(), "");
        }
      }
    });

    test(`${path} gives HEAD the headers of GET`, async () => {
      const headersOf = async (method) => {
        const { headers } = await deployment.fetch(path, { method });
        const mine = [...headers].filter(([name]) => !/^(date|connection|keep-alive)$/.test(name));
        return mine.filter(([name]) => !/^(content-length|transfer-encoding)$/.test(name));
      };
      assert.deepEqual(await headersOf("HEAD"), await headersOf("GET"));
    });

    test(`${path} is public, to every page and without its cookies, and shows nothing of a request`, async () => {
      const canary = "canary-0b51";
      const requests = [
        ["GET", "", {}],
        ["GET", `?${canary}=${canary}`, { "if-none-match": `"${canary}"` }],
        ["GET", "", { origin: `https://${canary}.example`, "sec-fetch-site": "cross-site" }],
        ["GET", "", { origin: "null", cookie: `session=${canary}`, "x-forwarded-host": canary }],
        ["GET", "", { authorization: `Bearer ${canary}`, "x-forwarded-proto": canary }],
        ["HEAD", `?${canary}`, { origin: `https://${canary}.example` }],
        [
          "OPTIONS",
          `?${canary}`,
          {
            origin: `https://${canary}.example`,
            "access-control-request-method": "GET",
            "access-control-request-headers": canary,
          },
        ],
      ];
      for (const [method, query, headers] of requests) {
        const answer = await deployment.fetch(path + query, { method, headers });
        assert.equal(answer.status, method === "OPTIONS" ? 204 : 200);
        const all = JSON.stringify([...answer.headers]) + (await answer.text());
        assert.ok(!all.includes(canary), all);
        assert.equal(answer.headers.get("access-control-allow-origin"), "*");
        assert.equal(answer.headers.get("access-control-allow-credentials"), null);
        assert.equal(answer.headers.get("set-cookie"), null);
        assert.equal(answer.headers.get("vary"), null, "one answer for all");
        if (method !== "OPTIONS")
          assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      }
    });
  }
});

describe("what cannot be served", () => {
  async function refused(env, code) {
    await deployment.setEnv(env);
    const response = await deployment.fetch(JWKS);
    assert.equal(response.status, 500);
    assert.equal(response.headers.get("cache-control"), "no-store");
    const { error } = await response.json();
    assert.equal(error.code, code, `${error.message} ${error.hint}`);
    assert.match(error.hint, /npx convex env set JWKS/);
    return error;
  }

  test("without a set and a key, the answer says what to set, and where", async () => {
    const { message, hint } = await refused({}, "ERR_JWKS_MISSING");
    assert.match(message, /Convex deployment has neither JWKS nor a private key/);
    assert.match(hint, /in the deployment rather than in \.env\.local.*npx convex-token jwks/);
  });

  test("an unusable JWKS is named, and not shown", async () => {
    const secret = rsa.privateKey.split("\n")[3];
    for (const JWKS of [
      rsa.privateKey,
      `{"keys":[{"kty":"RSA","n":"${secret}"}]}`,
      '{"keys":[',
      "{}",
      '{"keys":[]}',
      '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}',
      JSON.stringify({ keys: [{ ...rsa.publicJwk, use: "enc" }] }),
      "[]",
      "null",
      "undefined",
      "x".repeat(400_000),
    ]) {
      const error = await refused({ JWKS }, "ERR_JWKS");
      assert.match(error.message, /^The JWKS of the Convex deployment cannot be served\. ./);
      assert.ok(!JSON.stringify(error).includes(secret));
      assert.ok(!JSON.stringify(error).includes("c2VjcmV0"));
    }
  });

  test("an unusable private key is named, and not shown", async () => {
    const secret = rsa.privateKey.split("\n")[3];
    const CONVEX_AUTH_PRIVATE_KEY = rsa.privateKey.replace(/[^\n]+\n-----END/, "-----END");
    const error = await refused({ CONVEX_AUTH_PRIVATE_KEY }, "ERR_JWKS");
    assert.match(error.message, /^The private key of the Convex deployment gives no set/);
    assert.ok(!JSON.stringify(error).includes(secret));
  });

  test("the discovery document does not depend on the set", async () => {
    await deployment.setEnv({ JWKS: "{}" });
    assert.equal((await deployment.fetch(DISCOVERY)).status, 200);
  });
});

describe("the router", () => {
  const action = httpActionGeneric(async () => new Response());
  const routes = (http) => http.getRoutes().map(([path, method]) => `${method} ${path}`);
  const ask = (http, path, method = "GET") =>
    http
      .lookup(path, method)[0]
      .invokeHttpAction(new Request(`https://any.example${path}`, { method }));

  test("that has one of the routes already is refused, and left as it was", () => {
    for (const [path, method] of [
      [DISCOVERY, "GET"],
      [JWKS, "OPTIONS"],
    ]) {
      const http = httpRouter();
      http.route({ path, method, handler: action });
      assert.throws(
        () => addAuthRoutes(http),
        (error) => {
          assert.ok(error instanceof ConvexTokenError);
          assert.equal(error.code, "ERR_ROUTE_TAKEN");
          assert.match(error.message, new RegExp(`${method} ${path}`));
          return true;
        },
      );
      assert.deepEqual(routes(http), [`${method} ${path}`]);
    }
  });

  test("that is none is refused, with the line that makes one", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const half = { route: () => assert.fail("nothing is routed") };
    for (const http of [undefined, null, {}, httpRouter, "http", 1, half, revoked.proxy]) {
      assert.throws(
        () => addAuthRoutes(http),
        (error) => {
          assert.ok(error instanceof ConvexTokenError, String(error));
          assert.equal(error.code, "ERR_ROUTER");
          assert.match(error.hint, /`const http = httpRouter\(\)`/);
          return true;
        },
      );
    }
  });

  test("takes no option that is none; null is none", async () => {
    const code = "ERR_OPTION";
    assert.throws(() => addAuthRoutes(httpRouter(), "https://auth.example"), { code });
    process.env.CONVEX_SITE_URL = "https://happy-animal-123.convex.site";
    process.env.JWKS = JSON.stringify(first.jwks);
    try {
      for (const options of [null, { issuer: null, jwks: null }]) {
        const http = httpRouter();
        addAuthRoutes(http, options);
        const { issuer } = await (await ask(http, DISCOVERY)).json();
        assert.equal(issuer, process.env.CONVEX_SITE_URL);
        assert.deepEqual(await (await ask(http, JWKS)).json(), first.jwks);
      }
    } finally {
      delete process.env.CONVEX_SITE_URL;
      delete process.env.JWKS;
    }
    const odd = [{}, 1, Symbol("x"), Object.create(null), () => "", ["https://a.example"]];
    for (const issuer of odd) {
      const http = httpRouter();
      addAuthRoutes(http, { issuer, jwks: first.jwks });
      const response = await ask(http, DISCOVERY);
      assert.equal(response.status, 500);
      assert.match((await response.json()).error.code, /^ERR_(OPTION|ISSUER_INVALID)$/);
    }
  });

  test("may have others beside them", () => {
    const http = httpRouter();
    http.route({ pathPrefix: "/", method: "GET", handler: action });
    addAuthRoutes(http);
    assert.equal(routes(http).length, 5);
  });

  test("has the documents below an issuer's own path too, which the option gives", async () => {
    const http = httpRouter();
    addAuthRoutes(http, { issuer: "https://auth.example/tenant/", jwks: first.jwks });
    for (const path of [DISCOVERY, `/tenant${DISCOVERY}`]) {
      assert.equal((await (await ask(http, path)).json()).issuer, "https://auth.example/tenant");
    }
    for (const path of [JWKS, `/tenant${JWKS}`]) {
      assert.deepEqual(await (await ask(http, path)).json(), first.jwks);
    }
  });

  test("answers for an issuer that is none with its cure", async () => {
    for (const [issuer, code] of [
      ["https://happy-animal-123.convex.cloud", "ERR_ISSUER_CLOUD"],
      ["happy-animal-123.convex.site", "ERR_ISSUER_INVALID"],
      [undefined, "ERR_ISSUER_MISSING"],
    ]) {
      const http = httpRouter();
      addAuthRoutes(http, { issuer, jwks: first.jwks });
      const response = await ask(http, DISCOVERY);
      assert.equal(response.status, 500);
      assert.equal((await response.json()).error.code, code);
    }
  });

  test("tells nobody what stands in the issuer's place, which may be a secret, and its log does", async (context) => {
    const log = context.mock.method(console, "error", () => {});
    const http = httpRouter();
    addAuthRoutes(http, { issuer: "s3cret-of-the-adapter", jwks: first.jwks });
    const { error } = await (await ask(http, DISCOVERY)).json();
    assert.equal(error.code, "ERR_ISSUER_INVALID");
    assert.doesNotMatch(JSON.stringify(error), /s3cret/);
    assert.match(error.message, /^The issuer "…" has no scheme/);
    assert.match(log.mock.calls[0].arguments[0], /"s3cret-of-the-adapter"/);
  });

  test("answers a HEAD without a body when it can serve nothing", async () => {
    const http = httpRouter();
    addAuthRoutes(http, { issuer: "x", jwks: first.jwks });
    const response = await ask(http, DISCOVERY, "HEAD");
    assert.equal(response.status, 500);
    assert.equal(await response.text(), "");
  });
});

function privateJwk({ privateKey }) {
  return createPrivateKey(privateKey).export({ format: "jwk" });
}
