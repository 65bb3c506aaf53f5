// A site with Auth.js, version 4 or 5, on a loopback server, with a token route.
import { pagesTokenRoute } from "convex-token/next";
import { Browser } from "./browser.mjs";
import { listen } from "../../tools/listen.mjs";
import { memoryAdapter } from "./memory-adapter.mjs";
import { startOAuthProvider } from "./oauth-provider.mjs";

export const user = { id: "user_1815", name: "Ada Lovelace", email: "ada@example.com" };
const SECRET = "only these tests know it, and there are more than 32 bytes of it";

/** How each version of next-auth is put into a server. */
const versions = { 4: withVersion4, 5: withVersion5 };

/**
 * @param {4 | 5} version of next-auth
 * @param {object} options
 * @param {object} options.callbacks as Auth.js has them
 * @param {"jwt" | "database"} [options.strategy] of sessions
 * @param {string[]} [options.others] names of more OAuth providers, with the same ids for their members
 * @param {object} [options.route] options of the token route, beside its session
 * @param {object} [options.config] more of Auth.js's
 */
export async function startSite(
  version,
  { callbacks, strategy = "jwt", others = [], route, config = {} },
) {
  const oauth = await startOAuthProvider();
  const adapter = strategy === "database" ? memoryAdapter() : undefined;
  const said = [];
  const note = (...parts) => said.push(parts.map(String).join(" "));
  const options = {
    secret: SECRET,
    providers: [oauth.provider, ...others.map((id) => ({ ...oauth.provider, id }))],
    session: { strategy },
    callbacks,
    logger: { error: note, warn: () => {}, debug: () => {} },
    ...(adapter && { adapter }),
    ...config,
  };
  const site = await versions[version](options, route).catch((error) => {
    oauth.close();
    throw error;
  });
  return {
    origin: site.origin,
    adapter,
    /** What Auth.js has logged as errors. */
    said,
    browser: () => new Browser(site.origin),
    close() {
      site.close();
      oauth.close();
    },
  };
}

async function withVersion4(options, route) {
  const { default: nextAuth } = await import("next-auth-4");
  const { default: credentials } = await import("next-auth-4/providers/credentials");
  if (options.session.strategy === "jwt") {
    options.providers.push(credentials.default({ credentials: {}, authorize: () => user }));
  }
  const tokenRoute = pagesTokenRoute({
    session: (request, response) => nextAuth.getServerSession(request, response, options),
    ...route,
  });
  const server = await listen(async (request, incoming, outgoing) => {
    const url = new URL(request.url);
    await addNextExtras(request, incoming, outgoing);
    if (url.pathname === "/api/session/token") return tokenRoute(incoming, outgoing);
    process.env.NEXTAUTH_URL = server.origin;
    await nextAuth.default(incoming, outgoing, options);
  });
  process.env.NEXTAUTH_URL = server.origin;
  return server;
}

async function withVersion5(options, route) {
  const { default: NextAuth } = await import("next-auth-5");
  const { default: credentials } = await import("next-auth-5/providers/credentials");
  if (options.session.strategy === "jwt") {
    options.providers.push(credentials({ credentials: {}, authorize: () => user }));
  }
  delete process.env.NEXTAUTH_URL;
  const { handlers, auth } = NextAuth({ trustHost: true, ...options });
  const tokenRoute = pagesTokenRoute({ session: auth, ...route });
  return listen((request, incoming, outgoing) => {
    const url = new URL(request.url);
    incoming.headers["x-forwarded-proto"] = "http"; // as Next.js does
    if (url.pathname === "/api/session/token") return tokenRoute(incoming, outgoing);
    return handlers[request.method](request);
  });
}

/** What Next.js adds to the request and response of an API route, as far as next-auth 4 uses it. */
async function addNextExtras(request, incoming, outgoing) {
  const url = new URL(request.url);
  const cookies = (incoming.headers.cookie ?? "").split("; ").filter(Boolean);
  const isJson = request.headers.get("content-type")?.includes("json");
  const body = request.method === "POST" ? await request.text() : "";
  Object.assign(incoming, {
    query: {
      ...Object.fromEntries(url.searchParams),
      nextauth: url.pathname.split("/").slice(3),
    },
    cookies: Object.fromEntries(
      cookies.map((cookie) => {
        const [, name, value] = cookie.match(/^([^=]+)=(.*)$/);
        return [name, decodeURIComponent(value)];
      }),
    ),
    body: isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)),
  });
  Object.assign(outgoing, {
    status(code) {
      outgoing.statusCode = code;
      return outgoing;
    },
    json(value) {
      outgoing.setHeader("Content-Type", "application/json");
      outgoing.end(JSON.stringify(value));
    },
    send(value) {
      if (typeof value === "object") outgoing.json(value);
      else outgoing.end(value);
    },
  });
}
