// Builds examples/nextjs-authjs and drives it in Chromium: `node run.mjs`. With SCREENSHOTS=FOLDER
// it leaves pictures there.
import { runNodeTests } from "../tools/node-tests.mjs";

process.exitCode = runNodeTests(import.meta.dirname, process.argv.slice(2), { timeout: 240_000 });
