import { convexSession } from "convex-token/next-auth";
import NextAuth from "next-auth-5";
import Credentials from "next-auth-5/providers/credentials";
import { user } from "./user.js";

export const { auth, handlers } = NextAuth({
  providers: [Credentials({ credentials: {}, authorize: () => user })],
  callbacks: { session: convexSession() },
});
