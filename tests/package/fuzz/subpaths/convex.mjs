// convex-token/convex: the routes of a deployment, its auth.config.ts, functions with a secret.
import { httpActionGeneric, httpRouter } from "convex/server";
import { addAuthRoutes, convexAuthConfig, requireSecret } from "convex-token/convex";
import { isObject, isText, issuer, jwks, otherSecret, pairs, secret, setOf } from "../material.mjs";
import { secretIn, settled } from "../world.mjs";
import { environmentOf, within } from "./environment.mjs";
import { MARK, marked, oddValue } from "./odd.mjs";

const HTTP_URL = /^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/;
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];

const authOptions = (random) => ({
  issuer: random.of([undefined, issuer, `${issuer}/`, `${issuer}/path`, "http://127.0.0.1:3211"]),
  applicationID: random.of([undefined, "convex", "app"]),
  ...random.of([
    {},
    { kind: "oidc" },
    { kind: "customJwt" },
    { kind: "customJwt", embedJwks: true },
    { kind: "customJwt", algorithm: random.of(["RS256", "ES256"]), jwks: setOf(random) },
    { kind: "customJwt", jwks: `${issuer}/jwks.json` },
    { kind: "customJwt", embedJwks: true, jwks: withPrivate(random) },
  ]),
});

/** A set that has the private members of its keys, as somebody may have published it. */
const withPrivate = (random) => ({
  keys: [...jwks.keys, { ...jwks.keys.at(-1), ...random.of([{ d: secret }, { k: secret, p: secret }]) }],
}); // prettier-ignore

function isAuthConfig(config, _environment, options) {
  const [{ domain, issuer: named, applicationID, type, jwks: keys, algorithm, ...more }] =
    config.providers;
  if (config.providers.length !== 1 || Object.keys(more).length > 0) return false;
  if (!isText(applicationID) || !HTTP_URL.test(domain ?? named)) return false;
  if (type === undefined) return domain !== undefined && keys === undefined;
  if (type !== "customJwt" || !["RS256", "ES256"].includes(algorithm)) return false;
  // A URL or a data: URI that was given is the caller's.
  const given = isText(options?.jwks) ? options.jwks : process.env.JWKS;
  return keys === given?.trim() || keys === `${named}/.well-known/jwks.json` || isPublic(keys);
}

/** Whether a data: URI has public keys alone. */
function isPublic(uri) {
  const { keys } = JSON.parse(decodeURIComponent(uri.slice("data:application/json,".length)));
  return keys.length > 0 && keys.every(isPublicKey);
}

const isPublicKey = (key) => isText(key.kid) && !PRIVATE.some((name) => name in key);

// ---- Routes -----------------------------------------------------------------------------------

const documents = ["/.well-known/openid-configuration", "/.well-known/jwks.json"];
const other = httpActionGeneric(async () => new Response());

const routeOptions = (random) =>
  random.of([
    undefined,
    {},
    { issuer },
    { issuer: `${issuer}/path/` },
    { jwks: setOf(random) },
    { issuer, jwks: withPrivate(random) },
    { jwks: pairs[0].privateKey },
  ]);

function routerOf(random) {
  if (random.percent(3)) return oddValue(random);
  const http = httpRouter();
  if (random.percent(3)) http.route({ path: documents[1], method: "GET", handler: other });
  if (random.percent(20)) http.route({ path: "/x", method: "GET", handler: other });
  return http;
}
routerOf.isExact = true;

function requestOf(random) {
  const path = random.of([...documents, "/path/.well-known/jwks.json"]);
  const method = random.of(["GET", "GET", "HEAD", "OPTIONS", "POST", "PATCH"]);
  const headers = new Headers();
  const put = (name, values) => {
    try {
      if (random.percent(60)) headers.set(name, marked(random, random.of(values)));
    } catch {
      // What no header can have.
    }
  };
  put("if-none-match", ["*", '"x"', 'W/"x", "y"', ","]);
  put("origin", ["https://app.example", "null"]);
  put("accept", ["application/json"]);
  let request;
  try {
    request = new Request(`${issuer}${path}${random.percent(50) ? `?${MARK}` : ""}`, { method, headers });
  } catch {
    request = new Request(`${issuer}${path}`);
  }
  return { path, request };
} // prettier-ignore
requestOf.isExact = true;

async function answerOf(http, options, { path, request }) {
  addAuthRoutes(http, options);
  // As a deployment does it.
  const found = http.lookup(path, request.method);
  if (found === null) return null;
  const again = new Request(request.url, request);
  const response = await settled(found[0].invokeHttpAction(request));
  const answer = await answered(response);
  // The same once more, as its ETag has it.
  const etag = response.headers.get("etag");
  if (etag !== null && again.method === "GET") {
    again.headers.set("if-none-match", etag);
    const known = await settled(found[0].invokeHttpAction(again));
    if (known.status !== 304) throw new Error(`its own ETag is answered with ${known.status}`);
  }
  return answer;
}

async function answered(response) {
  if (!(response instanceof Response)) throw new Error(`no Response: ${response}`);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

function isDocument(answer, _environment, _http, _options, { request }) {
  if (answer === null) return true;
  const { status, headers, body } = answer;
  const text = `${JSON.stringify(headers)}${body}`;
  if (text.includes(MARK) || secretIn(text)) return false;
  if (request.method === "HEAD" && body !== "") return false;
  switch (status) {
    case 200: {
      if (body === "") return request.method === "HEAD";
      const { keys, issuer: named } = JSON.parse(body);
      return keys === undefined
        ? HTTP_URL.test(named)
        : keys.every((key) => !PRIVATE.some((name) => name in key));
    }
    case 204:
    case 304:
      return body === "";
    case 404:
    case 405:
      return true;
    case 500: {
      if (request.method === "HEAD") return true;
      const { error } = JSON.parse(body);
      return headers["cache-control"] === "no-store" && /^ERR_[A-Z_]+$/.test(error.code);
    }
    default:
      return false;
  }
}

// ---- Secrets ----------------------------------------------------------------------------------

const givenSecret = (random) => random.of([secret, otherSecret, "", undefined, secret.slice(1)]);
const expectedSecret = (random) =>
  random.of([secret, [secret, otherSecret], [undefined, secret], [], ["", otherSecret], undefined]);

/** What was accepted must be one of what was expected. */
function isAccepted(value, given, expected) {
  const list = Array.isArray(expected) ? [...expected] : [expected];
  return value === undefined && isText(given) && given !== "" && list.includes(given);
}

/** Convex hands `data` to the caller. */
function requireItsSecret(given, expected) {
  try {
    return requireSecret(given, expected);
  } catch (error) {
    if (isObject(error?.data)) {
      const { code, message, hint, ...more } = error.data;
      const same = code === error.code && message === error.message && hint === error.hint;
      if (!same || Object.keys(more).length > 0) throw new Error("other data", { cause: error });
    }
    throw error;
  }
}

export const operations = [
  ["convexAuthConfig", within(convexAuthConfig), [environmentOf, authOptions], isAuthConfig, 40],
  ["addAuthRoutes", within(answerOf), [environmentOf, routerOf, routeOptions, requestOf], isDocument, 30],
  ["requireSecret", requireItsSecret, [givenSecret, expectedSecret], isAccepted, 30],
]; // prettier-ignore
