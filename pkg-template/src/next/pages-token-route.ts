/** The token route for the pages router. */
import type { NextApiRequest, NextApiResponse } from "next";
import { answerWithToken } from "./answer.js";
import { routeParts, type SessionOf, type TokenRouteSigning } from "./token-route.js";

/** Options of `pagesTokenRoute`. */
export interface PagesTokenRouteOptions<
  Function extends (request: NextApiRequest, response: NextApiResponse) => unknown,
> extends TokenRouteSigning<SessionOf<Function>> {
  /** Gives the session of a request, or nothing when nobody is signed in. */
  session: Function;
}

/**
 * As `tokenRoute`, for the pages router: what `pages/api/session/token.ts` exports by default.
 *
 * A request without a host in its Host header is answered with 400.
 *
 * (An API route on the edge runtime takes a `Request`: export `tokenRoute(…).GET` there.)
 *
 * @throws ConvexTokenError as `tokenRoute`
 * @example
 * export default pagesTokenRoute({
 *   session: (request, response) => getServerSession(request, response, authOptions),
 * });
 * export default pagesTokenRoute({ session: auth }); // Auth.js 5
 */
export function pagesTokenRoute<
  Function extends (request: NextApiRequest, response: NextApiResponse) => unknown,
>(
  options: PagesTokenRouteOptions<Function>,
): (request: NextApiRequest, response: NextApiResponse) => Promise<void> {
  const { sessionOf, tokenFor } = routeParts(options);
  return async (request, response) => {
    const header = (name: string) => {
      const value = request.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    };
    const { method = "GET", url = "/" } = request;
    const facts = { method, url, host: header("host"), header };
    const { status, headers, body } = await answerWithToken(facts, async (forced) =>
      tokenFor(await sessionOf(request, response), forced),
    );
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.statusCode = status;
    response.end(body ?? undefined);
  };
}
