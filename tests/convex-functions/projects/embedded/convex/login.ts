// A login of the project's own: whoever asks is Ada.
import { httpActionGeneric } from "convex/server";
import { createIssuer, signConvexToken } from "convex-token";

const claims = { sub: "user_ada", name: "Ada Lovelace", email: "ada@example.com" };

export const once = httpActionGeneric(async () => new Response(signConvexToken(claims)));

export const byIssuer = httpActionGeneric(async () => {
  const issuer = createIssuer();
  return Response.json([
    issuer.token(claims),
    issuer.token(claims),
    issuer.token(claims, { forceRefreshToken: true }),
  ]);
});
