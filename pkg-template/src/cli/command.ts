/** What every command is, and how its words are read. */
import { parseArgs, type ParseArgsConfig } from "node:util";

/** How a call ended, as every command's help says it. */
export const Exit = {
  /** Done, or nothing to do; for `verify`: accepted. */
  done: 0,
  /** Failed or declined; for `verify`: refused. */
  failed: 1,
  /** The words of the call are wrong: nothing was tried. */
  usage: 2,
} as const;

/** The last lines of every command's help. */
export const EXIT_HELP =
  "Exit status: 0 done or nothing to do, 1 failed or refused, 2 wrong words in the call.";

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  help: string;
  /** Does the work, and says how it ended; what it throws is told by `main.ts`. */
  run(args: string[]): number | Promise<number>;
}

/** A mistake in the words of a call, after which the command's help is pointed to. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<Given extends Options> = ReturnType<
  typeof parseArgs<{ options: Given; strict: true; allowPositionals: true }>
>;

/**
 * The options of a call, and up to `most` words beside them; anything else is a {@link UsageError}.
 */
export function readArguments<Given extends Options>(
  args: string[],
  options: Given,
  most = 0,
): { options: Parsed<Given>["values"]; words: string[] } {
  let parsed: Parsed<Given>;
  try {
    parsed = parseArgs({ args, options, strict: true, allowPositionals: true }) as Parsed<Given>;
  } catch (error) {
    // Node's sentence goes on about how to escape a dash; its first sentence says what is wrong.
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${text.split(/\.\s/)[0]!.replace(/\.$/, "")}.`);
  }
  const extra = parsed.positionals[most];
  if (extra !== undefined) {
    throw new UsageError("There is a word too many: this command takes options only.");
  }
  return { options: parsed.values, words: parsed.positionals };
}

/** The name that was probably meant: the one that is fewest changes of letters away, if few. */
export function nearest(name: string, names: string[]): string | undefined {
  const ranked = names
    .map((each) => ({ each, distance: distance(name, each) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 2 ? best.each : undefined;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substituted));
    }
    row = next;
  }
  return row[b.length]!;
}
