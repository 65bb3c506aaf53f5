// Keys where they do not belong: wherever a call takes a text, and in every variable that is read. Nothing
// of them is in what is thrown or given back. (In its own place a key is damaged in secrets.test.mjs, and
// every-error.test.mjs looks at an error of each kind.)
import assert from "node:assert/strict";
import { test } from "node:test";
import * as root from "convex-token";
import { nodeSigner } from "convex-token/node";
import { webCryptoSigner } from "convex-token/webcrypto";
import { Canaries, formsOf, shownOf } from "../tools/canaries.mjs";
import { algorithms, issuer, jwks, keys, privateKey } from "./fixtures.mjs";

const { convexAuthProvider, createIssuer, explainToken, signConvexToken, verifyConvexToken } = root;
const sub = "user_1";
const token = signConvexToken({ sub }, { privateKey, issuer });
const signature = token.slice(token.lastIndexOf(".") + 1);
const pems = algorithms.map((algorithm) => keys[algorithm].privateKey);
const canaries = new Canaries(pems, { signature });

const forms = [
  ...pems.flatMap((pem) => Object.entries(formsOf(pem))),
  // Whoever has a token of another one is that one.
  ["token", token],
];

const sign = (options) => signConvexToken({ sub }, { privateKey, issuer, ...options });
const issuerOf = (options) => createIssuer({ privateKey, issuer, ...options });
const verify = (options) => verifyConvexToken(token, { jwks, ...options });
const explain = (options) => explainToken(token, { jwks, ...options });
const provider = (options) => convexAuthProvider({ kind: "customJwt", issuer, ...options });
const oidc = { domain: issuer, applicationID: "convex" };
const customJwt = { type: "customJwt", issuer, algorithm: "RS256", jwks: `${issuer}/jwks.json`, applicationID: "convex" }; // prettier-ignore
const signer = { algorithm: "EdDSA", publicJwk: jwks.keys[0], sign: () => new Uint8Array(64) };

/** One option of a call, or a member of one, after the other. */
const each = (call, names) => names.map((name) => (text) => call({ [name]: text }));

/** All places for a text. */
const places = [
  ...each(sign, ["issuer", "audience", "expiresIn", "notBefore", "now"]),
  ...each(issuerOf, ["issuer", "audience", "expiresIn", "notBefore", "now", "signer"]),
  ...each((of) => issuerOf({ signer: { ...signer, ...of } }), ["algorithm", "publicJwk", "sign"]),
  ...each(verify, ["jwks", "issuer", "audience", "provider", "clockTolerance", "now"]),
  ...each((of) => verify({ provider: { ...oidc, ...of } }), ["domain", "applicationID", "type", "issuer"]),
  ...each((of) => verify({ provider: { ...customJwt, ...of } }), ["issuer", "applicationID", "jwks", "algorithm", "type"]),
  ...each(explain, ["jwks", "issuer", "audience", "provider", "discovery", "clockTolerance", "now"]),
  ...each((of) => explain({ provider: { ...oidc, ...of } }), ["domain", "applicationID", "type"]),
  ...each((of) => explain({ provider: { ...customJwt, ...of } }), ["issuer", "applicationID", "jwks", "algorithm"]),
  ...each((of) => explain({ discovery: { url: issuer, status: 200, ...of } }), ["body", "contentType", "status"]),
  ...each((of) => explain({ jwks: { url: issuer, status: 200, ...of } }), ["body", "contentType", "status"]),
  ...each(provider, ["kind", "issuer", "audience", "applicationID", "algorithm", "jwks"]),
  ...each(root.generateKeys, ["algorithm", "modulusLength"]),
  (text) => sign(text),
  (text) => signConvexToken(text, { privateKey, issuer }),
  (text) => verifyConvexToken(text, { jwks }),
  (text) => explainToken(text, { jwks }),
  (text) => root.decodeConvexToken(text),
  (text) => root.openidConfiguration(text),
  (text) => root.safeEqual(text, 7),
  (text) => root.finishToken({ signingInput: text, publicJwk: jwks.keys[0] }, new Uint8Array(64)),
  (text) => root.finishToken({ signingInput: "a.b", publicJwk: text }, new Uint8Array(64)),
  (text) => root.finishToken(text, text),
  (text) => webCryptoSigner(text, text),
  (text) => issuerOf().verify(text),
  (text) => issuerOf().provider({ kind: text }),
  (text) => issuerOf().fetch({ url: `${issuer}/${text}`, method: text }),
  ...["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"].map((name) => (text) => {
    process.env[name] = text;
    try {
      return signConvexToken({ sub }, { privateKey });
    } finally {
      delete process.env[name];
    }
  }),
  // One of its members is damaged, or is not what it is.
  (text) => root.jwksFromKey([privateKey, `${text}?`]),
  (text) => nodeSigner({ kty: "EC", crv: text, d: text }),
  (text) => root.jwksFromKey({ kty: "OKP", crv: "Ed25519", x: "AA", d: text }),
  (text) => root.jwksFromKey({ kty: "RSA", use: text, alg: text, n: text, e: text }),
]; // prettier-ignore

for (const [name, text] of forms) {
  test(`${name}: nothing of it is seen, wherever a call takes a text`, () => {
    assert.notDeepEqual(canaries.shownIn(shownOf(new Error(text))), [], "it can be found");
    const leaks = [];
    for (const place of places) {
      const result = resultOf(() => place(text));
      // What is signed, or becomes an entry of auth.config.ts, is what was asked for.
      if (typeof result === "string" || result?.applicationID === text) continue;
      const found = canaries.shownIn(shownOf(result));
      if (found.length > 0) leaks.push(...seenIn(result));
    }
    assert.equal(leaks.join("\n"), "");
  });
}

function resultOf(call) {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

/** The lines of a thing that show something. */
function seenIn(thing) {
  const lines = shownOf(thing).split("\n");
  return lines
    .filter((line) => canaries.shownIn(line).length > 0)
    .map((line) => line.slice(0, 200));
}
