// Proves that the packed tarball works on every kind of host: unpacks it, lets each host run the
// same checks (checks.mjs), judges what they report (lib/judge.mjs), prints one line a row.

import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { findTarball } from "../tools/tarball.mjs";
import { chromiumPath } from "../tools/chromium.mjs";

const help = `Usage: node run.mjs [options] [HOST | HOST/ROW …]

Runs the packed convex-token on every kind of host, or on those that are named.
Install the hosts first, with \`npm ci\` in this folder.

  --tarball PATH   the package (default: $CONVEX_TOKEN_TARBALL, else pkg/convex-token-*.tgz)
  --chromium PATH  the browser (default: $CHROMIUM, else /usr/bin/chromium)
  --jobs N         hosts at once (default: 2)
  --keep           leave the folders of the run, and say where they are
  --list           list the hosts and their rows
  --help           this text`;

const write = (line) => process.stdout.write(`${line}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tarball: { type: "string", default: process.env.CONVEX_TOKEN_TARBALL },
    chromium: { type: "string", default: chromiumPath },
    jobs: { type: "string", default: "2" },
    keep: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  write(help);
} else {
  const hosts = await installedHosts();
  if (values.list) {
    for (const { name, rows } of hosts) write(`${name}: ${Object.keys(rows).join(", ")}`);
  } else {
    const chosen = choose(hosts, positionals);
    const tarball = tarballAt(values.tarball);
    const { runSuite } = await import("./lib/suite.mjs");
    const { chromium, keep } = values;
    const jobs = Math.max(1, Number.parseInt(values.jobs, 10) || 1);
    const passed = await runSuite({ chosen, tarball, chromium, jobs, keep, write });
    process.exitCode = passed ? 0 : 1;
  }
}

/** The table of hosts, which can only be read when they are installed. */
async function installedHosts() {
  try {
    return (await import("./hosts/index.mjs")).hosts;
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return fail(`${error.message}\nRun \`npm ci\` in ${import.meta.dirname} first.`);
  }
}

/** The hosts and rows that the arguments name; all without arguments. */
function choose(hosts, names) {
  const all = hosts.map((host) => ({ host, rowNames: Object.keys(host.rows) }));
  if (names.length === 0) return all;
  const known = all.flatMap(({ host, rowNames }) => [
    host.name,
    ...rowNames.map((row) => `${host.name}/${row}`),
  ]);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) fail(`No such host: ${unknown.join(", ")}. See --list.`);
  return all
    .map(({ host, rowNames }) => ({
      host,
      rowNames: names.includes(host.name)
        ? rowNames
        : rowNames.filter((row) => names.includes(`${host.name}/${row}`)),
    }))
    .filter(({ rowNames }) => rowNames.length > 0);
}

function tarballAt(given) {
  if (given) {
    if (!fs.existsSync(given)) fail(`No tarball at ${given}.`);
    return path.resolve(given);
  }
  try {
    return findTarball();
  } catch (error) {
    return fail(error.message);
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
