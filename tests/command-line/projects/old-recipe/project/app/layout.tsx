import type { ReactNode } from "react";
import { auth } from "@/auth";
import ConvexClientProvider from "./ConvexClientProvider";

export default async function RootLayout({ children }: { children: ReactNode }) {
  const session = await auth();
  return (
    <html lang="en">
      <body>
        <ConvexClientProvider session={session}>{children}</ConvexClientProvider>
      </body>
    </html>
  );
}
