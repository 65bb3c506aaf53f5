// The command line as a person runs it, in a folder of its own.
import { readFileSync } from "node:fs";
import { commandLine, makeFolder } from "../tools/command-line.mjs";

export const { main, run, runAtTerminal } = commandLine(import.meta.dirname);
export { makeFolder };

/** The lines of a PEM in a file that must never be seen elsewhere. */
export function secretLines(file) {
  const text = readFileSync(file, "utf8").replaceAll("\\n", "\n");
  const blocks = text.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+/g) ?? [];
  return blocks
    .flatMap((block) => block.split("\n").slice(1, -1))
    .filter((line) => line.length > 20);
}
