/** The errors of what runs in a Convex deployment: auth.config.ts, the well-known routes, functions with a secret. */
import { errorsOf, type ErrorTable } from "../error-table.js";

/** The command that publishes the key of `.env.local`. */
const PUBLISH = "`npx convex-token jwks | npx convex env set JWKS`";

export const table = {
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
} satisfies ErrorTable;

export const deploymentError = errorsOf(table);
