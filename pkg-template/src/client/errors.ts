/** The errors that a page tells its developer of, in the console. */
import { errorsOf, type ErrorTable } from "../error-table.js";

export const table = {
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
} satisfies ErrorTable;

export const clientError = errorsOf(table);
