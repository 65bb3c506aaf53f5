/** Auth.js (`next-auth` 4 and 5): a token for Convex in every session. */
export { ConvexTokenError } from "../errors.js";
export { convexSession } from "./convex-session.js";
export type {
  ClaimsParameters,
  ConvexSessionOptions,
  SessionCallback,
  UserSessionCallback,
} from "./types.js";
