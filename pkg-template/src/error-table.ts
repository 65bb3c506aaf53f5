/**
 * Tables of errors: for each a stable code, one sentence of what is wrong and one of how to mend it.
 * Those of keys, tokens and providers are in the core, whose table is `src/error.rs`; docs/errors.md is
 * made of all of them.
 *
 * Nothing here knows the core, so that an entry without WebAssembly can have errors too.
 */
import { ConvexTokenError, type ErrorParts } from "./errors.js";

/** What the sentences of a row may quote: names, and of values what `quoted` leaves, never a secret. */
export interface Details {
  /** A file, or "the environment". */
  path: string;
  /** A variable, an option, a command or an address. */
  name: string;
  /** What was found there. */
  found: string;
  /** What should be there. */
  wanted: string;
}

export type ErrorTable = Record<string, (details: Details) => ErrorParts>;

/** What makes the errors of a table, by the names of its rows. */
export function errorsOf<Table extends ErrorTable>(table: Table) {
  return (
    row: keyof Table & string,
    {
      path = "",
      name = "",
      found = "",
      wanted = "",
      cause,
    }: Partial<Details> & { cause?: unknown } = {},
  ): ConvexTokenError => {
    const parts = (table as ErrorTable)[row]!({ path, name, found, wanted });
    return new ConvexTokenError(parts, cause === undefined ? undefined : { cause });
  };
}
