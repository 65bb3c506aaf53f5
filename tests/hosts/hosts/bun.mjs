// Bun, with its own resolver and its own JavaScript engine (JavaScriptCore).

import { printedReport } from "../lib/programs.mjs";
import { platformProgram } from "../lib/workspace.mjs";

const bun = () => platformProgram("@oven", "bun-", "bin/bun");

export default {
  name: "bun",
  cost: 2,
  rows: {
    run: {
      environment: true,
      async version({ processes, output }) {
        const { stdout } = await processes.run(bun(), ["--version"], { cwd: output });
        return `Bun ${stdout.trim()}`;
      },
      run(host) {
        const { workspace } = host;
        return printedReport(host, bun(), ["--no-install", "run", "main.mjs"], {
          cwd: workspace.fixtureAlone("node"),
          env: workspace.environment,
        });
      },
    },
  },
};
