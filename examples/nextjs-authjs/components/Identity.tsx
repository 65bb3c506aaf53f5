"use client";

import { useConvexAuth, usePreloadedQuery, type Preloaded } from "convex/react";
import { useSession } from "next-auth/react";
import type { api } from "@/convex/_generated/api";

/** What `ctx.auth.getUserIdentity()` gives in a Convex function: nothing that this page claims itself. */
export function Identity({ me }: { me: Preloaded<typeof api.users.whoami> }) {
  const identity = usePreloadedQuery(me);
  const { data: session, status } = useSession();
  const { isLoading, isAuthenticated } = useConvexAuth();
  const refused = status === "authenticated" && !isLoading && !isAuthenticated;
  return (
    <section className="card" aria-labelledby="identity">
      <h2 id="identity">Who Convex sees</h2>
      {identity ? (
        <dl>
          {(["subject", "name", "email", "issuer"] as const).map((name) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{identity[name]}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="hint">
          Nobody: <code>getUserIdentity()</code> is null.
        </p>
      )}
      {session?.convexTokenError ? (
        <p role="alert">
          Auth.js knows you, but has no token for Convex: <code>{session.convexTokenError}</code>.
          The server&rsquo;s log says what to do.
        </p>
      ) : (
        refused && (
          <p role="alert">
            Auth.js knows you, but Convex refuses the token. Is the public half of{" "}
            <code>CONVEX_AUTH_PRIVATE_KEY</code> set as <code>JWKS</code> in the deployment?{" "}
            <code>npx convex-token jwks</code> prints it.
          </p>
        )
      )}
    </section>
  );
}
