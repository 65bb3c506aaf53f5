import { convexSession } from "convex-token/next-auth";
import CredentialsProvider from "next-auth-4/providers/credentials";
import { user } from "./user.js";

export const authOptions = {
  providers: [CredentialsProvider({ credentials: {}, authorize: () => user })],
  callbacks: { session: convexSession() },
};
