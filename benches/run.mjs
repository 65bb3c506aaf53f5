// Ours beside everything that is used for the same: `node benches/run.mjs`, after scripts/build.
//
//   --quick          fewer rounds, RSA of 2048 bits alone
//   --rows A,B       some rows: sign, verify, keys, start-up, size, memory, or a word of theirs (EdDSA)
//   --json FILE      the samples' spread, for other programs
//   --chart FILE     the chart of the main rows, where all of them ran; default: benches/results.svg
//
// Everybody takes turns in one process, so that the ratios hold whatever the machine does meanwhile.
// Absolute times are this machine's. A signature of the `rsa` crate in WebAssembly is compiled on demand.
import { writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chart } from "./lib/chart.mjs";
import { details, table } from "./lib/table.mjs";

const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    rows: { type: "string" },
    json: { type: "string" },
    chart: { type: "string" },
  },
});
if (!existsSync(join(here, "node_modules/jose"))) {
  const { status } = spawnSync("npm", ["ci"], { cwd: here, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(1);
}

const groups = ["sign", "verify", "keys", "start-up", "size", "memory"];
const wanted = values.rows?.split(",") ?? groups;
const named = wanted.filter((word) => groups.includes(word));
const words = wanted.filter((word) => !groups.includes(word));
const options = { quick: values.quick, rounds: values.quick ? 9 : 31, words };

const rows = [];
for (const group of named.length > 0 ? named : groups) {
  const module = await import(`./rows/${group}.mjs`);
  for await (const row of module.rows(options)) {
    rows.push(row);
    console.error(`· ${row.what}`);
  }
}
console.log(details(rows));
console.log(table(rows));
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
const drawing = chart(rows);
if (drawing !== undefined && (values.chart || (!values.quick && wanted === groups))) {
  writeFileSync(values.chart ?? join(here, "results.svg"), drawing);
}
