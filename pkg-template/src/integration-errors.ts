/**
 * The errors of the integrations (Auth.js, Next.js, React, Convex functions, the command line), in
 * one table: a stable code, one sentence of what is wrong and one of how to mend it. Those of keys,
 * tokens and providers are in the core, whose table is `src/error.rs`.
 *
 * Nothing here knows the core, so that an entry without WebAssembly can have errors too.
 */
import { ConvexTokenError } from "./errors.js";

/** What the sentences of a row may quote: names of variables, files and options, and of values what `quoted` leaves. */
export interface Details {
  name?: string;
  found?: string;
  wanted?: string;
}

type Row = (details: Required<Details>) => { code: string; message: string; hint: string };

/** The command that publishes the key of `.env.local`. */
const PUBLISH = "`npx convex-token jwks | npx convex env set JWKS`";

const SESSION_FUNCTION =
  "Give a function that returns the session: `session: () => auth()`, or `session: () => getServerSession(authOptions)`.";

/** The table, from which docs/errors.md is made as well. */
export const table = {
  "session-missing-user": () => ({
    code: "ERR_SESSION_USER",
    message:
      "The session has a user without an id (a text or a whole number), so there is nothing to call the user by.",
    hint: "Give the option `claims`: `(…) => ({ sub: user.id })`.",
  }),
  option: ({ name, found, wanted }) => ({
    code: "ERR_OPTION",
    message: `\`${name}\` is ${found}.`,
    hint: `Give ${wanted}.`,
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

  // convex-token/convex
  router: () => ({
    code: "ERR_ROUTER",
    message: "What addAuthRoutes was given is no router of Convex's.",
    hint: "In convex/http.ts: `const http = httpRouter()` of convex/server, then `addAuthRoutes(http)`.",
  }),
  "route-taken": ({ name }) => ({
    code: "ERR_ROUTE_TAKEN",
    message: `The router already has the route ${name}, which addAuthRoutes would add.`,
    hint: "Keep one of the two in convex/http.ts: the routes of Convex Auth (`auth.addHttpRoutes`) serve the variable JWKS as well, so leave addAuthRoutes out beside them.",
  }),
  "jwks-missing": () => ({
    code: "ERR_JWKS_MISSING",
    message:
      "The Convex deployment has neither JWKS nor a private key set, so there is no key to publish.",
    hint: `Publish the public half of your key, in the deployment rather than in .env.local: ${PUBLISH}.`,
  }),
  "jwks-unusable": ({ found }) => ({
    code: "ERR_JWKS",
    message: `The JWKS of the Convex deployment cannot be served. ${found}`,
    hint: `Publish the public half of your key anew: ${PUBLISH}.`,
  }),
  "published-key-unusable": ({ found }) => ({
    code: "ERR_JWKS",
    message: `The private key of the Convex deployment gives no set to publish. ${found}`,
    hint: `Set it anew, whole and in one piece, or publish the set itself: ${PUBLISH}.`,
  }),
  "jwks-not-set": () => ({
    code: "ERR_JWKS_MISSING",
    message:
      "auth.config.ts embeds the JWK set, and there is none: JWKS is not set in the Convex deployment.",
    hint: `Publish the public half of your key before you deploy: ${PUBLISH}.`,
  }),
  "jwks-unreadable": () => ({
    code: "ERR_JWKS",
    message: "auth.config.ts embeds the JWK set, and what it was given is no JWK set in JSON.",
    hint: `Publish the public half of your key anew: ${PUBLISH}.`,
  }),
  "jwks-no-key": ({ name }) => ({
    code: "ERR_JWKS",
    message: `auth.config.ts embeds the JWK set, and no key in it is for ${name}.`,
    hint: 'A customJwt provider takes RS256 or ES256: give `algorithm` as the keys have it, or use `kind: "oidc"` for EdDSA.',
  }),
  "jwks-no-kid": () => ({
    code: "ERR_JWKS_KID",
    message:
      "auth.config.ts embeds the JWK set, and a key in it has no `kid`, without which a customJwt provider finds no key.",
    hint: `Publish the set anew, with a name for each key: ${PUBLISH}.`,
  }),
  "jwks-incomplete": ({ name }) => ({
    code: "ERR_JWKS",
    message: `auth.config.ts embeds the JWK set, and a key in it has no \`${name}\` in base64url, so it verifies nothing.`,
    hint: `Publish the public half of your key anew: ${PUBLISH}.`,
  }),
  "site-url-missing": () => ({
    code: "ERR_ISSUER_MISSING",
    message:
      "auth.config.ts needs the issuer, and CONVEX_SITE_URL is not set in the Convex deployment.",
    hint: "Convex sets it by itself; a self-hosted backend takes it from CONVEX_SITE_ORIGIN, or give the option `issuer`.",
  }),
  "site-url-invalid": ({ name, found }) => ({
    code: "ERR_ISSUER_INVALID",
    message: `The issuer in auth.config.ts is no http(s) URL: ${name} is ${found}.`,
    hint: "Give the whole URL of the deployment's HTTP actions, such as https://happy-animal-123.convex.site.",
  }),
  "site-url-cloud": ({ name, found }) => ({
    code: "ERR_ISSUER_CLOUD",
    message: `The issuer in auth.config.ts is the API's URL, where no HTTP action answers: ${name} is ${found}.`,
    hint: "Give the URL of the HTTP actions, which ends in .convex.site rather than .convex.cloud.",
  }),
  "application-id-empty": () => ({
    code: "ERR_AUDIENCE",
    message: "The `applicationID` in auth.config.ts is not a text with something in it.",
    hint: 'Leave it out for "convex", which tokens name as their audience by default.',
  }),
  "provider-kind": ({ found }) => ({
    code: "ERR_PROVIDER",
    message: `The \`kind\` in auth.config.ts is ${found}.`,
    hint: 'Give "oidc" or "customJwt".',
  }),
  "provider-algorithm": ({ found }) => ({
    code: "ERR_PROVIDER_ALGORITHM",
    message: `The \`algorithm\` in auth.config.ts is ${found}, which customJwt providers do not take.`,
    hint: 'Give "RS256" or "ES256"; EdDSA needs `kind: "oidc"`.',
  }),
  "secret-missing": () => ({
    code: "ERR_SECRET_MISSING",
    message:
      "This function is called with a secret, and none is set in the Convex deployment to compare it with.",
    hint: "Set the same CONVEX_AUTH_ADAPTER_SECRET (or whichever variable requireSecret is given) there as in your server's environment: `npx convex env set CONVEX_AUTH_ADAPTER_SECRET`.",
  }),
  "secret-refused": () => ({
    code: "ERR_SECRET_REFUSED",
    message: "The secret that this function was called with is not an accepted one.",
    hint: "Give the caller the CONVEX_AUTH_ADAPTER_SECRET that is set in the Convex deployment: `npx convex env get CONVEX_AUTH_ADAPTER_SECRET` shows it.",
  }),
} satisfies Record<string, Row>;

export type IntegrationErrorKind = keyof typeof table;

/** An error of the table. */
export function integrationError(
  kind: IntegrationErrorKind,
  { name = "", found = "", wanted = "", cause }: Details & { cause?: unknown } = {},
): ConvexTokenError {
  const parts = (table[kind] as Row)({ name, found, wanted });
  return new ConvexTokenError(parts, cause === undefined ? undefined : { cause });
}
