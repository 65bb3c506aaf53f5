// A server with a session: the routes of Auth.js that next-auth/react calls, and a token route.
import { createServer } from "node:http";
import { once } from "node:events";

/** People who can sign in. */
export const ada = { id: "user_ada", name: "Ada Lovelace", email: "ada@example.com" };
export const grace = { id: "user_grace", name: "Grace Hopper", email: "grace@example.com" };

export class SessionServer {
  /** Who is signed in, as the cookie would say. */
  user = null;
  /** What signs a user's token. */
  sign;
  /** `"up"`, `"down"` (connections break), `"silent"` (no answer), or a status to answer with. */
  state = "up";
  /** After how many more requests it is up again. */
  recoversAfter = Infinity;
  /** The requests so far, as `"GET /api/auth/session"`. */
  requests = [];
  /** What nobody who is signed in is answered: `null` by version 5 of Auth.js, `{}` by version 4. */
  nobody;
  #server = createServer((request, response) => this.#answer(request, response));

  constructor(sign, { nobody = null } = {}) {
    this.sign = sign;
    this.nobody = nobody;
  }

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** How many requests there were whose text begins so. */
  count(beginning) {
    return this.requests.filter((request) => request.startsWith(beginning)).length;
  }

  /** Requests for the session, by whatever method. */
  get sessionRequests() {
    return this.count("GET /api/auth/session") + this.count("POST /api/auth/session");
  }

  session() {
    if (this.user === null) return this.nobody;
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    return { user: this.user, expires, convexToken: this.sign(this.user) };
  }

  async #answer(request, response) {
    const { pathname, search } = new URL(request.url, "http://page");
    this.requests.push(`${request.method} ${pathname}${search}`);
    let body = "";
    for await (const chunk of request) body += chunk;
    if (this.state !== "up" && this.recoversAfter-- === 0) {
      this.state = "up";
      this.recoversAfter = Infinity;
    }
    if (this.state === "silent") return;
    if (this.state === "down") return request.socket.destroy();
    if (this.state !== "up") return this.#send(response, { error: "not now" }, this.state);
    switch (`${request.method} ${pathname}`) {
      case "GET /api/auth/session":
      case "POST /api/auth/session":
        return this.#send(response, this.session());
      case "GET /api/auth/csrf":
        return this.#send(response, { csrfToken: "csrf" });
      case "GET /api/auth/providers":
        return this.#send(response, { credentials: { id: "credentials", type: "credentials" } });
      case "POST /api/auth/callback/credentials":
        this.user = new URLSearchParams(body).get("name") === "grace" ? grace : ada;
        return this.#send(response, { url: this.url });
      case "POST /api/auth/signout":
        this.user = null;
        return this.#send(response, { url: this.url });
      case "GET /api/session/token":
        if (this.user === null) return this.#send(response, { error: "no session" }, 401);
        return this.#send(response, { token: this.sign(this.user) });
      case "GET /page":
        return this.#send(response, "<!doctype html>Sign in", 200, "text/html");
      case "GET /to-page":
        response.writeHead(302, { location: "/page" }).end();
        return;
      default:
        return this.#send(response, { error: "no such route" }, 404);
    }
  }

  #send(response, value, status = 200, type = "application/json") {
    response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
    response.end(typeof value === "string" ? value : JSON.stringify(value));
  }
}
