/** A fetcher for `setAuth` of any Convex client, from a route that answers `{ "token": "…" }`. */
import { Pace } from "./pace.js";
import { Reports } from "./reports.js";
import {
  isTemporary,
  pause,
  retryOptions,
  retryWait,
  type Retry,
  type RetryOptions,
} from "./retry.js";
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

/** What one request came to. */
type Answer = { token: string } | "no session" | "unusable" | { failed: string };

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
 * It never throws: a client that is thrown at stops without a word. What is wrong with the route (a
 * page in place of JSON, a refusal) is written to the console once.
 *
 * @param url The route, relative to the page or absolute.
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
  const retry = retryOptions(options);
  const reports = new Reports();
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
    const ask = () => requestRepeatedly(url, force, options, retry, reports, isPast);
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
        reports.warn("token-unchanged", { name: String(url) });
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

  return ({ forceRefreshToken }) => {
    if (forceRefreshToken === true) return refreshed();
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
  url: string | URL,
  force: boolean,
  options: TokenFetcherOptions,
  retry: Retry,
  reports: Reports,
  isPast: () => boolean,
): Promise<{ token: string | null; unreachable?: boolean }> {
  for (let number = 0; ; number++) {
    if (isPast()) return { token: null };
    const answer = await requestOnce(url, force, options, retry, reports);
    if (answer === "no session" || answer === "unusable") return { token: null };
    if ("token" in answer) return answer;
    if (number >= retry.retries) {
      reports.warn("token-unreachable", { name: String(url), found: answer.failed });
      return { token: null, unreachable: true };
    }
    await pause(retryWait(retry, number));
  }
}

async function requestOnce(
  url: string | URL,
  force: boolean,
  { fetch: send = globalThis.fetch, headers, credentials = "same-origin" }: TokenFetcherOptions,
  { timeout }: Retry,
  reports: Reports,
): Promise<Answer> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeout);
  try {
    const sent = new Headers(typeof headers === "function" ? await headers() : headers);
    if (!sent.has("accept")) sent.set("accept", "application/json");
    const response = await send(force ? forced(url) : url, {
      headers: sent,
      credentials,
      cache: "no-store",
      signal: limit.signal,
    });
    const { status } = response;
    if (status === 401) return "no session";
    const { token, error } = parsed(await response.text());
    if (isTemporary(status)) {
      return { failed: error?.code ? `status ${status}, ${error.code}` : `status ${status}` };
    }
    if (response.ok && typeof token === "string" && token !== "") return { token };
    const what = error?.code ?? response.headers.get("content-type") ?? "no content type";
    const found = `${response.redirected ? "a redirect to " : ""}status ${status}, ${what}`;
    reports.error("token-answer", { name: String(url), found });
    return "unusable";
  } catch (error) {
    return { failed: limit.signal.aborted ? `nothing in ${timeout} ms` : describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** The address with `force=true` in its query; a relative one stays relative. */
function forced(url: string | URL): string {
  const [address = "", ...fragment] = String(url).split("#");
  const separator = address.includes("?") ? "&" : "?";
  return [`${address}${separator}force=true`, ...fragment].join("#");
}

/** The members that an answer may have, of whatever type; none of a text that is not JSON. */
function parsed(text: string): { token?: unknown; error?: { code?: string } } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
