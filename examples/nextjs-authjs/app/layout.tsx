import type { Metadata } from "next";
import type { ReactNode } from "react";
import { auth } from "@/auth";
import { ConvexClientProvider } from "@/components/ConvexClientProvider";
import { Header } from "@/components/Header";
import "./globals.css";

export const metadata: Metadata = {
  title: "Guestbook",
  description: "Auth.js signs you in, Convex knows who you are.",
};

export default async function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <ConvexClientProvider session={await auth()}>
          <Header />
          {children}
        </ConvexClientProvider>
      </body>
    </html>
  );
}
