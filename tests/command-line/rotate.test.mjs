// rotate: publish, sign, retire, with a verdict on tokens at each step.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { generateKeys, jwksFromKey, signConvexToken, verifyConvexToken } from "convex-token";
import { makeFolder, run, standInForConvex } from "./command.mjs";

const issuer = "https://happy-animal-123.convex.site";

/** A project with a key in .env.local. */
async function project({ algorithm = "EdDSA" } = {}) {
  const folder = makeFolder();
  writeFileSync(join(folder, ".env.local"), "# mine\nFIRST=1\n");
  const { status, stderr } = await run(folder, ["keys", "--algorithm", algorithm]);
  assert.equal(status, 0, stderr);
  writeFileSync(file(folder), `${text(folder)}LAST="two\nlines"\n`);
  return folder;
}
const file = (folder) => join(folder, ".env.local");
const text = (folder) => readFileSync(file(folder), "utf8");
const key = (folder) => parseEnv(text(folder)).CONVEX_AUTH_PRIVATE_KEY;
const token = (folder) => signConvexToken({ sub: "user_1" }, { privateKey: key(folder), issuer });
const accepted = (token, jwks) => verifyConvexToken(token, { jwks, issuer, audience: "convex" });

/** Runs a step that must be done, and gives what it says to programs. */
async function step(folder, ...args) {
  const { status, stdout, stderr } = await run(folder, ["rotate", "--json", ...args]);
  assert.equal(status, 0, stdout + stderr);
  return JSON.parse(stdout);
}

/** Puts the note of the last step back in time. */
function passTime(folder, seconds) {
  const before = text(folder);
  const after = before.replace(/( at )(\S+),/, (_, at, time) => {
    const earlier = new Date(Date.parse(time) - seconds * 1000).toISOString();
    return `${at}${earlier},`;
  });
  assert.notEqual(after, before);
  writeFileSync(file(folder), after);
}

for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
  test(`${algorithm}: no token is refused from the first step to the last`, async () => {
    const folder = await project({ algorithm });
    const published0 = jwksFromKey(key(folder));
    const old = token(folder);

    const publish = await step(folder);
    assert.equal(publish.step, "publish");
    assert.equal(publish.jwks.keys.length, 2);
    assert.equal(publish.jwks.keys[1].alg, algorithm);
    assert.deepEqual(publish.next, { step: "sign", waitSeconds: 30 });
    const meanwhile = token(folder);
    // The first key still signs: both who has the old set cached and who has the new one take it.
    for (const jwks of [published0, publish.jwks]) {
      for (const each of [old, meanwhile]) accepted(each, jwks);
    }

    passTime(folder, 31);
    const sign = await step(folder);
    assert.equal(sign.step, "sign");
    assert.notEqual(sign.signs, publish.signs);
    const renewed = token(folder);
    for (const each of [old, meanwhile, renewed]) accepted(each, publish.jwks);
    for (const each of [old, meanwhile, renewed]) accepted(each, sign.jwks);

    passTime(folder, 3606);
    const retire = await step(folder);
    assert.equal(retire.step, "retire");
    assert.deepEqual(
      retire.jwks.keys.map(({ kid }) => kid),
      [sign.signs],
    );
    accepted(renewed, retire.jwks);
    assert.throws(() => accepted(old, retire.jwks), { code: "ERR_TOKEN_KEY_NOT_FOUND" });
    accepted(token(folder), retire.jwks);

    const { FIRST, LAST } = parseEnv(text(folder));
    assert.equal(FIRST, "1");
    assert.equal(LAST, "two\nlines");
    assert.ok(text(folder).startsWith("# mine\nFIRST=1\n"));
    assert.equal(statSync(file(folder)).mode & 0o777, 0o600);
    assert.equal((await step(folder, "--status")).next, "publish", "and it can begin anew");
  });
}

test("a step that comes too early is refused, with the time to wait, and --force goes on", async () => {
  const folder = await project();
  await step(folder);
  const before = text(folder);
  const early = await run(folder, ["rotate"]);
  assert.equal(early.status, 1);
  assert.match(early.stderr, /too early for the step sign: wait \d+ seconds/);
  assert.match(early.stderr, /\(ERR_ROTATE_EARLY\)/);
  assert.equal(text(folder), before);
  assert.equal((await step(folder, "--force")).step, "sign");
  // The life of tokens counts for the last step.
  const hour = await run(folder, ["rotate"]);
  assert.match(hour.stderr, /wait (1 hour|59 minutes)/);
  passTime(folder, 61);
  const minutes = await run(folder, ["rotate", "--expires-in", "15m"]);
  assert.match(minutes.stderr, /wait 1[34] minutes/);
  assert.equal((await step(folder, "--expires-in", "55s")).step, "retire");
});

test("a step is noted to the millisecond, so that the next one is not early by a part of a second", async () => {
  const folder = await project();
  const before = Date.now();
  await step(folder);
  const [, at] = /# convex-token rotate: publish at (\S+),/.exec(text(folder));
  assert.ok(Date.parse(at) >= before, `${at} is not before the step`);
  assert.match(at, /\.\d{3}Z$/);
});

test("--dry-run and --status change nothing", async () => {
  const folder = await project();
  const before = text(folder);
  const dry = await run(folder, ["rotate", "--dry-run"]);
  assert.equal(dry.status, 0);
  assert.match(dry.stdout, /nothing was changed: a second key would be made/);
  const status = await run(folder, ["rotate", "--status"]);
  assert.match(status.stdout, /Next step: publish\./);
  assert.equal(text(folder), before);
  await step(folder);
  const waiting = await step(folder, "--status");
  assert.equal(waiting.last.step, "publish");
  assert.equal(waiting.next, "sign");
  assert.ok(waiting.waitSeconds > 0 && waiting.waitSeconds <= 30);
});

test("--step does not go out of order", async () => {
  const folder = await project();
  for (const [name, words] of [
    ["sign", /`publish` comes first/],
    ["retire", /`publish` comes first/],
  ]) {
    const { status, stderr } = await run(folder, ["rotate", "--step", name]);
    assert.equal(status, 1);
    assert.match(stderr, words);
  }
  await step(folder, "--step", "publish");
  const twice = await run(folder, ["rotate", "--step", "publish"]);
  assert.match(twice.stderr, /there are two keys already/);
  const skipped = await run(folder, ["rotate", "--step", "retire", "--force"]);
  assert.match(skipped.stderr, /`sign` comes first/);
  const unknown = await run(folder, ["rotate", "--step", "finish"]);
  assert.equal(unknown.status, 2);
});

test("keys without a note need the step to be named", async () => {
  const folder = makeFolder();
  const keys = [generateKeys({ algorithm: "EdDSA" }), generateKeys({ algorithm: "EdDSA" })];
  const value = keys.map(({ privateKey }) => privateKey.trim().replaceAll("\n", "\\n")).join("\\n");
  writeFileSync(file(folder), `CONVEX_AUTH_PRIVATE_KEY="${value}"\n`);
  const { status, stderr } = await run(folder, ["rotate"]);
  assert.equal(status, 1);
  assert.match(stderr, /ERR_ROTATE_UNKNOWN/);
  assert.equal((await step(folder, "--step", "sign")).signs, keys[1].kid);
});

test("keys as people have them: several lines, spaces for line breaks, no quotes", async () => {
  const { privateKey, kid } = generateKeys({ algorithm: "ES256" });
  const pem = privateKey.trim();
  for (const value of [
    `"${pem}"`,
    `'${pem}'`,
    pem.replaceAll("\n", "\\n"),
    pem.replaceAll("\n", " "),
  ]) {
    const folder = makeFolder();
    writeFileSync(file(folder), `A=1\nexport CONVEX_AUTH_PRIVATE_KEY=${value}\nB=2\n`);
    const { signs, jwks } = await step(folder);
    assert.equal(signs, kid);
    assert.equal(jwks.keys.length, 2);
    assert.deepEqual(jwksFromKey(key(folder)), jwks);
    const { A, B } = parseEnv(text(folder));
    assert.deepEqual([A, B], ["1", "2"]);
  }
});

test("what is no PEM, a key that is set twice, and none at all are refused", async () => {
  const { privateKey } = generateKeys({ algorithm: "ES256" });
  const base64 = Buffer.from(privateKey).toString("base64");
  const line = `CONVEX_AUTH_PRIVATE_KEY=${privateKey.trim().replaceAll("\n", "\\n")}\n`;
  for (const [content, code] of [
    [`CONVEX_AUTH_PRIVATE_KEY=${base64}\n`, "ERR_ROTATE_FORM"],
    [line + line, "ERR_VARIABLE_TWICE"],
    ["A=1\n", "ERR_KEY_MISSING"],
  ]) {
    const folder = makeFolder();
    writeFileSync(file(folder), content);
    const { status, stderr } = await run(folder, ["rotate"]);
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`\\(${code}\\)`));
    assert.equal(text(folder), content);
  }
});

test("a signer without kid is found, because two published keys would refuse its tokens", async () => {
  const folder = await project();
  writeFileSync(join(folder, "package.json"), "{}");
  mkdirSync(join(folder, "src"));
  writeFileSync(
    join(folder, "src/auth.ts"),
    `import { convexSession } from "convex-token/next-auth";
export const callbacks = { session: convexSession({ keyId: false }) };
`,
  );
  const { status, stderr } = await run(folder, ["rotate"]);
  assert.equal(status, 1);
  assert.match(stderr, /^src\/auth\.ts signs without a kid/);
});

test("what keeps the set from being set in the deployment is told, and the first step is not done", async () => {
  const missing = await project();
  const first = await run(missing, ["rotate", "--set-env"]);
  assert.match(first.stderr, /^The convex command line is not installed in this project\./m);
  const failing = await project();
  standInForConvex(failing, 'console.error("Not connected"); process.exitCode = 1;');
  const second = await run(failing, ["rotate", "--set-env"]);
  assert.match(second.stderr, /^`npx convex env set JWKS` failed: Not connected/m);
  for (const [folder, { status }] of [
    [missing, first],
    [failing, second],
  ]) {
    assert.equal(status, 1);
    assert.equal(jwksFromKey(key(folder)).keys.length, 1);
  }
});
