/** Sessions as they come from Auth.js or from elsewhere, and their tokens. */
// By the package's name, so that each host gets its own loader of the core.
import { decodeConvexToken } from "convex-token";
import { codeIn } from "../client/shown.js";
import { integrationError } from "../integration-errors.js";
import type { LazyIssuer } from "../lazy-issuer.js";
import { claimsOfUser, type SessionUser } from "../session-claims.js";
import { routeError } from "./errors.js";

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
    // It goes out in an answer: a text that is no code is not passed on.
    const found = codeIn(convexTokenError);
    if (found === undefined) throw integrationError("session-token-missing");
    throw routeError("session-token-failed", { found });
  }
  return undefined;
}

/**
 * Whom a session's token is for: Convex knows the user by that, and by no other id that the session may
 * show. The token is as trustworthy as the rest of the session, so its signature, of a key that may be
 * none of this server's, is not asked for. What is no token has no subject.
 */
export function subjectOf(token: string | undefined): string | undefined {
  if (typeof token !== "string") return undefined;
  try {
    return decodeConvexToken(token).claims.sub;
  } catch {
    return undefined;
  }
}

/**
 * A token for the session's user.
 *
 * @param subject what the user is called by, if not by the session's `user.id`
 */
export function signForUser(
  issuer: LazyIssuer,
  session: SessionWithToken,
  forceRefreshToken = false,
  subject?: string,
): string {
  return issuer.get().token(claimsOfUser(session.user, subject), { forceRefreshToken });
}
