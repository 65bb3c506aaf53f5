// How documents come: status, type, charset, redirects, time, size, text.
import { DISCOVERY, ISSUER, JWKS, jwk, makeCase } from "../case.mjs";

const discovery = (name, discoveryAnswer, expect, more = {}) =>
  makeCase({ name: `discovery document: ${name}`, kind: "oidc", discoveryAnswer, expect, ...more });
const oidcSet = (name, jwksAnswer, expect, more = {}) =>
  makeCase({
    name: `set that discovery leads to: ${name}`,
    kind: "oidc",
    jwksAnswer,
    expect,
    ...more,
  });
const set = (name, jwksAnswer, expect, more = {}) =>
  makeCase({
    name: `set of a customJwt provider: ${name}`,
    kind: "customJwt",
    jwksAnswer,
    expect,
    ...more,
  });

const typed = (make, type, expect, more) =>
  make(type === undefined ? "no type" : `type ${JSON.stringify(type)}`, { type }, expect, more);
const lax = {
  source:
    "Convex: openidconnect's check_content_type compares what stands before the first `;`, white space and all.",
};
const strict = { source: "Convex: fetch_jwks reads the type with the crate `mime`." };

const document = JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}${JWKS}` });
const keys = (key) => JSON.stringify({ keys: [jwk(key)] });
/** The text with something around it, as each of the three documents. */
const around = (name, before, after, expect, more = {}) => [
  discovery(name, {}, expect.discovery ?? expect, {
    discoveryText: `${before}${document}${after}`,
    ...more,
  }),
  oidcSet(name, {}, expect.oidc ?? expect, { setText: `${before}${keys("rsa")}${after}`, ...more }),
  set(name, {}, expect.customJwt ?? expect, {
    setText: `${before}${keys("p256")}${after}`,
    ...more,
  }),
];
const failing = { discovery: "discovery", oidc: "jwks", customJwt: "jwks" };
const behind = {
  source:
    "Convex: openidconnect reads one value with serde_path_to_error and looks at nothing behind it; biscuit's set is read with from_slice.",
};

const member = (name, value, expect = "discovery") =>
  discovery(`${name} is ${JSON.stringify(value)}`, {}, expect, { discovery: { [name]: value } });
const typedMembers = {
  source: "Convex: ProviderMetadata has a type for each member of the standard.",
};

/** Redirects of a path, one after the other, to where the document is. */
function hops(path, count, body, type = "application/json") {
  const routes = {};
  for (let hop = 0; hop < count; hop++) {
    routes[hop === 0 ? path : `/hop-${hop}`] = {
      status: 302,
      headers: { location: `/hop-${hop + 1}` },
    };
  }
  routes[`/hop-${count}`] = { type, body };
  return routes;
}

export default [
  [
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    "application/json;charset=iso-8859-1",
    "application/json;",
    "application/json; charset",
    undefined,
  ].map((type) => typed(discovery, type, "accepted")),
  [
    "text/plain",
    "application/jwk-set+json",
    "text/html; charset=utf-8",
    "application/problem+json",
    "json",
  ].map((type) => typed(discovery, type, "discovery")),
  typed(discovery, "application/json ; charset=utf-8", "discovery", lax),
  typed(discovery, "application/json, text/plain", "discovery", lax),
  [
    "application/json",
    "application/jwk-set+json",
    "APPLICATION/JWK-SET+JSON; charset=latin1",
    undefined,
  ].map((type) => typed(oidcSet, type, "accepted")),
  ["text/plain", "application/octet-stream", "application/x+json"].map((type) =>
    typed(oidcSet, type, "jwks"),
  ),
  typed(oidcSet, "application/jwk-set+json ;x=1", "jwks", lax),
  [
    "application/json",
    "APPLICATION/JSON",
    "application/jwk-set+json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json; v=1",
  ].map((type) => typed(set, type, "accepted")),
  [
    "text/plain",
    "application/octet-stream",
    "application/json; charset=latin1",
    "application/json; charset=utf8",
    "application/json; charset='utf-8'",
    "json",
    undefined,
  ].map((type) => typed(set, type, "jwks")),
  typed(set, "application/json; charset", "jwks", strict),
  typed(set, "application/json; charset=", "jwks", strict),
  typed(set, "application/json ; charset=utf-8", "jwks", strict),
  typed(set, "application/json;", "accepted", strict),
  typed(set, "application/json; charset=utf-8; charset=latin1", "accepted", strict),
  typed(set, "application/json, application/json", "jwks", strict),
  typed(set, "application/json;; v=1", "jwks", strict),

  [201, 204, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503].flatMap((status) => [
    discovery(`status ${status}`, { status, body: status === 204 ? "" : "oh no" }, "discovery"),
    oidcSet(`status ${status}`, { status, body: status === 204 ? "" : "oh no" }, "jwks"),
    set(`status ${status}`, { status, body: "" }, "jwks"),
  ]),
  discovery("status 304 without having asked for it", { status: 304, body: "" }, "discovery"),
  discovery("status 302 without a location", { status: 302, body: "" }, "discovery"),
  set("status 302 without a location", { status: 302, body: "" }, "jwks"),

  [301, 302, 303, 307, 308].flatMap((status) => [
    discovery(
      `redirect ${status}`,
      { status, headers: { location: "/elsewhere" }, body: "" },
      "accepted",
      {
        routes: { "/elsewhere": { type: "application/json", body: document } },
      },
    ),
    set(
      `redirect ${status}`,
      { status, headers: { location: `${ISSUER}/elsewhere` }, body: "" },
      "accepted",
      {
        routes: { "/elsewhere": { type: "application/json", body: keys("p256") } },
      },
    ),
  ]),
  set("redirect to nowhere", { status: 302, headers: { location: "/nowhere" }, body: "" }, "jwks"),
  set("redirect to a page", { status: 302, headers: { location: "/login" }, body: "" }, "jwks", {
    routes: { "/login": { type: "text/html", body: "<html>" } },
  }),
  set("10 redirects", {}, "accepted", { routes: hops(JWKS, 10, keys("p256")) }),
  set("11 redirects", {}, "jwks", { routes: hops(JWKS, 11, keys("p256")) }),
  discovery("11 redirects", {}, "discovery", { routes: hops(DISCOVERY, 11, document) }),
  set("a redirect to itself", { status: 302, headers: { location: JWKS }, body: "" }, "jwks"),

  discovery("one second late", { delay: 1000 }, "accepted"),
  set("one second late", { delay: 1000 }, "accepted"),
  discovery("cut off in its middle", { cut: true }, "discovery"),
  oidcSet("cut off in its middle", { cut: true }, "jwks"),
  set("cut off in its middle", { cut: true }, "jwks"),
  discovery("empty", { body: "" }, "discovery"),
  oidcSet("empty", { body: "" }, "jwks"),
  set("empty", { body: "" }, "jwks"),

  around("white space around", " \r\n\t", "\r\n", "accepted"),
  around("a byte order mark before", "\ufeff", "", failing),
  around(
    "text behind",
    "",
    "x",
    { discovery: "accepted", oidc: "accepted", customJwt: "jwks" },
    behind,
  ),
  around(
    "another object behind",
    "",
    " {}",
    { discovery: "accepted", oidc: "accepted", customJwt: "jwks" },
    behind,
  ),
  around("a no-break space before", "\u00a0", "", failing),
  around("a form feed before", "\f", "", failing),
  around("in brackets", "[", "]", failing),
  around("a comment before", "// x\n", "", failing),
  discovery("a page", { body: "<!doctype html>" }, "discovery"),
  set("a page", { body: "<!doctype html>" }, "jwks"),
  discovery("null", { body: "null" }, "discovery"),
  discovery("an empty object", { body: "{}" }, "discovery"),
  discovery("200 KB of a member that nobody knows", {}, "accepted", {
    discovery: { x: "x".repeat(200_000) },
  }),
  discovery(
    "gzip that was not asked for",
    { body: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), headers: {} },
    "discovery",
  ),

  discovery("the whole of the standard", {}, "accepted", {
    discovery: {
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "unheard-of"],
      scopes_supported: ["openid"],
      claims_supported: ["sub"],
    },
  }),
  [
    ["jwks_uri", undefined],
    ["jwks_uri", null],
    ["jwks_uri", "keys.json"],
    ["jwks_uri", ""],
    ["jwks_uri", 1],
    ["issuer", undefined],
    ["issuer", 1],
  ].map(([name, value]) => member(name, value)),
  [
    ["authorization_endpoint", ""],
    ["authorization_endpoint", 1],
    ["token_endpoint", "/token"],
    ["op_policy_uri", "x"],
    ["scopes_supported", "openid"],
    ["response_types_supported", null],
    ["response_types_supported", "code"],
    ["subject_types_supported", [1]],
    ["id_token_signing_alg_values_supported", "RS256"],
    ["claims_supported", [null]],
    ["claims_parameter_supported", "true"],
    ["request_parameter_supported", 1],
    ["ui_locales_supported", "en"],
  ].map(([name, value]) => ({ ...member(name, value), ...typedMembers })),
  [
    ["authorization_endpoint", null],
    ["token_endpoint", null],
    ["scopes_supported", null],
    ["claims_parameter_supported", null],
    ["id_token_signing_alg_values_supported", []],
    ["id_token_signing_alg_values_supported", [1, null]],
    ["id_token_encryption_alg_values_supported", null],
    ["end_session_endpoint", 1],
    ["jwks", 1],
  ].map(([name, value]) => member(name, value, "accepted")),
  discovery("issuer twice", {}, "discovery", {
    discoveryText: document.replace("{", `{"issuer":"${ISSUER}",`),
    ...typedMembers,
  }),
  discovery("a member twice that nobody knows", {}, "accepted", {
    discoveryText: document.replace("{", '{"x":1,"x":2,'),
  }),
  discovery("a lone surrogate in a member that nobody knows", {}, "discovery", {
    discoveryText: document.replace("{", '{"x":"\\ud800",'),
  }),

  oidcSet("without keys", { body: "{}" }, "jwks"),
  oidcSet("keys is null", { body: '{"keys":null}' }, "jwks"),
  oidcSet("keys is an object", { body: '{"keys":{}}' }, "jwks"),
  oidcSet("no key", { body: '{"keys":[]}' }, "key", {
    source: "Convex: an empty set can be read, and has no key.",
  }),
  oidcSet("one key without a set around", { body: JSON.stringify(jwk("rsa")) }, "jwks", {
    source: "Convex: both sets need their member `keys`.",
  }),
  oidcSet("a list of keys", { body: JSON.stringify([jwk("rsa")]) }, "jwks", {
    source: "Convex, as for one key.",
  }),
  oidcSet("keys twice", { body: `{"keys":[],${keys("rsa").slice(1)}` }, "jwks"),
  oidcSet(
    "other members beside",
    { body: `{"x":1,"x":"\\ud800",${keys("rsa").slice(1)}` },
    "accepted",
  ),
  set("without keys", { body: "{}" }, "jwks"),
  set("keys is null", { body: '{"keys":null}' }, "jwks"),
  set("no key", { body: '{"keys":[]}' }, "key", {
    source: "Convex: an empty set can be read, and has no key.",
  }),
  set("one key without a set around", { body: JSON.stringify(jwk("p256")) }, "jwks", {
    source: "Convex: both sets need their member `keys`.",
  }),
  set("a list of keys", { body: JSON.stringify([jwk("p256")]) }, "jwks", {
    source: "Convex, as for one key.",
  }),
  set("keys twice", { body: `{"keys":[],${keys("p256").slice(1)}` }, "jwks"),
  set(
    "other members beside",
    { body: `{"x":1,"x":"\\ud800",${keys("p256").slice(1)}` },
    "accepted",
  ),
  oidcSet("200 keys", {}, "accepted", {
    keys: [
      ...Array.from({ length: 199 }, (_, at) => jwk("otherRsa", { kid: `${at}` })),
      jwk("rsa"),
    ],
  }),
  set("200 keys", {}, "accepted", {
    keys: [...Array.from({ length: 199 }, (_, at) => jwk("rsa", { kid: `${at}` })), jwk("p256")],
  }),
];
