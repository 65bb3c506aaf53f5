// A local stand-in for a Convex deployment. See README.md.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { WebSocketServer } from "ws";
import { answerApi } from "./api.mjs";
import { Deployment } from "./deployment.mjs";
import { DocumentCache } from "./document-cache.mjs";
import { Environment } from "./environment.mjs";
import { EventLog } from "./event-log.mjs";
import { Functions } from "./functions.mjs";
import { startServer } from "./http-server.mjs";
import { Identities } from "./identities.mjs";
import { bundleFunctions } from "./push.mjs";
import { answerSite } from "./site.mjs";
import { SyncConnection } from "./sync.mjs";

/**
 * Bundles a project's functions and serves them as a Convex deployment does.
 *
 * @param {object} options
 * @param {string} options.project the folder with `convex/` in it, and `convex` installed
 * @param {Record<string, string>} [options.env] the deployment's variables, as if set by
 *   `npx convex env set` before the deploy
 * @param {number} [options.port] of the API; else a free one
 * @param {number} [options.sitePort] of the HTTP actions; else a free one
 * @param {string} [options.verifier] the program of tests/verify-as-convex
 * @param {boolean} [options.keepDocuments] keep what /.well-known serves for its max-age, as Convex
 *   does; else it is fetched for each token
 * @param {number} [options.heartbeat] how often a quiet connection is sent a message, in milliseconds;
 *   clients take one for dead after a minute
 * @returns {Promise<LocalConvex>}
 */
export async function startLocalConvex(options) {
  const convex = new LocalConvex();
  try {
    await convex.start(options);
  } catch (error) {
    await convex.close();
    throw error;
  }
  return convex;
}

export class LocalConvex {
  #log = new EventLog();
  #sockets = new WebSocketServer({ noServer: true });
  #folder;
  #api;
  #site;
  #functions;
  #identities;
  #cache;
  #deployment;

  /** Use `startLocalConvex`. */
  async start({
    project,
    env = {},
    port = 0,
    sitePort = 0,
    verifier,
    keepDocuments = false,
    heartbeat = 15_000,
  }) {
    this.#folder = mkdtempSync(join(tmpdir(), "local-convex-"));
    process.once("exit", this.#removeFolder);
    const source = join(this.#folder, "modules");
    mkdirSync(source);
    const modules = await bundleFunctions(resolve(project), source);

    this.#api = await startServer(port, (...request) => answerApi(this.#deployment, ...request));
    this.#site = await startServer(sitePort, (...request) =>
      answerSite(this.#deployment, this.siteUrl, ...request),
    );

    const builtIn = { CONVEX_CLOUD_URL: this.url, CONVEX_SITE_URL: this.siteUrl };
    const environment = new Environment(builtIn).with(env);
    const functions = new Functions(source, modules, environment.all);
    this.#functions = functions;
    if (keepDocuments) {
      this.#cache = new DocumentCache();
      await this.#cache.start();
    }
    const viaCache = this.#cache?.resolve(this.siteUrl);
    const identities = new Identities({ log: this.#log, verifier, resolve: viaCache });
    this.#identities = identities;
    await identities.configure(await functions.authConfig(environment.all));
    this.#deployment = new Deployment({
      environment,
      functions,
      identities,
      log: this.#log,
      heartbeat,
    });

    this.#api.server.on("upgrade", (request, socket, head) => {
      if (!/^\/api\/([^/]+\/)?sync$/.test(request.url)) return socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (connected) => {
        new SyncConnection(connected, this.#deployment);
      });
    });
  }

  /** Of the API: what clients are given as CONVEX_URL. */
  get url() {
    return this.#api.origin;
  }

  /** Of the HTTP actions: CONVEX_SITE_URL, and so the issuer. */
  get siteUrl() {
    return this.#site.origin;
  }

  /** What the `convex` CLI needs to set variables here. */
  get cliEnv() {
    const { adminKey } = this.#deployment;
    return { CONVEX_SELF_HOSTED_URL: this.url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey };
  }

  /** The providers of auth.config.ts, as evaluated with the present variables. */
  get providers() {
    return this.#deployment.identities.providers;
  }

  /** The variables that have been set, by name. */
  get env() {
    return this.#deployment.environment;
  }

  /** Sets variables, and removes those that are null. Rejects what a deployment would refuse. */
  setEnv(changes) {
    return this.#deployment.setEnvironment(changes);
  }

  /** What has happened so far, an {@link EventLog}. README.md lists the events. */
  get log() {
    return this.#log;
  }

  /** How often what tests ask about has happened, since the log was last cleared. */
  get counts() {
    const count = (wanted) => this.#log.count(wanted);
    return {
      connections: count("connect"),
      authenticated: count({ type: "authenticate", transport: "socket", accepted: true }),
      refused: count({ type: "authenticate", transport: "socket", accepted: false }),
      signedOut: count("signOut"),
      discoveryFetches: count({ type: "httpAction", path: "/.well-known/openid-configuration" }),
      jwksFetches: count({ type: "httpAction", path: "/.well-known/jwks.json" }),
      functionRuns: count("function"),
      failedRuns: count(({ type, errorMessage }) => type === "function" && !!errorMessage),
    };
  }

  /** How many seconds the deployment's clock is ahead of this machine's. */
  get clockOffset() {
    return this.#deployment.identities.clockOffset;
  }

  set clockOffset(seconds) {
    this.#deployment.identities.clockOffset = seconds;
  }

  /**
   * Resolves once no verdict and no run of a function is under way, and tells whether one was. What
   * the answers bring about may be, and messages may be on their way.
   */
  async idle() {
    const waiting = () => [...this.#functions.waiting, ...this.#identities.waiting];
    const were = waiting();
    for (let now = were; now.length > 0; now = waiting()) await Promise.allSettled(now);
    return were.length > 0;
  }

  /** Ends all connections as a network that fails does: without a close frame. */
  dropConnections() {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  /** Ends everything that was started. */
  async close() {
    this.dropConnections();
    await Promise.all([this.#api?.close(), this.#site?.close()]);
    await Promise.all([this.#functions?.close(), this.#identities?.close(), this.#cache?.close()]);
    this.#removeFolder();
    process.off("exit", this.#removeFolder);
  }

  /** Also when the process ends without `close`: everything else ends with it by itself. */
  #removeFolder = () => {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  };
}
