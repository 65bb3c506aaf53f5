/**
 * The errors of the integrations (Auth.js, Next.js, React, Convex functions, the command line), in
 * one table: a stable code, one sentence of what is wrong and one of how to mend it. Those of keys,
 * tokens and providers are in the core, whose table is `src/error.rs`.
 *
 * Nothing here knows the core, so that an entry without WebAssembly can have errors too.
 */
import { ConvexTokenError } from "./errors.js";

/** What the sentences of a row may quote: names of variables, files and options, never a value. */
export interface Details {
  name?: string;
  found?: string;
}

type Row = (details: Required<Details>) => { code: string; message: string; hint: string };

const table = {
  "session-missing-user": () => ({
    code: "ERR_SESSION_USER",
    message: "The session has a user without an id, so there is nothing to call the user by.",
    hint: "Give the option `claims`: `(…) => ({ sub: user.id })`.",
  }),
  "session-claims": () => ({
    code: "ERR_SESSION_CLAIMS",
    message: "The option `claims` of convexSession() threw an error of its own.",
    hint: "Mend what it threw, which is shown beside this.",
  }),
  "session-token-failed": ({ found }) => ({
    code: found,
    message: "convexSession() could not sign the token of this session.",
    hint: "The line before this one in the server's log says why.",
  }),
  "session-function": ({ found }) => ({
    code: "ERR_SESSION_FUNCTION",
    message: `The option \`session\` gave ${found} where a session belongs, or null when nobody is signed in.`,
    hint: "Give a function that returns the session: `session: () => auth()`, or `session: () => getServerSession(authOptions)`.",
  }),
} satisfies Record<string, Row>;

/** An error of the table. */
export function integrationError(
  kind: keyof typeof table,
  { name = "", found = "", cause }: Details & { cause?: unknown } = {},
): ConvexTokenError {
  const parts = (table[kind] as Row)({ name, found });
  return new ConvexTokenError(parts, cause === undefined ? undefined : { cause });
}
