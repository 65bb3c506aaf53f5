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
    {
      context: 3,
      headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
    },
  );
  return patch.replace(/\t$/gm, "");
}

/**
 * What is added at the end of a file of secrets, as a diff without context: its other lines are
 * nobody's business.
 */
export function addedLines(path: string, before: string | undefined, lines: string[]): string {
  const there =
    before === undefined ? 0 : before.split("\n").length - (before.endsWith("\n") ? 1 : 0);
  const count = lines.length === 1 ? "" : `,${lines.length}`;
  return `--- ${before === undefined ? "/dev/null" : `a/${path}`}
+++ b/${path}
@@ -${there},0 +${there + 1}${count} @@
${lines.map((line) => `+${line}\n`).join("")}`;
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
