// The deployment's variables, by Convex's own command line against a deployment on this machine.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { parseEnv } from "node:util";
import { generateKeys, jwksFromKey } from "convex-token";
import { WebSocketServer } from "ws";
import { run, runAtTerminal } from "./command.mjs";
import { addGuideKeys, copyOf, install } from "./project.mjs";

/** What the deployment has set. */
const variables = new Map();
let server;
let url;

before(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const known = request.url === "/api/update_environment_variables";
    if (known) for (const { name, value } of JSON.parse(body).changes) variables.set(name, value);
    response.writeHead(known ? 200 : 404, { "Content-Type": "application/json" });
    response.end("{}");
  });
  new WebSocketServer({ server }).on("connection", answerQueries);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => variables.clear());

/** The sync protocol, as far as one query for one variable needs it. */
function answerQueries(socket) {
  let version = { querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" };
  const transition = (change, modifications) => {
    const endVersion = { ...version, ...change };
    const message = { type: "Transition", startVersion: version, endVersion, modifications };
    version = endVersion;
    socket.send(JSON.stringify(message));
  };
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    if (message.type === "Authenticate") transition({ identity: message.baseVersion + 1 }, []);
    if (message.type !== "ModifyQuerySet") return;
    const updates = message.modifications
      .filter(({ type }) => type === "Add")
      .map(({ queryId, udfPath, args: [{ name }] }) => {
        assert.equal(udfPath, "_system/cli/queryEnvironmentVariables:get");
        const value = variables.has(name) ? { name, value: variables.get(name) } : null;
        return { type: "QueryUpdated", queryId, value, logLines: [], journal: null };
      });
    transition({ querySet: message.newVersion }, updates);
  });
}

/** A project that is connected with the deployment. */
function connected(shape = "app-typescript-auth5") {
  const folder = copyOf(shape);
  install(folder);
  appendFileSync(
    join(folder, ".env.local"),
    `CONVEX_SELF_HOSTED_URL=${url}\nCONVEX_SELF_HOSTED_ADMIN_KEY=test|canary-admin-key\n`,
    { mode: 0o600 },
  );
  return folder;
}
const localSet = (folder) =>
  jwksFromKey(parseEnv(readFileSync(join(folder, ".env.local"), "utf8")).CONVEX_AUTH_PRIVATE_KEY);

test("init --set-env sets JWKS; then all is published and nothing is left to do", async () => {
  const folder = connected();
  const { status, stdout, stderr } = await run(folder, ["init", "--yes", "--set-env"]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /done just now/);
  assert.ok(!(stdout + stderr).includes("canary-admin-key"));
  assert.deepEqual(JSON.parse(variables.get("JWKS")), localSet(folder));
  const again = await run(folder, ["init"]);
  assert.match(again.stdout, /^Nothing to do/m);
  assert.match(again.stdout, /published in the deployment, with its kid/);
});

test("init asks at a terminal, and does not set anything with --yes alone", async () => {
  const silent = connected();
  await run(silent, ["init", "--yes"]);
  assert.equal(variables.size, 0);
  const folder = connected();
  const { status, stdout } = await runAtTerminal(
    folder,
    ["init"],
    [
      { question: /Write these \d+ files\?/, answer: "y\r" },
      { question: /Set JWKS in the Convex deployment now\?/, answer: "y\r" },
    ],
  );
  assert.equal(status, 0, stdout);
  assert.deepEqual(JSON.parse(variables.get("JWKS")), localSet(folder));
});

test("another key that is published is never overwritten, and no useless one is made", async () => {
  const { jwks } = generateKeys({ algorithm: "ES256" });
  variables.set("JWKS", JSON.stringify(jwks));
  const folder = connected();
  const fresh = await run(folder, ["init", "--yes", "--set-env"]);
  assert.equal(fresh.status, 0);
  assert.match(fresh.stdout, /^A key is published in the deployment already/m);
  assert.doesNotMatch(readFileSync(join(folder, ".env.local"), "utf8"), /PRIVATE KEY/);
  await run(folder, ["keys", "--algorithm", "ES256"]);
  const other = await run(folder, ["init", "--yes", "--set-env"]);
  assert.match(other.stdout, /^Another key is published in the deployment/m);
  assert.deepEqual(JSON.parse(variables.get("JWKS")), jwks);
});

test("a deployment of the old guide moves: the set with kid, then the signer", async () => {
  const folder = connected();
  const { publicJwk } = addGuideKeys(folder);
  const { kid: _kid, alg: _alg, ...jwk } = publicJwk;
  variables.set("JWKS", JSON.stringify({ keys: [jwk] }));
  const first = await run(folder, ["init", "--yes", "--set-env"]);
  assert.match(first.stdout, /seen in the deployment/);
  const auth = () => readFileSync(join(folder, "auth.ts"), "utf8");
  assert.match(auth(), /keyId: false/);
  assert.deepEqual(JSON.parse(variables.get("JWKS")), { keys: [publicJwk] });
  await run(folder, ["init", "--yes"]);
  assert.doesNotMatch(auth(), /keyId/);
});

test("rotate --set-env publishes the set of each step", async () => {
  const folder = connected();
  await run(folder, ["keys", "--algorithm", "EdDSA"]);
  const published = () => JSON.parse(variables.get("JWKS")).keys.map(({ kid }) => kid);
  await run(folder, ["rotate", "--set-env"]);
  assert.deepEqual(JSON.parse(variables.get("JWKS")), localSet(folder));
  const [, second] = published();
  await run(folder, ["rotate", "--force"]);
  await run(folder, ["rotate", "--force", "--set-env"]);
  assert.deepEqual(published(), [second]);
});

test("a deployment that cannot be reached is told, and the key is not lost", async () => {
  const folder = connected();
  const file = join(folder, ".env.local");
  writeFileSync(file, readFileSync(file, "utf8").replace(url, "http://127.0.0.1:1"));
  const { status, stderr, stdout } = await run(folder, ["init", "--yes", "--set-env"]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Note: The deployment did not say which keys it publishes/m);
  assert.equal(localSet(folder).keys.length, 1);
  assert.match(stdout, /npx convex-token jwks \| npx convex env set JWKS/);
});
