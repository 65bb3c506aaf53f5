// For the tests: the fixture project, deployed, with a key pair that it publishes.
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { createIssuer, generateKeys } from "convex-token";
import { startLocalConvex } from "./local-convex.mjs";

export const project = join(import.meta.dirname, "fixtures/project");
export const user = { sub: "user_ada", name: "Ada Lovelace", email: "ada@example.com" };

/** Starts a deployment for the tests of a file. What it has counted begins anew with each test. */
export function deployed(options = {}) {
  const started = { keys: generateKeys({ algorithm: "EdDSA" }) };
  before(async () => {
    const env = { JWKS: JSON.stringify(started.keys.jwks), ...options.env };
    started.convex = await startLocalConvex({ project, ...options, env });
    started.issuer = issuerOf(started.keys);
  });
  after(() => started.convex?.close());
  beforeEach(() => started.convex.log.clear());

  /** Signs for the deployment with a key. */
  function issuerOf(keys, more = {}) {
    return createIssuer({ privateKey: keys.privateKey, issuer: started.convex.siteUrl, ...more });
  }
  return Object.assign(started, { issuerOf });
}
