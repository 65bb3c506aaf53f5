/**
 * The token for clients that have the session's cookie but not `useSession`: see `createTokenFetcher`.
 * The pages of this app don't need it.
 */
import { tokenRoute } from "convex-token/next";
import { auth } from "@/auth";

export const { GET } = tokenRoute({ session: auth });
