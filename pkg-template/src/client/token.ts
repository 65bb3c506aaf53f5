/** What is read from a token without verifying it: whose it is and how long it lives. */

/** The claims of a token that matter to whoever carries it. */
export interface CarriedClaims {
  sub?: unknown;
  /** Seconds since 1970. */
  iat?: unknown;
  /** Seconds since 1970. */
  exp?: unknown;
}

/** The payload of a token, unverified; an empty one for a text that is no token. */
export function carriedClaims(token: string): CarriedClaims {
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

/** Whether the token has expired by this machine's clock. */
export function hasExpired(token: string): boolean {
  const { exp } = carriedClaims(token);
  return typeof exp === "number" && exp * 1000 <= Date.now();
}

/**
 * The wait before a forced refresh that gave the same token is asked for once more, in milliseconds.
 * A token without `jti` is another one as soon as the second in its `iat` is.
 */
export const NEXT_SECOND = 1_000;
