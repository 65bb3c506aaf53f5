/** A fetcher for `setAuth` of any Convex client, from a route that answers `{ "token": "…" }`. */
import { addressOption, functionOption, plainOptions } from "../integration-options.js";
import { discard, textOf } from "./body.js";
import { clientError } from "./errors.js";
import { Pace } from "./pace.js";
import { Reports } from "./reports.js";
import {
  isTemporary,
  pause,
  retryOptions,
  retryWait,
  within,
  type Retry,
  type RetryOptions,
} from "./retry.js";
import { codeIn, lineOf, mediaTypeIn, thrownAsText } from "./shown.js";
import { NEXT_SECOND } from "./token.js";

/** What `setAuth` of `ConvexReactClient` and of `ConvexClient` takes. */
export type TokenFetcher = (args: { forceRefreshToken: boolean }) => Promise<string | null>;

/** Options of {@link createTokenFetcher}. */
export interface TokenFetcherOptions extends RetryOptions {
  /** Makes the request. Default: the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Sent with each request, for instance `Authorization`; a function is called for each. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** Whether cookies are sent: see `fetch`. Default `"same-origin"`. */
  credentials?: RequestCredentials | undefined;
}

/** Where tokens are had, and how they are asked for. */
interface Route {
  url: string;
  /** The address as the console shows it. */
  name: string;
  send: typeof fetch | undefined;
  headers: TokenFetcherOptions["headers"];
  credentials: RequestCredentials;
  retry: Retry;
  reports: Reports;
}

/** What one request came to. */
type Answer = { token: string } | "no session" | "unusable" | { failed: string };

/** What nobody waits for any more. */
const LATE: Answer = { failed: "late" };

/**
 * Makes a fetcher for `convex.setAuth` that gets its tokens from a route: that of `tokenRoute`, or
 * any that answers `{ "token": "…" }`, 401 without a session, and `?force=true` with a fresh token.
 *
 * - Calls of one moment, and forced refreshes at the same time, share one request. A later call without
 *   force, as Convex's client makes it for each `setAuth`, begins anew: nobody is given what was asked
 *   for before it, which may be the token of a user who has left meanwhile.
 * - 401 gives null at once: nobody is signed in.
 * - A network failure, a timeout or a status of 500 and above is repeated (see {@link RetryOptions})
 *   before null is given, since Convex's client signs the user out on null.
 * - A forced refresh that gives the token of before is asked for once more a second later; a token
 *   that is still the same is given, and a warning in development says so.
 * - A token that lives no longer than the client's leeway, which the client would refresh without any
 *   wait, is refreshed each 5 s, or after half of its life if that is shorter.
 *
 * The fetcher never throws and never takes for ever (but with `timeout` or `retries` of `Infinity`),
 * whatever the options `fetch` and `headers` do: a client that is thrown at stops without a word. What
 * is wrong with the route (a page in place of JSON, a refusal) is written to the console once.
 *
 * @param url The route, relative to the page or absolute.
 * @throws ConvexTokenError `ERR_OPTION` for options out of their range, here and not in the fetcher
 * @example
 * import { ConvexClient } from "convex/browser";
 * import { createTokenFetcher } from "convex-token/client";
 *
 * const convex = new ConvexClient(CONVEX_URL);
 * convex.setAuth(createTokenFetcher("/api/session/token"));
 */
export function createTokenFetcher(
  url: string | URL,
  options: TokenFetcherOptions = {},
): TokenFetcher {
  const { fetch, headers, credentials, ...others } = plainOptions(options);
  const send = functionOption("fetch", fetch);
  const address = addressOption("url", url);
  const name = lineOf(address);
  const reports = new Reports();
  const route: Route = {
    url: address,
    name,
    send,
    headers,
    credentials: credentials ?? "same-origin",
    retry: retryOptions(others),
    reports,
  };
  const pace = new Pace();
  let given: string | null = null;
  /** How many calls without force there were, and what the last of them gives. */
  let beginnings = 0;
  let first: Promise<string | null> = Promise.resolve(null);
  let isBeginning = false;
  /** The forced refresh since then that is under way. */
  let refresh: Promise<string | null> | undefined;

  async function request(force: boolean): Promise<string | null> {
    const number = beginnings;
    const isPast = () => number !== beginnings;
    const ask = () => requestRepeatedly(route, force, isPast);
    const before = given;
    const wait = force ? pace.wait() : 0;
    if (wait > 0) await pause(wait);
    let answer = await ask();
    if (force && before !== null && answer.token === before) {
      await pause(NEXT_SECOND);
      const again = await ask();
      // The token of before is better than none, unless the session is over.
      if (again.token !== null || !again.unreachable) answer = again;
      if (answer.token === before && !isPast())
        reports.warn(clientError("token-unchanged", { name }));
    }
    // Another user's, perhaps: whoever waits for it gets what was asked for since.
    if (isPast()) return force ? refreshed() : first;
    given = answer.token;
    if (force && given !== null) pace.note(given);
    return given;
  }

  function refreshed(): Promise<string | null> {
    if (refresh !== undefined) return refresh;
    const asked = request(true).finally(() => {
      if (refresh === asked) refresh = undefined;
    });
    return (refresh = asked);
  }

  // An argument that is not there, which the type does not allow, forces nothing.
  return (args?: { forceRefreshToken: boolean }) => {
    if (args?.forceRefreshToken === true) return refreshed();
    // Calls of one moment are for the same user, as when React runs an effect twice.
    if (isBeginning) return first;
    isBeginning = true;
    queueMicrotask(() => (isBeginning = false));
    // `setAuth` was called, so somebody else may be there than when the last request was sent.
    beginnings += 1;
    refresh = undefined;
    return (first = request(false));
  };
}

/** The token, or none and whether that is because the route could not be reached. */
async function requestRepeatedly(
  route: Route,
  force: boolean,
  isPast: () => boolean,
): Promise<{ token: string | null; unreachable?: boolean }> {
  const { name, retry, reports } = route;
  for (let number = 0; ; number++) {
    if (isPast()) return { token: null };
    const answer = await requestOnce(route, force);
    if (answer === "no session" || answer === "unusable") return { token: null };
    if ("token" in answer) return answer;
    if (number >= retry.retries) {
      reports.warn(clientError("token-unreachable", { name, found: answer.failed }));
      return { token: null, unreachable: true };
    }
    await pause(retryWait(retry, number));
  }
}

/** One request, in the time that it has: what comes of it later is nothing to anybody. */
async function requestOnce(route: Route, force: boolean): Promise<Answer> {
  const { timeout } = route.retry;
  const limit = new AbortController();
  const answer = await within(attempt(route, force, limit.signal), timeout);
  if (answer !== undefined) return answer;
  limit.abort();
  return { failed: `nothing in ${timeout} ms` };
}

/** Never rejects. Of what happens after the signal nothing is told. */
async function attempt(
  { url, name, send = globalThis.fetch, headers, credentials, reports }: Route,
  force: boolean,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const sent = headersOf(typeof headers === "function" ? await headers() : headers);
    if (sent === undefined) return { failed: "the option `headers` gave none that can be sent" };
    if (signal.aborted) return LATE;
    if (!sent.has("accept")) sent.set("accept", "application/json");
    const response = await send(force ? forced(url) : url, {
      headers: sent,
      credentials,
      cache: "no-store",
      signal,
    });
    if (signal.aborted) {
      discard(response);
      return LATE;
    }
    const { status } = response;
    if (status === 401) return "no session";
    const { token, code } = parsed(await textOf(response, signal));
    if (signal.aborted) return LATE;
    if (isTemporary(status)) {
      return { failed: code === undefined ? `status ${status}` : `status ${status}, ${code}` };
    }
    if (response.ok && token !== undefined) return { token };
    const what = code ?? mediaTypeIn(response.headers.get("content-type"));
    const found = `${response.redirected ? "a redirect to " : ""}status ${status}, ${what}`;
    reports.error(clientError("token-answer", { name, found }));
    return "unusable";
  } catch (thrown) {
    return { failed: thrownAsText(thrown) };
  }
}

/** The headers, or none: what refuses one quotes its value, such as the secret in `Authorization`. */
function headersOf(given: HeadersInit | null | undefined): Headers | undefined {
  try {
    return new Headers(given ?? undefined);
  } catch {
    return undefined;
  }
}

/** The address with `force=true` in its query; a relative one stays relative. */
function forced(url: string): string {
  const [address = "", ...fragment] = url.split("#");
  const separator = address.includes("?") ? "&" : "?";
  return [`${address}${separator}force=true`, ...fragment].join("#");
}

/** What an answer may have, each if it is what it should be; nothing of a text that is not JSON. */
function parsed(text: string): { token: string | undefined; code: string | undefined } {
  try {
    const { token, error } = Object(JSON.parse(text));
    return {
      token: typeof token === "string" && token !== "" ? token : undefined,
      code: codeIn(error?.code),
    };
  } catch {
    return { token: undefined, code: undefined };
  }
}
