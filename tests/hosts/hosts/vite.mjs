// Vite: a production build for the browser, and two for the server: dependencies left in
// node_modules, which is Vite's default, and bundled (`ssr.noExternal`).

import fs from "node:fs";
import path from "node:path";
import { nodeReport, nodeVersion, pageReport } from "../lib/programs.mjs";
import { program, versionOf } from "../lib/workspace.mjs";

const version = () => `Vite ${versionOf("vite")}`;

function build({ processes, workspace }, outDir, args = [], env = {}) {
  const vite = program("vite", "bin", "vite.js");
  const all = [vite, "build", "--outDir", outDir, "--emptyOutDir", ...args];
  return processes.run(process.execPath, all, { cwd: workspace.fixture("vite"), env });
}

export default {
  name: "vite",
  cost: 8,
  rows: {
    browser: {
      version: ({ browser }) => `${version()}, ${browser.version}`,
      async run(host) {
        const folder = path.join(host.output, "browser");
        await build(host, folder);
        return pageReport(host, "vite", folder);
      },
    },
    ssr: {
      environment: true,
      version: () => `${version()}, ${nodeVersion()}`,
      async run(host) {
        // Inside the project, where Node finds node_modules.
        const folder = host.workspace.fixture("vite", "dist");
        await build(host, folder, ["--ssr", "server.mjs"]);
        return nodeReport(host, folder, "server.js");
      },
    },
    "ssr-bundled": {
      environment: true,
      version: () => `${version()}, ${nodeVersion()}`,
      async run(host) {
        const folder = path.join(host.output, "ssr");
        await build(host, folder, ["--ssr", "server.mjs"], { HOST_BUNDLE_ALL: "1" });
        fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
        return nodeReport(host, folder, "server.js");
      },
    },
  },
};
