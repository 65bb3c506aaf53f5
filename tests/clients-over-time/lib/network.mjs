// The network between a page and its servers: real HTTP and real WebSockets, which can be slow, gone
// or dead in simulated time. It knows when nothing is on its way.
import WebSocket from "ws";

/** Nobody listens there. */
const nowhere = "ws://127.0.0.1:1";

const immediate = () => new Promise((resolve) => setImmediate(resolve));

export class Network {
  /** Whether the page can reach anyone. */
  online = true;
  /** How long a request is on its way, and the answer to it, in milliseconds. */
  there = 0;
  back = 0;
  /** What the page has asked for: `{ at, path }`. */
  requests = [];
  /** How many turns of the event loop everything takes to come to rest after the last event. */
  turnsToRest = 4;
  /** Grows with whatever happens; also for those who render. */
  events = 0;

  #origin;
  #fetch = globalThis.fetch;
  #cookies = new Map();
  #sockets = new Set();
  #underWay = new Set();

  /** @param {string} origin of the page */
  constructor(origin) {
    this.#origin = origin;
    this.fetch = this.fetch.bind(this);
    this.WebSocket = this.#socketClass();
  }

  /** How many requests there were for a path, its query included. */
  count(path) {
    return this.requests.filter((request) => request.path === path).length;
  }

  /** The page's `fetch`. */
  async fetch(input, init = {}) {
    const url = new URL(input, this.#origin);
    this.requests.push({ at: Date.now(), path: url.pathname + url.search });
    this.events++;
    await pause(this.there, init.signal);
    if (!this.online) throw new TypeError("fetch failed");
    const response = await this.#track(this.#request(url, init));
    await pause(this.back, init.signal);
    return response;
  }

  /** Lets all connections go on as if nothing were, while nothing gets through any more. */
  killSockets() {
    for (const socket of this.#sockets) socket.kill();
  }

  /**
   * Waits until nothing real is on its way: no request, no message, no verdict, no function.
   *
   * @param {() => Promise<boolean>} deploymentIdle whether something was
   */
  async rest(deploymentIdle) {
    for (let before; before !== this.events;) {
      before = this.events;
      await Promise.all([...this.#sockets].map((socket) => socket.delivered()));
      await Promise.allSettled(this.#underWay);
      if (await deploymentIdle()) this.events++;
      for (let turn = 0; turn < this.turnsToRest; turn++) await immediate();
    }
  }

  /** The answer as a whole, so that nothing of it is on its way any more. */
  async #request(url, { headers, body, method, signal }) {
    const sent = new Headers(headers);
    if (this.#cookies.size > 0)
      sent.set("cookie", [...this.#cookies].map((c) => c.join("=")).join("; "));
    const response = await this.#fetch(url, { method, headers: sent, body, signal });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const { status } = response;
    return new Response(await response.arrayBuffer(), { status, headers: response.headers });
  }

  async #track(work) {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
      this.events++;
    }
  }

  #socketClass() {
    const network = this;
    return class PageSocket extends WebSocket {
      #dead = false;

      constructor(url) {
        super(network.online ? url : nowhere);
        network.#sockets.add(this);
        network.events++;
        this.on("message", () => network.events++);
        this.on("error", () => {});
        this.on("close", () => {
          network.#sockets.delete(this);
          network.events++;
        });
      }

      send(data) {
        network.events++;
        if (!this.#dead) super.send(data);
      }

      /** A connection that neither side knows to be gone. */
      kill() {
        this.#dead = true;
        this.pause();
      }

      /** The other side of a dead connection does not answer; a browser gives up after a while. */
      close(...parameters) {
        network.events++;
        if (!this.#dead) return super.close(...parameters);
        setTimeout(() => this.terminate(), 30_000);
      }

      /** Waits until what either side has sent has arrived: WebSocket's ping comes back after it. */
      async delivered() {
        if (this.#dead) return;
        await new Promise((resolve) => {
          const events = ["open", "pong", "close"];
          const done = () => {
            for (const event of events) this.off(event, done);
            resolve();
          };
          for (const event of events) this.on(event, done);
          if (this.readyState === WebSocket.OPEN) this.ping();
          if (this.readyState === WebSocket.CLOSED) done();
        });
      }
    };
  }
}

/** Waits in simulated time, or until it is given up. */
function pause(milliseconds, signal) {
  if (milliseconds === 0) return;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
