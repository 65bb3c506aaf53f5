// Has what the package signs and publishes judged by the independent verifier: `node run.mjs`.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2));
