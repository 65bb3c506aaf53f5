// What a project writes, which must compile with the types of both versions of next-auth and React.
import { ConvexClient } from "convex/browser";
import { ConvexProviderWithAuth, ConvexReactClient, type AuthTokenFetcher } from "convex/react";
import { SessionProvider as SessionProvider4, useSession as useSession4 } from "next-auth-4/react";
import { SessionProvider as SessionProvider5, useSession as useSession5 } from "next-auth-5/react";
import { createTokenFetcher as createPlainFetcher } from "convex-token/client";
import {
  ConvexProviderWithSession,
  createTokenFetcher,
  createUseAuth,
  type SessionState,
  type UseAuth,
  type UseAuthOptions,
} from "convex-token/react";

const convex = new ConvexReactClient("https://example.convex.cloud");

const useAuth4 = createUseAuth(useSession4);
const options: UseAuthOptions = { retries: 3, retryDelay: 100, sessionUrl: "/auth/session" };
const useAuth5: UseAuth = createUseAuth(useSession5, options);

export const pages = [
  <SessionProvider4>
    <ConvexProviderWithAuth client={convex} useAuth={useAuth4}>
      text
    </ConvexProviderWithAuth>
  </SessionProvider4>,
  <SessionProvider5>
    <ConvexProviderWithAuth client={convex} useAuth={useAuth5} />
  </SessionProvider5>,
  <ConvexProviderWithSession client={convex} useSession={useSession4}>
    <p />
    text
  </ConvexProviderWithSession>,
  <ConvexProviderWithSession client={convex} useSession={useSession5} options={options} />,
];

convex.setAuth(createTokenFetcher("/api/session/token", { retries: Infinity, fetch }));
new ConvexClient("https://example.convex.cloud").setAuth(
  createPlainFetcher(new URL("https://example.com/token"), {
    headers: async () => ({ authorization: "Bearer …" }),
    credentials: "include",
  }),
);
export const fetcher: AuthTokenFetcher = createTokenFetcher("/api/session/token");

// Any hook of the same shape.
export const useAuthOfOurs = createUseAuth((): SessionState => ({
  data: { convexToken: "ey…", user: { id: 7 } },
  status: "authenticated",
  update: async () => null,
}));

// What is refused.
// @ts-expect-error a session hook has a status and update()
createUseAuth(() => ({ data: null }));
// @ts-expect-error the hook is needed
export const incomplete = <ConvexProviderWithSession client={convex} />;
// @ts-expect-error times are numbers of milliseconds
createTokenFetcher("/api/session/token", { retryDelay: "1s" });
