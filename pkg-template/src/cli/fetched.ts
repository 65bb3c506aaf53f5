/**
 * What an address answers, as `explainToken` takes it, with what a person wants to know beside it:
 * where it was redirected to, how long it may be kept, what time the server has. Nothing is judged
 * here. A server that is slow, endless or mad is left after a bounded time and size.
 */
import type { FetchedDocument } from "../index.js";

/** How long an answer may take, redirects included. */
export const TIMEOUT_SECONDS = 10;

/** The longest answer that is read, which is what a document is judged up to: they have a few kilobytes. */
const MOST_KILOBYTES = 256;

/** As many redirects as Convex follows. */
const MOST_REDIRECTS = 10;

export interface FetchOptions {
  /** In seconds. Default: {@link TIMEOUT_SECONDS}. */
  timeout?: number | undefined;
  headers?: Record<string, string>;
  /** Posted as JSON; such a request is not redirected, since it may carry a token. */
  json?: unknown;
  /** Default: true. */
  follow?: boolean;
}

/** An answer, or why there is none. */
export interface Answer extends FetchedDocument {
  /** The addresses that were redirected to, in order. */
  redirects: string[];
  cacheControl?: string | undefined;
  /** Where a redirect that was not followed leads. */
  location?: string | undefined;
  /** How many seconds the server's clock is ahead of this machine's, to about a second. */
  clockAhead?: number | undefined;
}

/** Asks an address. Never throws: an answer that does not come has the reason as its `error`. */
export async function fetchAnswer(url: string, options: FetchOptions = {}): Promise<Answer> {
  const { timeout = TIMEOUT_SECONDS, headers = {}, json, follow = json === undefined } = options;
  const signal = AbortSignal.timeout(timeout * 1000);
  const redirects: string[] = [];
  let at = url;
  try {
    for (;;) {
      const asked = Date.now();
      const response = await fetch(at, {
        redirect: "manual",
        signal,
        headers: json === undefined ? headers : { ...headers, "Content-Type": "application/json" },
        ...(json === undefined ? {} : { method: "POST", body: JSON.stringify(json) }),
      });
      const middle = (asked + Date.now()) / 2;
      const next = redirectOf(response, at);
      if (next !== undefined && follow) {
        await response.body?.cancel();
        redirects.push(next);
        if (redirects.length > MOST_REDIRECTS) {
          return { url, redirects, error: `more than ${MOST_REDIRECTS} redirects` };
        }
        // `fetch` would take a data: URI, which Convex does not.
        if (!/^https?:/.test(next)) {
          return { url, redirects, error: "a redirect to what is no http or https address" };
        }
        at = next;
        continue;
      }
      return {
        url,
        redirects,
        status: response.status,
        contentType: response.headers.get("content-type"),
        cacheControl: response.headers.get("cache-control") ?? undefined,
        location: next,
        clockAhead: clockAhead(response.headers.get("date"), middle),
        body: await bodyOf(response),
      };
    }
  } catch (error) {
    return { url, redirects, error: reasonOf(error, timeout) };
  }
}

/** The documents by which Convex verifies an issuer's tokens. */
export interface Published {
  discovery: Answer;
  /** Not asked for when discovery does not say where it is. */
  jwks: Answer | undefined;
}

/** The discovery document of an issuer and the key set that it names. */
export async function fetchPublished(issuer: string, options?: FetchOptions): Promise<Published> {
  // One slash at the end is taken off, and no more, as Convex does it.
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const discovery = await fetchAnswer(url, options);
  const uri = objectIn(discovery)?.["jwks_uri"];
  const isUrl = typeof uri === "string" && URL.canParse(uri) && /^https?:/.test(uri);
  return { discovery, jwks: isUrl ? await fetchAnswer(uri, options) : undefined };
}

/** The JSON object that an answer of status 200 holds. */
export function objectIn(answer: FetchedDocument | undefined): Record<string, unknown> | undefined {
  if (answer?.status !== 200) return undefined;
  return parsedObject(answer.body);
}

/** The JSON object of a text. */
export function parsedObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function redirectOf({ status, headers }: Response, from: string): string | undefined {
  const location = headers.get("location");
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  return URL.canParse(location, from) ? new URL(location, from).href : undefined;
}

function clockAhead(date: string | null, middle: number): number | undefined {
  const time = Date.parse(date ?? "");
  // The header counts whole seconds, of which half a second has passed on average.
  return Number.isNaN(time) ? undefined : Math.round((time + 500 - middle) / 1000);
}

async function bodyOf(response: Response): Promise<string> {
  // A byte order mark stays: Convex reads no document that begins with one.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > MOST_KILOBYTES * 1024) {
      throw new Error(`its answer is longer than ${MOST_KILOBYTES} KB`);
    }
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}

/** Why a fetch failed, in a few words: fetch's own message is always "fetch failed". */
function reasonOf(error: unknown, timeout: number): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return `no answer within ${timeout} seconds`;
  const code = cause?.code ?? "";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "there is no host of that name";
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ECONNRESET" || code === "UND_ERR_SOCKET") return "the connection was cut off";
  if (/CERT|TLS|SSL/.test(code)) return `its certificate is not accepted (${code})`;
  return code || cause?.message || message;
}
