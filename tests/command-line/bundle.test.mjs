// The command's own file: everything that it needs is in it, and the library is not.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { main } from "./command.mjs";

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

test("it imports the library's entry and Node's modules, and nothing else", () => {
  const modules = new Set(
    [...text.matchAll(/(?:^|[;}\n])(?:import|export)[^;"'`(]*?from\s*["']([^"']+)["']/g)].map(
      ([, module]) => module,
    ),
  );
  assert.ok(modules.has("../index.js"));
  for (const module of modules) {
    assert.ok(module === "../index.js" || module.startsWith("node:"), module);
  }
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

test("it is within its size: 450 KB", () => {
  assert.ok(text.length < 450_000, `${text.length}`);
});
