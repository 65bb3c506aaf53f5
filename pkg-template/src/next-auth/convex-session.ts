/** The `session` callback. */
import type { Session } from "next-auth";
import { ownError } from "../errors.js";
import { functionOption } from "../integration-options.js";
import { LazyIssuer } from "../lazy-issuer.js";
import { dateTime, plain } from "../options.js";
import { claimsOfUser, type SessionUser } from "../session-claims.js";
import type { ConvexClaims } from "../types.js";
import { sessionError } from "./errors.js";
import type { ClaimsParameters, ConvexSessionOptions, SessionCallback } from "./types.js";

/** What Auth.js calls the callback with: versions 4 and 5, sessions in JWTs and in a database. */
interface Given {
  session: Shown;
  token?: { sub?: unknown };
  user?: { id?: unknown };
}

/** A session as it goes to the browser. */
interface Shown {
  user?: SessionUser;
  expires?: unknown;
}

/**
 * The whole `session` callback of Auth.js: it adds `session.convexToken`, a token for Convex. It goes
 * with `next-auth` 4 and 5, and with sessions in JWTs and in a database.
 *
 * The token is signed afresh whenever the session is read. Auth.js does not tell the callback whether
 * `update()` asks, and Convex's client stops refreshing when it is handed the same token twice.
 *
 * When the token can't be signed (no key, no issuer, refused claims), the user stays signed in: the
 * session has no `convexToken` but the error's code as `convexTokenError`, and the server's log has
 * the code, what is wrong and how to mend it. Auth.js would sign the user out if this callback threw;
 * so it throws nothing but what a callback of your own does.
 *
 * With OAuth providers and no database, `next-auth` 5 makes a new `sub` up at each login, and
 * `next-auth` 4 takes the provider's id, which another provider may have given to somebody else. Set it
 * in your `jwt` callback, with the provider's name:
 * ``if (account) token.sub = `${account.provider}|${account.providerAccountId}` ``. In `next-auth` 4,
 * `update()` without data runs that callback with `trigger: "update"` and no `session`: ask for
 * `session?.name`, not `session.name`.
 *
 * @throws ConvexTokenError `ERR_OPTION`, when it is made, for options of the wrong type
 * @param options The key and the issuer are read from the environment when a session is read, so a
 * build needs neither; the key is parsed once.
 * @example
 * export const { auth, handlers } = NextAuth({
 *   providers,
 *   callbacks: { session: convexSession() },
 * });
 * @example
 * convexSession({
 *   claims: ({ token }) => ({ sub: token.sub, name: token.name, role: token.role }),
 *   session({ session, token }) {
 *     session.user.role = token.role;
 *     return session;
 *   },
 * });
 */
export function convexSession(options: ConvexSessionOptions = {}): SessionCallback {
  const { claims: ownClaims, session, ...signing } = plain(options);
  const claims = functionOption("claims", ownClaims) ?? defaultClaims;
  const ownCallback = functionOption("session", session);
  const issuer = new LazyIssuer(signing);

  return async (...parameters) => {
    const own = (await ownCallback?.(...parameters)) as Session;
    let session: Session;
    let rest: Partial<Session>;
    try {
      session = ownCallback === undefined ? (shown(parameters[0]) as Session) : own;
      // A callback that gives nothing ends the session, and with it the token.
      if (!session) return session;
      // What a session says of its token is said below alone.
      const { convexToken: _token, convexTokenError: _error, ...others } = session;
      rest = others;
    } catch (thrown) {
      return { convexTokenError: report("session-unreadable", thrown) } as Session;
    }
    try {
      const { session: given, token, user } = parameters[0];
      if (ownCallback === undefined && Number.isNaN(dateTime(given.expires))) {
        throw sessionError("session-expires");
      }
      const chosen = await claims({ session, token, user });
      return { ...rest, convexToken: issuer.get().sign(chosen) } as Session;
    } catch (thrown) {
      return { ...rest, convexTokenError: report("session-claims", thrown) } as Session;
    }
  };
}

function defaultClaims({ session, token, user }: ClaimsParameters): ConvexClaims {
  const given = { user, token } as Partial<Given>;
  return claimsOfUser(session.user, given.user?.id ?? given.token?.sub);
}

/**
 * The session as Auth.js shows it without a callback. With a database, version 5 hands over the
 * rows of session and user with all that is in them: of those only what may be shown goes out.
 */
function shown({ session, user }: Given): Shown {
  if (user === undefined || !("sessionToken" in session)) return session;
  const { name, email, image } = session.user ?? {};
  const { expires } = session;
  return {
    user: { id: user.id, name, email, image },
    expires: textOf(expires),
  };
}

/** A Date as Auth.js writes it; nothing for one that is none. */
function textOf(expires: unknown): unknown {
  const time = dateTime(expires);
  if (time === undefined) return expires;
  return Number.isNaN(time) ? "" : new Date(time).toISOString();
}

/**
 * Says in the server's log why there is no token; returns the code.
 *
 * @param kind of the error, where what was thrown is none of this package
 */
function report(kind: "session-claims" | "session-unreadable", thrown: unknown): string {
  const error = ownError(thrown) ?? sessionError(kind, { cause: thrown });
  const { code, message, hint, cause } = error;
  const line = `[convex-token] The session has no convexToken: ${code}: ${message} ${hint}`;
  try {
    if (cause === undefined) console.error(line);
    else console.error(line, cause);
  } catch {
    // Showing what others throw may fail too.
    say(line);
  }
  return code;
}

function say(line: string): void {
  try {
    console.error(line);
  } catch {
    // There is no log then.
  }
}
