/** Convex's provider, signed in with the session of next-auth. */
import { ConvexProviderWithAuth } from "convex/react";
import {
  createElement,
  useState,
  type ComponentProps,
  type ReactElement,
  type ReactNode,
} from "react";
import type { UseAuthOptions } from "./session-tokens.js";
import type { UseSession } from "./session.js";
import { createUseAuth } from "./use-auth.js";

/** Props of {@link ConvexProviderWithSession}. */
export interface ConvexProviderWithSessionProps {
  /** The `ConvexReactClient`. */
  client: ComponentProps<typeof ConvexProviderWithAuth>["client"];
  /** `useSession` of `next-auth/react`. */
  useSession: UseSession;
  /** Options of `createUseAuth`; those of the first render count. */
  options?: UseAuthOptions | undefined;
  children?: ReactNode;
}

/**
 * `ConvexProviderWithAuth` with {@link createUseAuth} of the given `useSession`. It belongs inside
 * next-auth's `SessionProvider`.
 *
 * @throws ConvexTokenError `ERR_USE_SESSION`, `ERR_OPTION`, `ERR_SESSION_PROVIDER`
 * @example
 * <SessionProvider>
 *   <ConvexProviderWithSession client={convex} useSession={useSession}>
 *     {children}
 *   </ConvexProviderWithSession>
 * </SessionProvider>;
 */
export function ConvexProviderWithSession({
  client,
  useSession,
  options,
  children,
}: ConvexProviderWithSessionProps): ReactElement {
  const [useAuth] = useState(() => createUseAuth(useSession, options));
  return createElement(ConvexProviderWithAuth, { client, useAuth }, children);
}
