// Runs the tests of `convex-token/convex` inside Convex functions: `node run.mjs [name…]`, where a name is a
// test file's without its ending. The functions run in the stand-in of tests/local-convex, bundled by
// Convex's own CLI.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2), { timeout: 120_000 });
