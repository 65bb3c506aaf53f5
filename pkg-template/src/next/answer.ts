/** What a token route answers, whatever kind of server it is in. */
import { ownError } from "../errors.js";
import { isHost, isSameOrigin, type RequestFacts } from "./same-origin.js";

/** An answer, not yet in the form of any server. */
export interface TokenAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | null;
}

/**
 * @param tokenFor A token, signed afresh if it is forced, or undefined when nobody is signed in.
 */
export async function answerWithToken(
  request: RequestFacts,
  tokenFor: (forced: boolean) => Promise<string | undefined>,
): Promise<TokenAnswer> {
  const answer = await answered(request, tokenFor);
  return request.method === "HEAD" ? { ...answer, body: null } : answer;
}

async function answered(
  request: RequestFacts,
  tokenFor: (forced: boolean) => Promise<string | undefined>,
): Promise<TokenAnswer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    const message = "A token is asked for with GET.";
    return answer(405, problem("ERR_METHOD", message), { Allow: "GET, HEAD" });
  }
  if (request.host !== null && !isHost(request.host)) {
    return answer(400, problem("ERR_HOST", "The request's Host header names no host."));
  }
  if (!isSameOrigin(request)) {
    const message =
      "A page of another origin asked for the token. Serve the route from the page's own origin.";
    return answer(403, problem("ERR_CROSS_SITE", message));
  }
  try {
    const token = await tokenFor(isForced(request.url));
    if (token !== undefined) return answer(200, { token });
    return answer(401, problem("ERR_SIGNED_OUT", "Nobody is signed in: there is no session."));
  } catch (thrown) {
    // Errors of others, such as those by which Next.js redirects, are not this route's to answer.
    const error = ownError(thrown);
    if (error === undefined) throw thrown;
    const { code, message, hint } = error;
    console.error(
      `[convex-token] The token route has no token to give: ${code}: ${message} ${hint}`,
    );
    return answer(500, problem(code, "The token can't be signed: the server's log says why."));
  }
}

/** Any `force` forces but an explicit no: a fresh token is never wrong. */
function isForced(url: string): boolean {
  // Read without the URL class, which refuses some paths and takes others for hosts.
  const [, query] = /^[^?#]*\?([^#]*)/.exec(url) ?? [];
  const force = new URLSearchParams(query).get("force");
  return force !== null && force !== "0" && force !== "false";
}

function problem(code: string, message: string): object {
  return { error: { code, message } };
}

function answer(status: number, body: object, more: Record<string, string> = {}): TokenAnswer {
  const headers = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    Vary: "Cookie",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    ...more,
  };
  return { status, headers, body: JSON.stringify(body) };
}
