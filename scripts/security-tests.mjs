// Checks that each test that SECURITY.md names is there: `node scripts/security-tests.mjs`.
// In its table of RFC 8725, what stands in backticks in the last column is a test's name.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const read = (file) => readFileSync(join(root, file), "utf8");

/** The names that the tables with a column "tests" name. */
function named(markdown) {
  const names = [];
  let inTable = false;
  for (const line of markdown.split("\n")) {
    const cells = line.split("|").slice(1, -1);
    if (cells.length === 0) inTable = false;
    if (cells.at(-1)?.trim() === "tests") inTable = true;
    else if (inTable)
      names.push(...[...cells.at(-1).matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  }
  return [...new Set(names)];
}

/** The names of all tests, in Rust and in JavaScript. */
function existing() {
  const list = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", [...list, "src", "tests"], { cwd: root, encoding: "utf8" });
  const names = new Set();
  for (const file of files.trim().split("\n")) {
    if (file.endsWith(".rs")) {
      // Attributes may stand between; in `proptest!`, arguments follow.
      const tests = read(file).matchAll(/#\[test\]\s+(?:#\[[^\]]*\]\s+)*fn (\w+)/g);
      for (const [, name] of tests) names.add(name);
    } else if (file.endsWith(".mjs")) {
      for (const [, , name] of read(file).matchAll(/\btest\(\s*(["'`])(.+?)\1/g)) names.add(name);
    }
  }
  return names;
}

const tests = existing();
const names = named(read("SECURITY.md"));
const missing = names.filter((name) => !tests.has(name));
if (names.length === 0) throw new Error("SECURITY.md names no test: its table has changed.");
for (const name of missing) console.error(`SECURITY.md names a test that is not there: ${name}`);
process.exitCode = missing.length > 0 ? 1 : 0;
