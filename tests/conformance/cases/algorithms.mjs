// Each algorithm with each kind of provider, and names of algorithms that are none.
import { createHmac } from "node:crypto";
import { algorithms, base64url, jwk, makeCase, signature } from "../case.mjs";

const keys = ["rsa", "p256", "ed25519"];

/** What becomes of a token of each algorithm, its key published, by the provider's kind. */
const table = {
  oidc: { rsa: "accepted", p256: "algorithm", ed25519: "accepted" },
  RS256: { rsa: "accepted", p256: "algorithm", ed25519: "jwks" },
  ES256: { rsa: "algorithm", p256: "accepted", ed25519: "jwks" },
};

const pairs = Object.entries(table).flatMap(([provider, row]) =>
  keys.map((key) =>
    makeCase({
      name: `${algorithms[key]} with ${provider === "oidc" ? "an OIDC provider" : `a customJwt provider of ${provider}`}`,
      kind: provider === "oidc" ? "oidc" : "customJwt",
      provider: provider === "oidc" ? {} : { algorithm: provider },
      key,
      expect: row[key],
    }),
  ),
);

/** A token that says another algorithm than that of its signature. */
const named = (kind, key, alg, expect, more = {}) =>
  makeCase({
    name: `the header's alg is ${JSON.stringify(alg)}, ${kind}`,
    kind,
    key,
    header: { alg },
    expect,
    ...more,
  });

/** Signed with a text that everybody has: the public key. */
function withPublicKey(token) {
  const input = token.slice(0, token.lastIndexOf("."));
  const key = JSON.stringify(jwk("rsa"));
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}

export default [
  pairs,
  named("oidc", "rsa", "none", "algorithm", { torn: (token) => token.replace(/[^.]*$/, "") }),
  named("customJwt", "p256", "none", "key-algorithm", {
    torn: (token) => token.replace(/[^.]*$/, ""),
  }),
  named("oidc", "rsa", "HS256", "algorithm", { torn: withPublicKey }),
  named("customJwt", "rsa", "HS256", "key-algorithm", { torn: withPublicKey }),
  ["RS384", "PS256", "ES384", "ES256"].map((alg) => named("oidc", "rsa", alg, "algorithm")),
  ["RS384", "PS256", "ES512", "RS256"].map((alg) =>
    named("customJwt", "p256", alg, "key-algorithm"),
  ),
  ["rs256", "", "Ed25519", "A128KW", "dir", "ML-DSA-44"].map((alg) =>
    named("oidc", "rsa", alg, "form"),
  ),
  ["A128GCM", "A256CBC-HS512"].map((alg) => named("oidc", "rsa", alg, "algorithm")),
  ["es256", "", "Ed25519", "EdDSA"].map((alg) => named("customJwt", "p256", alg, "key-algorithm")),
  [null, 1, ["RS256"]].map((alg) => named("oidc", "rsa", alg, "form")),
  [null, 1, ["ES256"]].map((alg) => named("customJwt", "p256", alg, "key-algorithm")),
  makeCase({
    name: "a token of another key of the same algorithm",
    kind: "oidc",
    key: "otherRsa",
    header: { kid: "rsa" },
    keys: [jwk("rsa")],
    expect: "signature",
  }),
  makeCase({
    name: "a signature in DER",
    kind: "customJwt",
    torn: (token) => {
      const input = token.slice(0, token.lastIndexOf("."));
      const raw = signature("p256", input);
      const integer = (bytes) => Buffer.from([2, bytes.length + 1, 0, ...bytes]);
      const parts = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
      return `${input}.${Buffer.from([0x30, parts.length, ...parts]).toString("base64url")}`;
    },
    expect: "signature",
  }),
  makeCase({
    name: "an Ed25519 signature that is too short",
    kind: "oidc",
    key: "ed25519",
    torn: (token) => token.slice(0, -4),
    expect: "signature",
  }),
  makeCase({
    name: "an ES256 signature of zeros",
    kind: "customJwt",
    torn: (token) => token.replace(/[^.]*$/, base64url(Buffer.alloc(64))),
    expect: "signature",
  }),
  makeCase({
    name: "an empty signature",
    kind: "oidc",
    torn: (token) => token.replace(/[^.]*$/, ""),
    expect: "signature",
  }),
];
