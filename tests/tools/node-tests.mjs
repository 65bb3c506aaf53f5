// Runs a folder's `*.test.mjs` against the packed package with Node's own test runner.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { demandEachRow } from "./provoked.mjs";
import { unpackInto } from "./tarball.mjs";

/** What the package reads from the environment, and its hosts too: the tests set those they need. */
const variables =
  /^(CONVEX_|NEXT_PUBLIC_CONVEX_|NEXTAUTH_|AUTH_|JWT_PRIVATE_KEY$|JWKS$|SITE_URL$|VERCEL$)/;

/**
 * Unpacks the package into the folder's node_modules, or a project's, and runs the folder's tests, all
 * or those whose names (without `.test.mjs`) are given. Returns the exit status.
 */
export function runNodeTests(
  folder,
  names = [],
  { project = folder, timeout = 60_000, arguments: more = [], environment: extra = {} } = {},
) {
  unpackInto(project);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".test.mjs"))
    .filter((name) => names.length === 0 || names.includes(name.slice(0, -".test.mjs".length)))
    .map((name) => join(folder, name));
  if (files.length === 0) throw new Error(`There is no such test in ${folder}.`);
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !variables.test(name)),
  );
  const { status } = spawnSync(
    process.execPath,
    ["--test", `--test-timeout=${timeout}`, "--test-reporter=spec", ...more, ...files],
    { cwd: folder, env: { ...environment, ...extra }, stdio: "inherit" },
  );
  return status ?? 1;
}

/**
 * The same for a suite of the command line. Where all of its tests run, a row of its table of errors that no
 * command comes to is a failure as well: see `demandEachRow`.
 */
export function runCommandTests(folder, names, { errors, ...options }) {
  const run = (environment) => runNodeTests(folder, names, { ...options, environment });
  return names.length === 0 ? demandEachRow(errors, run) : run({});
}
