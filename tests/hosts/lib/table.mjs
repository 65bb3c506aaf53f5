// Prints the summary: one line a row, what went wrong under its own heading, and a closing count.

const columns = [
  { title: "host", text: (row) => row.name },
  { title: "version", text: (row) => row.version },
  { title: "result", text: (row) => (row.problems.length === 0 ? "ok" : "FAILED") },
  {
    title: "build ms",
    text: (row) => (row.buildMs === undefined ? "" : `${row.buildMs}`),
    right: 1,
  },
  { title: "run ms", text: (row) => (row.runMs === undefined ? "" : `${row.runMs}`), right: 1 },
];

export function printFailures(rows, write) {
  for (const row of rows.filter((row) => row.problems.length > 0)) {
    write(`\n── ${row.name}: ${row.problems.length} problem(s)`);
    for (const problem of row.problems) write(`  • ${problem}`);
    if (row.log) write(`  the end of its log:\n${row.log.replace(/^/gm, "  │ ")}`);
  }
}

export function printTable(rows, write) {
  const widths = columns.map(({ title, text }) =>
    Math.max(title.length, ...rows.map((row) => text(row).length)),
  );
  const line = (cells) =>
    cells
      .map((cell, index) =>
        columns[index].right ? cell.padStart(widths[index]) : cell.padEnd(widths[index]),
      )
      .join("  ")
      .trimEnd();
  write(`\n${line(columns.map(({ title }) => title))}`);
  for (const row of rows) write(line(columns.map(({ text }) => text(row))));
}

/** @returns {boolean} whether all rows passed */
export function printCount(rows, write) {
  const failed = rows.filter((row) => row.problems.length > 0).length;
  write(`\n${rows.length - failed} passed, ${failed} failed`);
  return failed === 0;
}
