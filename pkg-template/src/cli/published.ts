/** Fetching an issuer's discovery document and key set as strictly as Convex does. */
import type { Jwks } from "../index.js";
import { commandError } from "./errors.js";

const TIMEOUT_MS = 10_000;

/** The types that Convex takes; a charset may follow if it is utf-8. */
const TYPE = /^application\/(json|jwk-set\+json)\s*(;\s*charset="?utf-?8"?\s*)?$/i;

/** The key set that the issuer of a token publishes. */
export async function fetchIssuerSet(issuer: string): Promise<Jwks> {
  const discovery = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const { issuer: named, jwks_uri: uri } = await fetchObject(discovery);
  // Compared to the letter: here a slash at the end matters.
  if (named !== issuer) {
    throw commandError("discovery-issuer", { name: issuer, found: String(named) });
  }
  if (typeof uri !== "string") throw commandError("route-json", { path: discovery });
  return fetchSet(uri);
}

/** The key set at an address. */
export async function fetchSet(url: string): Promise<Jwks> {
  const set = await fetchObject(url);
  if (!Array.isArray(set["keys"])) throw commandError("route-json", { path: url });
  return set as unknown as Jwks;
}

async function fetchObject(url: string): Promise<Record<string, unknown>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await response.text();
  } catch (cause) {
    throw commandError("unreachable", { path: url, found: reason(cause), cause });
  }
  if (response.status !== 200) {
    throw commandError("route-status", { path: url, found: String(response.status) });
  }
  const type = response.headers.get("content-type") ?? "none";
  if (!TYPE.test(type)) throw commandError("route-type", { path: url, found: type });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, as for JSON of another shape.
  }
  throw commandError("route-json", { path: url });
}

/** Why a fetch failed, in a word or two: fetch's own message is always "fetch failed". */
function reason(error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return `no answer within ${TIMEOUT_MS / 1000} seconds`;
  if (cause?.code === "ENOTFOUND") return "there is no host of that name";
  if (cause?.code === "ECONNREFUSED") return "nothing listens there";
  return cause?.code ?? cause?.message ?? message;
}
