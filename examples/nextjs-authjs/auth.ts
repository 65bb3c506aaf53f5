/** Auth.js. The only line about Convex is the session callback. */
import { convexSession } from "convex-token/next-auth";
import NextAuth from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { findDemoUser } from "@/lib/demo-users";

export const { auth, handlers } = NextAuth({
  providers: [
    Credentials({
      credentials: { email: { type: "email" }, password: { type: "password" } },
      authorize: ({ email, password }) => findDemoUser(email, password),
    }),
  ],
  pages: { signIn: "/" },
  callbacks: {
    // Signs a token for Convex with CONVEX_AUTH_PRIVATE_KEY, as `session.convexToken`.
    session: convexSession({ expiresIn: process.env.CONVEX_TOKEN_EXPIRES_IN }),
  },
});
