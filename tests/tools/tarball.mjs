// The packed package, for tests: found in pkg/, unpacked where a project would have it installed.
//
// It is unpacked rather than installed, so that lock files stay as they are: its bytes change with
// every build.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const built = join(import.meta.dirname, "../../pkg");

/** The path of the one tarball that scripts/build left. */
export function findTarball() {
  const found = existsSync(built)
    ? readdirSync(built).filter((name) => /^convex-token-.*\.tgz$/.test(name))
    : [];
  if (found.length !== 1) {
    throw new Error(`There are ${found.length} packed packages in pkg/: run scripts/build first.`);
  }
  return join(built, found[0]);
}

/** Puts the package into a project's node_modules, in place of one that is there. */
export function unpackInto(project, tarball = findTarball()) {
  const installed = join(project, "node_modules/convex-token");
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
  return installed;
}
