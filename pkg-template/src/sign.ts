/** Signing once. */
import { Handle } from "./handle.js";
import { call } from "./instance.js";
import { claimsText } from "./json.js";
import { issuerOptions, plain, timeOf, type CoreOptions } from "./options.js";
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
  const ready = issuerOptions(given);
  const now = timeOf(given.now);
  const issuer = issuerOf(ready);
  if (issuer !== undefined) return call((core) => core.issuerSign(issuer.number(), text, now));
  const token = call((core) => core.sign(text, ready, now));
  last = { options: ready, issuer: undefined };
  return token;
}

/** The call before this one, when it succeeded. */
let last: { options: CoreOptions; issuer: Handle | undefined } | undefined;

/**
 * The issuer of options that are the same as those of the call before: a session callback gives the
 * same ones at every request, and reading them takes the core a while. One is enough for that, and
 * no key is held here for longer than the core holds it.
 */
function issuerOf(options: CoreOptions): Handle | undefined {
  if (last === undefined || !same(last.options, options)) {
    last?.issuer?.dispose();
    last = undefined;
    return undefined;
  }
  return (last.issuer ??= new Handle(last.options));
}

function same(one: CoreOptions, other: CoreOptions): boolean {
  return (
    one.issuer === other.issuer &&
    one.audience === other.audience &&
    one.expiresIn === other.expiresIn &&
    one.notBefore === other.notBefore &&
    one.notBeforeTime === other.notBeforeTime &&
    one.keyId === other.keyId &&
    sameMembers(one.privateKey ?? NONE, other.privateKey ?? NONE) &&
    sameMembers(one.environment, other.environment)
  );
}

const NONE: string[] = [];

function sameMembers<Holder extends object>(one: Holder, other: Holder): boolean {
  const names = Object.keys(one) as (keyof Holder)[];
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
