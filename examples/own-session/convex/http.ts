import { httpRouter } from "convex/server";
import { addAuthRoutes } from "convex-token/convex";

const http = httpRouter();

// Serves the public key, from the deployment's variable JWKS: /.well-known/jwks.json and
// /.well-known/openid-configuration.
addAuthRoutes(http);

export default http;
