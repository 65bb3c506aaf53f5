import { httpRouter } from "convex/server";
import { addAuthRoutes } from "convex-token/convex";
import { byIssuer, once } from "./login";

const http = httpRouter();
addAuthRoutes(http);
http.route({ path: "/login", method: "POST", handler: once });
http.route({ path: "/login/issuer", method: "POST", handler: byIssuer });

export default http;
