// The command's own file: everything that it needs is in it, and the library is not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { main, makeFolder } from "./command.mjs";
import { copyOf } from "./project.mjs";

const folder = join(main, "..");
const text = readFileSync(main, "utf8");

test("there is one file, and the licences of what is in it", () => {
  assert.deepEqual(readdirSync(folder).sort(), ["THIRD-PARTY-LICENSES.txt", "main.js"]);
  const licences = readFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["@babel/parser", "diff", "magic-string"]) {
    assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
  }
  assert.match(licences, /Permission is hereby granted/);
});

test("it runs with the library's entry beside it and nothing else", async () => {
  const elsewhere = makeFolder();
  mkdirSync(join(elsewhere, "cli"));
  writeFileSync(join(elsewhere, "cli/main.mjs"), text);
  const entry = pathToFileURL(join(folder, "../index.js"));
  writeFileSync(join(elsewhere, "index.js"), `export * from "${entry}";\n`);
  writeFileSync(join(elsewhere, "package.json"), '{ "type": "module" }');
  // Parses, edits and compares sources.
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(elsewhere, "cli/main.mjs"), "init", "--dry-run"],
    { cwd: copyOf("app-typescript-auth5"), encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^\+ {4}session: convexSession\(\),$/m);
  assert.doesNotMatch(text, /WebAssembly/);
});

test("the library knows nothing of the command", () => {
  const dist = join(folder, "..");
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".js") || entry.parentPath === folder) continue;
    const other = readFileSync(join(entry.parentPath, entry.name), "utf8");
    assert.doesNotMatch(other, /from "[^"]*(cli\/|@babel|magic-string|diff")/, entry.name);
  }
});

test("it is within its size: 500 KB", () => {
  assert.ok(text.length < 500_000, `${text.length}`);
});
