/** The public half of keys, with all that is made of it: names, set, entries for `auth.config.ts`. */
import { convexAuthProvider } from "convex-token";
import { copyable, downloadButton, make } from "./dom.js";

/** @typedef {import("convex-token").Jwks} Jwks */

/**
 * @param {Jwks} jwks
 * @returns {Node[]}
 */
export function publicHalf(jwks) {
  const text = JSON.stringify(jwks, null, 2);
  const line = JSON.stringify(jwks);
  return [
    make(
      "dl.keys",
      {},
      ...jwks.keys.map(({ kid, alg }) =>
        make(
          "div",
          {},
          make("dt", {}, `${alg} key, kid`),
          make("dd", {}, make("code", {}, `${kid}`)),
        ),
      ),
    ),
    copyable(
      "JWKS to publish",
      text,
      downloadButton("Download jwks.json", "jwks.json", () => `${line}\n`),
    ),
    copyable("The same as the deployment’s variable", `npx convex env set JWKS '${line}'`),
    ...entriesFor(jwks).map(({ title, entry }) => copyable(title, entry)),
  ];
}

/**
 * The entries for `auth.config.ts` that take tokens of these keys.
 *
 * @param {Jwks} jwks
 */
function entriesFor(jwks) {
  const algorithms = new Set(jwks.keys.map(({ alg }) => alg));
  const entries = [];
  if (algorithms.has("RS256") || algorithms.has("EdDSA")) {
    entries.push({
      title: "auth.config.ts: OIDC, the set is fetched",
      entry: '{ domain: process.env.CONVEX_SITE_URL!, applicationID: "convex" },',
    });
  }
  for (const algorithm of /** @type {const} */ (["RS256", "ES256"])) {
    const keys = jwks.keys.filter(({ alg }) => alg === algorithm);
    if (keys.length === 0) continue;
    const issuer = "https://issuer.invalid"; // Put in only for the set: the entry names a variable.
    const provider = convexAuthProvider({ kind: "customJwt", issuer, algorithm, jwks: { keys } });
    entries.push({
      title: `auth.config.ts: customJwt for ${algorithm}, the set is in the entry`,
      entry: `{
  type: "customJwt",
  issuer: process.env.CONVEX_SITE_URL!,
  jwks: "${provider.jwks}",
  algorithm: "${algorithm}",
  applicationID: "convex",
},`,
    });
  }
  return entries;
}
