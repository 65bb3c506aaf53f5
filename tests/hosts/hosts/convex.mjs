// Convex: the real `convex deploy` bundles the functions and writes the request that it would push
// (`--write-push-request`), so this is Convex's own bundler to the last option. The modules of the
// default runtime then run in a context that has only what that runtime has; those of "use node" in
// Node, outside of the tree.

import fs from "node:fs";
import path from "node:path";
import { Deviation } from "../lib/deviation.mjs";
import { nodeReport, nodeVersion } from "../lib/programs.mjs";
import { program, versionOf } from "../lib/workspace.mjs";

/** Never reached: the request is written to a file instead. */
const deployment = {
  CONVEX_SELF_HOSTED_URL: "http://127.0.0.1:9",
  CONVEX_SELF_HOSTED_ADMIN_KEY: "none",
};

/** Run where it is, beside what it imports: the modules that it runs see nothing of the tree. */
const isolateProgram = path.join(import.meta.dirname, "../fixtures/convex-runtime/isolate.mjs");

export default {
  name: "convex",
  cost: 4,
  async prepare({ output, processes, workspace }) {
    const request = path.join(output, "push");
    const flags = ["--typecheck=disable", "--codegen=disable", "--push-all-modules"];
    const args = [program("convex", "bin", "main.js"), "deploy", ...flags];
    await processes.run(process.execPath, [...args, "--write-push-request", request], {
      cwd: workspace.fixture("convex"),
      env: deployment,
    });
    const { appDefinition } = JSON.parse(fs.readFileSync(`${request}.json`, "utf8"));
    const folders = {};
    for (const environment of ["isolate", "node"]) {
      const modules = appDefinition.changedModules.filter((m) => m.environment === environment);
      folders[environment] = writeModules(path.join(output, environment), modules);
    }
    return folders;
  },
  rows: {
    isolate: {
      environment: true,
      version: () => `convex ${versionOf("convex")}, default runtime`,
      run(host, { isolate }) {
        const flags = ["--experimental-vm-modules", "--no-warnings"];
        const args = [path.join(isolate, "signing.js")];
        return nodeReport(host, isolate, isolateProgram, { args, flags });
      },
    },
    node: {
      environment: true,
      version: () => `convex ${versionOf("convex")}, "use node", ${nodeVersion()}`,
      async run(host, { node }) {
        const args = [path.join(node, "signingNode.js")];
        return nodeReport(host, host.workspace.fixture("convex-runtime"), "node.mjs", { args });
      },
    },
  },
};

function writeModules(folder, modules) {
  if (modules.length === 0) throw new Deviation(`modules for ${folder}`, "none");
  for (const { path: name, source } of modules) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, source);
  }
  fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
  return folder;
}
