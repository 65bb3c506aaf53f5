/**
 * What `doctor` finds, in one table as everywhere in this package: a stable code, one sentence of what
 * is wrong and one of how to mend it, with the file, the variable and the environment by name.
 */
import type { Details } from "../../error-table.js";
import type { ErrorParts } from "../../errors.js";

export interface FindingText extends ErrorParts {
  /** What Convex itself says of it, where a token's check does not say it already. */
  convexMessage?: string;
}

/** What Convex says when functions are pushed: where people meet it, no token has been refused yet. */
export const PUSH_MESSAGES = {
  variable: {
    code: "AuthConfigMissingEnvironmentVariable",
    text: "Environment variable NAME is used in auth config file but its value was not set.",
    cause:
      "convex/auth.config.ts reads a variable that the deployment does not have; what `.env.local` has does not count, nor does a default (`??`).",
    cure: "Set it in the deployment: `npx convex env set NAME`, with `--prod` for production; a self-hosted one has its dashboard at the address that you gave it, whatever link is printed.",
  },
  domain: {
    code: "InvalidAuthConfig",
    text: "The pushed auth config is invalid: auth config file must include a list of provider credentials: missing field `domain`",
    cause:
      "convex/auth.config.ts has a customJwt entry, and the backend is older than that kind: self-hosted images from before June 2025 know OIDC only. The convex command line before 1.24.2 misses `domain` as well, in its own words.",
    cure: "Upgrade the backend (`docker compose pull`, then `docker compose up -d`) and the package (`npm install convex@latest`), or use an OIDC entry: `convexAuthConfig()` with `addAuthRoutes(http)`.",
  },
};

/** The text as it is shown. */
const said = ({ code, text }: { code: string; text: string }) => `${code}: ${text}`;

export const table = {
  // ---- The project -----------------------------------------------------------------------------
  "convex-too-old": ({ found }) => ({
    code: "ERR_CONVEX_TOO_OLD",
    message: `The customJwt entry in auth.config cannot be pushed by convex ${found}: that kind came with convex 1.24.2.`,
    hint: "Run `npm install convex@latest` in this folder, or use an OIDC entry: `convexAuthConfig()`.",
    convexMessage: said(PUSH_MESSAGES.domain),
  }),
  "url-missing": ({ path }) => ({
    code: "ERR_CONVEX_URL_MISSING",
    message: `No variable says which deployment this is: ${path} has no NEXT_PUBLIC_CONVEX_URL, CONVEX_URL or the like.`,
    hint: "Run `npx convex dev` once, which writes it to .env.local; on your host set it yourself. Or name the deployment: `--url`.",
  }),
  "url-invalid": ({ name, path, found }) => ({
    code: "ERR_CONVEX_URL_INVALID",
    message: `${name} in ${path} is no URL: "${found}".`,
    hint: `Set ${name} in ${path} to the whole address, as \`npx convex dev\` writes it: https://happy-animal-123.convex.cloud.`,
  }),
  "url-site": ({ name, path, wanted }) => ({
    code: "ERR_CONVEX_URL_SITE",
    message: `${name} in ${path} is the address of the HTTP actions (.convex.site), and clients connect to .convex.cloud.`,
    hint: `Set ${name}=${wanted} in ${path}; \`--fix\` does it.`,
  }),
  "deployment-differs": ({ name, path, found, wanted }) => ({
    code: "ERR_DEPLOYMENTS_MIXED",
    message: `${name} in ${path} is of the deployment ${found}, and CONVEX_DEPLOYMENT names ${wanted}: tokens of one are nothing to the other.`,
    hint: "Run `npx convex dev`, which writes both, or take the line of the other deployment out.",
  }),
  "issuer-differs": ({ name, path, found, wanted }) => ({
    code: "ERR_DEPLOYMENTS_MIXED",
    message: `${name} in ${path} is ${found}, and the deployment that clients connect to has ${wanted}.`,
    hint: `Set ${name}=${wanted} in ${path}, or take the line out: the issuer then follows from the deployment's URL.`,
  }),
  "issuer-cloud": ({ name, path, found, wanted }) => ({
    code: "ERR_ISSUER_CLOUD",
    message: `${name} in ${path} is the deployment's API (${found}), and tokens are issued by its HTTP actions.`,
    hint: `Set ${name}=${wanted} in ${path}; \`--fix\` does it.`,
  }),
  "issuer-slash": ({ name, path }) => ({
    code: "ERR_ISSUER_SLASH",
    message: `${name} in ${path} ends in a slash: tokens that name it so are refused, because the discovery document names the issuer without one.`,
    hint: `Take the slash out of ${name} in ${path}; \`--fix\` does it.`,
  }),
  "issuer-missing": ({ name, path, found }) => ({
    code: "ERR_ISSUER_MISSING",
    message: `The issuer does not follow from ${name} (${found}): only addresses in .convex.cloud say where the HTTP actions are.`,
    hint: `Set CONVEX_SITE_URL in ${path} to the address of the deployment's HTTP actions; a self-hosted one has them at port 3211 unless that was changed.`,
  }),
  "config-missing": ({ path }) => ({
    code: "ERR_AUTH_CONFIG_MISSING",
    message: `There is no ${path}, so that the deployment accepts nobody's tokens.`,
    hint: "Let `npx convex-token doctor --fix` write it, then push it with `npx convex dev`.",
    convexMessage:
      "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts.",
  }),
  "config-elsewhere": ({ path, found }) => ({
    code: "ERR_AUTH_CONFIG_MISSING",
    message: `The providers are in ${found}, and Convex reads ${path} only.`,
    hint: `Move ${found} to ${path}, then push it with \`npx convex dev\`.`,
    convexMessage:
      "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts.",
  }),
  "config-syntax": ({ path }) => ({
    code: "ERR_AUTH_CONFIG_UNREADABLE",
    message: `${path} does not parse, or has no default export.`,
    hint: "Export an object: `export default { providers: […] }`, or what `convexAuthConfig()` returns; `npx convex dev` shows where it fails.",
  }),
  "config-dynamic": ({ path, found }) => ({
    code: "ERR_AUTH_CONFIG_UNREADABLE",
    message: `${path} has ${found}, which cannot be read without running it.`,
    hint: "Nothing has to be mended: the deployment's own answer counts. `--read-env` reads the variables of it that the deployment has.",
  }),
  "config-cloud": ({ path, found, wanted }) => ({
    code: "ERR_ISSUER_CLOUD",
    message: `A provider in ${path} is ${found}, the deployment's API, and tokens are issued by its HTTP actions.`,
    hint: `Write ${wanted} there, or \`convexAuthConfig()\`, and push it with \`npx convex dev\`.`,
  }),
  "config-document": ({ path, found, wanted }) => ({
    code: "ERR_PROVIDER",
    message: `A provider in ${path} is ${found}, a document; Convex adds the document's path to the issuer by itself.`,
    hint: `Write ${wanted} there, and push it with \`npx convex dev\`.`,
  }),
  "config-localhost": ({ path, found }) => ({
    code: "ERR_ISSUER_LOCAL",
    message: `A provider in ${path} is at ${found}, which Convex's cloud cannot reach: there that name means Convex's own machine.`,
    hint: 'Let the deployment serve the keys (`convexAuthConfig()` and `addAuthRoutes(http)`), or embed them: `convexAuthConfig({ kind: "customJwt", embedJwks: true })`.',
  }),
  "config-variable": ({ path, name }) => ({
    code: "ERR_DEPLOYMENT_VARIABLE",
    message: `${path} reads ${name}, which is not set in the deployment: no push succeeds, whatever .env.local has.`,
    hint: `Set it there: \`npx convex env set ${name}\` (for production add \`--prod\`), then push with \`npx convex dev\`.`,
    convexMessage: PUSH_MESSAGES.variable.text.replace("NAME", name),
  }),
  "env-unread": () => ({
    code: "ERR_CONVEX_COMMAND",
    message: "The deployment's variables could not be read: `npx convex env get` gave no answer.",
    hint: "Run `npx convex env list` to see why; `npx convex dev` connects the project with its deployment.",
  }),
  "routes-missing": ({ path }) => ({
    code: "ERR_ROUTES_MISSING",
    message: `${path} does not serve the keys: it has neither \`addAuthRoutes(http)\` nor routes of its own for them.`,
    hint: "Let `npx convex-token doctor --fix` add it, then push it with `npx convex dev`.",
  }),
  "routes-file-missing": ({ path }) => ({
    code: "ERR_ROUTES_MISSING",
    message: `There is no ${path}, so that nothing serves the keys by which Convex verifies tokens.`,
    hint: "Let `npx convex-token doctor --fix` write it, then push it with `npx convex dev`.",
  }),
  "key-lines": ({ name, path }) => ({
    code: "ERR_KEY_TRUNCATED",
    message: `Only the first line of the key is in ${name}: its line breaks in ${path} are not in quotes.`,
    hint: `Put the whole value into double quotes in ${path}; \`--fix\` does it.`,
  }),
  "key-exposed": ({ name, path }) => ({
    code: "ERR_KEY_EXPOSED",
    message: `${name} in ${path} holds a private key, and variables of that name are sent to every browser.`,
    hint: `Take it out, then replace the key if that was ever deployed: \`npx convex-token keys\` makes one as CONVEX_AUTH_PRIVATE_KEY.`,
  }),
  "key-not-ignored": ({ path }) => ({
    code: "ERR_KEY_COMMITTABLE",
    message: `Git does not ignore ${path}, so that the private key would be committed.`,
    hint: `Add ${path} to .gitignore; \`--fix\` does it.`,
  }),
  "key-readable": ({ path }) => ({
    code: "ERR_KEY_READABLE",
    message: `Everybody with an account on this machine can read the private key in ${path}.`,
    hint: `Run \`chmod 600 ${path}\`; \`--fix\` does it.`,
  }),
  "key-not-deployed": ({ path }) => ({
    code: "ERR_KEY_NOT_DEPLOYED",
    message: `${path} signs tokens in the deployment, which has no private key: functions do not see .env.local.`,
    hint: "Set it there, from a file: `npx convex env set CONVEX_AUTH_PRIVATE_KEY < key.pem`, then remove the file; for production add `--prod`.",
  }),
  "key-only-here": ({ path, found }) => ({
    code: "ERR_KEY_NOT_DEPLOYED",
    message: `${path} signs tokens in the deployment, and the private key is in ${found}, which functions do not see.`,
    hint: "See whether the deployment has it: `npx convex env list`. If not: `npx convex env set CONVEX_AUTH_PRIVATE_KEY < key.pem`. `--read-env` makes sure.",
  }),
  "signer-missing": ({ path }) => ({
    code: "ERR_TOKEN_NOT_MADE",
    message: `Nothing gives a session its token: ${path} has no \`convexSession()\`, and nothing else here signs one.`,
    hint: "Run `npx convex-token init`, which adds `session: convexSession()` to the callbacks.",
  }),
  "signer-claims": ({ path, found }) => ({
    code: "ERR_TOKEN_CLAIM_MISSING",
    message: `${path} signs tokens without ${found}, and Convex refuses a token that lacks any of iss, aud, sub, iat and exp.`,
    hint: 'Set each: `.setIssuer(CONVEX_SITE_URL)`, `.setAudience("convex")`, `.setSubject(id)`, `.setIssuedAt()`, `.setExpirationTime("1h")`; or use `convexSession()`, which does.',
  }),
  "signer-repeats": ({ path }) => ({
    code: "ERR_TOKEN_REPEATS",
    message: `${path} signs without a \`jti\`: two tokens of one second are the same text, and on getting the same again Convex's client stops refreshing and signs the user out when it expires.`,
    hint: "Use `convexSession()` or `signConvexToken()`, whose tokens always differ, or add `.setJti(crypto.randomUUID())`.",
  }),
  "signer-life": ({ path, found }) => ({
    code: "ERR_TOKEN_LIFE",
    message: `The tokens of ${path} live for ${found}, and Convex's client refreshes 10 seconds before the end: it would hardly do anything else.`,
    hint: 'Let them live for a minute at least; "1h" is the default of `expiresIn`.',
  }),
  "client-anonymous": ({ path }) => ({
    code: "ERR_CLIENT_NO_AUTH",
    message: `${path} gives its client no token: a plain ConvexProvider is always signed out.`,
    hint: "Use `ConvexProviderWithSession` from `convex-token/react` in its place (`npx convex-token init` does it), or call `convex.setAuth(fetchToken)`.",
  }),
  "hook-members": ({ path, name, found }) => ({
    code: "ERR_CLIENT_HOOK",
    message: `The hook ${name} in ${path} does not return ${found}, without which ConvexProviderWithAuth stays signed out, with no error at all.`,
    hint: "Return `{ isLoading, isAuthenticated, fetchAccessToken }`, or use `createUseAuth(useSession)` from `convex-token/react`.",
  }),
  "hook-unstable": ({ path, name }) => ({
    code: "ERR_CLIENT_HOOK",
    message: `The hook ${name} in ${path} makes a new \`fetchAccessToken\` at each render, and every new one starts authentication over.`,
    hint: "Wrap it into `useCallback`, or use `createUseAuth(useSession)` from `convex-token/react`.",
  }),
  "hook-force": ({ path, name }) => ({
    code: "ERR_CLIENT_HOOK",
    message: `The hook ${name} in ${path} does not look at \`forceRefreshToken\`: after getting the same token again the client stops refreshing, and signs the user out when it expires.`,
    hint: "Fetch a new token when it is true, or use `createUseAuth(useSession)` from `convex-token/react`.",
  }),
  // ---- The deployment --------------------------------------------------------------------------
  "clock-ahead": ({ found }) => ({
    code: "ERR_CLOCK",
    message: `This machine's clock is ${found} ahead of the server's: tokens signed here are not valid yet there.`,
    hint: "Set the clock of this machine by a time server: `timedatectl set-ntp true` on Linux, Date & Time in the settings elsewhere.",
  }),
  "clock-behind": ({ found }) => ({
    code: "ERR_CLOCK",
    message: `This machine's clock is ${found} behind the server's: tokens signed here expire that much earlier.`,
    hint: "Set the clock of this machine by a time server: `timedatectl set-ntp true` on Linux, Date & Time in the settings elsewhere.",
  }),
  unreachable: ({ name, found }) => ({
    code: "ERR_UNREACHABLE",
    message: `No answer comes from ${name}: ${found}.`,
    hint: "Check the address in the project's environment, and your network; a deployment on this machine runs only as long as `npx convex dev` does.",
  }),
  "api-status": ({ name, found }) => ({
    code: "ERR_DEPLOYMENT_STATUS",
    message: `${name} does not answer as a deployment does: ${found}.`,
    hint: "Check the address: a deployment that was deleted or renamed answers so, and one that is paused is resumed in the dashboard. `npx convex dev` writes the right one.",
  }),
  "routes-not-pushed": ({ path, name }) => ({
    code: "ERR_ROUTES_NOT_PUSHED",
    message: `${path} serves the keys, but ${name} answers 404: it has not been pushed to this deployment.`,
    hint: "Push it: `npx convex dev` for development, `npx convex deploy` for production.",
  }),
  "jwks-local-only": ({ path }) => ({
    code: "ERR_JWKS_NOT_SET",
    message: `JWKS is in ${path}, where functions do not see it, and the deployment has none to publish.`,
    hint: "Set it in the deployment: `npx convex-token jwks | npx convex env set JWKS`; for production add `--prod`.",
  }),
  "route-says": ({ name, found }) => ({
    code: "ERR_ROUTE_STATUS",
    message: `The deployment says at ${name}: ${found}`,
    hint: "Mend it in the deployment's environment: `npx convex env list` shows what is set there (for production add `--prod`).",
  }),
  redirected: ({ name, found }) => ({
    code: "ERR_ROUTE_REDIRECTED",
    message: `${name} answers only after a redirect to ${found}.`,
    hint: "Convex follows it, other verifiers need not: write the address that answers into the issuer, or let the first one answer.",
  }),
  "jwks-private": ({ name }) => ({
    code: "ERR_JWKS_PRIVATE",
    message: `${name} publishes a PRIVATE key: whoever has read it can sign tokens for everybody.`,
    hint: "Replace the key now: take it out of the environment, `npx convex-token keys`, then `npx convex-token jwks | npx convex env set JWKS`, which has public members only.",
  }),
  "jwks-cached": ({ name, found }) => ({
    code: "ERR_CACHE_LONG",
    message: `${name} may be kept for ${found} (Cache-Control): a new key counts only after that.`,
    hint: "Serve it with `addAuthRoutes(http)`, which lets it be kept for 15 seconds; until then wait that long in each step of a rotation.",
  }),
  "key-not-published": ({ name, path, found, wanted }) => ({
    code: "ERR_KEY_NOT_PUBLISHED",
    message: `The key that signs here (${name} in ${path}, kid ${found}) is not published: the set has ${wanted}.`,
    hint: "Publish it: `npx convex-token jwks | npx convex env set JWKS` (for production add `--prod`). Or, if the published one is right, put its private key here: your host or a colleague has it.",
  }),
  "key-without-kid": ({ path }) => ({
    code: "ERR_KID_NOT_PUBLISHED",
    message: `The key is published without a \`kid\`, as the older guides do it, and the tokens of ${path} have one: that never fits.`,
    hint: "Publish the same key with its kid: `npx convex-token jwks | npx convex env set JWKS`; until then sign with `keyId: false`.",
  }),
  "key-other-kid": ({ path, found, wanted }) => ({
    code: "ERR_KID_NOT_PUBLISHED",
    message: `The key is published under the kid "${wanted}", and the tokens of ${path} have "${found}".`,
    hint: `Sign with \`keyId: "${wanted}"\`, or publish what \`npx convex-token jwks\` prints.`,
  }),
  "not-pushed": ({ path }) => ({
    code: "ERR_AUTH_CONFIG_NOT_PUSHED",
    message: `The deployment does not have the provider that ${path} has here: the file was not pushed, or to another deployment.`,
    hint: "Push it: `npx convex dev` for development, `npx convex deploy` for production, and see that it ends without an error.",
  }),
  "backend-too-old": ({ path }) => ({
    code: "ERR_BACKEND_TOO_OLD",
    message: `The deployment does not have the customJwt provider that ${path} has here; a self-hosted backend from before June 2025 refuses that kind when it is pushed.`,
    hint: "Push it with `npx convex dev` and read what it says. If it misses `domain`: upgrade the backend (`docker compose pull`, then `docker compose up -d`), or use an OIDC entry: `convexAuthConfig()` and `addAuthRoutes(http)`.",
    convexMessage: said(PUSH_MESSAGES.domain),
  }),
  "site-not-reached": ({ name }) => ({
    code: "ERR_DISCOVERY_FROM_INSIDE",
    message: `The deployment cannot fetch its own documents from ${name}, though they are right when they are fetched from here: a proxy, DNS or firewall is between the backend and its public address.`,
    hint: 'Let the backend\'s machine or container reach that address, or spare it the fetch: `convexAuthConfig({ kind: "customJwt", embedJwks: true })`, and push it.',
  }),
  refused: ({ name, found }) => ({
    code: "ERR_DEPLOYMENT_REFUSES",
    message: `The deployment at ${name} refuses the token that was signed here: ${found}`,
    hint: "Push the functions as they are here (`npx convex dev`), wait 30 seconds for caches of the key set, and run this again; docs/errors.md has the message.",
  }),
  // ---- The app ---------------------------------------------------------------------------------
  "app-unreachable": ({ name, found }) => ({
    code: "ERR_UNREACHABLE",
    message: `No answer comes from the token route ${name}: ${found}.`,
    hint: "Start the app (`npm run dev`), or give `--app` the address that it prints when it starts.",
  }),
  "app-missing": ({ name }) => ({
    code: "ERR_TOKEN_ROUTE",
    message: `The app has no token route at ${name}: it answers 404.`,
    hint: "Let `npx convex-token init` write it, or name its address: `--app http://localhost:3000/your/route`.",
  }),
  "app-redirects": ({ name, found }) => ({
    code: "ERR_TOKEN_ROUTE",
    message: `The token route ${name} redirects to ${found} instead of answering 401: middleware takes it for a page.`,
    hint: "Take `/api/session` out of the `matcher` in middleware.ts or proxy.ts: the client wants a 401 when nobody is signed in.",
  }),
  "app-open": ({ name }) => ({
    code: "ERR_TOKEN_ROUTE",
    message: `The token route ${name} gives a token to somebody who is not signed in.`,
    hint: "Answer 401 without a session: `tokenRoute({ session })` does, with the function that reads yours.",
  }),
  "app-failed": ({ name, found }) => ({
    code: "ERR_TOKEN_ROUTE",
    message: `The token route ${name} fails: ${found}.`,
    hint: "Look into the output of the app's server, which has the error with its cure; without a session the answer should be 401.",
  }),
  "app-kept": ({ name, found }) => ({
    code: "ERR_TOKEN_ROUTE",
    message: `The answer of ${name} may be kept by caches (Cache-Control: ${found}), and a token served late is expired.`,
    hint: "Send `Cache-Control: no-store`, as `tokenRoute` does.",
  }),
} satisfies Record<string, (details: Details) => FindingText>;

export type FindingName = keyof typeof table;
