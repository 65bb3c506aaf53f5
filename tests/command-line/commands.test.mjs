// What all commands have in common, and those for keys.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { note } from "../tools/provoked.mjs";
import { main, makeFolder, run, secretLines } from "./command.mjs";

const names = ["init", "keys", "jwks", "rotate", "sign", "verify", "inspect"];

test("every command has a help with its exit status, and is in the list", async () => {
  const folder = makeFolder();
  for (const args of [[], ["--help"], ["-h"], ["help"]]) {
    const { status, stdout, stderr } = await run(folder, args);
    assert.equal(status, 0);
    assert.equal(stderr, "");
    for (const name of names) assert.match(stdout, new RegExp(`npx convex-token ${name} `));
  }
  for (const name of names) {
    for (const args of [
      [name, "--help"],
      ["help", name],
    ]) {
      const { status, stdout } = await run(folder, args);
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`^convex-token ${name}[ :]`));
      assert.match(stdout, /--json/);
      assert.match(stdout, /^Exit status: 0 /m);
      assert.match(stdout, new RegExp(`^  (.*\\| )?npx convex-token ${name}`, "m"), "an example");
    }
  }
});

test("--version is that of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(dirname(main), "../../package.json"), "utf8"));
  for (const option of ["--version", "-v"]) {
    const { status, stdout } = await run(makeFolder(), [option]);
    assert.equal(status, 0);
    assert.equal(stdout, `${version}\n`);
  }
});

test("an unknown command or option is status 2, with the one that was meant", async () => {
  const folder = makeFolder();
  const near = await run(folder, ["verfy"]);
  assert.equal(near.status, 2);
  assert.match(near.stderr, /Did you mean verify\?/);
  const far = await run(folder, ["constructor"]);
  assert.equal(far.status, 2);
  assert.doesNotMatch(far.stderr, /Did you mean/);
  for (const name of names) {
    const { status, stderr, stdout } = await run(folder, [name, "--nonsense"]);
    assert.equal(status, 2, name);
    assert.equal(stdout, "");
    assert.match(stderr, /--nonsense.*\nSee npx convex-token \w+ --help\.\n\(ERR_USAGE\)\n$/);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test("with --json errors are JSON too, on stdout", async () => {
  const folder = makeFolder();
  const { status, stdout, stderr } = await run(folder, ["jwks", "--json"]);
  assert.equal(status, 1);
  assert.equal(stderr, "");
  assert.equal(JSON.parse(stdout).error.code, "ERR_KEY_MISSING");
  const usage = await run(folder, ["sign", "--json"]);
  assert.equal(usage.status, 2);
  assert.equal(JSON.parse(usage.stdout).error.code, "ERR_USAGE");
});

test("a file that cannot be read is named, with the cure", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, ".env.local"));
  for (const args of [["keys"], ["jwks"], ["rotate"], ["sign", "--sub", "user_1"], ["inspect", ".env.local"]]) {
    const { status, stderr } = await run(folder, args);
    assert.equal(status, 1);
    assert.match(stderr, /^\.env\.local could not be read \(EISDIR\)\.\n.*folder.*\n\(ERR_FILE_READ\)\n$/);
  }
}); // prettier-ignore

test("what only the system knows has a code and a cure too", () => {
  for (const options of [[], ["--json"]]) {
    // From a folder that is gone, as after a checkout of another branch.
    const words = [process.execPath, main, "init", ...options];
    const gone = spawnSync("sh", ["-c", 'rmdir "$PWD" && exec "$0" "$@"', ...words], {
      cwd: makeFolder(),
      encoding: "utf8",
    });
    note(gone);
    assert.equal(gone.status, 1);
    if (options.length === 0) {
      assert.match(
        gone.stderr,
        /^The command could not go on: ENOENT: .*cwd.*\nMend what the system names.*\n\(ERR_SYSTEM\)\n$/,
      );
    } else {
      const { code, message, hint } = JSON.parse(gone.stdout).error;
      assert.equal(code, "ERR_SYSTEM");
      assert.match(message, /ENOENT/);
      assert.match(hint, /^Mend/);
    }
  }
});

test("keys writes a private key that jwks reads, and shows only the public half", async () => {
  const folder = makeFolder();
  const file = join(folder, ".env.local");
  writeFileSync(file, "OTHER=1");
  const keys = await run(folder, ["keys", "--algorithm", "ES256"]);
  assert.equal(keys.status, 0, keys.stderr);
  const { CONVEX_AUTH_PRIVATE_KEY, OTHER } = parseEnv(readFileSync(file, "utf8"));
  assert.equal(OTHER, "1");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(CONVEX_AUTH_PRIVATE_KEY, /^-----BEGIN PRIVATE KEY-----/);
  const secrets = secretLines(file);
  assert.ok(secrets.length > 0);
  for (const line of secrets) assert.ok(!(keys.stdout + keys.stderr).includes(line));
  const [, set] = /npx convex env set JWKS '(.*)'/.exec(keys.stdout);
  const jwks = await run(folder, ["jwks"]);
  assert.equal(jwks.stdout.trim(), set);
  assert.deepEqual(JSON.parse((await run(folder, ["jwks", "--json"])).stdout), JSON.parse(set));
  assert.deepEqual(readdirSync(folder), [".env.local"]);
});

test("keys says what git would take into a commit", async () => {
  const folder = makeFolder();
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  const warning = async (file, ignored) => {
    writeFileSync(join(folder, ".gitignore"), ignored);
    const { stdout } = await run(folder, ["keys", "--algorithm", "EdDSA", "--file", file]);
    return /^Warning: .*$/m.exec(stdout)?.[0];
  };
  assert.match(await warning(".env.local", ""), /does not ignore \.env\.local\. Add it/);
  assert.match(await warning(".env.a.local", ".env.a.local\n"), /Add \.env\.tmp-\*\.a\.local to/);
  assert.equal(await warning(".env.b.local", ".env*.local\n"), undefined);
});

test("a key that is there is never replaced", async () => {
  const folder = makeFolder();
  assert.equal((await run(folder, ["keys", "--algorithm", "EdDSA"])).status, 0);
  const before = readFileSync(join(folder, ".env.local"), "utf8");
  const again = await run(folder, ["keys", "--algorithm", "EdDSA"]);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /nothing was changed/);
  assert.equal(readFileSync(join(folder, ".env.local"), "utf8"), before);
});

test("mistakes are told apart: 2 for the words of a call, 1 for its work", async () => {
  const folder = makeFolder();
  assert.equal((await run(folder, ["keys", "--algorithm", "HS256"])).status, 1);
  assert.equal((await run(folder, ["jwks", "--file", "missing.env"])).status, 1);
  for (const args of [["jwks"], ["sign", "--sub", "a"], ["verify"], ["rotate"]]) {
    const { status, stderr } = await run(folder, args, { input: "a.b.c" });
    assert.equal(status, 1);
    assert.match(stderr, /\.env\.local.* CONVEX_AUTH_PRIVATE_KEY/);
    assert.match(stderr, /`npx convex-token keys`[^]*\(ERR_KEY_MISSING\)/);
  }
  assert.equal((await run(folder, ["keys", "word"])).status, 2);
});

test("nothing is coloured where there is no terminal", async () => {
  const { stderr } = await run(makeFolder(), ["jwks"]);
  assert.match(stderr, /ERR_KEY_MISSING/);
  assert.ok(!stderr.includes("\u001b"));
});
