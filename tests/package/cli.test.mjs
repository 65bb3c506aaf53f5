// The command line, as a person runs it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { parseEnv } from "node:util";

const main = join(import.meta.dirname, "node_modules/convex-token/dist/cli/main.js");
let folder;
const folders = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convex-token-cli-"));
  folders.push(folder);
});
after(() => folders.forEach((each) => rmSync(each, { recursive: true })));

function run(...args) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { stdout, stderr, status };
}

test("keys writes a private key that jwks reads, and shows only the public half", () => {
  writeFileSync(join(folder, ".env.local"), "OTHER=1");
  const keys = run("keys", "--algorithm", "ES256");
  assert.equal(keys.status, 0, keys.stderr);
  const file = join(folder, ".env.local");
  const { CONVEX_AUTH_PRIVATE_KEY, OTHER } = parseEnv(readFileSync(file, "utf8"));
  assert.equal(OTHER, "1");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(CONVEX_AUTH_PRIVATE_KEY, /^-----BEGIN PRIVATE KEY-----/);
  for (const line of CONVEX_AUTH_PRIVATE_KEY.split(/\n|\\n/).slice(1, -1)) {
    assert.ok(!keys.stdout.includes(line) && !keys.stderr.includes(line));
  }
  const [, set] = /npx convex env set JWKS '(.*)'/.exec(keys.stdout);
  const jwks = run("jwks");
  assert.equal(jwks.stdout.trim(), set);
  assert.deepEqual(JSON.parse(run("jwks", "--json").stdout), JSON.parse(set));
  assert.deepEqual(readdirSync(folder), [".env.local"]);
});

test("a key that is there is never replaced", () => {
  assert.equal(run("keys", "--algorithm", "EdDSA").status, 0);
  const before = readFileSync(join(folder, ".env.local"), "utf8");
  const again = run("keys", "--algorithm", "EdDSA");
  assert.equal(again.status, 1);
  assert.match(again.stderr, /Nothing was changed/);
  assert.equal(readFileSync(join(folder, ".env.local"), "utf8"), before);
});

test("mistakes are told apart: 2 for the words of a call, 1 for its work", () => {
  assert.equal(run("nonsense").status, 2);
  assert.equal(run("keys", "--nonsense").status, 2);
  assert.equal(run("keys", "--algorithm", "HS256").status, 1);
  const missing = run("jwks");
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /ERR_KEY_MISSING/);
  for (const args of [[], ["--help"], ["keys", "--help"], ["jwks", "--help"]]) {
    const { status, stdout } = run(...args);
    assert.equal(status, 0);
    assert.match(stdout, /^convex-token/);
  }
});
