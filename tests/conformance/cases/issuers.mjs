// How the issuer is spelled: in the token, in auth.config.ts, in the discovery document.
import { DISCOVERY, HOST, ISSUER, JWKS, makeCase } from "../case.mjs";

const member = { oidc: "domain", customJwt: "issuer" };

/** The provider's spelling, the token's the plain one. */
const configured = (spelling, expect) =>
  ["oidc", "customJwt"].map((kind) =>
    makeCase({
      name: `the ${kind} provider has ${JSON.stringify(spelling)}`,
      kind,
      provider: { [member[kind]]: spelling },
      expect,
    }),
  );

/** The token's spelling, which the discovery document shares unless it is given another one. */
const issued = (iss, oidc, customJwt, named = iss) => [
  makeCase({
    name: `the token has ${JSON.stringify(iss)} and the document ${JSON.stringify(named)}`,
    kind: "oidc",
    claims: { iss },
    discovery: { issuer: named },
    expect: oidc,
  }),
  ...(customJwt === undefined
    ? []
    : [
        makeCase({
          name: `the token has ${JSON.stringify(iss)}, customJwt`,
          kind: "customJwt",
          claims: { iss },
          expect: customJwt,
        }),
      ]),
];

/** An issuer below a path, which the documents lie below as well. */
const below = (path, named = `${ISSUER}${path}`) =>
  makeCase({
    name: `an issuer below ${path}, which the document calls ${named}`,
    kind: "oidc",
    claims: { iss: `${ISSUER}${path}` },
    provider: { domain: `${ISSUER}${path}` },
    routes: {
      [`${path.replace(/\/+$/, "")}${DISCOVERY}`]: {
        type: "application/json",
        body: JSON.stringify({ issuer: named, jwks_uri: `${ISSUER}${JWKS}` }),
      },
    },
    expect: named === `${ISSUER}${path}` ? "accepted" : "discovery",
  });

export default [
  [HOST, `${HOST}/`, `${ISSUER}/`, `${ISSUER}///`].map((spelling) =>
    configured(spelling, "accepted"),
  ),
  [
    `http://${HOST}`,
    `${ISSUER}:443`,
    `${ISSUER}/api`,
    "https://Happy-animal-123.convex.site",
    `https://${HOST.replace("site", "cloud")}`,
    `HTTPS://${HOST}`,
    `https://user@${HOST}`,
    `${ISSUER}?x`,
    `${ISSUER}#x`,
  ].map((spelling) => configured(spelling, "issuer")),
  [
    `"${ISSUER}"`,
    "ftp://example.com",
    "",
    "https://",
    "sk_live_123",
    "127.0.0.1",
    "exa mple.com",
    "example",
    `${ISSUER}:99999`,
  ].map((spelling) => configured(spelling, "provider")),
  issued(`${ISSUER}/`, "discovery", "accepted", ISSUER),
  issued(`${ISSUER}/`, "accepted"),
  issued(`${ISSUER}//`, "discovery", "accepted", ISSUER),
  issued(HOST, "issuer-url", "accepted"),
  issued(`http://${HOST}`, "issuer", "issuer"),
  issued(`${ISSUER}:443`, "issuer", "issuer"),
  issued(`HTTPS://${HOST}`, "issuer", "issuer"),
  issued(`${ISSUER}/api`, "issuer", "issuer"),
  issued(` ${ISSUER}`, "issuer", "issuer"),
  issued("", "issuer", "issuer"),
  issued(null, "issuer-present", "issuer-present", ISSUER),
  issued(ISSUER, "discovery", undefined, `http://${HOST}`),
  issued(ISSUER, "discovery", undefined, `${ISSUER}/`),
  issued(ISSUER, "discovery", undefined, ISSUER.toUpperCase()),
  issued(ISSUER, "discovery", undefined, null),
  below("/auth"),
  below("/auth/"),
  below("/a/b%20c"),
  below("/auth", `${ISSUER}/auth/`),
  below("/auth/", `${ISSUER}/auth`),
];
