// webpack with its production defaults, for the browser and for Node.

import path from "node:path";
import { promisify } from "node:util";
import webpack from "webpack";
import { Deviation } from "../lib/deviation.mjs";
import { addPage, nodeReport, nodeVersion, pageReport } from "../lib/programs.mjs";

const version = `webpack ${webpack.version}`;

/** Bundles one fixture to `main.js` in a folder of the output. */
async function build({ log, output, workspace }, target, entry) {
  const folder = path.join(output, target);
  const stats = await promisify(webpack)({
    mode: "production",
    target,
    context: workspace.source,
    entry: workspace.fixture(...entry),
    output: { path: folder, filename: "main.js" },
    performance: false,
  });
  log.write(stats.toString());
  if (stats.hasErrors() || stats.hasWarnings()) {
    throw new Deviation("a build without warnings", stats.toString("errors-warnings"));
  }
  return folder;
}

export default {
  name: "webpack",
  cost: 6,
  rows: {
    web: {
      version: ({ browser }) => `${version}, ${browser.version}`,
      async run(host) {
        const folder = await build(host, "web", ["browser", "main.js"]);
        addPage(host, folder);
        return pageReport(host, "webpack", folder);
      },
    },
    node: {
      environment: true,
      version: () => `${version}, ${nodeVersion()}`,
      run: async (host) =>
        nodeReport(host, await build(host, "node", ["node", "main.mjs"]), "main.js"),
    },
  },
};
