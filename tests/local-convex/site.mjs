// The site of a deployment: its HTTP actions, by the routes of http.ts.
import { Refusal, anonymous } from "./identities.mjs";

export async function answerSite(deployment, origin, request, body) {
  const { method } = request;
  const url = new URL(request.url, origin);
  const headers = pairs(request.rawHeaders);
  const { attributes } = await identityOf(deployment, request.headers.authorization);
  const question = { method, url: url.href, headers, body: body.toString("base64") };
  const response = await deployment.functions.fetch(question, attributes);
  const { status } = response;
  deployment.log.record("httpAction", { method, path: url.pathname, status });
  // Whatever it has changed, those who read are to see it.
  if (method !== "GET" && method !== "HEAD") deployment.commit();
  return { ...response, body: Buffer.from(response.body, "base64") };
}

/** Nobody, for a header that is not for Convex: an HTTP action may have its own use for it. */
async function identityOf(deployment, header) {
  try {
    return await deployment.authenticateHeader(header, "httpAction", anonymous);
  } catch (error) {
    if (error instanceof Refusal) return anonymous;
    throw error;
  }
}

function pairs(rawHeaders) {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rawHeaders[index * 2 + 1]]);
}
