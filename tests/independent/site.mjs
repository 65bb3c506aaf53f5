// A site that serves the two /.well-known routes of an issuer, and notes who fetches them.
import { createServer } from "node:http";

export class Site {
  #server = createServer((request, response) => this.#answer(request, response));
  #fetched = [];

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** From now on this issuer answers. */
  serve(issuer) {
    this.issuer = issuer;
    this.#fetched = [];
  }

  /** The routes that were fetched since the last call, by the ends of their names. */
  takeFetched() {
    return this.#fetched.splice(0);
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer({ url, method, headers }, response) {
    const { href, pathname } = new URL(url, this.origin);
    this.#fetched.push(pathname.split("/").at(-1));
    const answer = this.issuer.fetch(new Request(href, { method, headers }));
    response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []));
    response.end(await answer?.text());
  }
}
