/** The login at the edge: checks a password, mints tokens, serves the public key. */
import { createIssuer, safeEqual, type Issuer } from "convex-token";

export interface Env {
  /** The Worker's own origin: what tokens name as their issuer. */
  AUTH_ISSUER: string;
  CONVEX_AUTH_PRIVATE_KEY: string;
  LOGIN_PASSWORD: string;
}

let issuer: Issuer | undefined; // The key is read once for all requests.

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    issuer ??= createIssuer({ issuer: env.AUTH_ISSUER, privateKey: env.CONVEX_AUTH_PRIVATE_KEY });

    // /.well-known/openid-configuration and /.well-known/jwks.json, where Convex looks for the key.
    const published = issuer.fetch(request);
    if (published) return published;

    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/token") return answer(404, { error: "Not found" });
    const name = login(request, env);
    if (!name) return answer(401, { error: "The name or the password is wrong." });
    const forceRefreshToken = searchParams.get("force") === "true";
    return answer(200, { token: issuer.token({ sub: name, name }, { forceRefreshToken }) });
  },
};

/** FOR THE DEMO ONLY: any name goes, with one password for all, by HTTP's Basic authentication. */
function login(request: Request, env: Env): string | undefined {
  const [, credentials = ""] = (request.headers.get("authorization") ?? "").split("Basic ");
  try {
    const [, name, password = ""] = /^([^:]+):(.*)$/.exec(atob(credentials)) ?? [];
    return env.LOGIN_PASSWORD && safeEqual(password, env.LOGIN_PASSWORD) ? name : undefined;
  } catch {
    return undefined; // No base64.
  }
}

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
}
