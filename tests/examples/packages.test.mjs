import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { findTarball } from "../tools/tarball.mjs";
import { examples } from "./example.mjs";

const names = readdirSync(examples);
const read = (name, file) => JSON.parse(readFileSync(join(examples, name, file), "utf8"));

test("each example has a test", () => {
  const missing = names.filter(
    (name) => !existsSync(join(import.meta.dirname, `${name}.test.mjs`)),
  );
  assert.deepEqual(missing, []);
});

test("versions are exact, but for the package, which is the one that was built", () => {
  for (const name of names) {
    const { dependencies, devDependencies } = read(name, "package.json");
    const { "convex-token": own, ...others } = { ...dependencies, ...devDependencies };
    assert.equal(own, `file:../../pkg/${basename(findTarball())}`, name);
    for (const version of Object.values(others)) assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

test("each example has the scripts that its README names", () => {
  for (const name of names) {
    const { scripts } = read(name, "package.json");
    for (const script of ["dev", "build", "start", "typecheck"]) assert.ok(scripts[script], name);
    const readme = readFileSync(join(examples, name, "README.md"), "utf8");
    for (const [, script] of readme.matchAll(/npm (?:run )?(start|setup|dev|build)/g)) {
      assert.ok(scripts[script], `${name}: npm run ${script}`);
    }
    for (const [, file] of readme.matchAll(/^\| `([^`]+\.\w+)`/gm)) {
      assert.ok(existsSync(join(examples, name, file)), `${name}: ${file}`);
    }
  }
});

test("a lock file takes each build of the package", () => {
  for (const name of names) {
    const { integrity } = read(name, "package-lock.json").packages["node_modules/convex-token"];
    assert.equal(integrity, undefined, `${name}: npm would refuse the next build`);
  }

  const folder = mkdtempSync(join(tmpdir(), "convex-token-lock-"));
  try {
    const project = join(folder, "examples/api-key");
    mkdirSync(project, { recursive: true });
    mkdirSync(join(folder, "pkg"));
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
      cpSync(join(examples, "api-key", file), join(project, file));
    }
    const tarball = join(folder, "pkg", basename(findTarball()));
    const install = () => {
      execFileSync("npm", ["ci", "--prefer-offline", "--loglevel=error"], { cwd: project });
      return readFileSync(join(project, "node_modules/convex-token/LICENSE"), "utf8");
    };
    cpSync(findTarball(), tarball);
    assert.match(install(), /MIT/);

    execFileSync("tar", ["-xzf", tarball, "-C", folder]);
    writeFileSync(join(folder, "package/LICENSE"), "other\n");
    execFileSync("tar", ["-czf", tarball, "-C", folder, "package"]);
    assert.equal(install(), "other\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
