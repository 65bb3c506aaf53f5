// The types of convex-token/next-auth and convex-token/next with both versions of next-auth, in both
// ways of resolving: the callback fits without casts, the session's token has a type.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unpackInto } from "../tools/tarball.mjs";

const here = import.meta.dirname;
const tsc = join(here, "node_modules/typescript/bin/tsc");
const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];

for (const version of [4, 5]) {
  test(`next-auth ${version}: types in both ways of resolving`, () => {
    const project = join(here, `types/next-auth-${version}`);
    const modules = join(project, "node_modules");
    rmSync(modules, { recursive: true, force: true });
    mkdirSync(modules);
    // A project has one next-auth, and it is called that.
    symlinkSync(join(here, `node_modules/next-auth-${version}`), join(modules, "next-auth"));
    unpackInto(project);
    for (const [module, moduleResolution] of [
      ["esnext", "bundler"],
      ["nodenext", "nodenext"],
    ]) {
      const options = {
        module,
        moduleResolution,
        target: "es2022",
        lib: "es2023,dom,dom.iterable",
        types: "node,react",
      };
      const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      const { status, stdout } = spawnSync(
        process.execPath,
        [tsc, ...flags, ...strict, "--noEmit", "--skipLibCheck", "auth.ts"],
        { cwd: project, encoding: "utf8" },
      );
      assert.equal(status, 0, `${moduleResolution}:\n${stdout}`);
    }
  });
}
