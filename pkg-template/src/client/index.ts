/** Tokens for any Convex client: no React, no WebAssembly, nothing but `fetch`. */
export { createTokenFetcher } from "./token-fetcher.js";
export type { TokenFetcher, TokenFetcherOptions } from "./token-fetcher.js";
export type { RetryOptions } from "./retry.js";
export { ConvexTokenError } from "../errors.js";
