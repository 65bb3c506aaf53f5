/** Next.js, and any server that answers a `Request`: tokens of sessions, over HTTP and on the server. */
export { ConvexTokenError } from "../errors.js";
export { convexToken } from "./convex-token.js";
export { pagesTokenRoute } from "./pages-token-route.js";
export type { PagesTokenRouteOptions } from "./pages-token-route.js";
export type { MaybeSession, SessionWithToken } from "./session.js";
export { tokenRoute } from "./token-route.js";
export type { SessionOf, TokenRoute, TokenRouteOptions } from "./token-route.js";
