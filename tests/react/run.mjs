// Runs the tests with React 18 and with React 19: `node run.mjs [name…]`, where a name is a test
// file's without its ending. With REACT_VERSION=18 or 19 in the environment, with that one only.
import { join } from "node:path";
import { runNodeTests } from "../tools/node-tests.mjs";
import { unpackInto } from "../tools/tarball.mjs";

// The stand-in for a deployment bundles functions that import the package.
unpackInto(join(import.meta.dirname, "../local-convex"));
const hook = join(import.meta.dirname, "lib/react-version.mjs");
const versions = process.env.REACT_VERSION ? [process.env.REACT_VERSION] : ["18", "19"];
for (const version of versions) {
  console.log(`React ${version}`);
  process.env.REACT_VERSION = version;
  const status = runNodeTests(import.meta.dirname, process.argv.slice(2), {
    project: join(import.meta.dirname, `react-${version}`),
    timeout: 240_000,
    // They wait more than they work.
    arguments: ["--import", hook, "--test-concurrency=6"],
  });
  process.exitCode ||= status;
}
