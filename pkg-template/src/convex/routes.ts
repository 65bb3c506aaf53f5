/** The two well-known routes, as HTTP actions of a deployment. */
import { httpActionGeneric, type HttpRouter, type RoutableMethod } from "convex/server";
import { JWKS_NAME, environmentFor } from "../environment.js";
import { ConvexTokenError, type ErrorParts } from "../errors.js";
import "../index.js";
import { call } from "../instance.js";
import { keyText } from "../json.js";
import { plain } from "../options.js";
import type { Jwks } from "../types.js";
import { deploymentError } from "./errors.js";

const DISCOVERY_PATH = "/.well-known/openid-configuration";
const JWKS_PATH = "/.well-known/jwks.json";

/** What can be routed of the methods that the documents have. Convex answers a HEAD by its GET. */
const METHODS = ["GET", "OPTIONS"] as const satisfies RoutableMethod[];

/** Options for the two routes. What is not given is read from the environment at each request. */
export interface AuthRoutesOptions {
  /** The issuer of the tokens. Default: the deployment's CONVEX_SITE_URL. */
  issuer?: string | undefined;
  /**
   * The set to publish, as an object or as JSON text. Default: the deployment's variable JWKS; where
   * that is not set, the public half of its CONVEX_AUTH_PRIVATE_KEY, else of its JWT_PRIVATE_KEY.
   */
  jwks?: Jwks | string | undefined;
}

/**
 * Registers `/.well-known/openid-configuration` and `/.well-known/jwks.json`, by which Convex verifies
 * the tokens of this deployment.
 *
 * The set is served as it was published: a key without `kid` stays without one, because signers that
 * give no `kid` go with it. Private members are never served, whatever the variable holds. The
 * environment is read at each request, so `npx convex env set JWKS '…'` acts without a deploy. A set
 * that cannot be served is answered with a 500, whose body and log line name the variable.
 *
 * @param http The router that `convex/http.ts` exports. An issuer with a path of its own has the
 * documents below that path too.
 * @throws ConvexTokenError `ERR_ROUTE_TAKEN` when one of the routes is there already, `ERR_ROUTER` for
 * what is no router
 * @example
 * import { httpRouter } from "convex/server";
 * import { addAuthRoutes } from "convex-token/convex";
 *
 * const http = httpRouter();
 * addAuthRoutes(http);
 * export default http;
 */
export function addAuthRoutes(http: HttpRouter, options?: AuthRoutesOptions): void {
  const taken = routesOf(http);
  const { issuer: named, jwks } = plain(options);
  const issuer = named ?? undefined;
  const given = { issuer, jwks: jwks === undefined || jwks === null ? undefined : keyText(jwks) };
  const routes = [DISCOVERY_PATH, JWKS_PATH].flatMap((document) => {
    const handler = httpActionGeneric(async (_ctx, request) => respond(request, document, given));
    const paths = new Set([document, `${pathOf(issuer)}${document}`]);
    return [...paths].flatMap((path) => METHODS.map((method) => ({ path, method, handler })));
  });
  const name = routes.map(({ path, method }) => `${method} ${path}`).find((one) => taken.has(one));
  if (name !== undefined) throw deploymentError("route-taken", { name });
  for (const route of routes) http.route(route);
}

/** The routes that a router has, by method and path. */
function routesOf(http: HttpRouter): Set<string> {
  let routes: ReturnType<HttpRouter["getRoutes"]> | undefined;
  try {
    if (typeof http.route === "function") routes = http.getRoutes();
  } catch {
    // It has none.
  }
  if (!Array.isArray(routes)) throw deploymentError("router");
  return new Set(routes.map(([path, method]) => `${method} ${path}`));
}

/** The path of an issuer, without a slash at its end. That it is an issuer is checked later. */
function pathOf(issuer: unknown): string {
  if (typeof issuer !== "string") return "";
  const [, path = ""] = /^https?:\/\/[^/]+(.*)$/.exec(issuer) ?? [];
  return path.replace(/\/+$/, "");
}

/** Answers by the document that was routed to: what is before its path is the host's business. */
function respond(
  request: Request,
  document: string,
  given: { issuer: string | undefined; jwks: string | undefined },
): Response {
  try {
    const environment = environmentFor({
      key: true,
      issuer: given.issuer === undefined,
      jwks: true,
    });
    const jwks = given.jwks ?? published(environment[JWKS_NAME]);
    const known = request.headers.get("if-none-match");
    const answer = serve(jwks, () =>
      call((core) =>
        core.respond({ issuer: given.issuer, jwks, environment }, request.method, document, known),
      ),
    );
    if (answer === undefined) return new Response(null, { status: 404 });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  } catch (error) {
    if (!(error instanceof ConvexTokenError)) throw error;
    console.error(`${error.code}: ${error.message} ${error.hint}`);
    const body = JSON.stringify({ error: told(error) });
    return new Response(request.method === "HEAD" ? null : body, {
      status: 500,
      headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    });
  }
}

/** What anybody may read: not what stands in the issuer's place, where somebody may have put a secret. */
function told({ code, message, hint }: ConvexTokenError): ErrorParts {
  if (!code.startsWith("ERR_ISSUER_")) return { code, message, hint };
  const without = (text: string) => text.replace(/"(.*)"/s, '"…"');
  return { code, message: without(message), hint: without(hint) };
}

/** A variable that is set to nothing publishes nothing. */
function published(jwks: string | undefined): string | undefined {
  return jwks === undefined || jwks.trim() === "" ? undefined : jwks;
}

/** Says of an error about keys which variable of which environment it is about. */
function serve<Result>(jwks: string | undefined, operation: () => Result): Result {
  try {
    return operation();
  } catch (cause) {
    if (!(cause instanceof ConvexTokenError) || !cause.code.startsWith("ERR_KEY_")) throw cause;
    if (jwks !== undefined) {
      throw deploymentError("jwks-unusable", { found: cause.message, cause });
    }
    if (cause.code === "ERR_KEY_MISSING") throw deploymentError("jwks-missing", { cause });
    throw deploymentError("published-key-unusable", { found: cause.message, cause });
  }
}
