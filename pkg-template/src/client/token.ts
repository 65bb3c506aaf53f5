/** What is read from a token without verifying it: whose it is and how long it lives. */

/** The claims of a token that matter to whoever carries it. */
export interface CarriedClaims {
  sub: unknown;
  /** Seconds since 1970. */
  iat: number | undefined;
  /** Seconds since 1970. */
  exp: number | undefined;
}

/** The claims of a token, unverified: times that are numbers, and nothing of a text that is no token. */
export function carriedClaims(token: string): CarriedClaims {
  const { sub, iat, exp } = payloadOf(token);
  return {
    sub,
    iat: typeof iat === "number" ? iat : undefined,
    exp: typeof exp === "number" ? exp : undefined,
  };
}

function payloadOf(token: string): { sub?: unknown; iat?: unknown; exp?: unknown } {
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}

/**
 * Whether the token has expired by this machine's clock. That may be wrong, so whoever asks this does
 * no more than get a fresh token where one was to be had anyway; what counts is what Convex says.
 */
export function hasExpired(token: string): boolean {
  const { exp } = carriedClaims(token);
  return exp !== undefined && exp * 1000 <= Date.now();
}

/**
 * The wait before a forced refresh that gave the same token is asked for once more, in milliseconds.
 * A token without `jti` is another one as soon as the second in its `iat` is.
 */
export const NEXT_SECOND = 1_000;
