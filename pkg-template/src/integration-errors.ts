/** The errors that more than one integration has. Each has a table of its own beside this one, so that a page is sent the sentences of pages alone. */
import { errorsOf, type ErrorTable } from "./error-table.js";

export const table = {
  option: ({ name, found, wanted }) => ({
    code: "ERR_OPTION",
    message: `\`${name}\` is ${found}.`,
    hint: `Give ${wanted}.`,
  }),
  "session-missing-user": () => ({
    code: "ERR_SESSION_USER",
    message:
      "The session has a user without an id (a text or a whole number), so there is nothing to call the user by.",
    hint: "Give the option `claims`: `(…) => ({ sub: user.id })`.",
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
} satisfies ErrorTable;

export const integrationError = errorsOf(table);
