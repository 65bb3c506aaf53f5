/** A route that answers with the token of the session. */
import { Reports } from "../client/reports.js";
import { functionOption } from "../integration-options.js";
import { LazyIssuer } from "../lazy-issuer.js";
import { plain } from "../options.js";
import { isProduction } from "../production.js";
import type { ConvexClaims, SignOptions } from "../types.js";
import { answerWithToken } from "./answer.js";
import { routeError } from "./errors.js";
import { hostOf } from "./same-origin.js";
import { signForUser, subjectOf, tokenOfSession, type SessionWithToken } from "./session.js";

/** What a function that gives sessions gives, when somebody is signed in. */
export type SessionOf<Function extends (...parameters: never[]) => unknown> =
  // Auth.js's `auth` is many functions in one: TypeScript sees the last of them, which is no session.
  Exclude<
    Awaited<ReturnType<Function>>,
    null | undefined | ((...p: never[]) => unknown)
  > extends infer Session
    ? [Session] extends [never]
      ? SessionWithToken
      : Session
    : never;

/** Signing, in a token route: the options of `signConvexToken`, and the claims. */
export interface TokenRouteSigning<Session> extends SignOptions {
  /**
   * The claims of the token. Default: as `sub` that of the session's own `convexToken`, else its
   * `user.id`, and of `user.name`, `user.email` and `user.image` (as `picture`) those that are there.
   */
  claims?: ((session: Session) => ConvexClaims | PromiseLike<ConvexClaims>) | undefined;
}

/** Options of `tokenRoute`. */
export interface TokenRouteOptions<
  Function extends (request: Request) => unknown,
> extends TokenRouteSigning<SessionOf<Function>> {
  /**
   * Gives the session of a request, or nothing when nobody is signed in; at once or as a promise.
   * `auth` of Auth.js 5 may be given as it is.
   */
  session: Function;
}

/** What a file of a route exports. */
export interface TokenRoute {
  GET(request: Request): Promise<Response>;
}

/**
 * A route for `createTokenFetcher`, as `app/api/session/token/route.ts` exports it. It answers
 * `{ "token": "…" }`, never from a cache, and `{ "error": { "code", "message", "hint" } }` with 401 when
 * nobody is signed in, 403 when a page of another origin asks, and 500 when signing fails; the
 * server's log then says what to do. `?force=true` has the token signed afresh.
 *
 * A session with a `convexToken`, by `convexSession()`, is answered with it as long as the route has
 * no options of its own for signing. For all other sessions the route signs: with `claims`, else for
 * `session.user`; an unforced call may then get a token that was signed before, until half of its
 * life is left.
 *
 * One person is one subject: without `claims`, the `sub` is that of the session's `convexToken`
 * wherever there is one, whichever options the route has, and while `convexSession()` cannot sign
 * there is no token at all. `claims` of the route's own must name the user as `convexSession()` does,
 * else Convex sees two; in development the log warns of that.
 *
 * It needs nothing of Next.js: `GET` takes a `Request` and gives a `Response`.
 *
 * @throws ConvexTokenError `ERR_SESSION_FUNCTION` without a function that gives sessions, `ERR_OPTION`
 * @example
 * export const { GET } = tokenRoute({ session: auth });                                // Auth.js 5
 * export const { GET } = tokenRoute({ session: () => getServerSession(authOptions) }); // next-auth 4
 * @example
 * const { GET } = tokenRoute({
 *   session: (request) => sessions.find(request.headers.get("cookie")),
 *   claims: (session) => ({ sub: session.userId, name: session.userName }),
 * });
 */
export function tokenRoute<Function extends (request: Request) => unknown>(
  options: TokenRouteOptions<Function>,
): TokenRoute {
  const { sessionOf, tokenFor } = routeParts(options);
  return {
    async GET(request) {
      const { method, url, headers } = request;
      // The URL's host is the server's own word, of which some make it from the path.
      const host = headers.get("host") ?? hostOf(url);
      const facts = { method, url, host, header: (name: string) => headers.get(name) };
      const {
        status,
        headers: fields,
        body,
      } = await answerWithToken(facts, async (forced) => {
        // Auth.js's `auth` takes a request for middleware's; it is asked without one.
        const ask = sessionOf as (request?: Request) => unknown;
        return tokenFor(await (ask.length === 0 ? ask() : ask(request)), forced);
      });
      return new Response(body, { status, headers: fields });
    },
  };
}

/** A route's options, looked at when it is made: how it gets a session, and a token for one. */
export function routeParts<Function>(options: { session: Function } & SignOptions): {
  sessionOf: Function;
  tokenFor: (session: unknown, forced: boolean) => Promise<string | undefined>;
} {
  const { session, ...signing } = plain(options);
  if (typeof session !== "function") throw routeError("session-no-function");
  return { sessionOf: session, tokenFor: sessionSigner(signing as TokenRouteSigning<unknown>) };
}

/** Tokens for sessions, by a route's options for signing. */
function sessionSigner({
  claims: ownClaims,
  ...signing
}: TokenRouteSigning<unknown>): (session: unknown, forced: boolean) => Promise<string | undefined> {
  const claims = functionOption("claims", ownClaims);
  const issuer = new LazyIssuer(signing);
  const reports = new Reports();
  const isSilent = Object.values(signing).every((value) => value === undefined || value === null);
  return async (session, forced) => {
    if (session === null || session === undefined) return undefined;
    if (typeof session !== "object" || session instanceof Response) {
      const found = session instanceof Response ? "a Response" : `a ${typeof session}`;
      throw routeError("session-function", { found });
    }
    if (claims !== undefined) {
      // Chosen first: while they are waited for, the issuer may give way to one with another key.
      const chosen = await claims(session);
      const token = issuer.get().token(chosen, { forceRefreshToken: forced });
      if (!isProduction()) {
        const known = subjectOf((session as SessionWithToken).convexToken);
        if (known !== undefined && known !== subjectOf(token))
          reports.warn(routeError("session-two-subjects"));
      }
      return token;
    }
    const given = tokenOfSession(session as SessionWithToken);
    if (isSilent && given !== undefined) return given;
    return signForUser(issuer, session as SessionWithToken, forced, subjectOf(given));
  };
}
