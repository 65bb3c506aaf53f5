// esbuild: one script for the browser, ES modules and CommonJS for Node.

import path from "node:path";
import * as esbuild from "esbuild";
import { Deviation } from "../lib/deviation.mjs";
import { addPage, nodeReport, nodeVersion, pageReport } from "../lib/programs.mjs";

const version = `esbuild ${esbuild.version}`;

/** Bundles one fixture to `file` in a folder of the output. */
async function build({ output, workspace }, entry, file, options) {
  const folder = path.join(output, options.format);
  const { warnings } = await esbuild.build({
    absWorkingDir: workspace.source,
    entryPoints: [workspace.fixture(...entry)],
    outfile: path.join(folder, file),
    bundle: true,
    minify: true,
    logLevel: "silent",
    ...options,
  });
  if (warnings.length > 0) {
    throw new Deviation("a build without warnings", JSON.stringify(warnings));
  }
  return folder;
}

function nodeRow(format, file) {
  return {
    environment: true,
    version: () => `${version}, ${nodeVersion()}`,
    async run(host) {
      const folder = await build(host, ["node", "main.mjs"], file, { format, platform: "node" });
      return nodeReport(host, folder, file);
    },
  };
}

export default {
  name: "esbuild",
  cost: 3,
  rows: {
    browser: {
      version: ({ browser }) => `${version}, ${browser.version}`,
      async run(host) {
        const options = { format: "iife", platform: "browser" };
        const folder = await build(host, ["browser", "main.js"], "main.js", options);
        addPage(host, folder);
        return pageReport(host, "esbuild", folder);
      },
    },
    "node-esm": nodeRow("esm", "main.mjs"),
    "node-cjs": nodeRow("cjs", "main.cjs"),
  },
};
