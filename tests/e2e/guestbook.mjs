// examples/nextjs-authjs, installed from the tarball, built and served, with its deployment: the
// local stand-in, or a real one.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { generateKeys } from "convex-token";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { NextApp } from "../tools/next-app.mjs";

const project = join(import.meta.dirname, "../../examples/nextjs-authjs");

export class Guestbook {
  #app = new NextApp(project);
  #secret = randomBytes(32).toString("hex");
  #settings;
  #deployment;

  /** @param {{ expiresIn?: string }} options how long a token lives; else as the example has it */
  constructor({ expiresIn } = {}) {
    this.#settings = expiresIn ? { CONVEX_TOKEN_EXPIRES_IN: expiresIn } : {};
  }

  /** Of the site. */
  get url() {
    return this.#app.url;
  }

  /** The last of what the site's server wrote. */
  get output() {
    return this.#app.output;
  }

  /** Of the deployment's API. */
  get convexUrl() {
    return this.#deployment.url;
  }

  /** Installs the example, unless that has been done, with the package as it is now. */
  install() {
    return this.#app.install();
  }

  /** Starts the stand-in with the example's functions, and publishes the key there. */
  async deploy() {
    this.keys = generateKeys();
    this.convex = await startLocalConvex({ project, env: { JWKS: published(this.keys) } });
    this.#deployment = this.convex;
  }

  /** Uses a real deployment, which has the functions and the key's public half already. */
  use({ url, siteUrl, privateKey }) {
    this.#deployment = { url, siteUrl };
    this.keys = { privateKey };
  }

  /** Builds the site for its deployment. */
  build() {
    return this.#app.build({ NEXT_PUBLIC_CONVEX_URL: this.convexUrl });
  }

  /** Serves the site, in place of the one that is served, with this key to sign with. */
  async serve(keys = this.keys) {
    this.keys = keys;
    await this.#app.serve({
      ...this.#settings,
      AUTH_SECRET: this.#secret,
      CONVEX_AUTH_PRIVATE_KEY: keys.privateKey,
      CONVEX_SITE_URL: this.#deployment.siteUrl,
      NEXT_PUBLIC_CONVEX_URL: this.convexUrl,
    });
  }

  /** Publishes the sets of these keys, as `npx convex env set JWKS` does. */
  publish(...keys) {
    return this.convex.setEnv({ JWKS: published(...keys) });
  }

  async close() {
    await this.#app.close();
    await this.convex?.close();
  }
}

function published(...all) {
  return JSON.stringify({ keys: all.flatMap(({ jwks }) => jwks.keys) });
}
