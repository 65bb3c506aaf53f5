// The deployment's variables, set by the `convex` CLI and from a test.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { ConvexHttpClient } from "convex/browser";
import { anyApi } from "convex/server";
import { generateKeys } from "convex-token";
import { startLocalConvex } from "./local-convex.mjs";
import { deployed, project, user } from "./started.mjs";

const package_ = createRequire(import.meta.url).resolve("convex/package.json");
const cli = join(dirname(package_), "bin/main.js");

describe("variables", () => {
  const started = deployed({ env: { GREETING: "hello" } });

  async function run(...args) {
    const env = { PATH: process.env.PATH, HOME: project, ...started.convex.cliEnv };
    const command = [cli, "env", ...args];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: project, env });
    return stdout.trim();
  }

  const greeting = () => new ConvexHttpClient(started.convex.url).query(anyApi.greeting.get, {});

  test("are there in functions, and in the code of their modules", async () => {
    assert.deepEqual(await greeting(), { module: "hello", function: "hello" });
  });

  test("are set, read, listed and removed by the convex CLI", async () => {
    await run("set", "GREETING", "good morning");
    assert.deepEqual(await greeting(), { module: "good morning", function: "good morning" });
    assert.equal(await run("get", "GREETING"), "good morning");
    assert.equal(await run("list", "--names-only"), "GREETING\nJWKS");
    await run("remove", "GREETING");
    assert.deepEqual(await greeting(), { module: "none", function: "none" });
  });

  test("that are built in can't be set", async () => {
    const setting = started.convex.setEnv({ CONVEX_SITE_URL: "https://other.convex.site" });
    await assert.rejects(setting, /"CONVEX_SITE_URL" is built-in/);
    await assert.rejects(run("set", "CONVEX_SITE_URL", "https://x.convex.site"), /is built-in/);
  });

  test("can't be changed without the admin key", async () => {
    const response = await fetch(`${started.convex.url}/api/update_environment_variables`, {
      method: "POST",
      headers: { authorization: "Convex none" },
      body: JSON.stringify({ changes: [{ name: "GREETING", value: "intruder" }] }),
    });
    assert.equal(response.status, 401);
    assert.equal(started.convex.env.GREETING, undefined);
  });

  test("rotate the published keys", async () => {
    const next = generateKeys({ algorithm: "EdDSA" });
    const client = new ConvexHttpClient(started.convex.url);
    client.setAuth(started.issuerOf(next).sign(user));
    await assert.rejects(client.query(anyApi.users.whoami, {}), /Unauthenticated/);
    const keys = [...started.keys.jwks.keys, ...next.jwks.keys];
    await started.convex.setEnv({ JWKS: JSON.stringify({ keys }) });
    assert.equal((await client.query(anyApi.users.whoami, {})).subject, user.sub);
  });
});

describe("a deployment that keeps documents", () => {
  const started = deployed({ keepDocuments: true });

  test("knows a new key when the max-age of the old set is over", async () => {
    const client = new ConvexHttpClient(started.convex.url);
    const next = generateKeys({ algorithm: "EdDSA" });
    client.setAuth(started.issuer.sign(user));
    assert.equal((await client.query(anyApi.users.whoami, {})).subject, user.sub);
    await started.convex.setEnv({ JWKS: JSON.stringify(next.jwks) });
    client.setAuth(started.issuerOf(next).sign(user));
    await assert.rejects(client.query(anyApi.users.whoami, {}), /Unauthenticated/);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    assert.equal((await client.query(anyApi.users.whoami, {})).subject, user.sub);
    assert.equal(started.convex.counts.jwksFetches, 2);
  });
});

test("a variable that auth.config.ts reads must be set before a deploy", async () => {
  const incomplete = join(import.meta.dirname, "fixtures/incomplete");
  await assert.rejects(
    startLocalConvex({ project: incomplete }),
    /Environment variable CLIENT_ID is used in auth config file but its value was not set/,
  );
  const convex = await startLocalConvex({ project: incomplete, env: { CLIENT_ID: "app" } });
  try {
    assert.deepEqual(convex.providers, [
      { domain: "https://id.example.com", applicationID: "app" },
    ]);
    await assert.rejects(convex.setEnv({ CLIENT_ID: null }), /CLIENT_ID is used in auth config/);
    assert.equal(convex.env.CLIENT_ID, "app");
  } finally {
    await convex.close();
  }
});
