// At a terminal: questions, answers and colours.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { generateKeys, signConvexToken } from "convex-token";
import { makeFolder, runAtTerminal } from "./command.mjs";
import { copyOf, filesOf } from "./project.mjs";

const shape = "app-typescript-auth5";
const question = /Write these \d+ files\? \[Y\/n\]/;
const colours = /\u001b\[3\dm/;

test("init shows the diff in colours, asks, and writes at Enter", async () => {
  const folder = copyOf(shape);
  const { status, stdout } = await runAtTerminal(folder, ["init"], [{ question, answer: "\r" }]);
  assert.equal(status, 0, stdout);
  assert.ok(stdout.indexOf("+++ b/auth.ts") < stdout.search(question));
  assert.match(stdout, colours);
  assert.match(stdout, /Written\./);
  assert.ok(existsSync(join(folder, "convex/http.ts")));
});

for (const answer of ["n\r", "\u0004", "whatever\r"]) {
  test(`init writes nothing at ${JSON.stringify(answer)}`, async () => {
    const folder = copyOf(shape);
    const before = filesOf(folder);
    const { status, stdout } = await runAtTerminal(folder, ["init"], [{ question, answer }]);
    assert.equal(status, 1);
    assert.match(stdout, /Nothing was written\./);
    assert.deepEqual(filesOf(folder), before);
  });
}

test("init writes nothing when a file was saved while its diff was read", async () => {
  const folder = copyOf(shape);
  const before = filesOf(folder);
  const save = () => {
    appendFileSync(join(folder, "auth.ts"), "// mine\n");
    return "y\r";
  };
  const { status, stdout } = await runAtTerminal(folder, ["init"], [{ question, answer: save }]);
  assert.equal(status, 1);
  assert.match(stdout, /auth\.ts was changed by somebody else[^]*\(ERR_FILE_CHANGED\)/);
  assert.deepEqual(filesOf(folder), { ...before, "auth.ts": `${before["auth.ts"]}// mine\n` });
});

test("NO_COLOR and TERM=dumb are respected", async () => {
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
    const { status, stdout } = await runAtTerminal(copyOf(shape), ["init", "--dry-run"], [], {
      env,
    });
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, colours);
  }
});

test("a token that is pasted is not shown", async () => {
  const folder = makeFolder();
  const { privateKey } = generateKeys({ algorithm: "EdDSA" });
  writeFileSync(
    join(folder, ".env.local"),
    `CONVEX_AUTH_PRIVATE_KEY="${privateKey.trim().replaceAll("\n", "\\n")}"\n`,
  );
  const token = signConvexToken({ sub: "user_1" }, { privateKey, issuer: "https://a.example" });
  const { status, stdout } = await runAtTerminal(
    folder,
    ["verify"],
    [{ question: /Paste the token, then Enter: /, answer: `${token}\r` }],
  );
  assert.equal(status, 0, stdout);
  assert.match(stdout, /Accepted\./);
  assert.ok(!stdout.includes(token.slice(0, 60)));
});
