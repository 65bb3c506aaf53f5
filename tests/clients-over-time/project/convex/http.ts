import { httpRouter } from "convex/server";
import { addAuthRoutes } from "convex-token/convex";

const http = httpRouter();
addAuthRoutes(http);

export default http;
