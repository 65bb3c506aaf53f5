// Tests the examples as people would have them: a copy outside of this tree, installed with the packed
// package, type-checked, built and run against the local stand-in for a Convex deployment.
// `node run.mjs [name…]`, where a name is a test file's without its ending.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2), { timeout: 300_000 });
