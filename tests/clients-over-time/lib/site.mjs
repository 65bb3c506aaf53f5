// The site of a page: who is signed in, and the real token route.
import { tokenRoute } from "convex-token/next";
import { listen } from "../../tools/listen.mjs";

export const ada = { id: "user_ada", name: "Ada Lovelace", email: "ada@example.com" };
export const grace = { id: "user_grace", name: "Grace Hopper", email: "grace@example.com" };

export const route = "/api/session/token";
export const forcedRoute = `${route}?force=true`;

export class Site {
  /** Who is signed in. */
  user = ada;
  /** A status to answer with instead, as a server that has trouble. */
  status;
  /** By how many milliseconds the clock of the site is ahead of the page's. */
  ahead = 0;
  /** What answers below /api/auth. */
  answerAuth;
  #server;
  #GET;

  async listen() {
    this.#server = await listen((request) => this.#answer(request));
    this.origin = this.#server.origin;
    return this;
  }

  /** @param {object} signing options of the token route, beside its session */
  sign(signing) {
    const { GET } = tokenRoute({
      session: () => this.user,
      claims: ({ id, name, email }) => ({ sub: id, name, email }),
      now: () => Date.now() + this.ahead,
      ...signing,
    });
    this.#GET = GET;
  }

  /** Has something else answer the route. */
  answerWith(GET) {
    this.#GET = GET;
  }

  close() {
    this.#server.close();
  }

  #answer(request) {
    if (this.status !== undefined) return new Response("trouble", { status: this.status });
    const { pathname } = new URL(request.url);
    if (pathname === route) return this.#GET(request);
    if (pathname.startsWith("/api/auth/")) return this.answerAuth(request);
    return new Response("not here", { status: 404 });
  }
}
