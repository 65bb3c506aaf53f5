/** Everything that `convex-token` exports. */
export { ConvexTokenError } from "./errors.js";
export { explainToken } from "./explain.js";
export type { ExplainOptions, FetchedDocument, TokenCheck, TokenExplanation } from "./explain.js";
export { finishToken, prepareToken } from "./external.js";
export { createIssuer } from "./issuer.js";
export type { AsyncIssuer, Issuer, IssuerBase, IssuerOptions } from "./issuer.js";
export { generateKeys, jwksFromKey } from "./keys.js";
export { convexAuthProvider, openidConfiguration } from "./provider.js";
export { safeEqual } from "./safe-equal.js";
export { signConvexToken } from "./sign.js";
export { decodeConvexToken, verifyConvexToken } from "./verify.js";
export type * from "./types.js";
