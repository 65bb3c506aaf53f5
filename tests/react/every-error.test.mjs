// Each row of the integrations' tables (errors.ts in the folders of pkg-template/src), provoked as somebody who uses
// them comes to it, with keys, a secret and a token in play. Nothing of these is in what is thrown, answered
// or written to the console.
import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { format } from "node:util";
import { createElement } from "react";
import { httpRouter } from "convex/server";
import { generateKeys, signConvexToken } from "convex-token";
import { createTokenFetcher } from "convex-token/client";
import { addAuthRoutes, convexAuthConfig, requireSecret } from "convex-token/convex";
import { convexToken, tokenRoute } from "convex-token/next";
import { convexSession } from "convex-token/next-auth";
import { createUseAuth } from "convex-token/react";
import { webCryptoSigner } from "convex-token/webcrypto";
import { INTEGRATIONS } from "../../scripts/error-tables.mjs";
import { Canaries, formsOf, shownOf } from "../tools/canaries.mjs";
import { rowsIn } from "../tools/error-rows.mjs";
import "./lib/dom.mjs";
import { mount, until } from "./lib/render.mjs";

const issuer = "https://happy-animal-123.convex.site";
const pairs = ["RS256", "ES256", "EdDSA"].map((algorithm) => generateKeys({ algorithm }));
const [rsa, ec, ed] = pairs;
const token = signConvexToken({ sub: "user_1" }, { privateKey: ed.privateKey, issuer });
const secret = "Qx7!vL2#Gk9@wP4$tR8&mZ5";
const secrets = { secret, signature: token.slice(token.lastIndexOf(".") + 1) };
const canaries = new Canaries(
  pairs.map(({ privateKey }) => privateKey),
  secrets,
);

/** What a healthy deployment or server has in its environment. */
const healthy = {
  CONVEX_AUTH_PRIVATE_KEY: ed.privateKey,
  CONVEX_SITE_URL: issuer,
  CONVEX_AUTH_ADAPTER_SECRET: secret,
};
const names = [...Object.keys(healthy), "JWT_PRIVATE_KEY", "JWKS", "CONVEX_URL", "NEXT_PUBLIC_CONVEX_URL"]; // prettier-ignore

/** With these variables beside the healthy ones; undefined takes one away. */
const withVariables = (variables, call) => () => {
  Object.assign(process.env, healthy, variables);
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
  }
  return call();
};
afterEach(() => {
  for (const name of names) delete process.env[name];
});

// ---- What is asked, as Convex, Next.js, Auth.js and a page ask it --------------------------------------

/** What the routes of a deployment answer. */
const served = (variables, options, name = "jwks.json") =>
  withVariables(variables, () => {
    const http = httpRouter();
    addAuthRoutes(http, options);
    const path = `/.well-known/${name}`;
    return http.lookup(path, "GET")[0].invokeHttpAction(new Request(`${issuer}${path}`));
  });

const config = (options, variables = {}) =>
  withVariables(variables, () => convexAuthConfig(options));
const embedded = (jwks) => config({ kind: "customJwt", embedJwks: true, jwks });

const cookie = `session=${secret}`;
const request = ({ method, ...headers } = {}) =>
  new Request("https://app.example/api/session/token", { method, headers: { cookie, ...headers } });
const session = { user: { id: "user_1" }, sessionToken: secret };

/** What the token route answers for a session, or the function's result. */
const routed = (session, options, variables = {}) =>
  withVariables(variables, () => tokenRoute({ session: () => session, ...options }).GET(request()));

/** What the token route answers to a request. */
const asked = (given) =>
  withVariables({}, () => tokenRoute({ session: () => session }).GET(request(given)));

/** What a session becomes by Auth.js's callback. */
const called = (options, variables = {}) =>
  withVariables(variables, () =>
    convexSession(options)({
      session: { user: { name: "Ada" }, expires: "" },
      token: { sub: "user_1", accessToken: secret },
    }),
  );

/** What the fetcher of a page gives, when its requests are answered so; fresh ones after the first. */
const fetched =
  (answer, { times = 1, ...options } = {}) =>
  async () => {
    const fetcher = createTokenFetcher("/api/session/token", {
      fetch: async () => answer(),
      headers: { Authorization: `Bearer ${secret}` },
      retries: 0,
      ...options,
    });
    const given = [];
    for (let number = 0; number < times; number += 1) {
      given.push((await fetcher({ forceRefreshToken: number > 0 })) === null);
    }
    return given;
  };
const json = (body, init) => () => Response.json(body, init);

/** What a page's hook gives when a token is forced of a session which `update()` makes another one. */
const refreshed = (updated) => async () => {
  const session = {
    data: { user: { id: "user_1" }, convexToken: token },
    status: "authenticated",
    update: async () => updated,
  };
  const useAuth = createUseAuth(() => session, { retries: 0 });
  let auth;
  const Page = () => ((auth = useAuth()), null);
  const page = mount(createElement(Page));
  await until(() => auth);
  await auth.fetchAccessToken({ forceRefreshToken: false });
  const given = await auth.fetchAccessToken({ forceRefreshToken: true });
  page.unmount();
  return given === null;
};

/** A row of a database as version 5 of Auth.js hands it over. */
const rowed = (row) => () =>
  convexSession()({ session: { sessionToken: secret, user: {}, ...row }, user: { id: "user_1" } });

const unreadable = {
  get name() {
    throw new Error("the database is away");
  },
};

const forced = { convexTokenError: "ERR_KEY_MISSING" };
const user = { id: "user_1" };

/** By the name of the row: the code, and what leads to it. */
const table = {
  "session-missing-user": ["ERR_SESSION_USER", routed({ user: {} })],
  "use-session": ["ERR_USE_SESSION", () => createUseAuth(undefined)],
  "session-provider": ["ERR_SESSION_PROVIDER", () => createUseAuth(() => undefined)()],
  "session-token-missing, nothing found": ["ERR_SESSION_TOKEN_MISSING", refreshed({ user })],
  "session-token-missing": ["ERR_SESSION_TOKEN_MISSING", refreshed({ user, ...forced })],
  "token-unchanged": ["ERR_TOKEN_UNCHANGED", fetched(json({ token }), { times: 2 })],
  "token-unreachable": ["ERR_TOKEN_UNREACHABLE", fetched(json({ token }, { status: 503 }))],
  "token-answer": ["ERR_TOKEN_ANSWER", fetched(() => new Response(`<p>${token}`))],
  "session-claims": ["ERR_SESSION_CLAIMS", called({ claims: () => undefined.sub })],
  "session-token-failed": ["ERR_KEY_MISSING", () => convexToken({ user, ...forced })],
  "signed-out": ["ERR_SIGNED_OUT", routed(null)],
  "cross-site": ["ERR_CROSS_SITE", asked({ origin: "https://elsewhere.example" })],
  host: ["ERR_HOST", asked({ host: "user:password@app.example" })],
  method: ["ERR_METHOD", asked({ method: "DELETE" })],
  "token-failed": ["ERR_KEY_MISSING", routed(session, {}, { CONVEX_AUTH_PRIVATE_KEY: undefined })],
  "session-function": ["ERR_SESSION_FUNCTION", routed(secret)],
  "session-no-function": ["ERR_SESSION_FUNCTION", () => tokenRoute({ session })],
  "session-two-subjects": ["ERR_SESSION_TWO_SUBJECTS", routed({ convexToken: token }, { claims: () => ({ sub: "user_2" }) })],
  "session-expires": ["ERR_SESSION_EXPIRES", rowed({ expires: new Date(NaN) })],
  "session-unreadable": ["ERR_SESSION_UNREADABLE", rowed({ user: unreadable })],
  option: ["ERR_OPTION", () => tokenRoute({ session: () => session, claims: secret })],
  "no-signing-key": ["ERR_SIGNER", () => webCryptoSigner(secret)],
  "public-half-missing": ["ERR_SIGNER", async () => {
    const { privateKey } = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    return webCryptoSigner(privateKey);
  }],
  router: ["ERR_ROUTER", () => addAuthRoutes(undefined)],
  "route-taken": ["ERR_ROUTE_TAKEN", () => {
    const http = httpRouter();
    addAuthRoutes(http);
    addAuthRoutes(http);
  }],
  "jwks-missing": ["ERR_JWKS_MISSING", served({ CONVEX_AUTH_PRIVATE_KEY: undefined })],
  "jwks-unusable": ["ERR_JWKS", served({ JWKS: rsa.privateKey })],
  "published-key-unusable": ["ERR_JWKS", served({ CONVEX_AUTH_PRIVATE_KEY: ec.privateKey.slice(0, -60) })],
  "jwks-not-set": ["ERR_JWKS_MISSING", embedded(undefined)],
  "jwks-unreadable": ["ERR_JWKS", embedded(ec.privateKey)],
  "jwks-no-key": ["ERR_JWKS", embedded(ed.jwks)],
  "jwks-no-kid": ["ERR_JWKS_KID", embedded({ keys: [{ ...rsa.publicJwk, kid: undefined }] })],
  "jwks-incomplete": ["ERR_JWKS", embedded({ keys: [{ ...rsa.publicJwk, n: undefined }] })],
  "site-url-missing": ["ERR_ISSUER_MISSING", config({}, { CONVEX_SITE_URL: undefined })],
  "site-url-invalid": ["ERR_ISSUER_INVALID", config({ issuer: "happy-animal-123.convex.site" })],
  "site-url-cloud": ["ERR_ISSUER_CLOUD", config({ issuer: "https://happy-animal-123.convex.cloud" })],
  "application-id-empty": ["ERR_AUDIENCE", config({ applicationID: " " })],
  "provider-kind": ["ERR_PROVIDER", config({ kind: "saml" })],
  "provider-algorithm": ["ERR_PROVIDER_ALGORITHM", config({ kind: "customJwt", algorithm: "EdDSA" })],
  "secret-missing": ["ERR_SECRET_MISSING", () => requireSecret(secret, undefined)],
  "secret-refused": ["ERR_SECRET_REFUSED", () => requireSecret(`${secret}x`, secret)],
}; // prettier-ignore

const rows = await rowsIn(INTEGRATIONS);

for (const [row, [code, call]] of Object.entries(table)) {
  test(`${row}: ${code}`, async () => {
    const { seen, texts } = await seenOf(call);
    assert.ok(
      texts.some((text) => text.includes(code) && rows.in(text).includes(row)),
      `${texts}`,
    );
    assert.deepEqual(canaries.shownIn(seen), []);
  });
}

test("each row is provoked", () => {
  assert.deepEqual(Object.keys(table).sort(), rows.names.sort());
});

/** Places for a text: options, variables that are read, what a caller sends. */
const each = (call, names) => names.map((name) => (text) => call({ [name]: text }));
const signing = ["issuer", "audience", "expiresIn", "notBefore", "keyId", "now"];
const variables = ["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"];
const withoutSite = { CONVEX_SITE_URL: undefined };
const places = [
  ...each((options) => routed(session, options), signing),
  ...each((options) => called(options), signing),
  ...each((given) => routed(session, {}, { ...withoutSite, ...given }), variables),
  ...each((given) => called({}, { ...withoutSite, ...given }), variables),
  ...each((given) => routed(session, {}, given), ["JWKS", "CONVEX_AUTH_ADAPTER_SECRET"]),
  ...each((given) => served({ ...withoutSite, ...given }, {}, "openid-configuration"), variables),
  ...each((given) => served(given), ["JWKS"]),
  ...each((options) => served({}, options), ["jwks", "issuer"]),
  ...each((options) => served({}, options, "openid-configuration"), ["issuer"]),
  ...each((given) => config({}, given), ["CONVEX_SITE_URL"]),
  ...each((given) => config({ kind: "customJwt", embedJwks: true }, given), ["JWKS"]),
  ...each(
    (options) => config({ kind: "customJwt", ...options }),
    ["jwks", "issuer", "kind", "algorithm"],
  ),
  (text) => routed(text),
  (text) => served({ CONVEX_AUTH_PRIVATE_KEY: text.slice(0, -9) }),
  (text) => routed(session, {}, { CONVEX_AUTH_PRIVATE_KEY: text.slice(9) }),
  (text) => called({}, { JWT_PRIVATE_KEY: text, CONVEX_AUTH_PRIVATE_KEY: text.slice(0, -9) }),
  (text) => () => requireSecret(text, secret),
  (text) => () => requireSecret(secret, [text, undefined]),
  (text) => fetched(() => new Response(text)),
  (text) => fetched(json({}), { headers: { Authorization: `${text}\n` } }),
];

const forms = [
  ...pairs.flatMap(({ privateKey }) => Object.entries(formsOf(privateKey))),
  ["token", token],
];
// None of them is React's own: once is enough, and for each form a quarter of the places, in turn.
const once = process.env.REACT_VERSION === "19" ? forms : [];
for (const [at, [name, text]] of once.entries()) {
  test(`${name}: nothing of it is seen where an integration takes a text`, async () => {
    const shown = [];
    for (const place of places.filter((_, index) => (index + at) % 4 === 0)) {
      const { seen } = await seenOf(place(text));
      shown.push(...seen.split("\n").filter((line) => canaries.shownIn(line).length > 0));
    }
    assert.deepEqual(shown, []);
  });
}

/**
 * All that can be seen of a call but for the token that it is there to give: what it throws, gives, answers
 * and writes; and its sentences.
 */
async function seenOf(call) {
  const written = [];
  const levels = ["log", "info", "warn", "error", "debug"];
  const mocks = levels.map((level) =>
    mock.method(console, level, (...parts) => void written.push(parts)),
  );
  let result;
  try {
    result = await call();
  } catch (error) {
    result = error;
  } finally {
    mocks.forEach(({ mock }) => mock.restore());
  }
  const things = [...written];
  const texts = written.map((parts) => format(...parts));
  if (result instanceof Response) {
    const { status, headers } = result;
    const body = await result.json();
    if (status === 200) delete body.token;
    things.push([status, [...headers], body]);
    const { code, message, hint } = body.error ?? {};
    texts.push(`${code}: ${message} ${hint}`);
  } else if (result instanceof Error) {
    things.push(result);
    texts.push(`${result.code}: ${result.message} ${result.hint}`);
  } else {
    things.push({ ...result, convexToken: undefined });
  }
  return { seen: things.map(shownOf).join("\n"), texts };
}
