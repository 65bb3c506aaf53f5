// Runs the tests of `npx convex-token doctor`: `node run.mjs [name…]`.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2), {
  timeout: 120_000,
  arguments: ["--test-concurrency=2"],
});
