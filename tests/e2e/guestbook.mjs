// examples/nextjs-authjs, built and served, with the local stand-in for its deployment.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { generateKeys } from "convex-token";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { NextApp } from "../tools/next-app.mjs";

const project = join(import.meta.dirname, "../../examples/nextjs-authjs");

export class Guestbook {
  #app = new NextApp(project);
  #secret = randomBytes(32).toString("hex");
  #expiresIn;

  /** @param {{ expiresIn: number }} options how long a token lives, in seconds */
  constructor({ expiresIn }) {
    this.#expiresIn = `${expiresIn}s`;
  }

  async start() {
    await this.#app.install();
    this.keys = generateKeys({ algorithm: "EdDSA" });
    this.convex = await startLocalConvex({ project, env: { JWKS: published(this.keys) } });
    await this.#app.build({ NEXT_PUBLIC_CONVEX_URL: this.convex.url });
    await this.signWith(this.keys);
  }

  get url() {
    return this.#app.url;
  }

  /** Deploys the site anew, with this key. */
  async signWith(keys) {
    await this.#app.serve({
      AUTH_SECRET: this.#secret,
      CONVEX_AUTH_PRIVATE_KEY: keys.privateKey,
      CONVEX_SITE_URL: this.convex.siteUrl,
      CONVEX_TOKEN_EXPIRES_IN: this.#expiresIn,
      NEXT_PUBLIC_CONVEX_URL: this.convex.url,
    });
    this.keys = keys;
  }

  /** Publishes the sets of these, as `npx convex env set JWKS` does. */
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
