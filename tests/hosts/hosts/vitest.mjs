// Vitest in its Node environment, where people test the code that signs.

import fs from "node:fs";
import path from "node:path";
import { program, versionOf } from "../lib/workspace.mjs";

export default {
  name: "vitest",
  cost: 5,
  rows: {
    node: {
      environment: true,
      version: () => `Vitest ${versionOf("vitest")}`,
      async run({ output, processes, workspace }) {
        const report = path.join(output, "report.json");
        await processes.run(process.execPath, [program("vitest", "vitest.mjs"), "run"], {
          cwd: workspace.fixture("vitest"),
          env: { ...workspace.environment, HOST_REPORT: report },
        });
        return JSON.parse(fs.readFileSync(report, "utf8"));
      },
    },
  },
};
