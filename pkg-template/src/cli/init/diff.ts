/** Showing changes before they are made. */
import { createTwoFilesPatch } from "diff";
import { colour } from "../output.js";
import type { Change } from "../files.js";

/** A unified diff, as `git diff` and `patch` know it. */
export function diffOf({ path, before, after }: Change): string {
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : `a/${path}`,
    `b/${path}`,
    before ?? "",
    after,
    undefined,
    undefined,
    { context: 3, headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true } },
  );
  return patch.replace(/\t$/gm, "");
}

/**
 * What is added to a file of secrets: its other lines are nobody's business, not even around it, and
 * of a secret the name is shown.
 */
export function addedLines(path: string, isNew: boolean, lines: readonly string[]): string {
  return [`--- ${isNew ? "/dev/null" : `a/${path}`}`, `+++ b/${path}`, "@@ at the end @@"]
    .concat(lines.map((line) => `+${line}`))
    .join("\n")
    .concat("\n");
}

/** The same, with the colours of a terminal. */
export function coloured(diff: string): string {
  const colours: [RegExp, Parameters<typeof colour>[0]][] = [
    [/^(---|\+\+\+) /, "bold"],
    [/^@@/, "cyan"],
    [/^\+/, "green"],
    [/^-/, "red"],
  ];
  return diff
    .split("\n")
    .map((line) => {
      const name = colours.find(([pattern]) => pattern.test(line))?.[1];
      return name === undefined ? line : colour(name, line);
    })
    .join("\n");
}
