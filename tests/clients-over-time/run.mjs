// Runs the tests: `node run.mjs [name…]`, where a name is a test file's without its ending.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2), {
  timeout: 240_000,
  arguments: ["--test-concurrency=2"],
});
