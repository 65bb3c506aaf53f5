/** What every command is, and how its options are read. */
import { parseArgs, type ParseArgsConfig } from "node:util";

export interface Command {
  help: string;
  /** Does the work; what it throws becomes the exit status. */
  run(args: string[]): void;
}

/** A mistake in the words of a call, after which the command's help is shown. */
export class UsageError extends Error {}

type Values<Options extends NonNullable<ParseArgsConfig["options"]>> = ReturnType<
  typeof parseArgs<{ options: Options; strict: true }>
>["values"];

/** The options of a call; anything unknown is a {@link UsageError}. */
export function readOptions<Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: Options,
): Values<Options> {
  try {
    return parseArgs({ args, options, strict: true }).values as Values<Options>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Prints a value as JSON for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
