// The local stand-in for a deployment, with the clients of a page: see tests/local-convex.
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { anyApi } from "convex/server";
import WebSocket from "ws";
import { startLocalConvex } from "../../local-convex/local-convex.mjs";
import { keys, signer } from "./tokens.mjs";

const project = join(import.meta.dirname, "../../local-convex/fixtures/project");

/** The query that tells a client who it is, as the deployment sees it. */
export const whoami = anyApi.users.whoami;

/** What the clients write to no one. */
export const quietLogger = { log() {}, logVerbose() {}, warn() {}, error() {} };

/** Starts a deployment for the tests of a file. */
export function deployed() {
  const started = {};
  before(async () => {
    started.convex = await startLocalConvex({ project, env: { JWKS: JSON.stringify(keys.jwks) } });
  });
  after(() => started.convex?.close());
  beforeEach(() => started.convex.log.clear());
  return Object.assign(started, {
    /** Options of both clients; the leeway before a token's end is one second. */
    clientOptions: {
      webSocketConstructor: WebSocket,
      logger: quietLogger,
      unsavedChangesWarning: false,
      authRefreshTokenLeewaySeconds: 1,
    },
    /** Signs for the deployment. */
    signer: (options) => signer({ issuer: started.convex.siteUrl, ...options }),
    /** How many tokens the deployment has accepted, or refused. */
    tokens: (accepted = true) => started.convex.log.count({ type: "authenticate", accepted }),
  });
}
