/** The `session` callback. */
import type { Session } from "next-auth";
import { ConvexTokenError } from "../errors.js";
import { integrationError } from "../integration-errors.js";
import { LazyIssuer } from "../lazy-issuer.js";
import { plain } from "../options.js";
import { claimsOfUser, type SessionUser } from "../session-claims.js";
import type { ConvexClaims } from "../types.js";
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
 * the code, what is wrong and how to mend it. Auth.js would sign the user out if this callback threw.
 *
 * With OAuth providers and no database, `next-auth` 5 makes a new `sub` up at each login, and
 * `next-auth` 4 takes the provider's id, which another provider may have given to somebody else. Set it
 * in your `jwt` callback, with the provider's name:
 * ``if (account) token.sub = `${account.provider}|${account.providerAccountId}` ``. In `next-auth` 4,
 * `update()` without data runs that callback with `trigger: "update"` and no `session`: ask for
 * `session?.name`, not `session.name`.
 *
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
  const { claims = defaultClaims, session: ownCallback, ...signing } = plain(options);
  const issuer = new LazyIssuer(signing);

  return async (...parameters) => {
    const [{ token, user }] = parameters;
    const session = (await (ownCallback ?? shown)(...parameters)) as Session;
    // A callback that gives nothing ends the session, and with it the token.
    if (!session) return session;
    try {
      const chosen = await claims({ session, token, user });
      return { ...session, convexToken: issuer.get().sign(chosen) };
    } catch (thrown) {
      return { ...session, convexTokenError: report(thrown) } as Session;
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
    expires: expires instanceof Date ? expires.toISOString() : expires,
  };
}

/** Says in the server's log why there is no token; returns the code. */
function report(thrown: unknown): string {
  const error =
    thrown instanceof ConvexTokenError
      ? thrown
      : integrationError("session-claims", { cause: thrown });
  const { code, message, hint, cause } = error;
  const line = `[convex-token] The session has no convexToken: ${code}: ${message} ${hint}`;
  if (cause === undefined) console.error(line);
  else console.error(line, cause);
  return code;
}
