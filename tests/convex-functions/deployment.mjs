// One of the projects, deployed to the local stand-in for Convex.
import { join } from "node:path";
import { after, before } from "node:test";
import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { Verifier } from "../tools/verifier.mjs";

/** The folder of a project. */
export const projectFolder = (name) => join(import.meta.dirname, "projects", name);

/**
 * Deploys a project for the tests of a file.
 *
 * @param {string} name
 * @param {Record<string, string>} [env] the deployment's variables
 */
export function deployed(name, env = {}) {
  const deployment = new Deployment();
  before(() => deployment.start(projectFolder(name), env));
  after(() => deployment.close());
  return deployment;
}

export class Deployment {
  #convex;
  #verifier;

  async start(project, env) {
    this.#verifier = new Verifier();
    this.#convex = await startLocalConvex({ project, env });
  }

  /** Of the HTTP actions, and so the issuer. */
  get siteUrl() {
    return this.#convex.siteUrl;
  }

  get providers() {
    return this.#convex.providers;
  }

  get cli() {
    const { CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey } =
      this.#convex.cliEnv;
    return { url, adminKey };
  }

  get env() {
    return this.#convex.env;
  }

  /** Sets variables, and removes those that are null, as `npx convex env` does: without a deploy. */
  setEnv(changes) {
    return this.#convex.setEnv(changes);
  }

  /** A request to the site. */
  fetch(path, init) {
    return fetch(this.siteUrl + path, init);
  }

  /** The JSON that the site answers, and its status. */
  async json(path, init) {
    const response = await this.fetch(path, init);
    return { status: response.status, body: await response.json() };
  }

  /** The verdict of the verifier, which fetches from the deployment's own routes over HTTP. */
  judge(token, providers = this.providers) {
    return this.#verifier.judge(token, { providers });
  }

  /** A client of the functions, with a token or as nobody. */
  client(token) {
    const client = new ConvexHttpClient(this.#convex.url, { logger: false });
    if (token !== undefined) client.setAuth(token);
    return client;
  }

  /** What `getUserIdentity()` gives inside a query. */
  whoami(token) {
    return this.client(token).query(anyApi.users.whoami, {});
  }

  async close() {
    await this.#convex?.close();
    await this.#verifier?.close();
  }
}
