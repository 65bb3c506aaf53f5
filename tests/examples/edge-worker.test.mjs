import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { generateKeys } from "convex-token";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { freePort } from "../tools/free-port.mjs";
import { assertTokensUnderLoad } from "../tools/load.mjs";
import { Example } from "./example.mjs";

const example = new Example("edge-worker");
let worker, convex;

before(async () => {
  await example.install();
  const { privateKey } = generateKeys();
  const secrets = { CONVEX_AUTH_PRIVATE_KEY: privateKey, LOGIN_PASSWORD: "open sesame" };
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  writeFileSync(join(example.folder, ".dev.vars"), lines.join("\n"), { mode: 0o600 });

  const port = await freePort();
  worker = `http://127.0.0.1:${port}`;
  const wrangler = ["wrangler", "dev", "--port", `${port}`, "--var", `AUTH_ISSUER:${worker}`];
  assert.equal(await example.serve("npx", wrangler), worker);
  convex = await startLocalConvex({ project: example.folder, env: { AUTH_ISSUER: worker } });
});
after(async () => {
  await example.close();
  await convex?.close();
});

const client = (env) =>
  example.script("start", { CONVEX_URL: convex.url, AUTH_ISSUER: worker, ...env });

const askForToken = (credentials, query = "") =>
  fetch(`${worker}/token${query}`, {
    headers: credentials === undefined ? {} : { Authorization: `Basic ${credentials}` },
  });

test("its types are right", () => example.succeed("npm", ["run", "typecheck"]));

test("it is bundled as for a deploy", () => example.succeed("npm", ["run", "build"]));

test("Convex knows who logged in at the Worker, by the key that the Worker serves", async () => {
  const { stdout, stderr } = await client({ NAME: "ada", PASSWORD: "open sesame" });
  assert.match(stdout, /subject: 'ada'/, stdout + stderr);
  assert.match(stdout, /name: 'ada'/);
  assert.ok(stdout.includes(`issuer: '${worker}'`));
});

test("a wrong password gives no token, and Convex sees nobody", async () => {
  const { stdout } = await client({ NAME: "ada", PASSWORD: "a guess" });
  assert.match(stdout, /^null$/m);
});

test("what is no login is refused", async () => {
  const others = [btoa("ada:"), btoa(":open sesame"), btoa("open sesame"), "_", "a", ""];
  for (const credentials of [undefined, ...others]) {
    const response = await askForToken(credentials);
    assert.equal(response.status, 401, credentials);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.deepEqual(await response.json(), { error: "The name or the password is wrong." });
  }
});

test("a token is reused until a fresh one is asked for", async () => {
  const credentials = btoa("ada:open sesame");
  const token = async (query) => (await (await askForToken(credentials, query)).json()).token;
  const first = await token();
  assert.equal(await token(), first);
  assert.notEqual(await token("?force=true"), first);
});

test("1,000 at once in workerd: none fails, each token is its own, memory stays", async (t) => {
  await assertTokensUnderLoad(t, `${worker}/token?force=true`, {
    headers: { authorization: `Basic ${btoa("ada:open sesame")}` },
    pid: example.pid,
    // Wrangler's proxy before workerd stops answering when 1,000 sockets are open.
    connections: 200,
  });
});
