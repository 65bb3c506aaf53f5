// convex-token/next: the token route of both routers, and the token for functions called on a server.
import { validateHeaderName, validateHeaderValue } from "node:http";
import { convexToken, pagesTokenRoute, tokenRoute } from "convex-token/next";
import { cookie, isText } from "../material.mjs";
import { isCode, secretIn, settled } from "../world.mjs";
import { environmentOf, within } from "./environment.mjs";
import { MARK, giving, marked, perhapsOdd } from "./odd.mjs";
import { sessionOf, signingOf } from "./sessions.mjs";

const origin = "https://app.example";

// ---- Requests ---------------------------------------------------------------------------------

const methods = ["GET", "GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "QUERY"];
const paths = [
  "/api/session/token",
  "/api/session/token?force=true",
  "/api/session/token?force=false&force=1",
  `/api/session/token?force=${MARK}`,
  `/${MARK}?${MARK}=${MARK}`,
  "//api/session/token",
  `//${MARK}.example/api?force`,
  "/%00%ff",
  "/?force=%",
  `/${"x".repeat(20_000)}`,
];
const fields = {
  cookie: [`session=${cookie}`, cookie],
  authorization: [`Bearer ${cookie}`],
  origin: [origin, origin, "https://evil.example", "null", "http://[", "app.example", ""],
  "sec-fetch-site": ["same-origin", "same-origin", "none", "cross-site", "same-site", "", "same-origin, cross-site"],
  host: ["app.example", "app.example", "evil.example", "a b", "[", ""],
  "x-forwarded-host": ["app.example", "evil.example", "app.example, evil.example", ""],
  accept: ["application/json", "*/*"],
  "x-http-method-override": ["DELETE"],
}; // prettier-ignore

/** What a request says, before it is one of some host. */
function factsOf(random) {
  const headers = {};
  for (const [name, values] of Object.entries(fields)) {
    if (random.percent(35)) headers[name] = marked(random, random.of(values));
  }
  return { method: random.of(methods), path: marked(random, random.of(paths)), headers };
}

function requestOf(random) {
  const { method, path, headers } = factsOf(random);
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      sent.set(name, value);
    } catch {
      // What no header can have.
    }
  }
  const body = method === "POST" ? MARK : undefined;
  try {
    return new Request(`${origin}${path}`, { method, headers: sent, body });
  } catch {
    return new Request(origin, { headers: sent });
  }
}
requestOf.isExact = true;

/** As Next.js has it: of fields that came twice there are lists. */
function pagesRequestOf(random) {
  const { method, path, headers } = factsOf(random);
  for (const name of Object.keys(headers)) {
    if (random.percent(3)) headers[name] = [headers[name], MARK];
  }
  if (random.percent(80)) headers.host ??= "app.example";
  return { method, url: random.percent(2) ? undefined : path, headers };
}
pagesRequestOf.isExact = true;

/** A response of Node's, as far as anybody looks at it. */
class PagesResponse {
  statusCode = 200;
  headers = {};
  body;
  setHeader(name, value) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    this.headers[name.toLowerCase()] = value;
  }
  end(body) {
    if (this.body !== undefined) throw new Error("ended twice");
    this.body = body ?? "";
  }
}

// ---- Answers ----------------------------------------------------------------------------------

const first = (value) => (Array.isArray(value) ? value[0] : value);

/** A host as URLs have it, or nothing. */
function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return undefined;
  }
}

/** Whether no page of another origin asks, as the contract has it. */
function isSameOrigin(headers, host) {
  const site = first(headers["sec-fetch-site"]);
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const from = first(headers.origin);
  if (from === undefined) return true;
  const forwarded = first(headers["x-forwarded-host"])?.split(",")[0].trim();
  const own = hostOf(from);
  const scheme = from.split("//", 1)[0];
  const known = [host, first(headers.host), forwarded].filter(Boolean);
  return own !== undefined && known.some((one) => hostOf(`${scheme}//${one}`) === own);
}

const fixed = {
  "content-type": "application/json",
  "cache-control": "no-store",
  vary: "Cookie",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** What the routes of both routers may answer, and when. */
function isAnswer({ status, headers, body }, method, asked, host) {
  for (const [name, value] of Object.entries(fixed)) if (headers[name] !== value) return false;
  if (JSON.stringify(headers).includes(MARK) || secretIn(JSON.stringify(headers))) return false;
  const isRead = method === "GET" || method === "HEAD";
  if ((status === 405) === isRead) return false;
  const isRefused = status === 403 || status === 400;
  if (isRead && !isRefused && !isSameOrigin(asked, host)) return false;
  if (status === 403 && asked.origin === undefined && isSameOrigin(asked, host)) return false;
  if (![200, 400, 401, 403, 405, 500].includes(status)) return false;
  if (method === "HEAD") return body === "";
  const { token, error, ...more } = JSON.parse(body);
  if (Object.keys(more).length > 0) return false;
  if (status === 200) return isText(token) && error === undefined;
  return isCode(error.code, "tokenRoute") && !body.includes(MARK) && secretIn(body) === undefined;
}

async function answerOfRoute(options, request) {
  const { GET } = tokenRoute(options);
  const response = await settled(GET(request));
  if (!(response instanceof Response)) return response;
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

async function answerOfPages(options, request) {
  const response = new PagesResponse();
  const done = await settled(pagesTokenRoute(options)(request, response));
  if (done !== undefined) return done;
  const { statusCode: status, headers, body } = response;
  return { status, headers, body };
}

const isRouteAnswer = (answer, _environment, _options, request) =>
  isAnswer(answer, request.method, Object.fromEntries(request.headers), new URL(request.url).host);
const isPagesAnswer = (answer, _environment, _options, request) =>
  isAnswer(answer, request.method, request.headers, first(request.headers.host));

// ---- What is given ----------------------------------------------------------------------------

/** Options of a token route: a session, and perhaps what signs. */
function optionsOf(random) {
  const session = giving(random, perhapsOdd(random, sessionOf(random), 35));
  const claims = giving(random, perhapsOdd(random, { sub: "user_1", name: "Ada" }, 35));
  return { session, ...random.of([{}, {}, { claims }]), ...signingOf(random) };
}

/** A session for `convexToken`, or what gives it. */
function givenSessionOf(random) {
  const session = perhapsOdd(random, sessionOf(random), 35);
  if (random.percent(40)) return session;
  const gives = giving(random, session);
  if (random.percent(50)) return gives;
  const promise = (async () => gives())();
  // Whoever it is given to may not look at it.
  promise.catch(() => {});
  return promise;
}
givenSessionOf.isExact = true;

const tokenOf = async (given) => {
  const token = convexToken(given);
  return token instanceof Promise ? settled(token) : token;
};

/** One that the session had is given as it is. */
const isTokenOfSession = (token) => token === undefined || (isText(token) && token !== "");

export const operations = [
  ["convexToken", within(tokenOf), [environmentOf, givenSessionOf], isTokenOfSession, 30],
  ["tokenRoute", within(answerOfRoute), [environmentOf, optionsOf, requestOf], isRouteAnswer, 40],
  ["pagesTokenRoute", within(answerOfPages), [environmentOf, optionsOf, pagesRequestOf], isPagesAnswer, 30],
]; // prettier-ignore
