// Sessions as projects declare them: with the token, and with users of their own.
import type {} from "next-auth-4";
import type {} from "next-auth-5";
import { useSession as useSession4 } from "next-auth-4/react";
import { useSession as useSession5 } from "next-auth-5/react";
import { createUseAuth } from "convex-token/react";

declare module "next-auth-4" {
  interface Session {
    convexToken?: string;
    user: { id: number; roles: string[]; name?: string | null };
  }
}
declare module "next-auth-5" {
  interface Session {
    convexToken: string;
    organization?: { id: string };
  }
}

export const useAuths = [createUseAuth(useSession4), createUseAuth(useSession5)];
