// Runs the tests of the packed tarball in Node: `node run.mjs [name…]`, where a name is a test file's
// without its ending. Unpacks the tarball into node_modules/convex-token first, so that the lock file
// stays as it is.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "../../pkg");
const tarballs = existsSync(built)
  ? readdirSync(built).filter((name) => name.endsWith(".tgz"))
  : [];
if (tarballs.length !== 1) {
  console.error("There is no packed package: run scripts/build first.");
  process.exit(1);
}
const installed = join(here, "node_modules/convex-token");
rmSync(installed, { recursive: true, force: true });
mkdirSync(installed, { recursive: true });
const unpack = ["-xzf", join(built, tarballs[0]), "--strip-components=1", "-C", installed];
execFileSync("tar", unpack);

// The tests set those that they need.
const variables = [
  "CONVEX_AUTH_PRIVATE_KEY",
  "JWT_PRIVATE_KEY",
  "CONVEX_SITE_URL",
  "NEXT_PUBLIC_CONVEX_URL",
  "CONVEX_URL",
];
const names = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => names.length === 0 || names.includes(name.slice(0, -".test.mjs".length)))
  .map((name) => join(here, name));
const environment = { ...process.env };
for (const name of variables) delete environment[name];
const { status } = spawnSync(
  process.execPath,
  ["--test", "--test-timeout=60000", "--test-reporter=spec", ...files],
  {
    cwd: here,
    env: environment,
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
