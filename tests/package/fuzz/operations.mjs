// Every export of the root entry, what it is called with when all is well, and what it gives then.
import { nodeSigner } from "convex-token/node";
import { webCryptoSigner } from "convex-token/webcrypto";
import * as convexToken from "convex-token";
import {
  claims,
  claimsOf,
  isObject,
  isSet,
  isText,
  isToken,
  issuer,
  jwks,
  keyOf,
  names,
  now,
  pairs,
  pick,
  setOf,
  signOptions,
  tokenOf,
  tokenOptions,
} from "./material.mjs";

const {
  convexAuthProvider,
  createIssuer,
  decodeConvexToken,
  explainToken,
  finishToken,
  generateKeys,
  jwksFromKey,
  openidConfiguration,
  prepareToken,
  safeEqual,
  signConvexToken,
  verifyConvexToken,
} = convexToken;

const providers = [
  { domain: issuer, applicationID: "convex" },
  convexAuthProvider({ kind: "customJwt", issuer, privateKey: pairs[1].privateKey }),
  { type: "customJwt", issuer, jwks: `${issuer}/jwks`, algorithm: "RS256" },
];
const signers = pairs.map(({ privateKey }) => nodeSigner(privateKey));
const cryptoKeys = await globalThis.crypto.subtle.generateKey({ name: "Ed25519" }, true, [
  "sign",
  "verify",
]);
const prepared = pairs.map(({ publicJwk }) => prepareToken(claims[0], { publicJwk, issuer, now }));
const signatures = prepared.map(({ bytes }, index) => new Uint8Array(signers[index].sign(bytes)));
const lasting = [0, 1].map((index) =>
  createIssuer({ privateKey: pairs[index].privateKey, issuer, now, audience: "convex" }),
);

// ---- What is given ----------------------------------------------------------------------------

const verifyOptions = (random) => ({
  ...random.of([{ jwks: setOf(random) }, { privateKey: keyOf(random) }]),
  issuer: random.of([undefined, issuer]),
  audience: random.of([undefined, "convex"]),
  provider: random.of([undefined, undefined, ...providers]),
  clockTolerance: random.of([undefined, 0, 60]),
  now: now + 10,
});
const documentOf = (random, body) => ({
  url: `${issuer}/x`,
  status: random.of([200, 404, undefined]),
  contentType: random.of(["application/json", "application/jwk-set+json; charset=utf-8", null]),
  body: JSON.stringify(body),
});
const explainOptions = (random) => ({
  ...verifyOptions(random),
  provider: random.of([undefined, providers, providers[0], providers[1]]),
  discovery: random.of([
    undefined,
    discovery,
    JSON.stringify(discovery),
    documentOf(random, discovery),
  ]),
  jwks: random.of([undefined, setOf(random), documentOf(random, jwks)]),
});
const providerOptions = (random) => ({
  kind: random.of(["oidc", "customJwt"]),
  issuer,
  audience: random.of([undefined, "convex"]),
  applicationID: random.of([undefined, "app"]),
  algorithm: random.of([undefined, "RS256", "ES256"]),
  ...random.of([
    {},
    { privateKey: keyOf(random) },
    { jwks: setOf(random) },
    { jwks: `${issuer}/j` },
  ]),
});
const discovery = openidConfiguration(issuer);

/** A signer of the caller's, which may answer late, lie, throw, or call the package itself. */
function signerOf(random) {
  const index = pick(random, [0, 1, 2]);
  const { algorithm, publicJwk } = { algorithm: names[index], publicJwk: pairs[index].publicJwk };
  const honest = (bytes) => signers[index].sign(bytes);
  const sign = random.of([
    honest,
    honest,
    async (bytes) => honest(bytes),
    () => new Uint8Array(64),
    () => undefined,
    (bytes) => (lasting[0].sign(claims[0]), honest(bytes)),
    (bytes) => (
      signConvexToken(claims[0], { privateKey: pairs[0].privateKey, issuer }),
      honest(bytes)
    ),
  ]);
  return random.of([signers[index], { algorithm, publicJwk, sign }]);
}

const requestOf = (random) =>
  new Request(
    `${issuer}${random.of(["/.well-known/jwks.json", "/.well-known/openid-configuration", "/", "/%00"])}`,
    {
      method: random.of(["GET", "HEAD", "POST", "OPTIONS"]),
      headers: { "if-none-match": random.of(['"x"', "*"]) },
    },
  );

// ---- What is given back -----------------------------------------------------------------------

const isDecoded = ({ header, claims }) => isObject(header) && isObject(claims);
const isVerified = (value) => isDecoded(value) && isText(value.identity.tokenIdentifier);
const isProvider = (value) => isText(value.domain) !== isText(value.issuer);
const isDiscovery = (value) => isText(value.issuer) && value.jwks_uri.startsWith(value.issuer);
const isCheck = ({ name, ok, found, expected, fix, docs, code }) =>
  [name, found, expected, docs].every(isText) &&
  found.length + expected.length < 20_000 &&
  [true, false, null].includes(ok) &&
  isText(fix) === (ok === false) &&
  isText(code) === (ok === false);
const isExplanation = ({ accepted, checks }) =>
  typeof accepted === "boolean" && checks.length > 8 && checks.every(isCheck);
const isSigner = (value) => names.includes(value.algorithm) && typeof value.sign === "function";
const isPair = ({ algorithm, kid, privateKey, publicJwk, jwks }) =>
  [algorithm, kid, privateKey].every(isText) && isObject(publicJwk) && isSet(jwks);

/** The life of an issuer that is given some options: it is used, and disposed of. */
function lives(options, given, forceRefresh) {
  const own = createIssuer(options);
  try {
    own.jwks();
    own.openidConfiguration();
    const token = own.token(given, { forceRefreshToken: forceRefresh });
    if (isText(token)) own.verify(token);
    return token;
  } finally {
    own.dispose();
  }
}

/** Name, call, makers of its arguments, what its answer must be, and how often it is chosen. */
export const operations = [
  ["generateKeys", generateKeys, [(random) => ({ algorithm: random.of(["EdDSA", "ES256", "HS256"]) })], isPair, 1],
  ["jwksFromKey", jwksFromKey, [keyOf], isSet, 20],
  ["signConvexToken", signConvexToken, [claimsOf, signOptions], isToken, 40],
  ["verifyConvexToken", verifyConvexToken, [tokenOf, verifyOptions], isVerified, 30],
  ["decodeConvexToken", decodeConvexToken, [tokenOf], isDecoded, 200],
  ["explainToken", explainToken, [tokenOf, explainOptions], isExplanation, 15],
  ["openidConfiguration", openidConfiguration, [() => issuer], isDiscovery, 200],
  ["convexAuthProvider", convexAuthProvider, [providerOptions], isProvider, 100],
  ["prepareToken", prepareToken, [claimsOf, (random) => ({ publicJwk: pick(random, pairs).publicJwk, ...tokenOptions(random) })], ({ signingInput }) => isText(signingInput), 80],
  ["finishToken", finishToken, [(random) => pick(random, prepared), (random) => pick(random, signatures)], isToken, 15],
  ["safeEqual", safeEqual, [(random) => random.of(["secret", new Uint8Array(6)]), () => "secret"], (value) => typeof value === "boolean", 200],
  ["createIssuer", lives, [signOptions, claimsOf, (random) => random.percent(50)], isToken, 15],
  ["createIssuer({ signer })", lives, [(random) => ({ signer: signerOf(random), ...tokenOptions(random) }), claimsOf, () => false], isToken, 15],
  ["issuer.sign", (...given) => lasting[0].sign(...given), [claimsOf], isToken, 40],
  ["issuer.token", (...given) => lasting[0].token(...given), [claimsOf, () => ({ forceRefreshToken: false })], isToken, 200],
  ["issuer.verify", (...given) => lasting[0].verify(...given), [tokenOf], isVerified, 25],
  ["issuer.provider", (...given) => lasting[1].provider(...given), [() => ({ kind: "customJwt", embedJwks: true })], isProvider, 60],
  ["issuer.fetch", (...given) => lasting[1].fetch(...given), [requestOf], (value) => value === undefined || value instanceof Response, 20],
  ["nodeSigner", nodeSigner, [keyOf], isSigner, 3],
  ["webCryptoSigner", webCryptoSigner, [() => cryptoKeys.privateKey, () => cryptoKeys.publicKey], isSigner, 60],
]; // prettier-ignore
