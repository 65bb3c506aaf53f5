// Deno, with no permission but to read the project and the documented environment variables.

import { printedReport } from "../lib/programs.mjs";
import { platformProgram } from "../lib/workspace.mjs";

const deno = () => platformProgram("@deno", "", "deno");
const variables = [
  "CONVEX_AUTH_PRIVATE_KEY",
  "JWT_PRIVATE_KEY",
  "CONVEX_SITE_URL",
  "NEXT_PUBLIC_CONVEX_URL",
  "CONVEX_URL",
];

export default {
  name: "deno",
  cost: 3,
  rows: {
    run: {
      environment: true,
      async version({ processes, output }) {
        const { stdout } = await processes.run(deno(), ["--version"], { cwd: output });
        return `Deno ${stdout.match(/deno (\S+)/)[1]}`;
      },
      run(host) {
        const { workspace } = host;
        const permissions = [`--allow-read=${workspace.alone}`, `--allow-env=${variables}`];
        const flags = ["--no-prompt", "--no-remote", "--node-modules-dir=manual", ...permissions];
        return printedReport(host, deno(), ["run", ...flags, "main.mjs"], {
          cwd: workspace.fixtureAlone("node"),
          env: workspace.environment,
        });
      },
    },
  },
};
