// The package without WebAssembly SIMD, as scripts/build-portable has left it: `node run.mjs`, after that.
//
// It must make the same keys and tokens of the same random bytes as the package itself (same.test.mjs),
// and pass the tests of tests/package that are about what it does.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { runNodeTests } from "../tools/node-tests.mjs";

const root = join(import.meta.dirname, "../..");
const target = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "portable");
const portable = join(target, "package");
const [peers, tests] = [join(root, "tests/package"), join(target, "tests")];

/** What these say is about one module's bytes, about loading any, or about what is around arithmetic and errors. */
const OTHERS = [
  ...["constant-time.test.mjs", "tarball.test.mjs", "instance.test.mjs", "run.mjs"],
  ...["fuzz.test.mjs", "secrets.test.mjs", "timing.test.mjs"],
  ...["canaries.test.mjs", "every-error.test.mjs"],
];

if (!existsSync(join(portable, "dist/core.wasm"))) {
  throw new Error("There is no package without SIMD: run scripts/build-portable first.");
}

// The tests import "convex-token", which must be the portable one for them.
rmSync(tests, { recursive: true, force: true });
mkdirSync(join(tests, "node_modules"), { recursive: true });
cpSync(join(import.meta.dirname, "same.test.mjs"), join(tests, "same.test.mjs"));
for (const name of readdirSync(peers)) {
  if (name === "node_modules" || OTHERS.includes(name)) continue;
  cpSync(join(peers, name), join(tests, name), { recursive: true });
}
// What they share lies where they look for it.
for (const name of ["tools", "vectors"]) {
  const copy = join(target, name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(root, "tests", name), copy, { recursive: true });
}
symlinkSync(join(peers, "node_modules/jose"), join(tests, "node_modules/jose"));
symlinkSync(portable, join(tests, "node_modules/convex-token"));
process.env.PORTABLE_KEYS = join(root, "tests/vectors/keys");
// The package itself goes beside them, for same.test.mjs.
process.exitCode = runNodeTests(tests, process.argv.slice(2), { project: join(target, "whole") });
