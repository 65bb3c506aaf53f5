/**
 * The types of Auth.js that matter here, taken from the version that is installed: `next-auth` 4 and
 * 5 name them differently, and have in common what the default export takes.
 */
import type NextAuth from "next-auth";
import type { Session } from "next-auth";
import type { ConvexClaims, SignOptions } from "../types.js";

declare module "next-auth" {
  interface Session {
    /** The token for Convex, signed afresh whenever the session is read. */
    convexToken: string;
    /**
     * The code of the error that kept the token from being signed, `ERR_…`; there is no `convexToken`
     * then, and the server's log says what to do.
     */
    convexTokenError?: string;
  }
}

// Version 4 is CommonJS, whose default export Node's rules of resolution wrap once more.
type Configure = typeof NextAuth extends { default: infer Default } ? Default : typeof NextAuth;
type Last<Items> = Items extends readonly [...unknown[], infer Item] ? Item : never;
type AnyFunction = (...parameters: never[]) => unknown;
type Config = Configure extends (...parameters: infer Parameters) => unknown
  ? Exclude<Last<Parameters>, AnyFunction>
  : never;
type Callbacks = Config extends { callbacks?: infer Found } ? NonNullable<Found> : never;
type AuthCallback = Callbacks extends { session?: infer Found }
  ? Extract<NonNullable<Found>, AnyFunction>
  : never;

/** A `session` callback as one writes it for Auth.js. */
export type UserSessionCallback = AuthCallback;

/** The `session` callback that `convexSession` gives. */
export type SessionCallback = (...parameters: Parameters<AuthCallback>) => Promise<Session>;

/** What the claims of a token are chosen from. */
export interface ClaimsParameters {
  /** The session as it is shown: the result of your own callback, if there is one. */
  session: Session;
  /** Auth.js's own token. With sessions in JWTs only. */
  token: Parameters<AuthCallback>[0]["token"];
  /** The user's row. With sessions in a database only. */
  user: Parameters<AuthCallback>[0]["user"];
}

/** Options of `convexSession`: those of `signConvexToken`, and these. */
export interface ConvexSessionOptions extends SignOptions {
  /**
   * The claims of the token. Default: `sub` from the database user's `id`, else from the `sub` of
   * Auth.js's token, whatever `user.id` the session shows, and the session's `user.name`, `user.email`
   * and `user.image` (as `picture`).
   */
  claims?: ((parameters: ClaimsParameters) => ConvexClaims | PromiseLike<ConvexClaims>) | undefined;
  /** Your own `session` callback: what it gives is kept, and `convexToken` added to it. */
  session?: UserSessionCallback | undefined;
}
