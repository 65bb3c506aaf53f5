// All that a simulation has: a deployment, a site, a network, and a page with time of its own.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before } from "node:test";
import { ConvexClient } from "convex/browser";
import { ConvexReactClient } from "convex/react";
import { anyApi } from "convex/server";
import { generateKeys } from "convex-token";
import { createTokenFetcher } from "convex-token/client";
import { startLocalConvex } from "../../local-convex/local-convex.mjs";
import { consoleDuring, servePageFrom } from "../../react/lib/dom.mjs";
import { Network } from "./network.mjs";
import { Site, ada, route } from "./site.mjs";
import { SimulatedTime, seconds } from "./time.mjs";

const project = join(import.meta.dirname, "../project");
const silent = { log() {}, logVerbose() {}, warn() {}, error() {} };

/** What the page shows: `{ subject, changes }`. */
export const shown = anyApi.page.shown;

export const keys = generateKeys({ algorithm: "EdDSA" });

/** The issuer of the second provider, of the kind customJwt. */
export const second = {
  issuer: "https://second.example.com",
  keys: generateKeys({ algorithm: "ES256" }),
};

/** Subscribes to what the page shows, with either client. */
export const clients = {
  ConvexClient(url, options, see) {
    const client = new ConvexClient(url, options);
    client.onUpdate(shown, {}, see);
    return { client, clearAuth: () => client.client.clearAuth() };
  },
  ConvexReactClient(url, options, see) {
    const client = new ConvexReactClient(url, options);
    const watch = client.watchQuery(shown, {});
    watch.onUpdate(() => see(watch.localQueryResult()));
    return { client, clearAuth: () => client.clearAuth() };
  },
};

/** Starts the servers for the tests of a file. */
export function servers({ heartbeat } = {}) {
  const world = { site: new Site() };
  before(async () => {
    const env = {
      JWKS: JSON.stringify(keys.jwks),
      SECOND_JWKS_BASE64: btoa(JSON.stringify(second.keys.jwks)),
    };
    [world.convex] = await Promise.all([
      startLocalConvex({ project, env, heartbeat }),
      world.site.listen(),
    ]);
    servePageFrom(world.site.origin);
  });
  after(async () => {
    world.site.close();
    await world.convex?.close();
  });

  /** Runs a test in simulated time; `expiresIn` and the like are the site's. */
  async function simulate(run, signing = {}) {
    const { convex, site } = world;
    Object.assign(site, { user: ada, status: undefined, ahead: 0 });
    const defaults = { privateKey: keys.privateKey, issuer: convex.siteUrl };
    site.sign({ ...defaults, ...signing });
    convex.clockOffset = 0;
    convex.log.clear();
    const network = new Network(site.origin);
    const pageFetch = globalThis.fetch;
    globalThis.fetch = network.fetch;
    const time = new SimulatedTime(() => network.rest(() => convex.idle()));
    const parts = { convex, site, network, time, defaults, directFetch: pageFetch };
    const simulation = new Simulation(parts);
    try {
      const said = await consoleDuring(() => run(simulation));
      return said;
    } finally {
      await simulation.close();
      time.end();
      globalThis.fetch = pageFetch;
    }
  }
  return Object.assign(world, { simulate });
}

class Simulation {
  #open = [];

  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Options of the clients, whose sockets are the network's. */
  clientOptions(options = {}) {
    return {
      webSocketConstructor: this.network.WebSocket,
      logger: silent,
      unsavedChangesWarning: false,
      ...options,
    };
  }

  /**
   * A client that is signed in by a token fetcher.
   *
   * @param {keyof clients} kind
   * @param {object} options of the client
   * @param {object | Function} fetcher options of createTokenFetcher, or a fetcher
   */
  open(kind = "ConvexClient", options = {}, fetcher = {}) {
    const { convex, network } = this;
    const page = { states: [], seen: [] };
    const see = (value) => {
      network.events++;
      if (value !== undefined) page.seen.push(value);
    };
    const { client, clearAuth } = clients[kind](convex.url, this.clientOptions(options), see);
    const fetchToken = typeof fetcher === "function" ? fetcher : createTokenFetcher(route, fetcher);
    // The client repeats what it has said; the changes count.
    const changed = (is) => is !== page.states.at(-1) && page.states.push(is);
    page.setAuth = () => client.setAuth(fetchToken, changed);
    this.#open.push(client);
    page.setAuth();
    return Object.assign(page, { client, clearAuth });
  }

  /** Ends something before time does: `close` is called. */
  endWith(closing) {
    this.#open.push(closing);
  }

  /** Somebody else changes what all pages show; the deployment runs their queries again. */
  async change() {
    const answer = await this.directFetch(`${this.convex.url}/api/mutation`, {
      method: "POST",
      body: JSON.stringify({ path: "page:change", args: [{}] }),
    });
    if (!answer.ok) throw new Error(`the change failed: ${await answer.text()}`);
    await this.time.pass(0);
  }

  /** Lets time pass, with changes at an interval, in milliseconds. */
  async busily(time, interval = seconds(119)) {
    const step = Math.ceil(interval);
    for (let left = time; left > 0; left -= step) {
      await this.time.pass(Math.min(step, left));
      await this.change();
    }
  }

  /** Tokens that the deployment was sent. */
  tokens(accepted = true) {
    return this.convex.log.count({ type: "authenticate", transport: "socket", accepted });
  }

  /** Why the deployment has refused something, in order. */
  get refusals() {
    const failures = this.convex.log.events.filter(({ type }) => type === "failure");
    return failures.map(({ message }) => message);
  }

  /** As whom the deployment has run what the page shows, in order, without repetitions. */
  get ranAs() {
    const runs = this.convex.log.events.filter(({ path }) => path === "page:shown");
    return runs
      .map(({ subject }) => subject ?? null)
      .filter((subject, index, all) => subject !== all[index - 1]);
  }

  /** No token is refused, nothing runs or is seen as anyone else, and the page never says so. */
  isSignedInAllTheTime(page, { id }) {
    assert.equal(this.tokens(false), 0);
    assert.deepEqual(this.refusals, []);
    this.looksSignedInAllTheTime(page, { id });
  }

  /** The same for who looks at the page, though tokens were refused and replaced meanwhile. */
  looksSignedInAllTheTime(page, { id }) {
    assert.deepEqual(this.ranAs, [id]);
    assert.deepEqual(page.states, [true]);
    this.hasShownNobodyBut(page, { id });
  }

  hasShownNobodyBut(page, { id }) {
    assert.deepEqual([...new Set(page.seen.map(({ subject }) => subject))], [id]);
  }

  async close() {
    for (const client of this.#open.splice(0)) void client.close();
    this.convex.dropConnections();
    await this.time.pass(0);
  }
}
