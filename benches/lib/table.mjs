// The results as text.
import { cpus } from "node:os";

/** Who took how long: one block a row. */
export function details({ rows }) {
  const lines = [`Node.js ${process.versions.node}, ${cpus()[0]?.model ?? "?"}. Times per call.`];
  for (const { what, host, times } of rows) {
    if (times === undefined) continue;
    lines.push("", host === undefined ? what : `${what}, ${host}`);
    for (const [name, time] of Object.entries(times).sort((a, b) => a[1].median - b[1].median)) {
      const shown = [time.min, time.median, time.max].map((ms) => duration(ms).padStart(10));
      lines.push(`  ${name.padEnd(40)}${shown.join("")}`);
    }
  }
  return lines.join("\n");
}

/** The ratios that count: of each run the median, of all runs the least and the most. */
export function table(runs) {
  return [mainTable(runs), hostsTable(runs)].filter((text) => text !== "").join("\n\n");
}

/** The tables as a page. */
export function document(runs) {
  const { node, processor } = runs.at(-1);
  const count = runs.length === 1 ? "One run" : "Two runs";
  return `# Results

Written by \`node benches/run.mjs\`. ${count}, Node.js ${node}, ${processor}. Ratios are ours by the peer's, round by round: below 1, ours takes less time. Medians are those of ${runs.length === 1 ? "the run" : "each run"}.

${table(runs)}
`;
}

function mainTable(runs) {
  const lines = runs[0].rows
    .filter(({ host }) => host === undefined)
    .flatMap((row) => {
      const others = runs.map(({ rows }) => rows.find(({ what }) => what === row.what) ?? row);
      return row.bytes === undefined ? timeLines(row, others) : [sizeLine(row, others)];
    });
  if (lines.length === 0) return "";
  const head = ["what", "ours", "÷ peer", "min", "median", "max", "at most", "aim", ""];
  return grid(head, lines, 3);
}

function timeLines(row, others) {
  return row.compare.map(({ ours, peer, atMost, aim }) => {
    const each = others.flatMap(({ compare }) => pairOf(compare, ours, peer));
    const show = peer === undefined ? duration : factor;
    const medians = each.map(({ median }) => median);
    return [
      row.what,
      ours,
      peer ?? "(time)",
      show(Math.min(...each.map(({ min }) => min))),
      medians.map(show).join(", "),
      show(Math.max(...each.map(({ max }) => max))),
      atMost === undefined ? "" : show(atMost),
      aim === undefined ? "" : show(aim),
      verdict(medians, atMost, aim),
    ];
  });
}

/** The same pair of another run or host, in a list: it may not be there. */
const pairOf = (compare, ours, peer) =>
  compare.filter((pair) => pair.ours === ours && pair.peer === peer);

function sizeLine({ what, atMostKb, aimKb }, others) {
  const sizes = others.map(({ bytes }) => bytes / 1024);
  const show = (size) => `${size.toFixed(0)} KB`;
  const [limit, aim] = [atMostKb, aimKb].map((size) => (size === undefined ? "" : show(size)));
  const shown = [...new Set(sizes.map(show))].join(", ");
  return [what, "", "", "", shown, "", limit, aim, verdict(sizes, atMostKb, aimKb)];
}

/** The rows that other hosts have run: a column each. */
function hostsTable(runs) {
  const rows = runs.flatMap(({ rows }) => rows.filter(({ host }) => host !== undefined));
  if (rows.length === 0) return "";
  const hosts = [...new Set(rows.map(({ host }) => host))];
  const names = [...new Set(rows.map(({ what }) => what))];
  const lines = names.flatMap((what) => {
    const [{ compare }] = rows.filter((row) => row.what === what);
    return compare.map(({ ours, peer }) => [
      what,
      ours,
      peer,
      ...hosts.map((host) =>
        rows
          .filter((row) => row.what === what && row.host === host)
          .flatMap((row) => pairOf(row.compare, ours, peer))
          .map(({ median }) => factor(median))
          .join(", "),
      ),
    ]);
  });
  return grid(["what", "ours", "÷ peer", ...hosts], lines, 3);
}

/** A table in Markdown; its first columns are texts. */
function grid(head, lines, texts) {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => line[column].length)),
  );
  const cells = (line) =>
    line.map((cell, column) =>
      column < texts ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
  const rule = widths.map((width, column) =>
    column < texts ? "-".repeat(width) : `${"-".repeat(Math.max(width - 1, 1))}:`,
  );
  return [head, ...lines]
    .map((line) => `| ${cells(line).join(" | ")} |`)
    .toSpliced(1, 0, `| ${rule.join(" | ")} |`)
    .join("\n");
}

function verdict(medians, atMost, aim) {
  if (atMost === undefined) return "";
  const within = (limit) => medians.filter((median) => median <= limit).length;
  if (aim !== undefined && within(aim) === medians.length) return "aim met";
  if (within(atMost) === medians.length) return "met";
  return within(atMost) === 0 ? "missed" : "missed once";
}

const factor = (ratio) =>
  ratio === 0 ? "0" : ratio >= 0.0995 ? ratio.toFixed(2) : ratio.toPrecision(2);

function duration(ms) {
  if (ms >= 10) return `${ms.toFixed(0)} ms`;
  return ms >= 0.1 ? `${(ms * 1000).toFixed(0)} µs` : `${(ms * 1000).toPrecision(2)} µs`;
}
