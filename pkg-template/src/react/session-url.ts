/**
 * What the server says of the session when next-auth's `update()` has given nothing: that is what it
 * gives when it failed, and when the session is over.
 */
import { isTemporary, within, type Retry } from "../client/retry.js";

/** `"unknown"` where something else answers than Auth.js. */
export type Seen = "signed in" | "signed out" | "unreachable" | "unknown";

/** Asks the address of the session once. */
export async function look(url: string, { timeout }: Retry, ended: AbortSignal): Promise<Seen> {
  const limit = new AbortController();
  const seen = await within(ask(url, limit.signal), timeout, ended);
  if (seen === undefined) limit.abort();
  return seen ?? "unreachable";
}

async function ask(url: string, signal: AbortSignal): Promise<Seen> {
  const response = await fetch(url, { cache: "no-store", signal });
  if (response.status === 401) return "signed out";
  if (isTemporary(response.status)) return "unreachable";
  if (!response.ok) return "unknown";
  const session: unknown = await response.json().catch(() => undefined);
  if (session === undefined) return "unknown";
  // Of nobody, version 5 of Auth.js says `null`, and version 4 `{}`.
  const isSession = session !== null && Object.keys(session as object).length > 0;
  return isSession ? "signed in" : "signed out";
}
