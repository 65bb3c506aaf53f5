// One run of the suite: two hosts at a time, each prepared, its rows run one after the other, judged,
// and ended; then the summary. Whatever happens, processes are ended and folders removed.

import { Browser } from "./browser.mjs";
import { explain } from "./deviation.mjs";
import { judge } from "./judge.mjs";
import { Log, Processes, within } from "./process.mjs";
import { printCount, printFailures, printTable } from "./table.mjs";
import { Workspace } from "./workspace.mjs";

const prepareLimit = 240_000;
const rowLimit = 60_000;

/**
 * @param {object} options
 * @param {{ host: any, rowNames: string[] }[]} options.chosen
 * @param {string} options.tarball
 * @param {string} options.chromium the browser's program
 * @param {number} options.jobs hosts at once
 * @param {boolean} options.keep leave the folders of the run
 * @param {(line: string) => void} options.write
 * @returns {Promise<boolean>} whether all rows passed
 */
export async function runSuite({ chosen, tarball, chromium, jobs, keep, write }) {
  const workspace = new Workspace(tarball);
  const browser = new Browser(chromium);
  // The slowest first, so that none of them is left over at the end.
  const queue = [...chosen].sort((a, b) => (b.host.cost ?? 0) - (a.host.cost ?? 0));
  const active = new Set();
  let stopped;
  const stop = async () => {
    queue.length = 0;
    for (const processes of active) processes.end();
    await browser.stop();
    if (keep) write(`\nKept: ${workspace.source} and ${workspace.output}`);
    else workspace.remove();
  };
  const cleanUp = () => (stopped ??= stop());
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => cleanUp().finally(() => process.exit(130)));
  }

  try {
    write(`${workspace.describe()}; ${chosen.length} hosts\n`);
    const started = Date.now();
    const results = new Map();
    const worker = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const rows = await runHost(next, { workspace, browser, active });
        results.set(next.host, rows);
        if (stopped) return;
        for (const row of rows) write(`${row.problems.length ? "FAILED" : "ok    "} ${row.name}`);
      }
    };
    await Promise.all(Array.from({ length: jobs }, worker));
    if (stopped) return false;

    const rows = chosen.flatMap(({ host }) => results.get(host));
    checkDistinctKeys(rows);
    printFailures(rows, write);
    printTable(rows, write);
    write(`\n${((Date.now() - started) / 1000).toFixed(0)} s`);
    return printCount(rows, write);
  } finally {
    await cleanUp();
  }
}

/** Prepares a host (a build, a server), runs its rows one after the other, and ends it. */
async function runHost({ host, rowNames }, { workspace, browser, active }) {
  const log = new Log();
  const processes = new Processes({ log, home: workspace.outputFolder(`home-${host.name}`) });
  const context = {
    browser,
    log,
    output: workspace.outputFolder(host.name),
    processes,
    workspace,
  };
  active.add(processes);
  const rows = rowNames.map((name) => newRow(host, name));
  try {
    const began = performance.now();
    const state = host.prepare && (await within(prepareLimit, "the build", host.prepare(context)));
    if (host.prepare) rows[0].buildMs = Math.round(performance.now() - began);
    for (const row of rows) await runRow(row, context, state);
  } catch (error) {
    rows[0].problems.push(explain(error));
    rows[0].log = log.tail();
    for (const row of rows.slice(1)) row.problems.push(`did not run: see ${rows[0].name}`);
  } finally {
    processes.end();
    active.delete(processes);
  }
  return rows;
}

function newRow(host, name) {
  const definition = host.rows[name];
  return { name: `${host.name}/${name}`, definition, version: "", problems: [] };
}

async function runRow(row, context, state) {
  const { definition } = row;
  const { log } = context;
  const logStart = log.length;
  const began = performance.now();
  try {
    const outcome = await within(rowLimit, "the report", definition.run(context, state));
    if (definition.reports !== false) {
      row.outcome = outcome;
      const expected = { ...definition, input: context.workspace.input };
      row.problems.push(...(await judge(outcome, expected)));
    }
  } catch (error) {
    row.problems.push(explain(error));
  }
  row.runMs = Math.round(performance.now() - began);
  try {
    row.version = await definition.version(context);
  } catch (error) {
    row.problems.push(`version: ${explain(error)}`);
  }
  if (row.problems.length > 0) row.log = log.tail(logStart);
}

/** Keys must be new on every host: a build that ran the package ahead of time would repeat them. */
function checkDistinctKeys(rows) {
  const seen = new Map();
  for (const row of rows) {
    for (const algorithm of ["ES256", "EdDSA"]) {
      const kid = row.outcome?.report?.[algorithm]?.value?.generated?.kid;
      if (kid && seen.has(kid)) {
        row.problems.push(`${algorithm}: expected a new key, found that of ${seen.get(kid)}`);
      }
      seen.set(kid, row.name);
    }
  }
}
