// Runs the tests of a release: `node run.mjs [name…]`, where a name is a test file's without its ending.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2));
