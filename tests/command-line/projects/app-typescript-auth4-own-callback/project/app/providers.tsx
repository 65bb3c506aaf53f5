"use client";

import { SessionProvider } from "next-auth/react";
import type { ReactNode } from "react";
import { ConvexClientProvider } from "@/components/ConvexClientProvider";

export function Providers({ children }: { children: ReactNode }) {
  return (
    <SessionProvider>
      <ConvexClientProvider>{children}</ConvexClientProvider>
    </SessionProvider>
  );
}
