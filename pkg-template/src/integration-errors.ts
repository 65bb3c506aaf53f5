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
  "use-session": () => ({
    code: "ERR_USE_SESSION",
    message: "What should be the hook `useSession` is no function.",
    hint: "Give `useSession` of next-auth/react itself, without calling it.",
  }),
  "session-provider": () => ({
    code: "ERR_SESSION_PROVIDER",
    message: "`useSession()` gave nothing, as it does outside of a SessionProvider.",
    hint: "Put `<SessionProvider>` of next-auth/react around Convex's provider.",
  }),
  "session-token-missing": ({ found }) => ({
    code: "ERR_SESSION_TOKEN_MISSING",
    ...(found === ""
      ? {
          message: "The session has no `convexToken`, so Convex sees nobody signed in.",
          hint: "Put `session: convexSession()` of convex-token/next-auth among the `callbacks` of your Auth.js options; a session callback of your own goes into it, as its option.",
        }
      : {
          message: `The session has no \`convexToken\`, because the server could not sign one (${found}), so Convex sees nobody signed in.`,
          hint: "The log of your web server has the cause and the cure.",
        }),
  }),
  "token-unchanged": ({ name }) => ({
    code: "ERR_TOKEN_UNCHANGED",
    message: `${name} gave the same token again, twice, when a fresh one was asked for; Convex's client then stops refreshing and signs the user out when the token expires.`,
    hint: "Sign a new token for each forced refresh, with a random `jti` in it, as `convexSession()` and `tokenRoute()` do, and let nothing cache the answer.",
  }),
  "token-unreachable": ({ name, found }) => ({
    code: "ERR_TOKEN_UNREACHABLE",
    message: `${name} gave no token in spite of several tries (the last: ${found}), so the user counts as signed out of Convex.`,
    hint: "See the log of the server that answers it; the options `retries` and `retryDelay` say how long to go on.",
  }),
  "token-answer": ({ name, found }) => ({
    code: "ERR_TOKEN_ANSWER",
    message: `${name} did not answer with {"token": "…"} (${found}), so Convex sees nobody signed in.`,
    hint: "Serve it with `tokenRoute()` of convex-token/next, answer 401 when there is no session, and leave its path out of any middleware that redirects to a page for signing in.",
  }),
} satisfies Record<string, Row>;

export type IntegrationErrorKind = keyof typeof table;

/** An error of the table. */
export function integrationError(
  kind: IntegrationErrorKind,
  { name = "", found = "", cause }: Details & { cause?: unknown } = {},
): ConvexTokenError {
  const parts = (table[kind] as Row)({ name, found });
  return new ConvexTokenError(parts, cause === undefined ? undefined : { cause });
}
