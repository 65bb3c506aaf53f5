/** Sessions as they come from Auth.js or from elsewhere, and their tokens. */
import { integrationError } from "../integration-errors.js";
import type { LazyIssuer } from "../lazy-issuer.js";
import { claimsOfUser, type SessionUser } from "../session-claims.js";

/** A session of Auth.js, or one that is like it. */
export interface SessionWithToken {
  /** The user; with an `id`, a token can be signed where there is none. */
  user?: SessionUser | null | undefined;
  /** Put there by `convexSession()`. */
  convexToken?: string | undefined;
  /** Put there by `convexSession()` when it could not sign. */
  convexTokenError?: string | undefined;
}

/** What asking for a session gives: nothing when nobody is signed in. */
export type MaybeSession<Session = SessionWithToken> = Session | null | undefined;

/**
 * The token that the session has.
 *
 * @throws ConvexTokenError with the code of what kept `convexSession()` from signing
 */
export function tokenOfSession(session: SessionWithToken): string | undefined {
  const { convexToken, convexTokenError } = session;
  if (typeof convexToken === "string" && convexToken !== "") return convexToken;
  if (typeof convexTokenError === "string") {
    throw integrationError("session-token-failed", { found: convexTokenError });
  }
  return undefined;
}

/** A token for the session's user. */
export function signForUser(
  issuer: LazyIssuer,
  session: SessionWithToken,
  forceRefreshToken = false,
): string {
  return issuer.get().token(claimsOfUser(session.user), { forceRefreshToken });
}
