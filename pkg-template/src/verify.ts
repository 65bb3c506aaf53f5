/** Looking into tokens: verified, by Convex's rules, and unverified. */
import { call } from "./instance.js";
import { keyText, keyTexts } from "./json.js";
import { plain, timeOf } from "./options.js";
import type { AuthProvider, DecodedToken, Jwks, KeySource, VerifiedToken } from "./types.js";

/** What a token is checked against. */
export interface VerifyOptions {
  /** The published set, as an object or as JSON text. */
  jwks?: Jwks | string | undefined;
  /** Instead of the set: private keys, whose public halves are used. */
  privateKey?: KeySource | undefined;
  /** The issuer that the token must have. */
  issuer?: string | undefined;
  /** The audience that the token must have. */
  audience?: string | undefined;
  /**
   * The entry of `auth.config.ts`: the verdict is then Convex's own. Without it, a provider of the
   * kind that takes the token's algorithm is assumed.
   */
  provider?: AuthProvider | undefined;
  /** How far clocks may differ, in seconds. Default: 5; for an OIDC `provider` 0, as Convex has it. */
  clockTolerance?: number | undefined;
  /** The time of checking, a Date or seconds since 1970. Default: now. */
  now?: Date | number | undefined;
}

/**
 * Verifies a token by Convex's rules, in Convex's order.
 *
 * @returns Header, claims, and the identity that `ctx.auth.getUserIdentity()` would give.
 * @throws ConvexTokenError `ERR_TOKEN_…`, which names the first check that fails
 * @example
 * const { identity } = verifyConvexToken(token, { jwks: await (await fetch(jwksUrl)).json() });
 */
export function verifyConvexToken(token: string, options: VerifyOptions): VerifiedToken {
  const { jwks, privateKey, provider, issuer, audience, clockTolerance, now } = plain(options);
  const ready = {
    jwks: jwks === undefined ? undefined : keyText(jwks),
    privateKey: keyTexts(privateKey),
    provider: provider === undefined ? undefined : keyText(provider),
    issuer,
    audience,
    clockTolerance,
  };
  const time = timeOf(now);
  return call((core) => core.verify(token, ready, time)) as VerifiedToken;
}

/**
 * Decodes a token **without verifying anything**: for looking at, never for deciding by. Anybody can
 * write such a token.
 *
 * @throws ConvexTokenError `ERR_TOKEN_MALFORMED`, `ERR_TOKEN_TOO_LARGE`
 */
export function decodeConvexToken(token: string): DecodedToken {
  return call((core) => core.decode(token)) as DecodedToken;
}
