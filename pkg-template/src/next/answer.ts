/** What a token route answers, whatever kind of server it is in. */
import { ownError, type ErrorParts } from "../errors.js";
import { routeError, table } from "./errors.js";
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
  const { method, host } = request;
  if (method !== "GET" && method !== "HEAD") {
    return refusal(405, table.method(), { Allow: "GET, HEAD" });
  }
  if (host !== null && !isHost(host)) return refusal(400, table.host());
  if (!isSameOrigin(request)) return refusal(403, table["cross-site"]());
  try {
    const token = await tokenFor(isForced(request.url));
    if (token === undefined) return refusal(401, table["signed-out"]());
    return answer(200, { token });
  } catch (thrown) {
    // Errors of others, such as those by which Next.js redirects, are not this route's to answer.
    const error = ownError(thrown);
    if (error === undefined) throw thrown;
    const { code, message, hint } = error;
    console.error(
      `[convex-token] The token route has no token to give: ${code}: ${message} ${hint}`,
    );
    return refusal(500, routeError("token-failed", { found: code }));
  }
}

/** Any `force` forces but an explicit no: a fresh token is never wrong. */
function isForced(url: string): boolean {
  // Read without the URL class, which refuses some paths and takes others for hosts.
  const [, query] = /^[^?#]*\?([^#]*)/.exec(url) ?? [];
  const force = new URLSearchParams(query).get("force");
  return force !== null && force !== "0" && force !== "false";
}

/** The answer with a row of the table, which quotes nothing of the request. */
function refusal(
  status: number,
  { code, message, hint }: ErrorParts,
  headers?: Record<string, string>,
): TokenAnswer {
  return answer(status, { error: { code, message, hint } }, headers);
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
