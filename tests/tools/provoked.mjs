// Whether the commands that a suite runs come to each row of a table of errors: every run notes what it said
// in a file, and the suite's end looks for the rows in it.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rowsIn } from "./error-rows.mjs";

/** The variable by which the processes of a suite know the file. */
const FILE = "CONVEX_TOKEN_TESTS_SAID";

/** Notes what a command said. */
export function note({ stdout, stderr }) {
  const file = process.env[FILE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(stdout + stderr)}\n`);
}

/**
 * Runs a suite, and tells which rows none of its commands came to; returns its exit status.
 *
 * @param {{ table: string, impossible?: Record<string, string> }} errors the table's file in
 * pkg-template/src, and why a command cannot come to a row
 * @param {(environment: Record<string, string>) => number} run
 */
export async function demandEachRow({ table, impossible = {} }, run) {
  const folder = mkdtempSync(join(tmpdir(), "convex-token-said-"));
  const file = join(folder, "said");
  appendFileSync(file, "");
  try {
    const status = run({ [FILE]: file });
    const rows = await rowsIn(table);
    const provoked = new Set(rows.in(...textsIn(file)));
    const missing = rows.names.filter((row) => !provoked.has(row) && !(row in impossible));
    const possible = Object.keys(impossible).filter(
      (row) => provoked.has(row) || !rows.names.includes(row),
    );
    for (const row of missing) console.error(`No test comes to the row "${row}" of ${table}.`);
    for (const row of possible) console.error(`The row "${row}" of ${table} is not impossible.`);
    const wrong = missing.length + possible.length;
    console.log(`${rows.names.length - wrong} of ${rows.names.length} rows of ${table}`);
    return wrong === 0 ? status : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each text once, and without the backslashes that JSON has before quotes. */
function textsIn(file) {
  const lines = new Set(readFileSync(file, "utf8").split("\n").slice(0, -1));
  return [...lines].map((line) => JSON.parse(line).replace(/\\(["\\])/g, "$1"));
}
