// TypeScript: the declarations in the tarball, under both ways of resolving modules. Nothing is
// skipped (`skipLibCheck` is off), so that a declaration that does not hold together is found.

import { program, versionOf } from "../lib/workspace.mjs";

function row(...args) {
  return {
    reports: false,
    version: () => `TypeScript ${versionOf("typescript")}`,
    async run({ processes, workspace }) {
      const tsc = program("typescript", "bin", "tsc");
      await processes.run(process.execPath, [tsc, "--project", ".", ...args], {
        cwd: workspace.fixture("types"),
      });
    },
  };
}

export default {
  name: "typescript",
  cost: 3,
  rows: {
    bundler: row(),
    nodenext: row("--module", "nodenext", "--moduleResolution", "nodenext"),
  },
};
