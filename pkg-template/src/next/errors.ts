/** The errors of token routes: what they refuse, and what keeps them from giving a token. */
import { errorsOf, type ErrorTable } from "../error-table.js";

const SESSION_FUNCTION =
  "Give a function that returns the session: `session: () => auth()`, or `session: () => getServerSession(authOptions)`.";

export const table = {
  "signed-out": () => ({
    code: "ERR_SIGNED_OUT",
    message: "Nobody is signed in: there is no session.",
    hint: "Sign in first. If you are, the request came without the session's cookie, or the option `session` of the token route does not find the session.",
  }),
  "cross-site": () => ({
    code: "ERR_CROSS_SITE",
    message: "A page of another origin asked for the token.",
    hint: "Serve the route from the page's own origin; a proxy before it has to pass on `Host` or `X-Forwarded-Host`.",
  }),
  host: () => ({
    code: "ERR_HOST",
    message: "The request's Host header names no host.",
    hint: "Name the server in it, with its port if it has one, such as `Host: app.example`.",
  }),
  method: () => ({
    code: "ERR_METHOD",
    message: "The token route was asked with another method than GET and HEAD.",
    hint: "Ask with GET; `?force=true` gives a token that is signed afresh.",
  }),
  "token-failed": ({ found }) => ({
    code: found,
    message: "The token can't be signed.",
    hint: "The log of the web server has this code with its cause and cure.",
  }),
  "session-function": ({ found }) => ({
    code: "ERR_SESSION_FUNCTION",
    message: `The option \`session\` gave ${found} where a session belongs, or null when nobody is signed in.`,
    hint: SESSION_FUNCTION,
  }),
  "session-no-function": () => ({
    code: "ERR_SESSION_FUNCTION",
    message: "The token route has no option `session` that is a function.",
    hint: SESSION_FUNCTION,
  }),
  "session-two-subjects": () => ({
    code: "ERR_SESSION_TWO_SUBJECTS",
    message:
      "The token route's `claims` call a user by another `sub` than the session's `convexToken` does, so Convex sees two users.",
    hint: "Leave the route's `claims` out, or give the same `sub` there and in those of convexSession().",
  }),
  "session-token-failed": ({ found }) => ({
    code: found,
    message: "convexSession() could not sign the token of this session.",
    hint: "The line before this one in the server's log says why.",
  }),
} satisfies ErrorTable;

export const routeError = errorsOf(table);
