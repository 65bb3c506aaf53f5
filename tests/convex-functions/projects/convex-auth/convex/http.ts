import { httpRouter } from "convex/server";
import { auth } from "./auth";
import { once } from "./login";

const http = httpRouter();

auth.addHttpRoutes(http);
http.route({ path: "/login", method: "POST", handler: once });

export default http;
