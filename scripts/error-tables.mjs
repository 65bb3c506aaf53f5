// The tables of errors that are written in TypeScript: docs/errors.md is made of them, and the tests look
// for an error of each row.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const template = join(import.meta.dirname, "../pkg-template");
const { transformSync } = createRequire(join(template, "package.json"))("esbuild");

/** The tables of a file in TypeScript, which imports nothing that they need. */
export async function tablesOf(file) {
  const source = readFileSync(join(template, "src", file), "utf8");
  const { code } = transformSync(source, { loader: "ts" });
  const alone = code.replace(/^import .*$/gm, "").replaceAll("ConvexTokenError", "Error");
  return import(`data:text/javascript,${encodeURIComponent(alone)}`);
}

const PLACEHOLDERS = { name: "NAME", path: "PATH", found: "FOUND", wanted: "WANTED" };

/**
 * The rows of a file's table, with placeholders for what they quote. A row that says something else
 * where nothing was found is there twice.
 *
 * @returns {Promise<{ name: string, code: string, message: string, hint: string }[]>}
 */
export async function rowsOf(file, placeholders = PLACEHOLDERS) {
  const { table } = await tablesOf(file);
  return Object.entries(table).flatMap(([name, row]) => {
    const found = row(PLACEHOLDERS);
    const nothing = row({ ...PLACEHOLDERS, found: "" });
    const isSame = ["message", "hint"].every(
      (part) => found[part].replaceAll(PLACEHOLDERS.found, "") === nothing[part],
    );
    const rows = [{ name, ...row(placeholders) }];
    if (isSame) return rows;
    return [{ name: `${name}, nothing found`, ...row({ ...placeholders, found: "" }) }, ...rows];
  });
}
