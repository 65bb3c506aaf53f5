// `kid`: absent, unknown, twice; in the token and in the set.
import { jwk, makeCase } from "../case.mjs";

const rsa = (kid) => jwk("rsa", { kid });
const p256 = (kid) => jwk("p256", { kid });
const other = (kid) => jwk("otherRsa", { kid });
const another = {
  kty: "EC",
  crv: "P-256",
  kid: "p256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};

const oidc = (name, kid, keys, expect, more = {}) =>
  makeCase({ name: `${name}, oidc`, kind: "oidc", header: { kid }, keys, expect, ...more });
const customJwt = (name, kid, keys, expect, more = {}) =>
  makeCase({
    name: `${name}, customJwt`,
    kind: "customJwt",
    header: { kid },
    keys,
    expect,
    ...more,
  });

export default [
  // The table of the contract: what the token names, what is published.
  oidc("no kid in the token, one key without", undefined, [rsa(undefined)], "accepted"),
  oidc("no kid in the token, one key with", undefined, [rsa("a")], "accepted"),
  oidc("no kid in the token, several keys with", undefined, [rsa("a"), other("b")], "key"),
  oidc(
    "no kid in the token, several keys without",
    undefined,
    [rsa(undefined), other(undefined)],
    "key",
  ),
  oidc("a kid in the token, one key without", "a", [rsa(undefined)], "key"),
  oidc("a kid in the token, one key with", "a", [rsa("a")], "accepted"),
  oidc("a kid in the token, several keys with", "a", [other("b"), rsa("a")], "accepted"),
  oidc("a kid that no key has", "c", [other("b"), rsa("a")], "key"),
  oidc("a kid that two keys have", "a", [rsa("a"), other("a")], "key"),
  oidc("a kid that the same key has twice", "a", [rsa("a"), rsa("a")], "key"),
  oidc(
    "a kid that keys of two types have",
    "a",
    [jwk("ed25519", { kid: "a" }), rsa("a")],
    "accepted",
  ),
  oidc(
    "a kid that a key for encryption has too",
    "a",
    [jwk("otherRsa", { kid: "a", use: "enc" }), rsa("a")],
    "accepted",
  ),
  oidc(
    "no kid in the token, keys of all types",
    undefined,
    [rsa(undefined), jwk("ed25519"), jwk("p256")],
    "accepted",
  ),
  oidc("a kid that differs in case", "A", [rsa("a")], "key"),
  oidc("an empty kid on both sides", "", [rsa("")], "accepted"),
  oidc("an empty kid against none", "", [rsa(undefined)], "key"),
  oidc("kid is null", null, [rsa("a")], "accepted"),
  oidc("kid is a number", 1, [rsa("1")], "form"),
  oidc("the key's kid is null", undefined, [rsa(null)], "accepted"),
  oidc("the key's kid is a number, which drops the key", undefined, [rsa(1)], "key", {
    source:
      "Convex: JsonWebKeySet's VecSkipError passes over a key that CoreJsonWebKey cannot hold.",
  }),
  oidc("a kid beyond ASCII", "schlüssel✓", [rsa("schlüssel✓")], "accepted"),
  customJwt("no kid in the token, one key without", undefined, [p256(undefined)], "key-id"),
  customJwt("no kid in the token, one key with", undefined, [p256("a")], "key-id"),
  customJwt("a kid in the token, one key without", "a", [p256(undefined)], "key"),
  customJwt("a kid that no key has", "c", [p256("a")], "key"),
  customJwt(
    "a kid that two keys have, the right one first",
    "p256",
    [p256("p256"), another],
    "accepted",
  ),
  customJwt(
    "a kid that two keys have, the right one last",
    "p256",
    [another, p256("p256")],
    "signature",
  ),
  customJwt(
    "a kid that a key of another type has first",
    "a",
    [rsa("a"), p256("a")],
    "key-algorithm",
  ),
  customJwt(
    "a kid that a symmetric key has first",
    "a",
    [{ kty: "oct", k: "AQAB", kid: "a" }, p256("a")],
    "key-algorithm",
    {
      source:
        "Convex: biscuit's JWKSet::find takes the first key of the name, whatever it is, and panics over this one.",
    },
  ),
  customJwt("kid is null", null, [p256("a")], "key-id"),
  customJwt("kid is a number", 1, [p256("1")], "form"),
  customJwt("the key's kid is a number, which spoils the set", "a", [p256("a"), p256(1)], "jwks"),
  customJwt("an empty kid on both sides", "", [p256("")], "accepted"),
];
