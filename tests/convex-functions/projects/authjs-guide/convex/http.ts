// The routes as the guide for Auth.js has a project write them.
import { httpActionGeneric, httpRouter } from "convex/server";

const http = httpRouter();

const headers = {
  "Content-Type": "application/json",
  "Cache-Control": "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400",
};

http.route({
  path: "/.well-known/openid-configuration",
  method: "GET",
  handler: httpActionGeneric(async () => {
    const issuer = process.env.CONVEX_SITE_URL;
    const document = {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      authorization_endpoint: `${issuer}/oauth/authorize`,
    };
    return new Response(JSON.stringify(document), { status: 200, headers });
  }),
});

http.route({
  path: "/.well-known/jwks.json",
  method: "GET",
  handler: httpActionGeneric(async () => new Response(process.env.JWKS, { status: 200, headers })),
});

export default http;
