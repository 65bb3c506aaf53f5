// Published keys with members that are wrong, foreign or secret.
import { readFileSync } from "node:fs";
import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import { jwk, makeCase, privateJwk } from "../case.mjs";

const refused = join(import.meta.dirname, "../../vectors/keys/refused");
const published = (file) =>
  createPublicKey(readFileSync(join(refused, file))).export({ format: "jwk" });

const oidc = (name, keys, expect, more = {}) =>
  makeCase({ name: `${name}, oidc`, kind: "oidc", keys, expect, ...more });
const customJwt = (name, keys, expect, more = {}) =>
  makeCase({ name: `${name}, customJwt`, kind: "customJwt", keys, expect, ...more });

/** The signing key with some members, by both kinds of provider. */
const own = (name, members, expect, more = {}) => [
  oidc(name, [jwk("rsa", members)], expect.oidc ?? expect, more),
  customJwt(name, [jwk("p256", members)], expect.customJwt ?? expect, more),
];

/** One more key, before the signing one. */
const beside = (name, key, expect, more = {}) => [
  oidc(`beside ${name}`, [key, jwk("rsa")], expect.oidc ?? "accepted", more),
  customJwt(`beside ${name}`, [key, jwk("p256")], expect.customJwt ?? expect, more),
];

const skipped = {
  source:
    "Convex: JsonWebKeySet (VecSkipError) passes over what it cannot read; biscuit's JWKSet refuses the set.",
};
const unread = {
  source:
    "Convex: CoreJsonWebKey takes a damaged n, e, x, y, d, k for absent (deserialize_option_or_none).",
};

export default [
  own("use is absent", { use: undefined }, "accepted"),
  own("use is null", { use: null }, "accepted"),
  own("use is enc", { use: "enc" }, { oidc: "key", customJwt: "accepted" }),
  own("use is SIG", { use: "SIG" }, { oidc: "key", customJwt: "accepted" }),
  own("use is empty", { use: "" }, { oidc: "key", customJwt: "accepted" }),
  own("use is a list", { use: ["sig"] }, { oidc: "key", customJwt: "jwks" }, skipped),
  own("alg is absent", { alg: undefined }, "accepted"),
  own("alg is null", { alg: null }, "accepted"),
  own(
    "alg is another of the same type",
    { alg: "RS512" },
    { oidc: "key", customJwt: "key-algorithm" },
  ),
  own("alg is one for encryption", { alg: "A128GCM" }, { oidc: "key", customJwt: "key-algorithm" }),
  own("alg is none", { alg: "none" }, { oidc: "key", customJwt: "key-algorithm" }),
  own("alg is unheard of", { alg: "unheard-of" }, { oidc: "key", customJwt: "jwks" }),
  own("alg is in small letters", { alg: "rs256" }, { oidc: "key", customJwt: "jwks" }),
  own("alg is a number", { alg: 256 }, { oidc: "key", customJwt: "jwks" }, skipped),
  own("kty is absent", { kty: undefined }, { oidc: "key", customJwt: "jwks" }),
  own("kty is null", { kty: null }, { oidc: "key", customJwt: "jwks" }),
  own("kty is another", { kty: "OKP" }, { oidc: "key", customJwt: "signature" }),
  own("kty is in small letters", { kty: "rsa" }, { oidc: "key", customJwt: "jwks" }),
  own("kty is a number", { kty: 1 }, { oidc: "key", customJwt: "jwks" }, skipped),
  own("key_ops is verify", { key_ops: ["verify"] }, "accepted"),
  own("key_ops is sign", { key_ops: ["sign"] }, "accepted"),
  own("key_ops is unheard of", { key_ops: ["x"] }, "accepted"),
  own(
    "key_ops is no list",
    { key_ops: "verify" },
    { oidc: "accepted", customJwt: "jwks" },
    skipped,
  ),
  own("key_ops has a number", { key_ops: [1] }, { oidc: "accepted", customJwt: "jwks" }, skipped),
  own("x5c is a list of texts", { x5c: ["MII"] }, "accepted"),
  own("x5c is a text", { x5c: "MII" }, { oidc: "accepted", customJwt: "jwks" }, skipped),
  own("x5t is a number", { x5t: 1 }, { oidc: "accepted", customJwt: "jwks" }, skipped),
  own("x5u is a list", { x5u: [] }, { oidc: "accepted", customJwt: "jwks" }, skipped),
  own("ext and others that nobody knows", { ext: true, exp: 1, "": null }, "accepted"),
  own("an n that is a number", { n: 1 }, { oidc: "signature", customJwt: "accepted" }, unread),
  own("an e that is a number", { e: 65537 }, { oidc: "signature", customJwt: "accepted" }, unread),
  own("an x that is a number", { x: 1 }, { oidc: "accepted", customJwt: "jwks" }, unread),
  own("a d that is null", { d: null }, { oidc: "accepted", customJwt: "jwks" }),
  own("a d that is no base64url", { d: "*" }, { oidc: "accepted", customJwt: "jwks" }, unread),
  own("a d that is a number", { d: 1 }, { oidc: "accepted", customJwt: "jwks" }, unread),

  oidc(
    "a key with its private members",
    [privateJwk("rsa")].map((key) => ({ ...key, kid: "rsa" })),
    "accepted",
  ),
  customJwt("a key with its private members", [{ ...privateJwk("p256"), kid: "p256" }], "accepted"),
  customJwt(
    "an RSA key with its private members",
    [{ ...privateJwk("rsa"), kid: "rsa" }],
    "accepted",
    { key: "rsa" },
  ),
  oidc("n is missing", [jwk("rsa", { n: undefined })], "signature", unread),
  oidc("n has padding", [jwk("rsa", { n: `${jwk("rsa").n}==` })], "signature", unread),
  oidc("e has leading zeros", [jwk("rsa", { e: "AAEAAQ" })], "accepted"),
  oidc("e has bits behind its last byte", [jwk("rsa", { e: "AAEAAR" })], "accepted", {
    source: "Convex: openidconnect's base64_url_safe_no_pad lets such bits pass.",
  }),
  oidc("e is even", [jwk("rsa", { e: "AQAA" })], "signature"),
  oidc("e is empty", [jwk("rsa", { e: "" })], "signature"),
  oidc(
    "n of 1,024 bits",
    [{ ...published("test-rsa-1024.pkcs8.pem"), kid: "rsa" }],
    "signature",
    unread,
  ),
  oidc(
    "x of 31 bytes",
    [jwk("ed25519", { x: "LsshEpU2qBHbQjkpd6r5FfUMCc6GGwFyYEyAzQdNWQ" })],
    "signature",
    { key: "ed25519" },
  ),
  oidc("a curve that is absent", [jwk("ed25519", { crv: undefined })], "signature", {
    key: "ed25519",
  }),
  oidc("a curve that is another", [jwk("ed25519", { crv: "X25519" })], "signature", {
    key: "ed25519",
  }),
  oidc(
    "no kid in the token, and a key on another curve",
    [jwk("ed25519"), { kty: "OKP", crv: "X25519", x: "AQAB" }],
    "key",
    {
      key: "ed25519",
      header: { kid: undefined },
      source: "Convex: check_key_compatibility looks at the type of a key, not at its curve.",
    },
  ),
  oidc("no kid in the token, and a damaged key of the type", [jwk("rsa"), { kty: "RSA" }], "key", {
    header: { kid: undefined },
    ...unread,
  }),
  oidc("an alg of Ed25519 on the key", [jwk("ed25519", { alg: "Ed25519" })], "key", {
    key: "ed25519",
    source: "Convex: JsonWebTokenAlgorithm knows no Ed25519, so the key is passed over.",
  }),
  customJwt("n is missing", [jwk("rsa", { n: undefined })], "jwks", { key: "rsa" }),
  customJwt("n has padding", [jwk("rsa", { n: `${jwk("rsa").n}==` })], "jwks", { key: "rsa" }),
  customJwt("n has bits behind its last byte", [jwk("rsa", { e: "AAEAAR" })], "jwks", {
    key: "rsa",
  }),
  customJwt("e has leading zeros", [jwk("rsa", { e: "AAEAAQ" })], "accepted", { key: "rsa" }),
  customJwt("e is even", [jwk("rsa", { e: "AQAA" })], "signature", { key: "rsa" }),
  customJwt(
    "n of 1,024 bits",
    [{ ...published("test-rsa-1024.pkcs8.pem"), kid: "rsa" }],
    "signature",
    { key: "rsa" },
  ),
  customJwt("y is missing", [jwk("p256", { y: undefined })], "jwks"),
  customJwt(
    "x of 31 bytes",
    [jwk("p256", { x: "pi3l-IU8i0jn2GiyRG5T2c2W3ga-pr-w7OLzAkW4KQ" })],
    "signature",
  ),
  customJwt("a point that is not on the curve", [jwk("p256", { y: jwk("p256").x })], "signature"),
  customJwt("a curve that is absent", [jwk("p256", { crv: undefined })], "jwks"),
  customJwt("a curve that is another", [jwk("p256", { crv: "P-384" })], "accepted", {
    source:
      "Convex: biscuit verifies ES256 with the bytes of x and y, whatever the curve is called.",
  }),
  customJwt("a curve that it does not know", [jwk("p256", { crv: "secp256k1" })], "jwks"),

  beside("an EdDSA key", jwk("ed25519"), "jwks"),
  beside("an Ed25519 key without alg", jwk("ed25519", { alg: undefined }), "accepted"),
  beside("an X25519 key", { ...published("test-x25519.pkcs8.pem"), kid: "x" }, "jwks"),
  beside("an Ed448 key", { ...published("test-ed448.pkcs8.pem"), kid: "x" }, "accepted"),
  beside("a P-384 key", { ...published("test-p384.pkcs8.pem"), kid: "x" }, "accepted"),
  beside("a P-521 key", { ...published("test-p521.pkcs8.pem"), kid: "x" }, "accepted"),
  beside("a secp256k1 key", { ...published("test-secp256k1.pkcs8.pem"), kid: "x" }, "jwks"),
  beside("a symmetric key", { kty: "oct", k: "AQAB", kid: "x" }, "accepted"),
  beside("a symmetric key without its value", { kty: "oct", kid: "x" }, "jwks", skipped),
  beside("a key of a type to come", { kty: "AKP", alg: "ML-DSA-44", pub: "AQAB" }, "jwks"),
  beside("an RSA key without numbers", { kty: "RSA", kid: "x" }, "jwks", skipped),
  beside(
    "an RSA key of 1,024 bits",
    { ...published("test-rsa-1024.pkcs8.pem"), kid: "x" },
    "accepted",
    unread,
  ),
  beside(
    "a point that is not on the curve",
    { kty: "EC", crv: "P-256", x: "AA", y: "AA", kid: "x" },
    "accepted",
    unread,
  ),
  beside("no key at all: {}", {}, "jwks", skipped),
  beside("null", null, "jwks", skipped),
  beside("a number", 1, "jwks", skipped),
  beside("a text", "key", "jwks", skipped),
  beside("a list", [], "jwks", skipped),
];
