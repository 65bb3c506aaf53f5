// A server on loopback that answers just as a case says: status line, headers, bytes, delay.
import { createServer } from "node:http";

export class Site {
  #routes = {};
  #server = createServer((request, response) => this.#answer(request, response));

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** From now on these paths are answered, and any other with 404. */
  serve(routes) {
    this.#routes = routes;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer({ url }, response) {
    const route = this.#routes[url] ?? { status: 404, type: "text/plain", body: "" };
    const { status = 200, type, headers = {}, body = "", delay = 0, cut = false } = route;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    const bytes = Buffer.from(body);
    response.sendDate = false;
    // Written to the letter: no header is there that the case does not name.
    response.writeHead(status, {
      ...(type === undefined ? {} : { "content-type": type }),
      ...(status === 204 || status === 304 ? {} : { "content-length": bytes.length }),
      connection: "close",
      ...headers,
    });
    if (!cut) return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  }
}
