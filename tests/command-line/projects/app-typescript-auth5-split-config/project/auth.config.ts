import type { NextAuthConfig } from "next-auth";

// Shared with the proxy, which runs without the database.
export const authConfig = {
  pages: { signIn: "/login" },
  callbacks: {
    authorized({ auth, request: { nextUrl } }) {
      return auth !== null || nextUrl.pathname === "/login";
    },
    jwt({ token, profile }) {
      if (profile?.sub) token.sub = profile.sub;
      return token;
    },
  },
  providers: [],
} satisfies NextAuthConfig;
