"use client";
/** React: Convex signed in with the session of next-auth. No WebAssembly. */
export { createTokenFetcher } from "../client/token-fetcher.js";
export type { TokenFetcher, TokenFetcherOptions } from "../client/token-fetcher.js";
export type { RetryOptions } from "../client/retry.js";
export { ConvexTokenError } from "../errors.js";
export { ConvexProviderWithSession } from "./provider.js";
export type { ConvexProviderWithSessionProps } from "./provider.js";
export type { UseAuthOptions } from "./session-tokens.js";
export type { SessionState, SessionWithToken, UseSession } from "./session.js";
export { createUseAuth } from "./use-auth.js";
export type { UseAuth } from "./use-auth.js";
