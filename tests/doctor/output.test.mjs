// How the doctor speaks: to people at terminals of any width, to programs, and to wrong calls.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { generateKeys } from "convex-token";
import { Deployment } from "./deployment.mjs";
import { assertOneWarning, patient } from "./diagnosis.mjs";
import { makeFolder, run, runAtTerminal } from "./project.mjs";

const sick = patient();
const { JWKS } = Deployment.paths;
const docs = join(import.meta.dirname, "../../docs");

/** Not pushed, and with a second thing to say. */
function broken() {
  sick.recover();
  sick.deployment.answers[JWKS] = { status: 404, body: "" };
  return sick.project({ ".gitignore": "" });
}

/** What a terminal would show in the end of what was written to it. */
const shown = (text) =>
  stripVTControlCharacters(text.replace(/[^\n]*\r(?!\n)/g, "")).replaceAll("\r\n", "\n");

for (const columns of [80, 50]) {
  test(`at a terminal of ${columns} columns no line is longer, but for addresses and commands`, async () => {
    const { status, stdout } = await runAtTerminal(broken(), ["doctor"], [], {
      env: sick.deployment.env,
      columns,
    });
    assert.equal(status, 1);
    for (const line of shown(stdout).split("\n")) {
      const words = line.trim().match(/(?:`[^`]*`|[^\s`])+/g) ?? [];
      const isOneWord = words.length === 1;
      assert.ok(line.length <= columns || isOneWord, `${line.length}: ${line}`);
    }
  });
}

test("at a terminal it says what it waits for, and takes that away again", async () => {
  const { stdout } = await runAtTerminal(broken(), ["doctor"], [], {
    env: sick.deployment.env,
    columns: 80,
  });
  assert.match(stdout, /Asking https:\/\/happy-animal-123\.convex\.site …/);
  assert.doesNotMatch(shown(stdout), /Asking/);
  assert.match(stdout, /\u001b\[31m✗/);
});

test("NO_COLOR is respected at a terminal, and a pipe has no colours", async () => {
  const env = { ...sick.deployment.env, NO_COLOR: "1" };
  const terminal = await runAtTerminal(broken(), ["doctor"], [], { env, columns: 80 });
  assert.doesNotMatch(terminal.stdout, /\u001b\[\d+m/);
  const pipe = await run(broken(), ["doctor"], { env: sick.deployment.env });
  assert.equal(stripVTControlCharacters(pipe.stdout), pipe.stdout);
  assert.equal(pipe.stderr, "");
});

test("the cause comes first, then what is beside it, then a line for each check", async () => {
  const { stdout } = await run(broken(), ["doctor"], { env: sick.deployment.env });
  const lines = stdout.split("\n");
  assert.equal(lines[0], "convex-token doctor for https://happy-animal-123.convex.site");
  assert.equal(lines[1], "");
  assert.equal(lines[2], "✗ convex/http.ts serves the keys, but");
  assert.ok(stdout.indexOf("ERR_ROUTES_NOT_PUSHED") < stdout.indexOf("✗ Git does not ignore"));
  assert.match(stdout, /^ {2}Cure {7}Add \.env\.local to \.gitignore; `--fix` does it\.$/m);
  assert.match(stdout, /^ {2}Code {7}ERR_KEY_COMMITTABLE$/m);
  assert.match(stdout, /^Beside that:$/m);
  assert.match(stdout, /^ {2}Convex {5}"Auth provider discovery of/m);
  assert.match(stdout, /^✗ private key {6}RS256/m);
  assert.match(stdout, /^✗ key set {10}404 at$/m);
  assert.match(stdout, /^– token {12}not looked at: "key set" comes first$/m);
  assert.match(
    stdout.trimEnd().replaceAll("\n", " "),
    /2 problems\. Begin with the first\. `npx convex-token doctor --fix` mends 1 of them, after showing a diff\.$/,
  );
});

test("what a server says commands no terminal, and is cut off", async () => {
  sick.recover();
  const kid = `\u001b[2J\u202e\nroot: ${"x".repeat(5_000)}`;
  sick.deployment.answers[JWKS] = {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ keys: [{ ...generateKeys().publicJwk, kid }] }),
  };
  const { status, stdout } = await run(sick.project(), ["doctor"], { env: sick.deployment.env });
  assert.equal(status, 1);
  assert.match(stdout, /ERR_KEY_NOT_PUBLISHED/);
  assert.doesNotMatch(stdout, /[\u001b\u202e]|^root:/m);
  assert.ok(stdout.length < 5_000);
});

test("--read-env says when nothing could be read", async () => {
  sick.recover();
  const report = await sick.examine(sick.project(), ["--read-env"]);
  assertOneWarning(report, { code: "ERR_CONVEX_COMMAND", fix: /npx convex env list/ });
});

test("--json has the documented shape", async () => {
  const report = await sick.examine(broken());
  assert.deepEqual(Object.keys(report), [
    "status",
    "ok",
    "cause",
    "deployment",
    "checks",
    "token",
    "fixed",
  ]);
  assert.deepEqual(Object.keys(report.deployment), ["url", "site", "issuer"]);
  for (const check of report.checks) {
    assert.deepEqual(Object.keys(check), ["name", "status", "found", "findings"]);
    assert.ok(["ok", "failed", "warning", "skipped"].includes(check.status));
    for (const finding of check.findings) {
      assert.ok(["error", "warning"].includes(finding.level));
      const { code, message, fix, docs } = finding;
      for (const text of [code, message, fix, docs]) assert.equal(typeof text, "string");
      assert.match(docs, /^docs\/errors\.md#err_[a-z_]+$/);
      assert.equal(typeof finding.fixable, "boolean");
    }
  }
});

describe("a wrong call ends with 2, and nothing is tried", () => {
  for (const [args, words] of [
    [["--fast"], /--fast/],
    [["happy-animal-123"], /whole address/],
    [["--site", "happy-animal-123.convex.site"], /--site is a whole address/],
    [["--app", "localhost:3000"], /--app is a whole address/],
    [["https://a.convex.site", "--url", "https://a.convex.cloud"], /once/],
    [["--timeout", "soon"], /number of seconds/],
    [["--yes"], /--fix/],
  ]) {
    test(args.join(" "), async () => {
      const { status, stdout, stderr } = await run(makeFolder(), ["doctor", ...args]);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, words);
      assert.match(stderr, /See npx convex-token doctor --help\./);
    });
  }
});

test("a folder that is no project ends with 1 and says where to go", async () => {
  const { status, stderr } = await run(makeFolder(), ["doctor"]);
  assert.equal(status, 1);
  assert.match(stderr, /no package\.json in this folder[^]*ERR_NO_PROJECT/);
});

test("a file of variables that is not there is told", async () => {
  sick.recover();
  const { status, stderr } = await run(sick.project(), [
    "doctor",
    "--file",
    ".env.production.local",
  ]);
  assert.equal(status, 1);
  assert.match(stderr, /There is no file \.env\.production\.local/);
});

test("--offline asks nobody", async () => {
  sick.recover();
  const report = await sick.examine(sick.project(), ["--offline"]);
  assert.equal(report.status, 0);
  assert.deepEqual(sick.deployment.asked, []);
  assert.ok(!report.checks.some(({ name }) => name === "api" || name === "verdict"));
});

test("--help and the list of commands tell of it", async () => {
  const help = await run(makeFolder(), ["doctor", "--help"]);
  assert.equal(help.status, 0);
  for (const option of [
    "url",
    "site",
    "app",
    "fix",
    "yes",
    "read-env",
    "offline",
    "timeout",
    "json",
  ]) {
    assert.match(help.stdout, new RegExp(`^ {2}--${option}\\b`, "m"));
  }
  assert.match((await run(makeFolder(), ["--help"])).stdout, /^ {2}npx convex-token doctor {3}/m);
});

test("docs/doctor.md has each option, each check and each code that it can name", async () => {
  const page = readFileSync(join(docs, "doctor.md"), "utf8");
  const source = (path) =>
    readFileSync(join(import.meta.dirname, "../../pkg-template/src/cli/doctor", path), "utf8");
  const codes = new Set(source("errors.ts").match(/ERR_[A-Z_]+/g));
  assert.ok(codes.size > 30);
  for (const code of codes) assert.ok(page.includes(`\`${code}\``), code);
  const errors = readFileSync(join(docs, "errors.md"), "utf8");
  for (const code of page.match(/(?<=`)ERR_[A-Z_]+(?=`)/g)) {
    assert.ok(errors.includes(`<a id="${code.toLowerCase()}"></a>`), code);
  }
  const checks = /CHECKS = \{([^]*?)\} as const/.exec(source("report.ts"))[1];
  for (const [, name] of checks.matchAll(/^ {2}"?([\w-]+)"?:/gm)) {
    assert.ok(page.includes(`| \`${name}\``), name);
  }
  const { stdout } = await run(makeFolder(), ["doctor", "--help"]);
  for (const [, option] of stdout.matchAll(/^ {2}(--[\w-]+)/gm)) {
    assert.ok(page.includes(`\`${option}`), option);
  }
});
