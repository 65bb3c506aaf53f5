/** The token route for the pages router. */
import type { NextApiRequest, NextApiResponse } from "next";
import { plain } from "../options.js";
import { answerWithToken } from "./answer.js";
import { sessionSigner, type SessionOf, type TokenRouteSigning } from "./token-route.js";

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
 * (An API route on the edge runtime takes a `Request`: export `tokenRoute(…).GET` there.)
 *
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
  const { session: sessionOf, ...signing } = plain(options) as PagesTokenRouteOptions<Function>;
  const tokenFor = sessionSigner(signing as TokenRouteSigning<unknown>);
  return async (request, response) => {
    const header = (name: string) => {
      const value = request.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    };
    // Next.js gives the path alone.
    const url = new URL(request.url ?? "/", `http://${header("host") ?? "localhost"}`);
    const facts = { method: request.method ?? "GET", url, header };
    const { status, headers, body } = await answerWithToken(facts, async (forced) =>
      tokenFor(await sessionOf(request, response), forced),
    );
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.statusCode = status;
    response.end(body ?? undefined);
  };
}
