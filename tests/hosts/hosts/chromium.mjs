// A browser without a bundler: plain ES modules from a static server, found through an import map.

import fs from "node:fs";
import path from "node:path";

export default {
  name: "chromium",
  cost: 3,
  rows: {
    "import-map": {
      version: ({ browser }) => browser.version,
      async run({ browser, log, workspace }) {
        await browser.start();
        const page = fs.readFileSync(workspace.fixture("import-map", "index.html"), "utf8");
        const entry = path.posix.normalize(defaultEntry(workspace.manifest));
        fs.writeFileSync(path.join(workspace.source, "index.html"), page.replace("ENTRY", entry));
        return browser.report(browser.mount("import-map", workspace.source), log);
      },
    },
  },
};

/** The file of `exports["."]` for a host that has no condition of its own. */
function defaultEntry({ exports }) {
  let target = exports["."];
  while (typeof target !== "string") target = target.import ?? target.default;
  return target;
}
