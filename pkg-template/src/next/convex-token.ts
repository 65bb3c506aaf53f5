/** The token for Convex's functions called from a server. */
import { LazyIssuer } from "../lazy-issuer.js";
import { signForUser, tokenOfSession, type MaybeSession } from "./session.js";

const issuer = new LazyIssuer();

/**
 * The token for `preloadQuery`, `fetchQuery`, `fetchMutation` and `fetchAction` of `convex/nextjs`:
 * the session's `convexToken`, else one that is signed for its `user.id` with the key and the issuer
 * of the environment. Undefined, which makes the call an anonymous one, when there is no session.
 *
 * @param session A session, as the server has it: never one that came from a browser, as with the
 * parameters of a server action, since whoever is its user is signed for. Or a promise of one, or a
 * function that gives one, and then there is a promise of the token.
 * @throws ConvexTokenError `ERR_SESSION_USER` when the session has neither; the code of what kept
 * `convexSession()` from signing; `ERR_KEY_…` and `ERR_ISSUER_…` as `signConvexToken`
 * @example
 * const tasks = await preloadQuery(api.tasks.list, {}, { token: await convexToken(auth) });
 * @example
 * const session = await getServerSession(authOptions);
 * await fetchMutation(api.tasks.add, { text }, { token: convexToken(session) });
 */
export function convexToken(
  session: PromiseLike<MaybeSession> | (() => MaybeSession | PromiseLike<MaybeSession>),
): Promise<string | undefined>;
export function convexToken(session: MaybeSession): string | undefined;
export function convexToken(
  session:
    MaybeSession | PromiseLike<MaybeSession> | (() => MaybeSession | PromiseLike<MaybeSession>),
): string | undefined | Promise<string | undefined> {
  if (typeof session === "function") {
    // Without any argument: to Auth.js's `auth` even undefined is one.
    return Promise.resolve()
      .then(() => session())
      .then(tokenFor);
  }
  if (isPromise(session)) return Promise.resolve(session).then(tokenFor);
  return tokenFor(session);
}

function tokenFor(session: MaybeSession): string | undefined {
  if (!session) return undefined;
  return tokenOfSession(session) ?? signForUser(issuer, session);
}

function isPromise(
  value: MaybeSession | PromiseLike<MaybeSession>,
): value is PromiseLike<MaybeSession> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
