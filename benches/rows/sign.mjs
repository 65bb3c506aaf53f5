// One token: ours beside everything that is used for it in Node.
import { p256 } from "@noble/curves/nist.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sign as nodeRsSign, Algorithm as NodeRsAlgorithm } from "@node-rs/jsonwebtoken";
import { createSigner } from "fast-jwt";
import { SignJWT, importPKCS8 } from "jose";
import jsonwebtoken from "jsonwebtoken";
import forge from "node-forge";
import { createHash, sign as nodeSign, verify as nodeVerify, webcrypto } from "node:crypto";
import {
  chosenKinds,
  claims,
  convexToken,
  issuer,
  keysOf,
  nodeSigner,
  webCryptoSigner,
} from "../lib/package.mjs";
import { takeTurns } from "../lib/measure.mjs";
import { rsaCrate } from "../lib/rsa-crate.mjs";

export const name = "sign";

export async function* rows(options) {
  const { rounds } = options;
  for (const kind of chosenKinds(options)) {
    const keys = keysOf(kind);
    const samples = await takeTurns(await contenders(kind, keys), { rounds });
    yield { what: `sign ${kind.name}`, samples, compare: comparisons(kind) };
  }
}

const [OWN, TEXT, TOKEN, NATIVE] = [
  "issuer.sign",
  "signConvexToken, PEM per call",
  "issuer.token, claims unchanged",
  "issuer.sign, nodeSigner",
];
const [CACHED, RECIPE, FAST] = [
  "jose, key cached",
  "jose, importPKCS8 per call",
  "fast-jwt, key cached",
];
const FAST_VERIFIED = "fast-jwt, then node:crypto verify";
const CRATE = "rsa crate in wasm, signature alone";

function comparisons({ algorithm, main }) {
  const goals = {
    RS256: [
      [OWN, RECIPE, { atMost: 1, aim: 0.7 }],
      [OWN, CRATE, { atMost: 0.2 }],
    ],
    ES256: [[OWN, CACHED, { atMost: 1.5, aim: 1 }]],
    EdDSA: [[OWN, CACHED, { atMost: 0.5, aim: 0.3 }]],
  };
  const limit = (goal) => (main ? goal : {});
  return [
    ...goals[algorithm].map(([ours, peer, goal]) => ({ ours, peer, ...limit(goal) })),
    { ours: TEXT, peer: OWN, atMost: 1.05 },
    { ours: TEXT, peer: RECIPE },
    { ours: TOKEN, peer: CACHED, atMost: 1 / 100, aim: 1 / 300 },
    { ours: NATIVE, peer: FAST, ...limit({ atMost: 1.1, aim: 1 }) },
    { ours: NATIVE, peer: FAST_VERIFIED },
    { ours: NATIVE, peer: CACHED },
  ];
}

async function contenders({ algorithm }, { privateKey, publicKey, pem, kid, jwks }) {
  const own = convexToken.createIssuer({ privateKey: pem, issuer });
  const native = convexToken.createIssuer({ signer: nodeSigner(privateKey), issuer });
  const key = await importPKCS8(pem, algorithm);
  const web = convexToken.createIssuer({ signer: webCryptoSigner(key, jwks.keys[0]), issuer });
  const hash = hashOf(algorithm);
  const jose = (key) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience("convex")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(key);
  const options = { issuer, audience: "convex", expiresIn: "1h", keyid: kid };
  const fastJwt = createSigner({
    key: pem,
    algorithm,
    kid,
    iss: issuer,
    aud: "convex",
    expiresIn: 3_600_000,
  });
  const payload = () => {
    const iat = Math.floor(Date.now() / 1000);
    return { iss: issuer, aud: "convex", iat, exp: iat + 3600, ...claims };
  };
  const input = Buffer.from("eyJhbGciOiJSUzI1NiJ9.".padEnd(320, "x"));
  return {
    [OWN]: () => own.sign(claims),
    [TEXT]: () => convexToken.signConvexToken(claims, { privateKey: pem, issuer }),
    [TOKEN]: () => own.token(claims),
    [NATIVE]: () => native.sign(claims),
    "issuer.sign, webCryptoSigner": () => web.sign(claims),
    [CACHED]: () => jose(key),
    [RECIPE]: async () => jose(await importPKCS8(pem, algorithm)),
    [FAST]: () => fastJwt({ ...claims }),
    // What nodeSigner does: no token is given out whose signature has not been verified.
    [FAST_VERIFIED]: () => {
      const token = fastJwt({ ...claims });
      const dot = token.lastIndexOf(".");
      const signature = Buffer.from(token.slice(dot + 1), "base64url");
      const verifying = { key: publicKey, dsaEncoding: "ieee-p1363" };
      if (!nodeVerify(hash, Buffer.from(token.slice(0, dot)), verifying, signature)) throw token;
      return token;
    },
    ...(algorithm !== "EdDSA" && {
      "jsonwebtoken, key object cached": () =>
        jsonwebtoken.sign({ ...claims }, privateKey, { ...options, algorithm }),
    }),
    "@node-rs/jsonwebtoken, PEM per call": () =>
      nodeRsSign({ data: claims, ...payload() }, pem, {
        algorithm: NodeRsAlgorithm[algorithm],
        keyId: kid,
      }),
    ...(await signaturesAlone(algorithm, { privateKey, pem, key, input })),
  };
}

const hashOf = (algorithm) => (algorithm === "EdDSA" ? null : "sha256");

/** No token: only the signature of as many bytes. */
async function signaturesAlone(algorithm, { privateKey, pem, key, input }) {
  const hash = hashOf(algorithm);
  const name = { RS256: "RSASSA-PKCS1-v1_5", ES256: "ECDSA", EdDSA: "Ed25519" }[algorithm];
  const alone = {
    "node:crypto, signature alone": () =>
      nodeSign(hash, input, { key: privateKey, dsaEncoding: "ieee-p1363" }),
    "WebCrypto, signature alone": () =>
      webcrypto.subtle.sign({ name, hash: "SHA-256" }, key, input),
  };
  const jwk = privateKey.export({ format: "jwk" });
  const secret = Buffer.from(jwk.d, "base64url");
  if (algorithm === "ES256") {
    alone["@noble/curves, signature alone"] = () => p256.sign(input, secret);
  } else if (algorithm === "EdDSA") {
    alone["@noble/curves, signature alone"] = () => ed25519.sign(input, secret);
  } else {
    const forgeKey = forge.pki.privateKeyFromPem(pem);
    alone["node-forge, signature alone"] = () => {
      const digest = forge.md.sha256.create();
      digest.update(input.toString("latin1"));
      return forgeKey.sign(digest);
    };
    const crate = await rsaCrate();
    if (crate !== undefined) {
      const handle = crate.key(privateKey.export({ format: "der", type: "pkcs8" }));
      const digest = createHash("sha256").update(input).digest();
      alone[CRATE] = () => crate.sign(handle, digest);
    }
  }
  return alone;
}
