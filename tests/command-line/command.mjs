// The command line as a person runs it, in a folder of its own.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine, makeFolder } from "../tools/command-line.mjs";

export const { main, run, runAtTerminal } = commandLine(import.meta.dirname);
export { makeFolder };

/**
 * Has a program stand in for Convex's own command line in a project. That is in deployment.test.mjs; it takes
 * a second for each call.
 */
export function standInForConvex(folder, program) {
  const convex = join(folder, "node_modules/convex");
  mkdirSync(join(convex, "bin"), { recursive: true });
  writeFileSync(join(convex, "package.json"), '{ "name": "convex", "version": "1.48.0" }');
  writeFileSync(join(convex, "bin/main.js"), program);
}

/** The lines of a PEM in a file that must never be seen elsewhere. */
export function secretLines(file) {
  const text = readFileSync(file, "utf8").replaceAll("\\n", "\n");
  const blocks = text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+/g) ?? [];
  return blocks
    .flatMap((block) => block.split("\n").slice(1, -1))
    .filter((line) => line.length > 20);
}
