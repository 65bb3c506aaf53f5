import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";

const http = httpRouter();

http.route({
  path: "/stripe",
  method: "POST",
  handler: httpAction(async (_ctx, request) => {
    const body = await request.text(); // verified in the action
    return new Response(null, { status: body === "" ? 400 : 200 });
  }),
});

// Convex expects the router to be the default export.
export default http;
