// The declarations, as projects compile against them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

const { dirname } = import.meta;
const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");

/** Compiles the folder `types`, put where the packages of this version of React are found. */
function compile(compilerOptions) {
  const folder = mkdtempSync(join(dirname, `react-${process.env.REACT_VERSION}/types-`));
  try {
    cpSync(join(dirname, "types"), folder, { recursive: true });
    const common = {
      strict: true,
      noEmit: true,
      jsx: "react-jsx",
      lib: ["es2022", "dom"],
      types: [],
    };
    // Next-auth's own declarations need those of packages that are not needed here.
    const options = { ...common, skipLibCheck: true, target: "es2022", ...compilerOptions };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options }));
    execFileSync(process.execPath, [tsc, "--project", folder], { encoding: "utf8" });
    return "";
  } catch (error) {
    return error.stdout || String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("compiles as bundlers resolve", () => {
  assert.equal(compile({ module: "esnext", moduleResolution: "bundler" }), "");
});

test("compiles as Node resolves, with exact optional properties", () => {
  assert.equal(compile({ module: "nodenext", exactOptionalPropertyTypes: true }), "");
});
