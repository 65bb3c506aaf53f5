// Runs the tests of the command line: `node run.mjs [name…]`. With UPDATE_EXPECTED=1 the diffs of
// projects/ are written anew from what `init` shows; look at what changed before committing it.
import { runCommandTests } from "../tools/node-tests.mjs";

process.exitCode = await runCommandTests(import.meta.dirname, process.argv.slice(2), {
  timeout: 240_000,
  errors: { table: "cli/errors.ts" },
  arguments: ["--test-concurrency=2"],
});
