// The header: typ, cty, crit, and parameters that other tokens have.
import { base64url, both, jwk, makeCase } from "../case.mjs";

const header = (members, expect, more = {}) =>
  both({
    name: `header ${JSON.stringify(members).slice(0, 60)}`,
    header: members,
    expect,
    ...more,
  });
/** A header to the letter, by each kind of provider. */
const text = (name, make, expect, more = {}) =>
  [
    ["oidc", "RS256", "rsa"],
    ["customJwt", "ES256", "p256"],
  ].map(([kind, alg, kid]) =>
    makeCase({
      name: `${name}, ${kind}`,
      kind,
      headerText: make(alg, kid),
      expect: expect[kind] ?? expect,
      ...more,
    }),
  );

const lax = {
  source:
    "Convex: openidconnect skips parameters that it does not know without looking into them (serde's IgnoredAny); biscuit reads each.",
};

export default [
  both({ name: "no typ", header: { typ: undefined }, expect: "accepted" }),
  ["JWT", "jwt", "application/jwt", "JOSE", "application/jose"].map((typ) =>
    header({ typ }, "accepted"),
  ),
  ["at+jwt", "JOSE+JSON", "application/jwt;v=1", "", "text/jwt", "application/"].map((typ) =>
    header({ typ }, { oidc: "type", customJwt: "accepted" }),
  ),
  header({ typ: null }, "accepted"),
  header({ typ: 1 }, { oidc: "type", customJwt: "form" }),
  header({ cty: "JWT" }, { oidc: "type", customJwt: "accepted" }),
  header({ cty: "json" }, { oidc: "type", customJwt: "accepted" }),
  header({ cty: null }, "accepted"),
  header({ cty: ["JWT"] }, { oidc: "type", customJwt: "form" }),
  header({ crit: ["exp"] }, { oidc: "type", customJwt: "accepted" }),
  header({ crit: ["b64"], b64: false }, { oidc: "type", customJwt: "accepted" }),
  header({ crit: [] }, { oidc: "type", customJwt: "accepted" }),
  header({ crit: null }, "accepted"),
  header({ crit: "exp" }, { oidc: "type", customJwt: "form" }),
  header({ crit: [1] }, { oidc: "type", customJwt: "form" }),
  header({ b64: false }, "accepted"),
  header({ b64: "false" }, "accepted"),
  header({ zip: "DEF" }, "accepted"),
  header({ enc: "A256GCM" }, "accepted"),
  header({ jku: "https://attacker.example/keys" }, "accepted"),
  header({ jku: 1 }, { oidc: "accepted", customJwt: "form" }),
  header({ jwk: jwk("otherRsa") }, "accepted"),
  header({ jwk: { kty: "RSA" } }, { oidc: "accepted", customJwt: "form" }, lax),
  header({ jwk: "key" }, { oidc: "accepted", customJwt: "form" }),
  header({ x5c: ["MII"], x5t: "x", x5u: "https://attacker.example" }, "accepted"),
  header({ x5c: "MII" }, { oidc: "accepted", customJwt: "form" }),
  header({ x5t: [] }, { oidc: "accepted", customJwt: "form" }),
  header({ nonce: "n", iat: 1, "": null }, "accepted"),
  text("alg is absent", (_, kid) => `{"kid":"${kid}"}`, {
    oidc: "form",
    customJwt: "key-algorithm",
  }),
  text("an empty header", () => "{}", { oidc: "form", customJwt: "key-id" }),
  text("a header that is a list", () => "[]", "form"),
  text("a header that is null", () => "null", "form"),
  text("a header that is no JSON", () => "alg", "form"),
  text("no header at all", () => "", "form"),
  text(
    "a header with white space around",
    (alg, kid) => ` \r\n\t{ "alg" : "${alg}", "kid" : "${kid}" }\n`,
    "accepted",
  ),
  text(
    "a header with a byte order mark",
    (alg, kid) => `\ufeff{"alg":"${alg}","kid":"${kid}"}`,
    "form",
  ),
  text("a header with text behind it", (alg, kid) => `{"alg":"${alg}","kid":"${kid}"}x`, "form"),
  text(
    "escapes in names and values",
    (alg, kid) =>
      `{"\\u0061lg":"${alg}","kid":"\\u00${kid.codePointAt(0).toString(16)}${kid.slice(1)}"}`,
    "accepted",
  ),
  text(
    "a parameter twice: alg",
    (alg, kid) => `{"alg":"${alg}","kid":"${kid}","alg":"${alg}"}`,
    "form",
    {
      source:
        "Convex: a duplicate field stops serde's derived readers, of openidconnect and of biscuit.",
    },
  ),
  text(
    "a parameter twice: kid",
    (alg, kid) => `{"kid":"x","alg":"${alg}","kid":"${kid}"}`,
    "form",
    { source: "Convex, as for alg." },
  ),
  text(
    "a parameter twice: typ",
    (alg, kid) => `{"typ":"JWT","alg":"${alg}","kid":"${kid}","typ":"JWT"}`,
    "form",
    { source: "Convex, as for alg." },
  ),
  text(
    "a parameter twice: jku",
    (alg, kid) => `{"jku":"x","alg":"${alg}","kid":"${kid}","jku":"x"}`,
    { oidc: "accepted", customJwt: "form" },
    { source: "Convex, as for alg; openidconnect does not know jku." },
  ),
  text(
    "a parameter twice that nobody knows",
    (alg, kid) => `{"x":1,"alg":"${alg}","kid":"${kid}","x":2}`,
    "accepted",
  ),
  text(
    "a lone surrogate in a parameter that nobody knows",
    (alg, kid) => `{"alg":"${alg}","kid":"${kid}","x":"\\ud800"}`,
    { oidc: "accepted", customJwt: "form" },
    lax,
  ),
  text(
    "a number beyond doubles in a parameter that nobody knows",
    (alg, kid) => `{"alg":"${alg}","kid":"${kid}","x":1e400}`,
    { oidc: "accepted", customJwt: "form" },
    lax,
  ),
  text(
    "126 levels in a parameter that nobody knows",
    (alg, kid) => `{"alg":"${alg}","kid":"${kid}","x":${"[".repeat(126)}${"]".repeat(126)}}`,
    "accepted",
  ),
  text(
    "200 levels in a parameter that nobody knows",
    (alg, kid) => `{"alg":"${alg}","kid":"${kid}","x":${"[".repeat(200)}${"]".repeat(200)}}`,
    { oidc: "accepted", customJwt: "form" },
    lax,
  ),
  text("a lone surrogate in the kid", (alg) => `{"alg":"${alg}","kid":"\\ud800"}`, "form"),
  text(
    "a control character in a value",
    (alg, kid) => `{"alg":"${alg}","kid":"${kid}","x":"\n"}`,
    "form",
  ),
  text(
    "invalid UTF-8",
    (alg, kid) =>
      Buffer.concat([
        Buffer.from(`{"alg":"${alg}","kid":"${kid}","typ":"`),
        Buffer.from([0xff]),
        Buffer.from('"}'),
      ]),
    "form",
  ),
];
