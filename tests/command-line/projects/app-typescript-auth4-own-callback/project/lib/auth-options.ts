import type { NextAuthOptions } from "next-auth";
import GoogleProvider from "next-auth/providers/google";

// Used by the route and by server components.
export const authOptions: NextAuthOptions = {
  providers: [
    GoogleProvider({
      clientId: process.env.GOOGLE_ID!,
      clientSecret: process.env.GOOGLE_SECRET!,
    }),
  ],
  session: { strategy: "jwt" },
  callbacks: {
    async jwt({ token, account }) {
      if (account) token.provider = account.provider; // shown in the settings
      return token;
    },
    // The settings page shows where somebody came from.
    async session({ session, token }) {
      return {
        ...session,
        provider: token.provider,
      };
    },
  },
};
