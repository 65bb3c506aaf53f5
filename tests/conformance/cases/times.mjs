// exp, nbf and iat, a second to both sides of each bound; numbers of every kind for them.
import { NOW, both, makeCase } from "../case.mjs";

const expiry = (offset, expect) =>
  both({
    name: `exp is now ${offset >= 0 ? "+" : "-"} ${Math.abs(offset)} s`,
    claims: { exp: NOW + offset },
    expect,
  });
const begin = (claim) => (offset, expect) =>
  both({ name: `${claim} is now + ${offset} s`, claims: { [claim]: NOW + offset }, expect });

/** A number as the token writes it. */
const written = (claim, number, expect, more = {}) =>
  ["oidc", "customJwt"].map((kind) => {
    const claims = {
      iss: "https://happy-animal-123.convex.site",
      aud: "convex",
      sub: "user_1",
      iat: NOW - 100,
      exp: NOW + 500,
    };
    const text = JSON.stringify({ ...claims, [claim]: "NUMBER" }).replace('"NUMBER"', number);
    return makeCase({
      name: `${claim} is ${number}, ${kind}`,
      kind,
      claimsText: text,
      expect: expect[kind] ?? expect,
      ...more,
    });
  });

export default [
  expiry(500, "accepted"),
  expiry(1, "accepted"),
  expiry(0, { oidc: "expiry", customJwt: "accepted" }),
  expiry(-1, { oidc: "expiry", customJwt: "accepted" }),
  expiry(-4, { oidc: "expiry", customJwt: "accepted" }),
  expiry(-5, { oidc: "expiry", customJwt: "accepted" }),
  expiry(-6, "expiry"),
  expiry(-100_000, "expiry"),
  [4, 5].map((offset) => [begin("nbf")(offset, "accepted"), begin("iat")(offset, "accepted")]),
  begin("nbf")(6, { oidc: "accepted", customJwt: "not-before" }),
  begin("iat")(6, { oidc: "accepted", customJwt: "issued-at" }),
  begin("nbf")(1_000_000, { oidc: "accepted", customJwt: "not-before" }),
  both({ name: "exp is absent", claims: { exp: undefined }, expect: "required-claims" }),
  both({ name: "exp is null", claims: { exp: null }, expect: "required-claims" }),
  both({
    name: "iat is absent",
    claims: { iat: undefined },
    expect: { oidc: "required-claims", customJwt: "accepted" },
  }),
  both({
    name: "iat is null",
    claims: { iat: null },
    expect: { oidc: "required-claims", customJwt: "accepted" },
  }),
  both({ name: "nbf is null", claims: { nbf: null }, expect: "accepted" }),
  both({ name: "sub is absent", claims: { sub: undefined }, expect: "required-claims" }),
  both({
    name: "the token is expired and its nbf to come",
    claims: { exp: NOW - 10, nbf: NOW + 10 },
    expect: "expiry",
  }),
  ["exp", "nbf", "iat"].map((claim) => [
    [
      "-1",
      "-0.5",
      `"${NOW}"`,
      "true",
      "[]",
      "{}",
      "1e300",
      "9000000000000",
      "18446744073709551616",
      "1e400",
    ].map((number) => written(claim, number, "payload")),
  ]),
  written("exp", "1750000500.25", "accepted"),
  written("exp", "1.7500005e9", "accepted"),
  written("exp", "1750000000.4", { oidc: "accepted", customJwt: "accepted" }),
  written("exp", "1749999999.6", { oidc: "expiry", customJwt: "accepted" }),
  written("exp", "1749999994.5", { oidc: "expiry", customJwt: "accepted" }),
  written("exp", "1749999994.4", "expiry"),
  written("exp", "8210266876799", "accepted"),
  written("exp", "8210266876800", "payload"),
  written("iat", "0", "accepted"),
  written("iat", "-0", "accepted"),
  written("iat", "-0.0", "accepted"),
  written("iat", "0e9", "accepted"),
  written("iat", "1e-400", "accepted"),
  written("nbf", "1750000005.4", "accepted"),
  written("nbf", "1750000005.5", { oidc: "accepted", customJwt: "not-before" }),
];
