// The tables of errors that are written in TypeScript: docs/errors.md is made of them, and the tests look
// for an error of each row.
import { createRequire } from "node:module";
import { join } from "node:path";

const template = join(import.meta.dirname, "../pkg-template");
const { buildSync } = createRequire(join(template, "package.json"))("esbuild");

/** The tables of the integrations: those of each, and what several have. */
export const INTEGRATIONS = [
  "integration-errors.ts",
  "client/errors.ts",
  "convex/errors.ts",
  "next/errors.ts",
  "next-auth/errors.ts",
  "webcrypto-errors.ts",
];

/** What a file in TypeScript exports, which needs no built package. */
export async function tablesOf(file) {
  const { outputFiles } = buildSync({
    entryPoints: [join(template, "src", file)],
    bundle: true,
    format: "esm",
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const PLACEHOLDERS = { name: "NAME", path: "PATH", found: "FOUND", wanted: "WANTED" };

/**
 * The rows of files' tables, with placeholders for what they quote. A row that says something else
 * where nothing was found is there twice.
 *
 * @returns {Promise<{ name: string, code: string, message: string, hint: string }[]>}
 */
export async function rowsOf(files, placeholders = PLACEHOLDERS) {
  const modules = await Promise.all([files].flat().map(tablesOf));
  return modules
    .flatMap(({ table }) => Object.entries(table))
    .flatMap(([name, row]) => {
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
