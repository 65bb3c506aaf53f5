/** The errors of the session callback. */
import { errorsOf, type ErrorTable } from "../error-table.js";

export const table = {
  "session-claims": () => ({
    code: "ERR_SESSION_CLAIMS",
    message: "The option `claims` of convexSession() threw an error of its own.",
    hint: "Mend what it threw, which is shown beside this.",
  }),
  "session-expires": () => ({
    code: "ERR_SESSION_EXPIRES",
    message:
      "The `expires` of the session that Auth.js has read is no valid date, so nobody knows whether the session has ended.",
    hint: "See what your database adapter gives for it: a Date, or a text that a Date is made of.",
  }),
  "session-unreadable": () => ({
    code: "ERR_SESSION_UNREADABLE",
    message: "Reading the session that Auth.js gave threw an error, so nothing of it is shown.",
    hint: "Mend what it threw, which is shown beside this: have the adapter or the session callback give plain objects.",
  }),
} satisfies ErrorTable;

export const sessionError = errorsOf(table);
