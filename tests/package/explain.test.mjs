// Explaining: every check of Convex, what it found, and how to mend it. Most tests are what people ran into.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ConvexTokenError,
  convexAuthProvider,
  explainToken,
  openidConfiguration,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { issuer, keys } from "./fixtures.mjs";

const { privateKey, jwks } = keys.RS256;
const oidc = convexAuthProvider({ kind: "oidc", issuer });
const customJwt = convexAuthProvider({ kind: "customJwt", issuer, jwks });
const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
const sign = (options) => signConvexToken({ sub: "user_1" }, { privateKey, issuer, ...options });

/** Explains a token that must be refused, and gives the first check that fails. */
function failing(token, options) {
  const { accepted, checks } = explainToken(token, { jwks, ...options });
  assert.equal(accepted, false);
  const check = checks.find(({ ok }) => ok === false);
  assert.ok(check, JSON.stringify(checks, null, 2));
  assert.match(check.code, /^ERR_/);
  assert.equal(check.docs, `docs/errors.md#${check.code.toLowerCase()}`);
  return check;
}

test("a token of ours passes every check of both kinds of provider", () => {
  for (const provider of [oidc, customJwt]) {
    const discovery = openidConfiguration(issuer);
    const { accepted, checks } = explainToken(sign(), { provider, jwks, discovery });
    assert.equal(accepted, true);
    for (const { name, ok, found, expected, fix, docs } of checks) {
      assert.equal(ok, true, `${name}: ${found}, ${expected}`);
      assert.ok(found !== "" && expected !== "" && fix === null);
      assert.equal(docs, `docs/errors.md#check-${name}`);
    }
  }
});

test("without keys nothing is accepted, and without a discovery document the rest is judged", () => {
  const without = explainToken(sign(), { provider: oidc });
  assert.equal(without.accepted, false);
  assert.equal(without.checks.find(({ name }) => name === "signature").ok, null);
  const { accepted, checks } = explainToken(sign(), { provider: oidc, jwks });
  assert.equal(accepted, true);
  assert.equal(checks.find(({ name }) => name === "discovery").ok, null);
  assert.equal(explainToken(sign(), { provider: customJwt }).accepted, true, "the set is embedded");
  assert.equal(explainToken(sign(), { privateKey }).accepted, true);
});

test("verifying fails for the reason of the first check that fails", () => {
  const now = 1_700_000_000;
  for (const [token, options] of [
    [sign({ audience: "other" }), { provider: oidc }],
    [sign({ now }), { provider: oidc }],
    [sign({ now }), { provider: customJwt }],
    [sign({ keyId: false }), { provider: customJwt }],
    [sign().slice(0, -6) + "AAAAAA", { provider: oidc }],
    ["a.b.c", { provider: oidc }],
    ["", {}],
  ]) {
    const { code, message, fix } = failing(token, options);
    assert.throws(
      () => verifyConvexToken(token, { jwks, ...options }),
      (error) => error.code === code && error.message === message && error.hint === fix,
    );
  }
});

test("the `aud` that was forgotten, or is another", () => {
  const [header, payload] = sign().split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  delete claims.aud;
  const bare = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), "AA"].join(".");
  const forgotten = failing(bare, { provider: oidc });
  assert.equal(forgotten.name, "audience");
  assert.equal(forgotten.found, "absent");
  assert.equal(forgotten.expected, '"convex"');
  assert.match(forgotten.fix, /`aud`.*applicationID.*auth\.config\.ts/);
  assert.equal(
    forgotten.convexMessage,
    `No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your configured providers: [OIDC(domain=${issuer}, app_id=convex)]`,
  );
  assert.equal(failing(sign({ audience: "web" }), { provider: oidc }).found, '"web"');
});

test("an issuer that is set incorrectly: what sets it apart is told", () => {
  const cases = [
    [issuer.replace(".site", ".cloud"), /API.*CONVEX_SITE_URL/],
    [issuer.replace("https:", "http:"), /http:\/\/, the other with https:\/\//],
    [issuer.replace("happy", "Happy"), /capital letters/],
    [`${issuer}/api`, /port or path/],
    ["https://brave-fox-1.convex.site", /two deployments/],
  ];
  for (const [domain, words] of cases) {
    const check = failing(sign(), { provider: { domain, applicationID: "convex" } });
    assert.equal(check.name, "issuer");
    assert.equal(check.found, `"${issuer}"`);
    assert.equal(check.expected, `"${domain}"`);
    assert.match(check.fix, words);
  }
});

test("a slash at the end matters to discovery alone", () => {
  const provider = { ...oidc, domain: `${issuer}/` };
  assert.equal(explainToken(sign(), { provider, jwks }).accepted, true);
  const discovery = { ...openidConfiguration(issuer), issuer: `${issuer}/` };
  const check = failing(sign(), { provider, discovery });
  assert.equal(check.code, "ERR_DISCOVERY_ISSUER");
  assert.match(check.fix, /slash/);
  assert.equal(check.convexMessage, `Auth provider discovery of ${issuer} failed`);
});

test("of several providers Convex's choice is taken, or the nearest", () => {
  const clerk = { domain: "https://clerk.example.com", applicationID: "convex" };
  const provider = [clerk, oidc, customJwt];
  assert.equal(explainToken(sign(), { provider, jwks }).accepted, true);
  const check = failing(sign({ audience: "web" }), { provider });
  assert.equal(check.name, "audience");
  assert.match(check.convexMessage, /clerk\.example\.com.*CustomJWT\(/);
  const none = failing(sign(), { provider: [] });
  assert.match(none.convexMessage, /no providers configured/);
});

test("an entry that Convex does not take is told of, and the others are judged", () => {
  const check = failing(sign(), { provider: [oidc, { type: "customJwt", issuer }] });
  assert.equal(check.name, "provider");
  assert.equal(check.code, "ERR_PROVIDER");
});

test("customJwt without a `kid`", () => {
  const check = failing(sign({ keyId: false }), { provider: customJwt });
  assert.equal(check.name, "key-id");
  assert.equal(
    check.convexMessage,
    "Could not decode token. JWT may be missing a 'kid' (key ID) header.",
  );
});

test("a set with the wrong content type, a route that is not there, a server that is not reached", () => {
  const url = `${issuer}/.well-known/jwks.json`;
  const byUrl = { ...customJwt, jwks: url };
  const body = JSON.stringify(jwks);
  const answers = [
    [{ url, status: 200, contentType: "text/plain", body }, "ERR_ROUTE_TYPE", /Content-Type/],
    [{ url, status: 200, contentType: null, body }, "ERR_ROUTE_TYPE", /'unknown'/],
    [
      { url, status: 404, body: "No matching routes found" },
      "ERR_ROUTE_STATUS",
      /HTTP 404 Not Found/,
    ],
    [{ url, error: "fetch failed" }, "ERR_UNREACHABLE", /fetch failed/],
    ...["<!doctype html>", '{"keys":{}}', JSON.stringify(jwks.keys[0]), `${body} ${body}`].map(
      (other) => [
        { url, status: 200, contentType: "application/json", body: other },
        "ERR_ROUTE_JSON",
        /JWKS/,
      ],
    ),
  ];
  for (const [fetched, code, words] of answers) {
    const check = failing(sign(), { provider: byUrl, jwks: fetched });
    assert.equal(check.code, code);
    assert.match(check.convexMessage, words);
  }
  const good = { url, status: 200, contentType: "application/json; charset=utf-8", body };
  assert.equal(explainToken(sign(), { provider: byUrl, jwks: good }).accepted, true);
});

test("a self-hosted deployment that cannot reach its own public URL", () => {
  const discovery = { url: discoveryUrl, status: 500, body: "oops" };
  const check = failing(sign(), { provider: oidc, discovery });
  assert.match(check.fix, /self-hosted.*own public URL/);
  assert.equal(
    check.convexMessage,
    `Auth provider discovery of ${issuer} failed: 500 Internal Server Error oops`,
  );
});

test("the old guides' set, whose key has no kid", () => {
  const { kty, n, e } = jwks.keys[0];
  const check = failing(sign(), { provider: oidc, jwks: { keys: [{ use: "sig", kty, n, e }] } });
  assert.equal(check.name, "key");
  assert.match(check.expected, /no `kid`/);
  assert.match(check.fix, /keyId: false/);
});

test("whatever the token is, there is an answer", () => {
  const strange = [
    undefined,
    null,
    0,
    {},
    [],
    Symbol("x"),
    "",
    ".",
    "..",
    "...",
    "a.b",
    "\ud800.\ud800.",
  ];
  const header = Buffer.from('{"alg":"RS256"}').toString("base64url");
  const payloads = ["[]", "null", "{", '{"iss":1}', '{"exp":1e999}', '{"__proto__":{"iss":"x"}}'];
  for (const payload of payloads) {
    strange.push(`${header}.${Buffer.from(payload).toString("base64url")}.`);
  }
  strange.push("x".repeat(10_000_000), `${"A".repeat(100)}.`.repeat(10_000));
  for (const token of strange) {
    for (const provider of [undefined, oidc, customJwt, [], [null], [1, "x", oidc]]) {
      const { accepted, checks } = explainToken(token, { provider, jwks });
      assert.equal(accepted, false);
      assert.ok(checks.some(({ ok }) => ok === false));
      for (const { found, expected } of checks) assert.ok(found.length + expected.length < 2000);
    }
  }
  assert.equal(explainToken(sign()).accepted, false);
  assert.throws(() => explainToken("", 1), ConvexTokenError);
});

test("no key material is shown, even of a set that holds some", () => {
  const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ";
  const body = JSON.stringify({ keys: [{ ...jwks.keys[0], d: secret }] });
  const url = `${issuer}/.well-known/jwks.json`;
  for (const status of [200, 500]) {
    for (const contentType of ["application/json", "text/html"]) {
      for (const provider of [oidc, { ...customJwt, jwks: url }]) {
        const answer = { url, status, contentType, body };
        const shown = JSON.stringify(explainToken(sign(), { provider, jwks: answer }));
        assert.ok(
          !shown.includes(secret.slice(0, 12)) && !shown.includes(jwks.keys[0].n.slice(0, 12)),
        );
      }
    }
  }
});

test("every sentence arrives in words, and no text of a token passes for one", () => {
  const pretended = "\u0001key_missing\u0003";
  const payload = { iss: pretended, aud: pretended, [pretended]: pretended, name: [pretended] };
  const token = `e30.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.`;
  const document = { url: pretended, status: 404, contentType: pretended, body: pretended };
  for (const provider of [oidc, customJwt]) {
    const options = { provider, jwks: document, discovery: document };
    const texts = explainToken(token, options).checks.flatMap((check) => Object.values(check));
    assert.ok(texts.some((text) => String(text).includes("\\u{1}key_missing\\u{3}")));
    for (const text of texts) assert.doesNotMatch(String(text), /[\u0001-\u0003]|no private key/);
  }
  assert.throws(
    () => signConvexToken({ sub: "user_1", [pretended]: () => {} }, { privateKey, issuer }),
    ({ code, message, hint }) =>
      code === "ERR_CLAIM_VALUE" && !/[\u0001-\u0003]|no private key/.test(message + hint),
  );
});
