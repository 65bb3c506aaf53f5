// No well-known route: the entry in auth.config.ts has the keys in it.
import { httpRouter } from "convex/server";
import { once } from "./login";

const http = httpRouter();
http.route({ path: "/login", method: "POST", handler: once });

export default http;
