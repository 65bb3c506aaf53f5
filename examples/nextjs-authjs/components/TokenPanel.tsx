"use client";

import { useSession } from "next-auth/react";
import { useState } from "react";
import { decodeToken } from "@/lib/decode-token";
import { duration, useNow } from "@/lib/time";

/** The token that Convex has now, decoded. */
export function TokenPanel() {
  const { data: session } = useSession();
  const token = session?.convexToken;
  const refreshes = useChanges(token);
  const now = useNow();
  if (!token) return null;

  const { header, claims } = decodeToken(token);
  const life = claims.exp - claims.iat;
  // `now` is of the last tick, which may be before the token was signed.
  const left = now ? Math.min(life, Math.max(0, claims.exp - Math.floor(now / 1000))) : life;
  const [head, body, signature] = token.split(".");
  return (
    <section className="card" aria-labelledby="token">
      <h2 id="token">Your token</h2>
      <p className="life">
        <span>
          expires in <strong data-testid="left">{duration(left)}</strong>
        </span>
        <span>
          refreshed <strong data-testid="refreshes">{refreshes}</strong>{" "}
          {refreshes === 1 ? "time" : "times"}
        </span>
      </p>
      <progress aria-label="Life left" max={life} value={left} />
      <h3 className="part-header">Header</h3>
      <Members of={header} />
      <h3 className="part-claims">Claims</h3>
      <Members of={claims} />
      <details>
        <summary>As it is sent</summary>
        <p className="compact">
          <span className="part-header">{head}</span>.<span className="part-claims">{body}</span>.
          <span className="part-signature">{signature}</span>
        </p>
      </details>
    </section>
  );
}

function Members({ of }: { of: Record<string, unknown> }) {
  return (
    <dl>
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How often the token was replaced by another one since the user signed in. */
function useChanges(token: string | undefined) {
  const [last, setLast] = useState({ token, changes: 0 });
  if (last.token !== token) {
    setLast({ token, changes: last.token && token ? last.changes + 1 : 0 });
  }
  return last.changes;
}
