// Runs the tests of convex-token/next-auth and convex-token/next: `node run.mjs [name…]`, where a name
// is a test file's without its ending.
import { join } from "node:path";
import { runNodeTests } from "../tools/node-tests.mjs";

const here = import.meta.dirname;
process.exitCode = runNodeTests(here, process.argv.slice(2), {
  timeout: 120_000,
  arguments: ["--import", join(here, "next-resolution.mjs")],
});
