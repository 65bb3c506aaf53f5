// Cloudflare Workers: wrangler bundles as it would to deploy, workerd (in miniflare) runs the result.
// WebAssembly must come as a module of its own: nothing in the bundle may compile bytes.

import fs from "node:fs";
import path from "node:path";
import { Miniflare } from "miniflare";
import { assertNoCompilation } from "../lib/bundles.mjs";
import { Deviation } from "../lib/deviation.mjs";
import { program, versionOf } from "../lib/workspace.mjs";

const compatibilityDate = "2026-04-01";

export default {
  name: "workerd",
  cost: 8,
  async prepare({ output, processes, workspace }) {
    const wrangler = program("wrangler", "bin", "wrangler.js");
    const flags = ["--dry-run", "--outdir", output, "--compatibility-date", compatibilityDate];
    const cwd = workspace.fixture("worker");
    const args = [wrangler, "deploy", "worker.mjs", "--name", "host", ...flags];
    await processes.run(process.execPath, args, { cwd });

    const files = fs.readdirSync(output).sort();
    const scripts = files.filter((name) => name.endsWith(".js"));
    const wasm = files.filter((name) => name.endsWith(".wasm"));
    if (scripts.length !== 1 || wasm.length !== 1) {
      throw new Deviation("one script and one .wasm in the bundle", files);
    }
    assertNoCompilation("the Worker", [path.join(output, scripts[0])]);
    return [
      { type: "ESModule", path: path.join(output, scripts[0]) },
      { type: "CompiledWasm", path: path.join(output, wasm[0]) },
    ];
  },
  rows: {
    fetch: {
      version: () => `workerd ${versionOf("workerd")}, wrangler ${versionOf("wrangler")}`,
      async run({ log, output }, modules) {
        const worker = new Miniflare({
          cf: false,
          compatibilityDate,
          host: "127.0.0.1",
          modules,
          modulesRoot: output,
          handleRuntimeStdio(stdout, stderr) {
            for (const stream of [stdout, stderr]) stream.on("data", (text) => log.write(text));
          },
        });
        try {
          const response = await worker.dispatchFetch("http://worker.example/");
          return await response.json();
        } finally {
          await worker.dispose();
        }
      },
    },
  },
};
