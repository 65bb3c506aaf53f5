// Several entries in auth.config.ts, and entries that cannot be deployed.
import { HOST, ISSUER, JWKS, customJwt, jwk, makeCase, oidc } from "../case.mjs";

const list = (name, kind, providers, expect, more = {}) =>
  makeCase({ name, kind, providers, expect, ...more });
/** An entry that is wrong in itself. */
const entry = (name, provider, expect = "provider", kind = "oidc") =>
  list(name, kind, [provider], expect);
const es256 = customJwt("ES256");
const { applicationID: _, ...open } = es256;
const keyless = { ...open, jwks: 'data:,{"keys":[]}' };
const confusions = {
  source: "Convex: check_for_common_confusions of its crate `isolate`, at a deploy.",
};
const order = {
  source:
    "Convex: AuthInfoModel::put stores new entries from a BTreeSet: OIDC first, then by applicationID, issuer, jwks, algorithm.",
};

export default [
  list("none", "oidc", [], "provider"),
  list(
    "past those that do not match",
    "oidc",
    [{ ...oidc, domain: "https://other.example.com" }, { ...oidc, applicationID: "other" }, oidc],
    "accepted",
  ),
  list(
    "none matches: issuer",
    "oidc",
    [
      { ...oidc, domain: "https://a.example.com" },
      { ...oidc, domain: "https://b.example.com" },
    ],
    "issuer",
  ),
  list(
    "none matches: audience",
    "oidc",
    [
      { ...oidc, applicationID: "a" },
      { ...oidc, applicationID: "b" },
    ],
    "audience",
  ),
  list(
    "one has the issuer, another the audience",
    "oidc",
    [
      { ...oidc, applicationID: "a" },
      { ...oidc, domain: "https://b.example.com" },
    ],
    "audience",
  ),
  list("the same twice", "oidc", [oidc, oidc], "accepted"),
  list("OIDC and customJwt, for an ES256 token", "customJwt", [oidc, es256], "algorithm", {
    routes: {},
    keys: [jwk("p256")],
    ...order,
  }),
  list("customJwt and OIDC, for an ES256 token", "customJwt", [es256, oidc], "algorithm", {
    keys: [jwk("p256")],
    ...order,
  }),
  list(
    "OIDC and customJwt, for an RS256 token",
    "oidc",
    [oidc, customJwt("RS256")],
    "accepted",
    order,
  ),
  list(
    "customJwt of ES256 and of RS256, for an ES256 token",
    "customJwt",
    [es256, { ...es256, algorithm: "RS256" }],
    "algorithm",
    order,
  ),
  list(
    "customJwt of RS256 and of ES256, for an ES256 token",
    "customJwt",
    [{ ...es256, algorithm: "RS256" }, es256],
    "algorithm",
    order,
  ),
  list(
    "one without applicationID is tried before one with",
    "customJwt",
    [es256, keyless],
    "key",
    order,
  ),
  list(
    "one with a slash comes after one without",
    "customJwt",
    [
      { ...es256, issuer: `${ISSUER}/` },
      { ...es256, jwks: keyless.jwks },
    ],
    "key",
    order,
  ),
  list(
    "one without a scheme is ordered by the scheme that it gets",
    "customJwt",
    [
      { ...es256, issuer: `http://${HOST}`, jwks: keyless.jwks },
      { ...es256, issuer: HOST },
    ],
    "accepted",
    order,
  ),
  list(
    "of two sets, the one whose address comes first",
    "customJwt",
    [{ ...es256, jwks: keyless.jwks }, es256],
    "key",
    order,
  ),

  entry("type oidc", { ...oidc, type: "oidc" }, "accepted"),
  entry("type unknown", { ...oidc, type: "unknown" }, "accepted"),
  entry("type null", { ...oidc, type: null }, "accepted"),
  entry("type is a number", { ...oidc, type: 1 }, "accepted"),
  { ...entry("type jwt", { ...oidc, type: "jwt" }), ...confusions },
  entry("a member that nobody knows", { ...oidc, note: "x" }, "accepted"),
  { ...entry("applicationId", { domain: ISSUER, applicationId: "convex" }), ...confusions },
  {
    ...entry("applicationId beside applicationID", { ...oidc, applicationId: "convex" }),
    ...confusions,
  },
  { ...entry("an OIDC entry with an issuer", { ...oidc, issuer: ISSUER }), ...confusions },
  {
    ...entry(
      "a customJwt entry with a domain",
      { ...es256, domain: ISSUER },
      "provider",
      "customJwt",
    ),
    ...confusions,
  },
  entry("an OIDC entry without applicationID", { domain: ISSUER }),
  entry("an OIDC entry without domain", { applicationID: "convex" }),
  entry("an OIDC entry whose domain is a number", { ...oidc, domain: 1 }),
  entry("an applicationID that is a number", { ...oidc, applicationID: 1 }),
  entry(
    "a customJwt entry without issuer",
    { ...es256, issuer: undefined },
    "provider",
    "customJwt",
  ),
  entry("a customJwt entry without jwks", { ...es256, jwks: undefined }, "provider", "customJwt"),
  entry(
    "a customJwt entry without algorithm",
    { ...es256, algorithm: undefined },
    "provider",
    "customJwt",
  ),
  entry(
    "a customJwt entry whose applicationID is a number",
    { ...es256, applicationID: 1 },
    "provider",
    "customJwt",
  ),
  ["EdDSA", "RS512", "HS256", "none", "es256", null].map((algorithm) =>
    entry(`a customJwt entry of ${algorithm}`, { ...es256, algorithm }, "provider", "customJwt"),
  ),
  {
    ...entry(
      "an issuer that many share, without applicationID",
      { ...open, issuer: "https://api.workos.com" },
      "provider",
      "customJwt",
    ),
    ...confusions,
  },
  entry(
    "an issuer that many share, with applicationID",
    { ...es256, issuer: "https://api.workos.com" },
    "issuer",
    "customJwt",
  ),
  list(
    "one wrong entry beside a right one",
    "oidc",
    [oidc, { domain: "https://other.example.com" }],
    "provider",
  ),
  entry(
    "jwks on a host that is not there",
    { ...es256, jwks: "http://127.0.0.1:1/keys" },
    "jwks",
    "customJwt",
  ),
  entry("jwks without a host", { ...es256, jwks: JWKS }, "jwks", "customJwt"),
];
