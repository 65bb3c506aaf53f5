/** Signing once. */
import { call } from "./instance.js";
import { claimsText } from "./json.js";
import { issuerOptions, plain, timeOf } from "./options.js";
import type { ConvexClaims, SignOptions } from "./types.js";

/**
 * Signs a token that Convex accepts. Every token is fresh: it has a random `jti`.
 *
 * A key is parsed at the first call that is given its text, and stays parsed in memory until eight
 * others have been used after it. To say yourself when a key is wiped, use `createIssuer` and its
 * `dispose`.
 *
 * @param claims What the token says of the user; `sub` is the user's id.
 * @throws ConvexTokenError `ERR_CLAIM…` for claims, `ERR_KEY_…` for the key, `ERR_ISSUER_…` for the
 * issuer, `ERR_DURATION`, `ERR_TIME`, `ERR_AUDIENCE`, `ERR_KEY_ID` for options
 * @example
 * session.convexToken = signConvexToken({ sub: user.id, name: user.name, email: user.email });
 */
export function signConvexToken(claims: ConvexClaims, options?: SignOptions): string {
  const given = plain(options);
  const text = claimsText(claims);
  const ready = issuerOptions({ ...given, signer: undefined });
  const now = timeOf(given.now);
  return call((core) => core.sign(text, ready, now));
}
