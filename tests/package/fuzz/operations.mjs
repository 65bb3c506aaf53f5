// Every export, what it is called with when all is well, and what it gives then.
import { nodeSigner } from "convex-token/node";
import { webCryptoSigner } from "convex-token/webcrypto";
import * as convexToken from "convex-token";
import { changedText } from "./values.mjs";

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

const issuer = "https://happy-animal-123.convex.site";
const now = 1_750_000_000;
const names = ["EdDSA", "ES256", "RS256"];
const pairs = names.map((algorithm) => generateKeys({ algorithm }));
const claims = [
  { sub: "user_1" },
  { sub: "user_1", name: "Ada", email_verified: true, roles: ["a", "b"], org: { id: 1, deep: { x: null } } },
  { sub: "é\ud83d\ude00", updated_at: 1.75e9, address: { formatted: "x" }, picture: "https://x.example/p" },
]; // prettier-ignore
const tokens = pairs.flatMap(({ privateKey }) =>
  claims.map((one) => signConvexToken(one, { privateKey, issuer, now })),
);
const jwks = { keys: pairs.flatMap((pair) => pair.jwks.keys) };
const providers = [
  { domain: issuer, applicationID: "convex" },
  convexAuthProvider({ kind: "customJwt", issuer, privateKey: pairs[1].privateKey }),
  { type: "customJwt", issuer, jwks: `${issuer}/jwks`, algorithm: "RS256" },
];
const jwkOf = async ({ privateKey }, name) => {
  const { createPrivateKey } = await import("node:crypto");
  return { ...createPrivateKey(privateKey).export({ format: "jwk" }), alg: name };
};
const privateJwks = await Promise.all(pairs.map((pair, index) => jwkOf(pair, names[index])));
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

/** The key material that must be seen nowhere: runs of 16 characters of what is secret. */
export const canaries = [
  ...pairs.flatMap(({ privateKey }) => secretsOf(privateKey)),
  ...privateJwks.flatMap(({ d, p, q }) => [d, p, q].filter(Boolean).flatMap(runsOf)),
];

/** Of a PEM, what stands behind the algorithm's name and is not the public key. */
function secretsOf(pem) {
  return runsOf(
    pem.split("\n").slice(1, -2).join("").slice(64, 512) || pem.split("\n")[1].slice(24),
  );
}

function runsOf(text) {
  return Array.from({ length: Math.floor(text.length / 16) }, (_, at) =>
    text.slice(16 * at, 16 * at + 16),
  );
}

// ---- What is given ----------------------------------------------------------------------------

/** Of three in the order of the algorithms: RSA takes a while, ES256 longer than EdDSA. */
const pick = (random, list) => list[random.percent(90) ? 0 : random.percent(90) ? 1 : 2];

/** A private key in one of its forms. */
function keyOf(random) {
  const pair = pick(random, pairs);
  switch (random.below(8)) {
    case 0:
      return pick(random, privateJwks);
    case 1:
      return JSON.stringify(pick(random, privateJwks));
    case 2:
      return { keys: [pick(random, privateJwks)] };
    case 3:
      return [pair.privateKey, privateJwks[0]];
    case 4:
      return pair.privateKey.replaceAll("\n", random.of(["\\n", " ", "\r\n"]));
    case 5:
      return Buffer.from(pair.privateKey).toString("base64");
    default:
      return pair.privateKey;
  }
}

function tokenOf(random) {
  const token = pick(random, [tokens.slice(0, 3), tokens.slice(3, 6), tokens.slice(6)])[
    random.below(3)
  ];
  if (!random.percent(25)) return token;
  // Another payload or header, encoded well.
  const [header, payload, signature] = token.split(".");
  const encoded = (part) =>
    Buffer.from(changedText(random, Buffer.from(part, "base64url").toString())).toString(
      "base64url",
    );
  return random.percent(50)
    ? `${encoded(header)}.${payload}.${signature}`
    : `${header}.${encoded(payload)}.${signature}`;
}

const setOf = (random) => random.of([jwks, JSON.stringify(jwks), pick(random, pairs).jwks]);
const claimsOf = (random) => random.of(claims);
const tokenOptions = (random) => ({
  issuer,
  audience: random.of([undefined, "convex", "app"]),
  expiresIn: random.of([undefined, "1h", 300, "2 days"]),
  notBefore: random.of([undefined, 0, "1s", new Date(now * 1000)]),
  keyId: random.of([undefined, false, "name"]),
  now: random.of([now, new Date(now * 1000), now * 1000]),
});
const signOptions = (random) => ({ privateKey: keyOf(random), ...tokenOptions(random) });
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

const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isToken = (value) => isText(value) && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value);
const isSet = (value) =>
  isObject(value) && value.keys.every((key) => isText(key.kid) && !("d" in key) && !("k" in key));
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

const listed = new Set(operations.map(([name]) => name));

/** The exports that no operation calls. */
export const forgotten = Object.keys(convexToken).filter(
  (name) => !listed.has(name) && name !== "ConvexTokenError",
);
