// Keeps the documents of /.well-known as long as their Cache-Control says, as Convex's backend does:
// a server that the verifier fetches through.
import { startServer } from "./http-server.mjs";

export class DocumentCache {
  #server;
  #kept = new Map();

  async start() {
    this.#server = await startServer(0, (request) => this.#answer(request));
  }

  /** Whom the verifier asks for what is on the host of this origin. */
  resolve(origin) {
    return { [new URL(origin).host]: this.#server.origin };
  }

  close() {
    return this.#server.close();
  }

  async #answer({ url, headers }) {
    const address = `http://${headers.host}${url}`;
    const kept = this.#kept.get(address);
    if (kept && Date.now() < kept.until) return kept.answer;
    const response = await fetch(address);
    const answer = {
      status: response.status,
      headers: [["content-type", response.headers.get("content-type") ?? ""]],
      body: await response.text(),
    };
    const [, seconds = 0] = response.headers.get("cache-control")?.match(/\bmax-age=(\d+)/) ?? [];
    if (response.ok) this.#kept.set(address, { answer, until: Date.now() + seconds * 1000 });
    return answer;
  }
}
