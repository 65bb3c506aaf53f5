// Runs the tests of `npx convex-token doctor`: `node run.mjs [name…]`.
import { runCommandTests } from "../tools/node-tests.mjs";

process.exitCode = await runCommandTests(import.meta.dirname, process.argv.slice(2), {
  timeout: 120_000,
  errors: { table: "cli/doctor/errors.ts" },
  arguments: ["--test-concurrency=2"],
});
