import { ConvexTokenError, safeEqual, signConvexToken } from "convex-token";
import { addAuthRoutes } from "convex-token/convex";
import { httpRouter } from "convex/server";
import { internal } from "./_generated/api";
import { httpAction } from "./_generated/server";

const http = httpRouter();

// The public half of CONVEX_AUTH_PRIVATE_KEY, for Convex to verify tokens with.
addAuthRoutes(http);

// FOR THE DEMO ONLY: one password for everybody, the deployment's variable LOGIN_PASSWORD.
http.route({
  path: "/login",
  method: "POST",
  handler: httpAction(async (ctx, request) => {
    const { email, password } = await request.json().catch(() => ({}));
    const expected = process.env.LOGIN_PASSWORD;
    if (!expected) return answer(500, { error: "LOGIN_PASSWORD is not set in the deployment." });
    if (
      typeof email !== "string" ||
      typeof password !== "string" ||
      !safeEqual(password, expected)
    ) {
      return answer(401, { error: "The e-mail address or the password is wrong." });
    }
    const id = await ctx.runMutation(internal.users.findOrCreate, { email });
    try {
      return answer(200, { token: signConvexToken({ sub: id, email }) });
    } catch (error) {
      if (!(error instanceof ConvexTokenError)) throw error;
      console.error(`${error.code}: ${error.message} ${error.hint}`);
      return answer(500, { error: error.message });
    }
  }),
});

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}

export default http;
