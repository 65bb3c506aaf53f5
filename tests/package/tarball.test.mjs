// The package's files: what is in it, and what must not be.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { keysIn } from "../tools/canaries.mjs";

const folder = join(import.meta.dirname, "node_modules/convex-token");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

test("it depends on nothing", () => {
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "scripts"]) {
    assert.equal(manifest[kind], undefined, kind);
  }
});

test("every file that the manifest names is there", () => {
  const targets = (value) =>
    typeof value === "string" ? [value] : Object.values(value).flatMap(targets);
  for (const target of [
    ...targets(manifest.exports),
    ...Object.values(manifest.bin),
    ...manifest.sideEffects,
  ]) {
    assert.ok(statSync(join(folder, target)).isFile(), target);
  }
  assert.ok(statSync(join(folder, manifest.bin["convex-token"])).mode & 0o100);
});

test("no file names the machine that built it", () => {
  const repository = join(import.meta.dirname, "../..");
  for (const file of files) {
    const text = readFileSync(file, "latin1");
    for (const path of [homedir() + "/", repository])
      assert.ok(!text.includes(path), `${file}: ${path}`);
  }
});

test("no file has a private key in it, and there is no source map", () => {
  for (const file of files) {
    assert.deepEqual(keysIn(readFileSync(file, "latin1")), [], file);
    assert.ok(!file.endsWith(".map"), file);
  }
});

test("the module is within its size: 275 KB, and 115 KB in gzip", (context) => {
  const bytes = readFileSync(join(folder, "dist/core.wasm"));
  const packed = gzipSync(bytes, { level: 9 });
  context.diagnostic(`core.wasm ${bytes.length} bytes, ${packed.length} in gzip`);
  assert.ok(bytes.length <= 275_000 && packed.length <= 115_000);
});

test("the edge's entries have no path that compiles bytes", () => {
  for (const name of ["index.edge-light.js", "index.workerd.js"]) {
    const text = readFileSync(join(folder, "dist", name), "utf8");
    assert.doesNotMatch(text, /core-bytes|module\.inline|WebAssembly\.Module\(/);
  }
});
