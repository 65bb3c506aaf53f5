/** The hook that Convex's `ConvexProviderWithAuth` takes, made of next-auth's `useSession`. */
import { useCallback, useEffect, useInsertionEffect, useMemo, useReducer, useState } from "react";
import { clientError } from "../client/errors.js";
import { SessionTokens, sessionTokensOptions, type UseAuthOptions } from "./session-tokens.js";
import { userOf, type UseSession } from "./session.js";

/** What `ConvexProviderWithAuth` expects of its `useAuth`. */
export type UseAuth = () => {
  isLoading: boolean;
  isAuthenticated: boolean;
  fetchAccessToken: (args: { forceRefreshToken: boolean }) => Promise<string | null>;
};

/**
 * Makes the `useAuth` of `ConvexProviderWithAuth` from `useSession` of `next-auth/react` (version 4
 * or 5) with a session that `convexSession()` puts `convexToken` into. Call it outside of components.
 *
 * - `isLoading` until next-auth knows whether there is a session; not while one is refreshed.
 * - The first token is the session's; a forced refresh calls `update()`.
 * - `fetchAccessToken` is another function when the user is another one, and when a token is to be
 *   had again after Convex was given none. Then the client begins anew; else it stays as it is.
 * - A failed `update()` is repeated before null is given (see {@link RetryOptions}). After that it
 *   is tried again when the page is online, visible or focused again, and about once in a minute or
 *   more. A session that has ended gives null at once.
 * - An unchanged token is asked for once more a second later; a warning in development says if it is
 *   still the same.
 *
 * @throws ConvexTokenError `ERR_USE_SESSION`, `ERR_OPTION`; the hook: `ERR_SESSION_PROVIDER`
 * @example
 * "use client";
 * import { useSession } from "next-auth/react";
 * import { ConvexProviderWithAuth } from "convex/react";
 * import { createUseAuth } from "convex-token/react";
 *
 * const useAuth = createUseAuth(useSession);
 *
 * <SessionProvider>
 *   <ConvexProviderWithAuth client={convex} useAuth={useAuth}>{children}</ConvexProviderWithAuth>
 * </SessionProvider>;
 */
export function createUseAuth(useSession: UseSession, options: UseAuthOptions = {}): UseAuth {
  if (typeof useSession !== "function") throw clientError("use-session");
  const settled = sessionTokensOptions(options);
  return function useAuth() {
    const session = useSession();
    if (!session) throw clientError("session-provider");
    const [generation, restart] = useReducer((number: number) => number + 1, 0);
    const [tokens] = useState(() => new SessionTokens(restart, settled));
    const { data, status } = tokens.steady(session);
    const user = userOf(data);

    // Convex asks for a token in an effect of a component below this one: those come before the effects
    // here, and an insertion effect comes before them all.
    useInsertionEffect(() => tokens.note(session), [tokens, session]);
    useEffect(() => tokens.wake(), [tokens, session]);
    useEffect(() => tokens.start(), [tokens]);

    // An argument that is not there, which the type does not allow, forces nothing.
    const fetchAccessToken = useCallback(
      (args?: { forceRefreshToken: boolean }) => tokens.fetch(args?.forceRefreshToken === true),
      // The user and the generation are not used within: they are what makes it another function.
      [tokens, user, generation],
    );
    return useMemo(
      () => ({
        isLoading: status === "loading",
        isAuthenticated: status === "authenticated",
        fetchAccessToken,
      }),
      [status, fetchAccessToken],
    );
  };
}
