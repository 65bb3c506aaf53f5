// convex-token/client: fetchers of tokens, with every kind of answer, of failure and of silence.
import { createTokenFetcher } from "convex-token/client";
import { authorization, cookie, isText, pairs, tokens } from "../material.mjs";
import { changedText, never, strangeValue, throwOf } from "../values.mjs";
import { now, pass, settled } from "../world.mjs";
import { giving, oddValue, perhapsOdd, throwing } from "./odd.mjs";

/** More than these in a second of simulated time, for a client that asks this often, hammer. */
const MOST_REQUESTS_A_SECOND = 25;

// ---- Answers of a server ----------------------------------------------------------------------

const tokenThat = (claims) => `e30.${btoa(JSON.stringify(claims))}.e`;
const seconds = () => Math.floor(now() / 1000);

/** Tokens as a route may give them: some are no tokens, or live strangely. */
export const routeTokenOf = (random) =>
  random.of([
    () => tokens[0],
    () => tokenThat({ sub: "user_1", iat: seconds(), exp: seconds() + 3_600, jti: random.next() }),
    () => tokenThat({ sub: "user_1", iat: seconds(), exp: seconds() + 5, jti: random.next() }),
    () => tokenThat({ iat: seconds() + 5, exp: seconds() }),
    () => tokenThat({ sub: { toString: 1, valueOf: 1 }, iat: "x", exp: {} }),
    () => tokenThat({ sub: [[]], iat: 1e308, exp: -1e308 }),
    () => tokenThat(null),
    () => "a.%.c",
    () => "x".repeat(random.percent(10) ? 200_000 : 2_000),
    () => "\ud800",
  ])();

/** A body, which may be of another kind than the route's. */
function bodyOf(random) {
  const token = routeTokenOf(random);
  return random.of([
    () => JSON.stringify({ token }),
    () => JSON.stringify({ token }),
    () => JSON.stringify({ token: random.of([null, 1, "", [token], { token }, true]) }),
    () => JSON.stringify({ error: { code: "ERR_KEY_MISSING", message: "x" } }),
    () => JSON.stringify({ error: random.of([null, 1, "x", [], { code: { toString: 1 } }, { code: 7 }]) }),
    () => JSON.stringify({ error: { code: random.of([cookie, pairs[0].privateKey, tokens[0]]) } }),
    () => JSON.stringify(random.of([null, 1, "x", [], true, { __proto__: null }])),
    () => '{"__proto__":{"token":"x"}}',
    () => (random.percent(10) ? "[".repeat(50_000) : "["),
    () => "<!doctype html><title>Sign in</title>",
    () => `{"token":"${"x".repeat(random.percent(10) ? 300_000 : 3_000)}`,
    () => "",
  ])();
} // prettier-ignore

const statuses = [
  200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 408, 425, 429, 500, 502, 599,
];

/** A real response, or what stands in its place. */
function responseOf(random) {
  const status = random.of(statuses);
  const body = [204, 205, 304].includes(status) ? null : bodyOf(random);
  const type = random.of(["application/json", "text/html; charset=utf-8", cookie, "", `text/${"x".repeat(3_000)}`]);
  if (random.percent(70)) return new Response(body, { status, headers: { "content-type": type } });
  return random.of([
    () => Response.error(),
    () => Response.redirect("https://app.example/sign-in"),
    () => new Response(endless(random), { status: 200 }),
    () => new Response(failing(random), { status: 200 }),
    () => used(new Response(body, { status })),
    () => ({ status, ok: status < 300, headers: new Headers(), text: giving(random, body) }),
    () => ({ status: 200, ok: true, headers: { get: () => perhapsOdd(random, type) }, text: async () => body }),
    () => ({ status, ok: true, headers: undefined, text: async () => oddValue(random) }),
    () => ({ status: oddValue(random), ok: oddValue(random), text: oddValue(random), headers: {} }),
    () => ({ status: 200, ok: true, body: { getReader: () => oddValue(random) }, text: never }),
    () => ({ status: 200, ok: true, body: { getReader: () => ({ read: giving(random, oddValue(random)) }) } }),
    () => ({ get status() { return throwOf(new Error("of a status")); } }),
    () => oddValue(random),
  ])();
} // prettier-ignore

/** A body that is longer than any answer, and does not end. */
function endless(random) {
  const bytes = new Uint8Array(500_000).fill(32);
  let left = random.of([0, 1, 5]);
  const pull = (controller) => (left-- > 0 ? controller.enqueue(bytes) : never());
  return new ReadableStream({ pull, cancel: giving(random) });
}

function failing(random) {
  return new ReadableStream({ pull: throwing(random) });
}

function used(response) {
  response.text().catch(() => {});
  return response;
}

// ---- What is given ----------------------------------------------------------------------------

/** A `fetch`: what it gives changes from request to request. */
export function fetchOf(random) {
  const answers = Array.from({ length: 1 + random.below(4) }, () => {
    if (random.percent(6)) return never;
    if (random.percent(8)) return throwing(random);
    if (random.percent(8)) {
      const fails = throwing(random);
      return async () => fails();
    }
    const response = () => responseOf(random);
    if (random.percent(15)) return () => later(random.below(20_000), response);
    return random.percent(20) ? response : async () => response();
  });
  let asked = 0;
  return (_url, init) => {
    watched?.asked(init);
    return answers[asked++ % answers.length]();
  };
}

function later(milliseconds, give) {
  return new Promise((resolve, reject) =>
    setTimeout(() => {
      try {
        resolve(give());
      } catch (error) {
        reject(error);
      }
    }, milliseconds),
  );
}

const headersOf = (random) => {
  const headers = { Authorization: authorization, "X-Odd": random.of(["x", "a\nb", `${cookie}\n`, "\u20ac"]) };
  return random.of([
    () => undefined,
    () => headers,
    () => Object.entries(headers),
    () => new Headers({ Authorization: authorization }),
    () => giving(random, perhapsOdd(random, headers)),
    () => giving(random, perhapsOdd(random, headers)),
  ])();
}; // prettier-ignore

/** A time: three of four are sensible. */
const millisecondsOf = (random) =>
  random.percent(75)
    ? random.of([undefined, 0.5, 1, 2, 5, 100, 500, 10_000, 60_000])
    : random.of([0, 2 ** 31, 1e308, Infinity, -1, NaN]);

/** How requests are repeated: from sensible to absurd. */
export const retryOf = (random) => ({
  retries: random.of([undefined, undefined, 0, 1, 3, 20, 1e9, Infinity, random.of([-1, NaN, "1"])]),
  retryDelay: millisecondsOf(random),
  maxRetryDelay: millisecondsOf(random),
  timeout: millisecondsOf(random),
}); // prettier-ignore

const optionsOf = (random) => ({
  fetch: random.percent(80) ? fetchOf(random) : undefined,
  headers: headersOf(random),
  credentials: random.of([undefined, "include", "omit"]),
  ...(random.percent(60) ? {} : retryOf(random)),
});

/** An address, which the console names: nobody's secret. */
const urlOf = (random) => {
  const url = random.of(["/api/session/token", "/api/session/token?a=b#c", "", new URL("https://app.example/token")]);
  if (random.percent(80)) return url;
  return random.percent(50) ? changedText(random, String(url)) : strangeValue(random);
}; // prettier-ignore
urlOf.isExact = true;

/** What a client asks, one after another or at the same time. */
export const callsOf = (random) =>
  Array.from({ length: 1 + random.below(4) }, () => ({
    args: random.percent(90) ? { forceRefreshToken: random.percent(60) } : oddValue(random),
    wait: random.of([0, 0, 1, 3_000, 60_000]),
    isAlone: random.percent(50),
  }));
callsOf.isExact = true;

const globalFetchOf = (random) => (random.percent(90) ? fetchOf(random) : undefined);
globalFetchOf.isExact = true;

// ---- What must hold ---------------------------------------------------------------------------

let watched;

/** Counts requests by the second of their time. */
export class Watch {
  #times = [];
  asked() {
    this.#times.push(now());
  }
  /** Whether there were no more than so many questions of a client may cause. */
  check(calls) {
    for (const [index, time] of this.#times.entries()) {
      const after = index + MOST_REQUESTS_A_SECOND * calls;
      if (this.#times[after] - time < 1_000) throw new Error("it hammers: too many requests in a second");
    }
  }
} // prettier-ignore

export const watch = () => (watched = new Watch());

/** What may take for ever, as the documentation of the options says; a getter's answer may be any. */
export function isEndless(options) {
  const own = (name) => Object.getOwnPropertyDescriptor(options, name) ?? {};
  try {
    const names = ["retries", "timeout", "retryDelay", "maxRetryDelay"];
    if (names.some((name) => own(name).get)) return true;
    const [retries, timeout, retryDelay, maxRetryDelay] = names.map((name) => own(name).value);
    return retries > 1_000 || timeout > 1e6 || (retryDelay > 1e6 && maxRetryDelay > 1e6);
  } catch {
    return true;
  }
}

async function tokensOf(url, options, globalFetch, calls) {
  globalThis.fetch = globalFetch;
  const requests = watch();
  const fetchToken = createTokenFetcher(url, options);
  const asked = [];
  for (const { args, wait, isAlone } of calls) {
    const answer = fetchToken(args);
    if (!(answer instanceof Promise)) throw new Error("it gave no promise");
    asked.push(answer);
    if (isAlone) await ended(answer, options);
    if (wait > 0) await pass(wait);
  }
  const given = [];
  for (const answer of asked) given.push(await ended(answer, options));
  requests.check(calls.length);
  return given;
}

/** An answer, which is there at last but where the options say otherwise. */
export async function ended(answer, options) {
  try {
    return await settled(answer, { forOthers: false, most: 200 });
  } catch (error) {
    if (!/settled/.test(error?.message) || !isEndless(options)) throw error;
    return null;
  }
}

const areTokens = (given) => given.every((one) => one === null || (isText(one) && one !== ""));

export const operations = [
  ["createTokenFetcher", tokensOf, [urlOf, optionsOf, globalFetchOf, callsOf], areTokens, 1],
];
