// What a run has measured, in brief, and the runs of the same build.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { dist } from "./package.mjs";
import { ratios, spread } from "./measure.mjs";

/** So many runs of a build are kept. */
const MOST_RUNS = 2;

/**
 * A row without its samples: how long each took (`times`, in milliseconds), and the ratios or times
 * that count (`compare`). Rows of sizes have `bytes` instead.
 */
export function summary({ samples, compare = [], ...row }) {
  if (samples === undefined) return row;
  const entries = Object.entries(samples).map(([who, all]) => [who, spread(all)]);
  const times = Object.fromEntries(entries);
  const compared = compare
    .filter(({ ours, peer }) => samples[ours] && (peer === undefined || samples[peer]))
    .map(({ chance, ...pair }) => ({ ...pair, ...compareTwo(pair, samples, times, chance) }));
  return { ...row, times, compare: compared };
}

/**
 * Ratios are taken round by round, so that both have met the same machine. Where chance decides how
 * long one takes, a round says nothing, and the ratio is that of the two spreads.
 */
function compareTwo({ ours, peer }, samples, times, chance) {
  if (peer === undefined) return times[ours];
  if (!chance) return spread(ratios(samples[ours], samples[peer]));
  const ratio = (which) => times[ours][which] / times[peer][which];
  return { min: ratio("min"), median: ratio("median"), max: ratio("max") };
}

/** Writes a run into a file of them, beside those of the same build; gives all that are there now. */
export function keepRun(file, { rows }) {
  const build = buildDigest();
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { runs: [] };
  const before = known.build === build ? known.runs : [];
  const run = { node: process.versions.node, processor: cpus()[0]?.model ?? "?", rows };
  const runs = [...before, run].slice(-MOST_RUNS);
  writeFileSync(file, `${JSON.stringify({ build, runs }, null, 1)}\n`);
  return runs;
}

/** Of everything that is measured. */
function buildDigest() {
  const hash = createHash("sha256");
  for (const name of readdirSync(dist, { recursive: true }).sort()) {
    if (/\.(js|wasm)$/.test(name)) hash.update(`${name}\n`).update(readFileSync(join(dist, name)));
  }
  return hash.digest("hex").slice(0, 16);
}
