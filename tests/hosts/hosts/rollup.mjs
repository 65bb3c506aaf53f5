// Rollup with the one plugin that it needs to find packages.

import path from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import { rollup, VERSION } from "rollup";
import { Deviation } from "../lib/deviation.mjs";
import { nodeReport, nodeVersion } from "../lib/programs.mjs";

export default {
  name: "rollup",
  cost: 3,
  rows: {
    node: {
      environment: true,
      version: () => `Rollup ${VERSION}, ${nodeVersion()}`,
      async run(host) {
        const bundle = await rollup({
          input: host.workspace.fixture("node", "main.mjs"),
          plugins: [nodeResolve()],
          onwarn(warning) {
            throw new Deviation("a build without warnings", warning.message);
          },
        });
        await bundle.write({ file: path.join(host.output, "main.mjs"), format: "es" });
        await bundle.close();
        return nodeReport(host, host.output, "main.mjs");
      },
    },
  },
};
