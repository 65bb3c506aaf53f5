// Ours beside everything that is used for the same: `node benches/run.mjs`, after scripts/build.
//
//   --quick          fewer rounds, RSA of 2048 bits alone, no other hosts
//   --rows A,B       some rows: sign, verify, keys, start-up, size, memory, hosts, or a word of theirs
//                    (EdDSA), or both
//   --hosts          the rows of the other hosts alone: the same as --rows hosts
//   --json FILE      what was measured, for other programs
//   --chart FILE     the chart of the main rows, where all of them ran
//
// A run of everything leaves results.md, results.json and results.svg in this folder. A second one of the
// same build goes beside the first: it is the two medians that are judged.
//
// Everybody takes turns in one process, so that the ratios hold whatever the machine does meanwhile.
// Absolute times are this machine's.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chart } from "./lib/chart.mjs";
import { keepRun, summary } from "./lib/results.mjs";
import { details, document, table } from "./lib/table.mjs";

const here = import.meta.dirname;
const groups = ["sign", "verify", "keys", "start-up", "size", "memory", "hosts"];
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    hosts: { type: "boolean", default: false },
    json: { type: "string" },
    chart: { type: "string" },
  },
});
if (!existsSync(join(here, "../pkg/dist/index.js"))) {
  console.error("There is no pkg/: run scripts/build first.");
  process.exit(1);
}
if (!existsSync(join(here, "node_modules/.package-lock.json"))) {
  const { status } = spawnSync("npm", ["install"], { cwd: here, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(1);
}

const wanted = values.hosts ? ["hosts"] : (values.rows?.split(",") ?? []);
const named = groups.filter((group) => wanted.includes(group));
const words = wanted.filter((word) => !groups.includes(word));
const everything = wanted.length === 0 && !values.quick;
const usual = values.quick ? groups.filter((group) => group !== "hosts") : groups;
const options = { quick: values.quick, rounds: values.quick ? 9 : 31, words };

const started = performance.now();
const say = (text) =>
  console.error(
    `· ${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${text}`,
  );

const rows = [];
let said;
for (const group of named.length > 0 ? named : usual) {
  say(`${group} …`);
  const module = await import(`./rows/${group}.mjs`);
  for await (const row of module.rows({ ...options, say })) {
    rows.push(summary(row));
    const label = row.host ?? row.what;
    if (label !== said) say(label);
    said = label;
  }
}

const run = { rows };
console.log(details(run));
console.log(table([run]));
if (values.json) writeFileSync(values.json, `${JSON.stringify(run, null, 2)}\n`);
if (values.chart) {
  const drawing = chart([run]);
  if (drawing === undefined) console.error("The chart needs the rows sign, verify and start-up.");
  else writeFileSync(values.chart, drawing);
}
if (everything) {
  const runs = keepRun(join(here, "results.json"), run);
  writeFileSync(join(here, "results.md"), document(runs));
  writeFileSync(join(here, "results.svg"), chart(runs));
  say(`run ${runs.length} of this build is in results.md, results.json and results.svg`);
}
