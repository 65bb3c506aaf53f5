/**
 * Inside a Convex deployment: the routes that its tokens are verified by, its `auth.config.ts`, and
 * functions that only your own server may call.
 */
export { addAuthRoutes } from "./routes.js";
export type { AuthRoutesOptions } from "./routes.js";
export { convexAuthConfig } from "./auth-config.js";
export type {
  AuthConfig,
  AuthConfigOptions,
  CustomJwtAuthConfigOptions,
  OidcAuthConfigOptions,
} from "./auth-config.js";
export { requireSecret } from "./secret.js";
export { ConvexTokenError } from "../errors.js";
