// Writes docs/errors.md from the tables of errors, of checks and of Convex's messages, and from those
// of the core the npm package's pkg-template/src/sentences.ts.
//
//   node scripts/errors-page.mjs           writes both
//   node scripts/errors-page.mjs --check   fails when one of them is not up to date
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { INTEGRATIONS, rowsOf, tablesOf } from "./error-tables.mjs";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/errors.md");
const require = createRequire(join(root, "pkg-template/package.json"));
const { format, resolveConfig } = require("prettier");

const core = JSON.parse(
  execFileSync("cargo", ["run", "--quiet", "-p", "convex-token", "--example", "error-table"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }),
);

const { PUSH_MESSAGES } = await tablesOf("cli/doctor/errors.ts");
const pushMessages = Object.values(PUSH_MESSAGES);

const errors = new Map();
for (const { code, message, hint } of [
  ...core.errors,
  ...(await rowsOf([...INTEGRATIONS, "cli/errors.ts", "cli/doctor/errors.ts"])),
]) {
  // One row passes on a code of another.
  if (!code.startsWith("ERR_")) continue;
  const rows = errors.get(code) ?? new Map();
  rows.set(shortened(message), hint);
  errors.set(code, rows);
}

/** Without the long names that the tests try. */
function shortened(text) {
  return text.replace(/x{20,}…?/g, "…");
}

const anchor = (id) => `<a id="${id}"></a>`;
const checkLink = (name) => `[${name}](#check-${name})`;
const placeholders = (text) => text.replaceAll("{}", "…");

const lines = [
  "<!-- Written by scripts/errors-page.mjs. -->",
  "",
  "# Errors: cause and cure",
  "",
  "Convex tells why it refused a token in the browser's console and in the deployment's logs, by [one of these messages](#what-convex-says). `explainToken(token, …)` goes through [all of its checks](#the-checks) and says which fails, what was found and how to mend it.",
  "Errors of this package have [a code](#codes).",
  "",
  "## What Convex says",
  "",
  ...core.messages.flatMap(({ code, text, cause, checks }) => [
    `**${placeholders(text)}** (\`${code}\`)`,
    "",
    `${cause} See ${checks.map(checkLink).join(", ")}.`,
    "",
  ]),
  "### When functions are pushed",
  "",
  ...pushMessages.flatMap(({ code, text, cause, cure }) => [
    `**${text}** (\`${code}\`)`,
    "",
    `${cause} **Cure:** ${cure}`,
    "",
  ]),
  "## The checks",
  "",
  "In Convex's order: the first that fails is the one that it tells of.",
  "",
];
const seen = new Set();
for (const [kind, title] of [
  ["oidc", "OIDC providers"],
  ["customJwt", "customJwt providers"],
]) {
  lines.push(`### ${title}`, "", "| check | Convex expects |", "| --- | --- |");
  for (const [, name, expected] of core.checks.filter(([of]) => of === kind)) {
    const id = seen.has(name) ? "" : anchor(`check-${name}`);
    seen.add(name);
    lines.push(`| ${id}${name} | ${expected.replaceAll("|", "\\|")} |`);
  }
  lines.push("");
}
lines.push("## Codes", "", "Quoted values are examples.", "");
for (const [code, rows] of [...errors].sort(([a], [b]) => (a < b ? -1 : 1))) {
  lines.push(`### ${anchor(code.toLowerCase())}${code}`, "");
  for (const [message, hint] of rows) lines.push(`${message} **Cure:** ${hint}`, "");
}

const text = `${lines.join("\n").trimEnd()}\n`;

const sentences = `// Written by scripts/errors-page.mjs.

/** The core's sentences by their names, with \`{0}\`, \`{1}\` for their values. */
export const SENTENCES: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(core.sentences))};
`;
const table = join(root, "pkg-template/src/sentences.ts");
const style = await resolveConfig(table);

for (const [file, content] of [
  [page, text],
  [table, await format(sentences, { ...style, filepath: table })],
]) {
  if (!process.argv.includes("--check")) {
    writeFileSync(file, content);
  } else if (readFileSync(file, "utf8") !== content) {
    console.error(
      `${relative(root, file)} is not up to date: run \`node scripts/errors-page.mjs\`.`,
    );
    process.exitCode = 1;
  }
}
