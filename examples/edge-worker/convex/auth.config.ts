import { convexAuthConfig } from "convex-token/convex";

// Accepts tokens that the Worker has issued: Convex fetches the public key from there.
export default convexAuthConfig({ issuer: process.env.AUTH_ISSUER });
