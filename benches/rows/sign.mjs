// One token: ours beside everything that is used for it in Node.
import { p256 } from "@noble/curves/nist.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sign as nodeRsSign, Algorithm as NodeRsAlgorithm } from "@node-rs/jsonwebtoken";
import { createSigner } from "fast-jwt";
import { SignJWT, importPKCS8 } from "jose";
import jsonwebtoken from "jsonwebtoken";
import forge from "node-forge";
import { createHash, sign as nodeSign, webcrypto } from "node:crypto";
import { chosenKinds, claims, convexToken, issuer, keysOf, nodeSigner } from "../lib/package.mjs";
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

function comparisons({ algorithm, main }) {
  const goals = {
    RS256: [
      ["issuer.sign", "jose, importPKCS8 per call", 1],
      ["issuer.sign", "rsa crate in wasm", 0.2],
    ],
    ES256: [["issuer.sign", "jose, key cached", 1.5]],
    EdDSA: [["issuer.sign", "jose, key cached", 0.5]],
  };
  return [
    ...goals[algorithm].map(([ours, peer, atMost]) => ({ ours, peer, ...(main && { atMost }) })),
    { ours: "signConvexToken, PEM per call", peer: "issuer.sign", atMost: 1.05 },
    { ours: "issuer.token, claims unchanged", peer: "jose, key cached", atMost: 0.01 },
    { ours: "issuer.sign, nodeSigner", peer: "fast-jwt, key cached", ...(main && { atMost: 1.1 }) },
  ];
}

async function contenders({ algorithm }, { privateKey, pem, kid }) {
  const own = convexToken.createIssuer({ privateKey: pem, issuer });
  const native = convexToken.createIssuer({ signer: nodeSigner(privateKey), issuer });
  const key = await importPKCS8(pem, algorithm);
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
    "issuer.sign": () => own.sign(claims),
    "signConvexToken, PEM per call": () =>
      convexToken.signConvexToken(claims, { privateKey: pem, issuer }),
    "issuer.token, claims unchanged": () => own.token(claims),
    "issuer.sign, nodeSigner": () => native.sign(claims),
    "jose, key cached": () => jose(key),
    "jose, importPKCS8 per call": async () => jose(await importPKCS8(pem, algorithm)),
    "fast-jwt, key cached": () => fastJwt({ ...claims }),
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

/** No token: only the signature of as many bytes. */
async function signaturesAlone(algorithm, { privateKey, pem, key, input }) {
  const hash = algorithm === "EdDSA" ? null : "sha256";
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
      alone["rsa crate in wasm"] = () => crate.sign(handle, digest);
    }
  }
  return alone;
}
