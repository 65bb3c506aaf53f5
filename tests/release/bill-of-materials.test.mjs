// The bill of materials beside the tarball, made of the tarball as it is packed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findTarball } from "../tools/tarball.mjs";

const root = join(import.meta.dirname, "../..");
const tarball = findTarball();
const installed = join(import.meta.dirname, "node_modules/convex-token");
const made = () =>
  execFileSync("node", [join(root, "scripts/sbom.mjs"), tarball], { encoding: "utf8" });
const text = made();
const bom = JSON.parse(text);
const hash = (algorithm, bytes) => createHash(algorithm).update(bytes).digest("hex");

test("it is the same whenever it is made, and names no folder of the machine", () => {
  assert.equal(made(), text);
  assert.ok(!text.includes(root) && !text.includes(process.env.HOME ?? root));
});

test("it has the hashes of the tarball and of the module in it", () => {
  const of = (component, algorithm) =>
    component.hashes.find(({ alg }) => alg === algorithm).content;
  const bytes = readFileSync(tarball);
  assert.equal(of(bom.metadata.component, "SHA-256"), hash("sha256", bytes));
  assert.equal(of(bom.metadata.component, "SHA-512"), hash("sha512", bytes));
  const module_ = bom.components.find(({ name }) => name === "dist/core.wasm");
  assert.equal(
    of(module_, "SHA-256"),
    hash("sha256", readFileSync(join(installed, "dist/core.wasm"))),
  );
});

test("every crate of the module is in it with Cargo.lock's checksum, and none that only builds it", () => {
  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const [std] = bom.dependencies.filter(({ ref }) => ref.startsWith("pkg:generic/rust-std@"));
  const crates = bom.components.filter(
    ({ purl }) => purl?.startsWith("pkg:cargo/") && !std.dependsOn.includes(purl),
  );
  const names = crates.map(({ name }) => name);
  for (const name of ["convex-token", "getrandom", "sha2", "wasm-bindgen"]) {
    assert.ok(names.includes(name), name);
  }
  for (const name of ["syn", "wasm-bindgen-macro", "rsa", "serde_json"]) {
    assert.ok(!names.includes(name), name);
  }
  for (const { name, version, hashes, licenses } of crates.filter(({ hashes }) => hashes)) {
    const entry = lock
      .split("[[package]]")
      .find((each) => each.startsWith(`\nname = "${name}"\nversion = "${version}"\n`));
    assert.match(entry, new RegExp(`checksum = "${hashes[0].content}"`));
    assert.ok(licenses.length > 0);
  }
});

test("the allocator of the standard library is in it, as the compiler's own lock file has it", () => {
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
  const lock = readFileSync(join(sysroot, "lib/rustlib/src/rust/library/Cargo.lock"), "utf8");
  const { purl, version, hashes } = bom.components.find(({ name }) => name === "dlmalloc");
  assert.ok(lock.includes(`"dlmalloc"\nversion = "${version}"\n`));
  assert.ok(lock.includes(`\nchecksum = "${hashes[0].content}"\n`));
  assert.equal(bom.dependencies.filter(({ dependsOn }) => dependsOn?.includes(purl)).length, 1);
});

test("what is bundled into the command line is in it, with the lock file's hashes", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "pkg-template/package-lock.json")));
  const notices = readFileSync(join(installed, "dist/cli/THIRD-PARTY-LICENSES.txt"), "utf8");
  const bundled = bom.components.filter(({ purl }) => purl?.startsWith("pkg:npm/"));
  assert.equal(bundled.length, notices.match(/^-{80}$/gm).length + 1);
  for (const { name, version, hashes } of bundled) {
    assert.ok(notices.includes(`${name} ${version} (`));
    const digest = Buffer.from(hashes[0].content, "hex").toString("base64");
    assert.equal(packages[`node_modules/${name}`].integrity, `sha512-${digest}`);
  }
});

test("each component is reached from the package", () => {
  const edges = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));
  const reached = new Set();
  const visit = (ref) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    for (const each of edges.get(ref) ?? []) visit(each);
  };
  visit(bom.metadata.component["bom-ref"]);
  const all = bom.components.map((component) => component["bom-ref"]);
  assert.deepEqual(
    all.filter((ref) => !reached.has(ref)),
    [],
  );
  assert.equal(new Set(all).size, all.length);
});

test("the licence of each crate in the module is in the tarball", () => {
  const notices = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const { name, version, purl, hashes } of bom.components) {
    if (!purl?.startsWith("pkg:cargo/") || hashes === undefined) continue;
    const [, text] = notices.split(`\n${name} ${version} (`);
    assert.match(
      text.split("-".repeat(80))[0],
      /Permission is hereby granted|Redistribution and use/,
    );
  }
});
