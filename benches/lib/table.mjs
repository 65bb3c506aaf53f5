// The results as text.
import { cpus } from "node:os";
import { ratios, spread } from "./measure.mjs";

/** Who took how long: one block a row. */
export function details(rows) {
  const lines = [`Node.js ${process.versions.node}, ${cpus()[0]?.model ?? "?"}. Times per call.`];
  for (const { what, samples } of rows) {
    if (samples === undefined) continue;
    lines.push("", what);
    const medians = Object.entries(samples).map(([name, all]) => [name, spread(all)]);
    for (const [name, { min, median, max }] of medians.sort((a, b) => a[1].median - b[1].median)) {
      lines.push(`  ${name.padEnd(40)}${[min, median, max].map(duration).join("")}`);
    }
  }
  return lines.join("\n");
}

/** The ratios that count, round by round. */
export function table(rows) {
  const head = ["what", "ours", "÷ peer", "min", "median", "max", "at most", ""];
  const lines = [];
  for (const row of rows) {
    if (row.bytes !== undefined) {
      const within = row.atMostKb === undefined ? undefined : row.bytes <= row.atMostKb * 1024;
      const most = row.atMostKb === undefined ? "" : `${row.atMostKb} KB`;
      const size = `${(row.bytes / 1024).toFixed(0)} KB`;
      lines.push([row.what, "", "", "", size, "", most, verdict(within)]);
      continue;
    }
    for (const { ours, peer, atMost, atMostMs } of row.compare) {
      if (row.samples[ours] === undefined || (peer && row.samples[peer] === undefined)) continue;
      const all = peer ? ratios(row.samples[ours], row.samples[peer]) : row.samples[ours];
      const { min, median, max } = spread(all);
      const limit = peer ? atMost : atMostMs;
      const show = peer ? factor : (ms) => duration(ms).trim();
      lines.push([
        row.what,
        ours,
        peer ?? "(time)",
        ...[min, median, max].map(show),
        limit === undefined ? "" : show(limit),
        verdict(limit === undefined ? undefined : median <= limit),
      ]);
    }
  }
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => line[column].length)),
  );
  const shown = (line) =>
    `| ${line.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column < 3 ? "-".repeat(width) : `${"-".repeat(Math.max(width - 1, 1))}:`)).join(" | ")} |`;
  return ["", shown(head), rule, ...lines.map(shown), ""].join("\n");
}

const verdict = (within) => (within === undefined ? "" : within ? "yes" : "no");
const factor = (ratio) =>
  ratio === 0 ? "0" : ratio >= 0.0995 ? ratio.toFixed(2) : ratio.toPrecision(2);

function duration(ms) {
  const text =
    ms >= 10
      ? `${ms.toFixed(0)} ms`
      : ms >= 0.1
        ? `${(ms * 1000).toFixed(0)} µs`
        : `${(ms * 1000).toPrecision(2)} µs`;
  return text.padStart(10);
}
