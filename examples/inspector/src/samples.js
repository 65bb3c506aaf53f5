/** Examples, made anew each time: no key is in this page. */
import {
  convexAuthProvider,
  generateKeys,
  openidConfiguration,
  signConvexToken,
} from "convex-token";

const issuer = "https://happy-animal-123.convex.site";
const claims = {
  sub: "user_1815",
  name: "Ada Lovelace",
  email: "ada@example.com",
  email_verified: true,
  role: "admin",
};

/**
 * @typedef {object} Sample
 * @property {string} says what is wrong with it
 * @property {string} token
 * @property {{ domain: string, applicationID: string }} provider
 * @property {string} jwks
 * @property {string} discovery
 */

/**
 * A token that Convex accepts.
 *
 * @returns {Sample}
 */
export function acceptedSample() {
  return sample("An example that Convex accepts.");
}

/** What is wrong with the refused ones, each as somebody had it. */
const faults = [
  () => sample("A refused example: the audience is another.", { audience: "my-app" }),
  () => sample("A refused example: it has expired.", { now: Date.now() / 1000 - 7200 }),
  () =>
    sample("A refused example: another deployment’s issuer.", {
      issuer: "https://brave-otter-456.convex.site",
    }),
  () => ({
    ...sample("A refused example: the published key is another."),
    jwks: indented(generateKeys({ algorithm: "EdDSA" }).jwks),
  }),
];
let next = 0;

/**
 * A token that Convex refuses, each time for another reason.
 *
 * @returns {Sample}
 */
export function refusedSample() {
  const made = faults[next % faults.length];
  next += 1;
  return /** @type {() => Sample} */ (made)();
}

/**
 * @param {string} says
 * @param {object} options of signing
 * @returns {Sample}
 */
function sample(says, options = {}) {
  const { privateKey, jwks } = generateKeys({ algorithm: "EdDSA" });
  return {
    says,
    token: signConvexToken(claims, { privateKey, issuer, ...options }),
    provider: convexAuthProvider({ kind: "oidc", issuer }),
    jwks: indented(jwks),
    discovery: indented(openidConfiguration(issuer)),
  };
}

/** @param {unknown} value */
function indented(value) {
  return JSON.stringify(value, null, 2);
}
