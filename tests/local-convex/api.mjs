// The HTTP API of a deployment: what ConvexHttpClient and the functions of `convex/nextjs` call, and
// what the `convex` CLI calls to set variables.
import { Refusal, anonymous } from "./identities.mjs";
import { encodeTimestamp } from "./sync.mjs";

/** Convex's own status for a function that has thrown. */
const functionFailed = 560;

const functions = {
  "/api/query": "query",
  "/api/query_at_ts": "query",
  "/api/mutation": "mutation",
  "/api/action": "action",
};

const cors = [
  ["access-control-allow-origin", "*"],
  ["access-control-allow-methods", "GET, POST, OPTIONS"],
  ["access-control-allow-headers", "*, authorization"],
];

export async function answerApi(deployment, request, body) {
  const { pathname } = new URL(request.url, "http://localhost");
  try {
    return json(...(await route(deployment, request, pathname, body)));
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.body);
    throw error;
  }
}

async function route(deployment, request, pathname, body) {
  if (request.method === "OPTIONS") return [204];
  if (pathname === "/version") return [200, "local"];
  if (pathname === "/api/query_ts") return [200, { ts: encodeTimestamp(deployment.timestamp) }];
  const { authorization } = request.headers;
  if (pathname in functions) {
    const identity = await deployment.authenticateHeader(authorization, "http", anonymous);
    return run(deployment, functions[pathname], JSON.parse(body), identity);
  }
  if (pathname === "/api/function") {
    deployment.authenticateAdmin(authorization?.replace(/^Convex /, ""));
    return runAsAdmin(deployment, JSON.parse(body));
  }
  if (pathname === "/api/update_environment_variables") {
    deployment.authenticateAdmin(authorization?.replace(/^Convex /, ""));
    return setEnvironment(deployment, JSON.parse(body));
  }
  return [404, { code: "NotFound", message: `The stand-in has no ${pathname}` }];
}

async function run(deployment, kind, { path, args }, identity) {
  const result = await deployment.run(kind, path, [args].flat(), identity);
  const success = result.errorMessage === undefined;
  if (kind === "action" || (kind === "mutation" && success)) deployment.commit();
  return answerOf(result);
}

async function runAsAdmin(deployment, { path, args }) {
  const result = await deployment.runAsAdmin(path, [args].flat());
  deployment.commit();
  return answerOf(result);
}

function answerOf({ value, errorMessage, errorData }) {
  return errorMessage === undefined
    ? [200, { status: "success", value, logLines: [] }]
    : [functionFailed, { status: "error", errorMessage, errorData, logLines: [] }];
}

async function setEnvironment(deployment, { changes }) {
  try {
    const entries = changes.map(({ name, value }) => [name, value]);
    await deployment.setEnvironment(Object.fromEntries(entries));
  } catch ({ code = "InvalidEnvironmentVariables", message }) {
    return [400, { code, message }];
  }
  return [200, {}];
}

function json(status, value) {
  const headers = [...cors, ["content-type", "application/json"]];
  return { status, headers, body: value === undefined ? undefined : JSON.stringify(value) };
}
