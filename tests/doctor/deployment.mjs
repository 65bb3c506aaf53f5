// A deployment that can be broken in any way, on two ports of this machine: its API judges tokens with
// the verifier on the crates that Convex builds on, and its HTTP actions answer what they are told to.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { createIssuer, generateKeys } from "convex-token";
import { Verifier } from "../tools/verifier.mjs";

const DISCOVERY = "/.well-known/openid-configuration";
const JWKS = "/.well-known/jwks.json";

export class Deployment {
  /** What auth.config.ts, as it was pushed, has. */
  providers = [];
  /** Answers in place of the right ones, by path: `{ status, headers, body, delay, hangs }`. */
  answers = {};
  /** The whole API's answer, in place of the right one. */
  apiAnswer;
  /** How many seconds its clock is ahead of this machine's. */
  clockOffset = 0;
  /** Where the backend finds its own HTTP actions, if not where everybody does. */
  siteFromInside;
  /** The names under which it is known: cloud deployments have no ports. */
  hosts = {};
  asked = [];

  static async start(keys = generateKeys()) {
    const deployment = new Deployment();
    deployment.keys = keys;
    deployment.verifier = new Verifier();
    const dated = (answer) => async (request) => {
      const { headers, ...rest } = await answer(request);
      return { ...rest, headers: { Date: deployment.date, ...headers } };
    };
    deployment.site = await listen(dated((request) => deployment.#site(request)));
    deployment.api = await listen(dated((request) => deployment.#api(request)));
    deployment.issuer = deployment.siteUrl;
    deployment.providers = [{ domain: deployment.siteUrl, applicationID: "convex" }];
    return deployment;
  }

  get url() {
    return originOf(this.api);
  }

  get siteUrl() {
    return originOf(this.site);
  }

  /** Answers as a deployment of Convex's cloud, under its names. */
  inCloud(name = "happy-animal-123") {
    this.issuer = `https://${name}.convex.site`;
    this.providers = [{ domain: this.issuer, applicationID: "convex" }];
    this.hosts = {
      [`${name}.convex.cloud`]: this.url,
      [`${name}.convex.site`]: this.siteUrl,
    };
    return { url: `https://${name}.convex.cloud`, siteUrl: this.issuer };
  }

  /** What the doctor's process needs to find those names here. */
  get env() {
    const file = new URL("./resolve-hosts.mjs", import.meta.url).href;
    return { NODE_OPTIONS: `--import ${file}`, TEST_HOSTS: JSON.stringify(this.hosts) };
  }

  /** The right documents of some keys. */
  documents(keys = this.keys, jwks = keys.jwks) {
    const issuer = createIssuer({ privateKey: keys.privateKey, issuer: this.issuer });
    const json = (value) => ({
      headers: {
        "Content-Type": "application/json",
        "Cache-Control": "public, max-age=15, stale-while-revalidate=15",
      },
      body: JSON.stringify(value),
    });
    return { [DISCOVERY]: json(issuer.openidConfiguration()), [JWKS]: json(jwks) };
  }

  async #site(request) {
    const { pathname } = new URL(request.url, "http://localhost");
    return (
      this.answers[pathname] ?? this.documents()[pathname] ?? { status: 404, body: "Not found" }
    );
  }

  async #api(request) {
    if (this.apiAnswer !== undefined) return this.apiAnswer;
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/version") return { body: "unknown" };
    if (pathname !== "/api/query") return { status: 404, body: "" };
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    const { path } = JSON.parse(await text(request));
    this.asked.push({ path, token });
    const verdict = await this.verifier.judge(token, {
      providers: this.providers,
      now: Math.floor(Date.now() / 1000) + this.clockOffset,
      resolve: { ...this.hosts, ...this.siteFromInside },
    });
    const headers = { "Content-Type": "application/json" };
    if (!verdict.accepted) {
      const { status, code, message } = verdict;
      return { status, headers, body: JSON.stringify({ code, message }) };
    }
    const errorMessage = `Could not find public function for '${path}'.`;
    return { headers, body: JSON.stringify({ status: "error", errorMessage, logLines: [] }) };
  }

  /** The Date of its answers is that of its clock. */
  get date() {
    return new Date(Date.now() + this.clockOffset * 1000).toUTCString();
  }

  async close() {
    for (const server of [this.site, this.api]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await this.verifier.close();
  }

  static get paths() {
    return { DISCOVERY, JWKS };
  }
}

/** A server that answers what a function returns. */
export async function listen(answer) {
  const server = createServer(async (request, response) => {
    const { status = 200, headers = {}, body = "", hangs, endless } = await answer(request);
    if (hangs) return;
    response.writeHead(status, headers);
    if (!endless) return response.end(body);
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export function originOf(server) {
  return `http://127.0.0.1:${server.address().port}`;
}
