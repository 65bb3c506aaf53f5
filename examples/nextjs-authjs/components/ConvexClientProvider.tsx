"use client";

import { ConvexReactClient } from "convex/react";
import { ConvexProviderWithSession } from "convex-token/react";
import type { Session } from "next-auth";
import { SessionProvider, useSession } from "next-auth/react";
import type { ReactNode } from "react";

const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL!);

type Props = { session: Session | null; children: ReactNode };

/** Convex asks Auth.js for a token, and for a fresh one before it expires. */
export function ConvexClientProvider({ session, children }: Props) {
  return (
    // Convex knows when it needs a new token: no need for one each time the window gets the focus.
    <SessionProvider session={session} refetchOnWindowFocus={false}>
      <ConvexProviderWithSession client={convex} useSession={useSession}>
        {children}
      </ConvexProviderWithSession>
    </SessionProvider>
  );
}
