// Node.js: `import` and `require()` of the same ES modules. One row makes the RSA key too.

import { nodeReport, nodeVersion } from "../lib/programs.mjs";

export default {
  name: "node",
  cost: 3,
  rows: {
    import: {
      environment: true,
      generateRsa: true,
      version: nodeVersion,
      run: (host) =>
        nodeReport(host, host.workspace.fixtureAlone("node"), "main.mjs", {
          args: ["--generate-rsa"],
        }),
    },
    require: {
      environment: true,
      version: nodeVersion,
      run: (host) => nodeReport(host, host.workspace.fixtureAlone("node"), "main.cjs"),
    },
  },
};
