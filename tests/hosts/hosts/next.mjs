// Next.js, the same app built with Turbopack and with webpack: a route handler on Node, one on the
// edge runtime, a server component, `proxy.ts`, and a client component in Chromium.

import fs from "node:fs";
import path from "node:path";
import { assertNoCompilation } from "../lib/bundles.mjs";
import { Deviation } from "../lib/deviation.mjs";
import { freePort } from "../../tools/free-port.mjs";
import { program, root, versionOf } from "../lib/workspace.mjs";

const next = () => program("next", "dist", "bin", "next");

function nextHost(name, bundler) {
  const version = () => `Next.js ${versionOf("next")}`;
  return {
    name,
    cost: 30,
    async prepare({ processes, workspace }) {
      // A copy an app: the two builds run at the same time.
      const folder = workspace.fixture(name);
      fs.cpSync(workspace.fixture("next"), folder, { recursive: true });
      const env = { HOSTS_ROOT: root, HOST_TYPE_CHECK: bundler === "turbopack" ? "1" : "0" };
      await processes.run(process.execPath, [next(), "build", `--${bundler}`], {
        cwd: folder,
        env,
      });
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const args = [next(), "start", "--hostname", "127.0.0.1", "--port", `${port}`];
      await processes.serve(process.execPath, args, {
        cwd: folder,
        env: { ...env, ...workspace.environment },
        url: `${url}/`,
      });
      return { folder, url };
    },
    rows: {
      route: { environment: true, version, run: (_, { url }) => fetchReport(`${url}/api/node`) },
      edge: {
        environment: true,
        version,
        run(_, { folder, url }) {
          checkEdgeBundle(folder);
          return fetchReport(`${url}/api/edge`);
        },
      },
      component: {
        environment: true,
        version,
        async run(_, { url }) {
          const html = await fetchText(`${url}/component`);
          const [, encoded] = html.match(/<pre id="report">([^<]+)</) ?? [];
          if (!encoded) throw new Deviation("a report in the page", html);
          return JSON.parse(Buffer.from(encoded, "base64").toString());
        },
      },
      proxy: { environment: true, version, run: (_, { url }) => fetchReport(`${url}/proxy`) },
      client: {
        version: ({ browser }) => `${version()}, ${browser.version}`,
        async run({ browser, log }, { url }) {
          await browser.start();
          return browser.report(`${url}/client`, log);
        },
      },
    },
  };
}

/** The edge function must carry WebAssembly as a module: compiling bytes is forbidden there. */
function checkEdgeBundle(folder) {
  const build = path.join(folder, ".next");
  const manifest = path.join(build, "server", "middleware-manifest.json");
  const { functions } = JSON.parse(fs.readFileSync(manifest, "utf8"));
  const { files = [], wasm = [] } = functions["/api/edge/route"] ?? {};
  if (wasm.length !== 1) {
    throw new Deviation("one WebAssembly module of the edge route", wasm.length);
  }
  const scripts = files
    .filter((name) => name.endsWith(".js"))
    .map((name) => path.join(build, name));
  if (scripts.length === 0) throw new Deviation("scripts of the edge route", "none");
  assertNoCompilation("the edge route", scripts);
}

const fetchReport = async (url) => JSON.parse(await fetchText(url));

async function fetchText(url) {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) {
    throw new Deviation(`status 200 of ${url}`, `${response.status}: ${text.slice(0, 900)}`);
  }
  return text;
}

export const nextTurbopack = nextHost("next-turbopack", "turbopack");
export const nextWebpack = nextHost("next-webpack", "webpack");
