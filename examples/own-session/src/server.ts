/** A server with a login of its own: a cookie, and a route that gives Convex's client its token. */
import { readFile } from "node:fs/promises";
import { tokenRoute } from "convex-token/next"; // Needs nothing of Next.js: Request in, Response out.
import { listen } from "./listen";
import { endSession, startSession, userOf } from "./sessions";

// Signs with CONVEX_AUTH_PRIVATE_KEY. 401 when nobody is signed in, 403 for pages of other sites.
const token = tokenRoute({
  session: userOf,
  claims: (user) => ({ sub: user.id, name: user.name }),
});

await listen(async (request) => {
  const { pathname } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case "GET /api/session/token":
      return token.GET(request);
    case "POST /login":
      return login(await request.formData());
    case "POST /logout":
      return new Response(null, { status: 204, headers: { "Set-Cookie": endSession(request) } });
    case "GET /":
      return page();
    case "GET /page.js":
      return file("dist/public/page.js", "text/javascript");
    default:
      return new Response("Not found", { status: 404 });
  }
});

function login(form: FormData): Response {
  const cookie = startSession(form.get("name"), form.get("password"));
  if (!cookie) return new Response("The name or the password is wrong.", { status: 401 });
  return new Response(null, { status: 204, headers: { "Set-Cookie": cookie } });
}

async function page(): Promise<Response> {
  const html = await readFile("src/page.html", "utf8");
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  return new Response(html.replace("CONVEX_URL", process.env.CONVEX_URL!), { headers });
}

async function file(path: string, type: string): Promise<Response> {
  return new Response(await readFile(path), { headers: { "Content-Type": type } });
}
