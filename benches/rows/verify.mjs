// One token verified, and what it says read out.
import { p256 } from "@noble/curves/nist.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { Algorithm as NodeRsAlgorithm, verifySync as nodeRsVerify } from "@node-rs/jsonwebtoken";
import { createVerifier } from "fast-jwt";
import { createLocalJWKSet, importSPKI, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import forge from "node-forge";
import { createHash, verify as nodeVerify, webcrypto } from "node:crypto";
import { chosenKinds, claims, convexToken, issuer, keysOf } from "../lib/package.mjs";
import { takeTurns } from "../lib/measure.mjs";
import { rsaCrate } from "../lib/rsa-crate.mjs";

export const name = "verify";

export async function* rows(options) {
  const { rounds } = options;
  for (const kind of chosenKinds(options)) {
    const samples = await takeTurns(await contenders(kind, keysOf(kind)), { rounds });
    const goal = kind.main && { atMost: 2, aim: 1 };
    yield {
      what: `verify ${kind.name}`,
      samples,
      compare: [
        { ours: "verifyConvexToken", peer: "jose, key cached", ...goal },
        { ours: "verifyConvexToken", peer: "jose, local set" },
        { ours: "issuer.verify", peer: "jose, key cached", ...goal },
      ],
    };
  }
}

async function contenders({ algorithm }, keys) {
  const { pem, publicKey, publicPem, jwks } = keys;
  const own = convexToken.createIssuer({ privateKey: pem, issuer });
  const token = own.sign(claims);
  const set = createLocalJWKSet(jwks);
  const checks = { issuer, audience: "convex" };
  // Its cache of verdicts is off: it would be looked up, not verified.
  const fastJwt = createVerifier({
    key: publicPem,
    algorithms: [algorithm],
    allowedIss: issuer,
    allowedAud: "convex",
    cache: false,
  });
  const nodeRs = {
    iss: [issuer],
    aud: ["convex"],
    algorithms: [NodeRsAlgorithm[algorithm]],
  };
  return {
    verifyConvexToken: () => convexToken.verifyConvexToken(token, { jwks, ...checks }),
    "issuer.verify": () => own.verify(token),
    "jose, key cached": () => jwtVerify(token, publicKey, checks),
    "jose, local set": () => jwtVerify(token, set, checks),
    "fast-jwt, key cached": () => fastJwt(token),
    ...(algorithm !== "EdDSA" && {
      "jsonwebtoken, key object cached": () =>
        jsonwebtoken.verify(token, publicKey, { ...checks, algorithms: [algorithm] }),
    }),
    "@node-rs/jsonwebtoken, PEM per call": () => nodeRsVerify(token, publicPem, nodeRs),
    ...(await signaturesAlone(algorithm, keys, token)),
  };
}

/** No claims: only the signature of as many bytes. */
async function signaturesAlone(algorithm, { privateKey, publicKey, publicPem }, token) {
  const dot = token.lastIndexOf(".");
  const input = Buffer.from(token.slice(0, dot));
  const signature = Buffer.from(token.slice(dot + 1), "base64url");
  const hash = algorithm === "EdDSA" ? null : "sha256";
  const name = { RS256: "RSASSA-PKCS1-v1_5", ES256: "ECDSA", EdDSA: "Ed25519" }[algorithm];
  const key = await importSPKI(publicPem, algorithm);
  const alone = {
    "node:crypto, signature alone": () =>
      nodeVerify(hash, input, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature),
    "WebCrypto, signature alone": () =>
      webcrypto.subtle.verify({ name, hash: "SHA-256" }, key, signature, input),
  };
  const { x, y } = publicKey.export({ format: "jwk" });
  const coordinate = (text) => Buffer.from(text, "base64url");
  if (algorithm === "ES256") {
    const point = Buffer.concat([Buffer.from([4]), coordinate(x), coordinate(y)]);
    // OpenSSL's signatures need not have the lower of two possible numbers.
    alone["@noble/curves, signature alone"] = () =>
      p256.verify(signature, input, point, { lowS: false });
  } else if (algorithm === "EdDSA") {
    alone["@noble/curves, signature alone"] = () => ed25519.verify(signature, input, coordinate(x));
  } else {
    const forgeKey = forge.pki.publicKeyFromPem(publicPem);
    alone["node-forge, signature alone"] = () => {
      const digest = forge.md.sha256.create();
      digest.update(input.toString("latin1"));
      return forgeKey.verify(digest.digest().bytes(), signature.toString("latin1"));
    };
    const crate = await rsaCrate();
    if (crate !== undefined) {
      const handle = crate.key(privateKey.export({ format: "der", type: "pkcs8" }));
      const digest = createHash("sha256").update(input).digest();
      alone["rsa crate in wasm, signature alone"] = () => crate.verify(handle, digest, signature);
    }
  }
  for (const [who, verifies] of Object.entries(alone)) {
    if ((await verifies()) !== true) throw new Error(`${who} refuses the ${algorithm} signature`);
  }
  return alone;
}
