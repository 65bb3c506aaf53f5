// The main rows on every kind of host, beside jose on the same one. The hosts are those of tests/hosts.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { launchOptions } from "../../tests/tools/chromium.mjs";
import { dist, keysOf, kinds, root } from "../lib/package.mjs";

export const name = "hosts";

const suite = join(root, "tests/hosts");
const require = createRequire(join(suite, "package.json"));
const installed = async (module) => {
  const found = await import(pathToFileURL(require.resolve(module)));
  return found.default ?? found;
};
const run = promisify(execFile);

const hosts = { node, deno, bun, chromium, workerd };

export async function* rows({ quick, words, say }) {
  const [first] = words.filter((word) => word in hosts);
  const chosen = Object.keys(hosts).filter((host) => !first || words.includes(host));
  install();
  const folder = mkdtempSync(join(tmpdir(), "convex-token-benches-"));
  try {
    const bundled = await bundle(folder);
    const options = { rounds: quick ? 7 : 15, least: 20, budget: 6000 };
    for (const host of chosen) {
      let found;
      try {
        found = await hosts[host](bundled, options);
      } catch (error) {
        say(`${host} is left out: ${error.message}`);
        continue;
      }
      for (const [key, samples] of Object.entries(found.samples)) {
        yield* rowsOf(key, samples, found.version);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* rowsOf(key, samples, host) {
  const row = (what, ours, ...peers) => {
    const compare = peers.map((peer) => ({ ours, peer }));
    const shown = Object.fromEntries([ours, ...peers].map((who) => [who, samples[who]]));
    return { what: `${what} ${key}`, host, samples: shown, compare };
  };
  yield row("sign", "issuer.sign", "jose, importPKCS8 per call", "jose, key cached");
  yield row("verify", "verifyConvexToken", "jose verify, key cached");
  yield row("hand out", "issuer.token, claims unchanged", "jose, key cached");
}

function install() {
  if (existsSync(join(suite, "node_modules/miniflare"))) return;
  const { status } = spawnSync("npm", ["ci"], { cwd: suite, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("tests/hosts could not be installed");
}

function installedProgram(scope, prefix, file) {
  const folder = join(suite, "node_modules", scope);
  const found = readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(folder, name, file))
    .find((name) => existsSync(name));
  if (found === undefined) throw new Error(`${folder} has no ${file}`);
  return found;
}

/** One file a kind of host, with the package, jose and the keys inside. */
async function bundle(folder) {
  const { build } = await installed("esbuild");
  const keys = kinds
    .filter(({ main }) => main)
    .map((kind) => {
      const { pem, publicPem, kid, jwks } = keysOf(kind);
      return { name: kind.name, algorithm: kind.algorithm, pem, publicPem, kid, jwks };
    });
  const keysFile = join(folder, "keys.json");
  writeFileSync(keysFile, JSON.stringify(keys));
  const make = (entry, loader) =>
    build({
      entryPoints: [join(import.meta.dirname, "../hosts", entry)],
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
      target: "esnext",
      platform: "neutral",
      mainFields: ["module", "main"],
      alias: { "bench-keys": keysFile, "convex-token": join(dist, loader) },
      external: ["*.wasm"],
      logLevel: "error",
    });
  await make("program.mjs", "index.js");
  await make("in-turns.mjs", "index.js");
  await make("worker.mjs", "index.workerd.js");
  return folder;
}

// ---- The hosts: each gives its version and `{ key: { contender: [ms, …] } }` ----------------------

function node(folder, options) {
  return program(`Node.js ${process.versions.node}`, process.execPath, [], folder, options);
}

async function deno(folder, options) {
  const deno = installedProgram("@deno", "", "deno");
  const version = execFileSync(deno, ["--version"], { encoding: "utf8" }).match(/deno (\S+)/)[1];
  return program(`Deno ${version}`, deno, ["run", "--no-prompt"], folder, options);
}

async function bun(folder, options) {
  const bun = installedProgram("@oven", "bun-", "bin/bun");
  const version = execFileSync(bun, ["--version"], { encoding: "utf8" }).trim();
  return program(`Bun ${version}`, bun, ["run"], folder, options);
}

async function program(version, command, flags, folder, options) {
  const given = [...flags, join(folder, "program.mjs"), JSON.stringify(options)];
  const { stdout } = await run(command, given, { cwd: folder, timeout: 120_000 });
  return { version, samples: JSON.parse(stdout) };
}

async function chromium(folder, options) {
  const { chromium } = await installed("playwright-core");
  const file = readFileSync(join(folder, "in-turns.mjs"));
  const server = createServer((request, response) => {
    const script = request.url === "/in-turns.mjs";
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    // With these a page gets the finer clock.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.end(script ? file : "<!doctype html>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const samples = await page.evaluate(async (options) => {
      const { measure } = await import("/in-turns.mjs");
      return measure(options);
    }, options);
    return { version: `Chromium ${browser.version().split(".")[0]}`, samples };
  } finally {
    await browser.close();
    server.close();
  }
}

async function workerd(folder, options) {
  const { Miniflare } = await installed("miniflare");
  const worker = new Miniflare({
    cf: false,
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, "worker.mjs") },
      {
        type: "CompiledWasm",
        path: join(folder, "core.wasm"),
        contents: readFileSync(join(dist, "core.wasm")),
      },
    ],
  });
  const ask = async (query) => {
    const response = await worker.dispatchFetch(
      `http://worker.example/?${new URLSearchParams(query)}`,
    );
    if (!response.ok) throw new Error(await response.text());
    return response;
  };
  try {
    const samples = {};
    for (const { name: key } of kinds.filter(({ main }) => main)) {
      const names = await (await ask({ key })).json();
      samples[key] = await byRequests(names, (query) => ask({ key, ...query }), options);
    }
    const { version } = require("workerd/package.json");
    return { version: `workerd ${version}`, samples };
  } finally {
    await worker.dispose();
  }
}

/** Rounds timed from outside: the time of an empty request is not theirs. */
async function byRequests(names, ask, { rounds, least, budget }) {
  const time = async (contender, calls) => {
    const started = performance.now();
    await ask({ contender, calls });
    return performance.now() - started;
  };
  const calls = {};
  for (const name of names) {
    for (let count = 1, elapsed = 0; elapsed < least; count *= 4) {
      elapsed = await time(name, count);
      calls[name] = Math.ceil((count * 2 * least) / elapsed);
    }
  }
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const started = performance.now();
  for (let round = 0; round < rounds && performance.now() - started < budget; round += 1) {
    for (const name of names) {
      const empty = await time(name, 0);
      samples[name].push(((await time(name, calls[name])) - empty) / calls[name]);
    }
  }
  return samples;
}
