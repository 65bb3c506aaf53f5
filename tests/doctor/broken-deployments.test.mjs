// Deployments that are broken in one way each: the doctor names that one, its cure and Convex's own
// words, and nothing that only follows from it.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeConvexToken, generateKeys } from "convex-token";
import { Deployment, listen, originOf } from "./deployment.mjs";
import { assertOneCause, assertOneWarning, findings, patient } from "./diagnosis.mjs";
import { nextProject } from "./project.mjs";

const sick = patient();
const { DISCOVERY, JWKS } = Deployment.paths;

const json = (value, headers = {}) => ({
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(value),
});
/** The right answer with something else about it. */
const but = (path, changes) => ({ ...sick.deployment.documents()[path], ...changes });
const set = (...keys) => json({ keys });
const discovery = (changes) =>
  json({ ...JSON.parse(sick.deployment.documents()[DISCOVERY].body), ...changes });

const customJwt = () => ({
  type: "customJwt",
  issuer: sick.deployment.issuer,
  jwks: `${sick.deployment.issuer}${JWKS}`,
  algorithm: "RS256",
  applicationID: "convex",
});
const customJwtConfig = {
  "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig({ kind: "customJwt" });\n`,
};

const DISCOVERY_FAILED = /Auth provider discovery of https:\/\/\S+ failed/;
const CLAIM = /Could not verify OIDC token claim/;

const cases = {
  "it does not answer at all": {
    break: ({ hosts }) => {
      for (const name of Object.keys(hosts)) hosts[name] = "http://127.0.0.1:1";
    },
    code: "ERR_UNREACHABLE",
    check: "api",
    fix: /npx convex dev/,
  },
  "it was deleted": {
    break: (it) => (it.apiAnswer = { status: 404, body: "" }),
    code: "ERR_DEPLOYMENT_STATUS",
    fix: /deleted/,
  },
  "convex/http was not pushed": {
    break: ({ answers }) => (answers[DISCOVERY] = answers[JWKS] = { status: 404, body: "" }),
    code: "ERR_ROUTES_NOT_PUSHED",
    check: "discovery",
    fix: /npx convex deploy/,
    convex: DISCOVERY_FAILED,
  },
  "discovery fails with 500": {
    report: "get-convex/convex-auth#215",
    break: ({ answers }) => (answers[DISCOVERY] = { status: 500, body: "Internal Server Error" }),
    code: "ERR_ROUTE_STATUS",
    check: "discovery",
    fix: /npx convex logs/,
    convex: /failed: 500 Internal Server Error/,
  },
  "what is at the deployment says what is missing there, and no cure": {
    break: ({ answers }) => {
      const error = { code: "ERR_SOME_KEY", message: "There is no key." };
      answers[JWKS] = { ...json({ error }), status: 500 };
    },
    code: "ERR_SOME_KEY",
    fix: /npx convex env list/,
  },
  "the deployment itself says what is missing there": {
    break: ({ answers }) => {
      const error = {
        code: "ERR_KEY_DAMAGED",
        message: "The deployment's CONVEX_AUTH_PRIVATE_KEY cannot be published.",
        hint: "Set it anew.",
      };
      answers[JWKS] = { ...json({ error }), status: 500 };
    },
    code: "ERR_KEY_DAMAGED",
    fix: /Set it anew/,
    convex: DISCOVERY_FAILED,
  },
  "JWKS is on the developer's machine only": {
    report: "get-convex/convex-backend#98",
    env: { JWKS: `'{"keys":[]}'` },
    break: ({ answers }) => {
      const error = { code: "ERR_JWKS_NOT_SET", message: "JWKS is not set.", hint: "Set it." };
      answers[JWKS] = { ...json({ error }), status: 500 };
    },
    code: "ERR_JWKS_NOT_SET",
    fix: /npx convex-token jwks \| npx convex env set JWKS/,
    convex: DISCOVERY_FAILED,
  },
  "the key set comes with the wrong content type": {
    report: "WorkOS with Convex",
    break: ({ answers }) =>
      (answers[JWKS] = but(JWKS, { headers: { "Content-Type": "text/plain" } })),
    code: "ERR_ROUTE_TYPE",
    check: "jwks",
    fix: /Content-Type: application\/json/,
    convex: DISCOVERY_FAILED,
  },
  "the same for a customJwt provider": {
    report: "WorkOS with Convex",
    files: customJwtConfig,
    break: ({ answers }) =>
      (answers[JWKS] = but(JWKS, { headers: { "Content-Type": "application/octet-stream" } })),
    code: "ERR_ROUTE_TYPE",
    fix: /Content-Type: application\/json/,
    convex: /Invalid Content-Type 'application\/octet-stream' when fetching JWKS from 'https:/,
  },
  "a page is served in place of the discovery document": {
    break: ({ answers }) =>
      (answers[DISCOVERY] = { headers: { "Content-Type": "text/html" }, body: "<html>" }),
    code: "ERR_ROUTE_TYPE",
    fix: /addAuthRoutes/,
    convex: DISCOVERY_FAILED,
  },
  "the discovery document is no JSON": {
    break: ({ answers }) => (answers[DISCOVERY] = but(DISCOVERY, { body: "{ issuer" })),
    code: "ERR_ROUTE_JSON",
    fix: /addAuthRoutes/,
  },
  "the discovery document does not say where the keys are": {
    break: ({ answers }) => (answers[DISCOVERY] = discovery({ jwks_uri: undefined })),
    code: "ERR_ROUTE_JSON",
    fix: /openidConfiguration/,
  },
  "the discovery document names the issuer with a slash": {
    break: ({ answers, issuer }) => (answers[DISCOVERY] = discovery({ issuer: `${issuer}/` })),
    code: "ERR_DISCOVERY_ISSUER",
    check: "discovery",
    fix: /slash.*CONVEX_SITE_URL/,
    convex: DISCOVERY_FAILED,
  },
  "the discovery document is that of another deployment": {
    break: ({ answers }) =>
      (answers[DISCOVERY] = discovery({ issuer: "https://other-animal-456.convex.site" })),
    code: "ERR_DISCOVERY_ISSUER",
    fix: /CONVEX_SITE_URL/,
  },
  "the key set is something else": {
    break: ({ answers }) => (answers[JWKS] = json({ jwks: [] })),
    code: "ERR_ROUTE_JSON",
    check: "jwks",
    fix: /npx convex-token jwks/,
    convex: DISCOVERY_FAILED,
  },
  "no key is published": {
    break: ({ answers }) => (answers[JWKS] = set()),
    code: "ERR_KEY_NOT_PUBLISHED",
    check: "published-key",
    fix: /npx convex-token jwks \| npx convex env set JWKS/,
    convex: CLAIM,
  },
  "another key is published": {
    break: ({ answers }) => (answers[JWKS] = json(generateKeys().jwks)),
    code: "ERR_KEY_NOT_PUBLISHED",
    check: "published-key",
    fix: /npx convex-token jwks \| npx convex env set JWKS.*--prod/,
    convex: CLAIM,
  },
  "the same for a customJwt provider, in Convex's other words": {
    files: customJwtConfig,
    break: ({ answers }) => (answers[JWKS] = json(generateKeys().jwks)),
    code: "ERR_KEY_NOT_PUBLISHED",
    fix: /npx convex env set JWKS/,
    convex: /does this key match any key in the provider's JWKS/,
  },
  "the key is published without a kid": {
    break: () => sick.publishWithoutKid(),
    code: "ERR_KID_NOT_PUBLISHED",
    check: "published-key",
    fix: /keyId: false/,
    convex: CLAIM,
  },
  "the key is published under another kid": {
    break: ({ answers, keys }) => (answers[JWKS] = set({ ...keys.publicJwk, kid: "key-1" })),
    code: "ERR_KID_NOT_PUBLISHED",
    fix: /keyId: "key-1"/,
    convex: CLAIM,
  },
  "two keys are published, and tokens name none": {
    files: { "auth.ts": null },
    signer: "export const token = (sub) => signConvexToken({ sub }, { keyId: false });",
    break: ({ answers, keys }) => (answers[JWKS] = set(keys.publicJwk, generateKeys().publicJwk)),
    code: "ERR_TOKEN_KEY_AMBIGUOUS",
    check: "token",
    fix: /keyId: false/,
    convex: CLAIM,
  },
  "the key is published for encryption": {
    break: ({ answers, keys }) => (answers[JWKS] = set({ ...keys.publicJwk, use: "enc" })),
    code: "ERR_TOKEN_KEY_NOT_FOUND",
    fix: /./,
    convex: CLAIM,
  },
  "a private key is published": {
    break: ({ answers, keys }) => (answers[JWKS] = set({ ...keys.publicJwk, d: "AQAB" })),
    code: "ERR_JWKS_PRIVATE",
    check: "jwks",
    fix: /Replace the key now/,
  },
  "an EdDSA key in the set of a customJwt provider": {
    files: customJwtConfig,
    break: ({ answers, keys }) =>
      (answers[JWKS] = set(keys.publicJwk, generateKeys({ algorithm: "EdDSA" }).publicJwk)),
    check: "jwks",
    code: "ERR_PROVIDER_JWKS",
    fix: /./,
    convex: /Invalid JWKS response body/,
  },
  "redirects without end": {
    break: ({ answers }) =>
      (answers[DISCOVERY] = { status: 302, headers: { Location: DISCOVERY }, body: "" }),
    code: "ERR_UNREACHABLE",
    check: "discovery",
    fix: /./,
  },
  "an answer that never comes": {
    break: ({ answers }) => (answers[JWKS] = { hangs: true }),
    args: ["--timeout", "1"],
    code: "ERR_UNREACHABLE",
    check: "jwks",
    fix: /./,
  },
  "an answer that never ends": {
    break: ({ answers }) =>
      (answers[JWKS] = { headers: { "Content-Type": "application/json" }, endless: true }),
    code: "ERR_UNREACHABLE",
    check: "jwks",
    fix: /./,
  },
  "this machine's clock is ahead, for a customJwt provider": {
    files: customJwtConfig,
    break: (it) => (it.clockOffset = -90),
    code: "ERR_CLOCK",
    check: "clock",
    fix: /timedatectl/,
  },
  "this machine's clock is hours behind": {
    break: (it) => (it.clockOffset = 7_200),
    code: "ERR_CLOCK",
    fix: /timedatectl/,
  },
  "auth.config was not pushed": {
    break: (it) => (it.providers = []),
    code: "ERR_AUTH_CONFIG_NOT_PUSHED",
    check: "verdict",
    fix: /npx convex dev.*npx convex deploy/,
    convex: /No auth provider found matching the given token/,
  },
  "auth.config was pushed with another audience": {
    break: (it) => (it.providers = [{ domain: it.issuer, applicationID: "old" }]),
    code: "ERR_AUTH_CONFIG_NOT_PUSHED",
    fix: /npx convex dev/,
    convex: /OIDC\(domain=\S+, app_id=old\)/,
  },
  "a self-hosted backend from before customJwt": {
    report: "get-convex/convex-backend#109",
    selfHosted: true,
    files: customJwtConfig,
    break: (it) => (it.providers = []),
    code: "ERR_BACKEND_TOO_OLD",
    fix: /docker compose pull.*convexAuthConfig\(\)/,
    convex: /missing field `domain`/,
  },
  "a self-hosted backend that cannot reach its own address": {
    report: "get-convex/convex-auth#215",
    selfHosted: true,
    break: (it) => (it.siteFromInside = { [new URL(it.siteUrl).host]: originOf(broken) }),
    code: "ERR_DISCOVERY_FROM_INSIDE",
    check: "verdict",
    fix: /embedJwks: true/,
    convex: /Auth provider discovery of http:\S+ failed: 500/,
  },
  "a self-hosted backend whose customJwt set it cannot fetch": {
    selfHosted: true,
    files: customJwtConfig,
    break: (it) => {
      it.providers = [customJwt()];
      it.siteFromInside = { [new URL(it.siteUrl).host]: originOf(broken) };
    },
    code: "ERR_DISCOVERY_FROM_INSIDE",
    fix: /embedJwks: true/,
    convex: /Could not fetch JWKS from URL/,
  },
  "a self-hosted backend that sees the set of before": {
    selfHosted: true,
    break: (it) => {
      documentsOfBefore = it.documents(generateKeys());
      it.siteFromInside = { [new URL(it.siteUrl).host]: originOf(stale) };
    },
    code: "ERR_DEPLOYMENT_REFUSES",
    check: "verdict",
    fix: /wait 30 seconds for caches/,
    convex: CLAIM,
  },
};

let broken;
let stale;
let documentsOfBefore;
before(async () => {
  stale = await listen(async ({ url }) => documentsOfBefore[url]);
  broken = await listen(async () => ({ status: 500, body: "Internal Server Error" }));
});
after(() => {
  for (const server of [broken, stale]) {
    server.closeAllConnections();
    server.close();
  }
});

/** A deployment with one thing broken, and the project for it. */
function prepare(given) {
  sick.recover();
  if (given.selfHosted) sick.selfHosted();
  Object.assign(sick.env, given.env);
  if (given.files === customJwtConfig) sick.deployment.providers = [customJwt()];
  given.break(sick.deployment);
  const signer = given.signer && {
    "lib/session.ts": `import { signConvexToken } from "convex-token";\n${given.signer}\n`,
  };
  return sick.project({ ...given.files, ...signer });
}

describe("a broken deployment", () => {
  for (const [name, given] of Object.entries(cases)) {
    const title = given.report === undefined ? name : `${name} (${given.report})`;
    test(title, async () => {
      assertOneCause(await sick.examine(prepare(given), given.args), given);
    });
  }
});

const warnings = {
  "the set may be kept for a day": {
    break: ({ answers }) =>
      (answers[JWKS] = but(JWKS, {
        headers: { "Content-Type": "application/json", "Cache-Control": "max-age=86400" },
      })),
    code: "ERR_CACHE_LONG",
    fix: /addAuthRoutes/,
  },
  "the set is answered after a redirect": {
    break: ({ answers }) => {
      answers[JWKS] = { status: 307, headers: { Location: "/keys" }, body: "" };
      answers["/keys"] = sick.deployment.documents()[JWKS];
    },
    code: "ERR_ROUTE_REDIRECTED",
    fix: /address that answers/,
  },
  "the clock is ahead, which an OIDC provider does not mind": {
    break: (it) => (it.clockOffset = -90),
    code: "ERR_CLOCK",
    fix: /timedatectl/,
  },
};

describe("a deployment that works, with something to know", () => {
  for (const [name, given] of Object.entries(warnings)) {
    test(name, async () => {
      assertOneWarning(await sick.examine(prepare(given)), given);
    });
  }
});

test("what is asked of the deployment is a function that is not there, with a token of nobody", async () => {
  sick.recover();
  const report = await sick.examine(sick.project());
  assert.deepEqual(findings(report, "error"), []);
  const [{ path, token }] = sick.deployment.asked;
  assert.match(path, /^convexTokenDoctor:/);
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  assert.equal(claims.sub, "convex-token-doctor");
  assert.ok(!JSON.stringify(report).includes(token));
});

test("that token lives for a minute at most, and as long as the project's own where that is shorter", async () => {
  sick.recover();
  const lives = [];
  for (const expiresIn of ["2h", "40s", 3600]) {
    sick.deployment.asked.length = 0;
    const settings = `convexSession({ expiresIn: ${JSON.stringify(expiresIn)} })`;
    const auth = nextProject({})["auth.ts"].replace("convexSession()", settings);
    await sick.examine(sick.project({ "auth.ts": auth }));
    const { exp, iat } = decodeConvexToken(sick.deployment.asked[0].token).claims;
    lives.push(exp - iat);
  }
  assert.deepEqual(lives, [60, 40, 60]);
});

describe("the app's token route", () => {
  let app;
  let answer;
  before(async () => {
    app = await listen(async ({ url }) =>
      url === "/api/session/token" ? answer : { status: 404 },
    );
  });
  after(() => {
    app.closeAllConnections();
    app.close();
  });
  const noStore = { "Content-Type": "application/json", "Cache-Control": "no-store" };
  const examine = (address = originOf(app)) => {
    sick.recover();
    return sick.examine(sick.project(), ["--app", address]);
  };
  const refused = { status: 401, headers: noStore, body: '{"error":"Not signed in."}' };

  test("answers 401 without a session, as it should", async () => {
    answer = refused;
    const report = await examine();
    assert.equal(report.status, 0);
    const check = report.checks.find(({ name }) => name === "token-route");
    assert.match(check.found, /^401 at http:\/\/127\.0\.0\.1:\d+\/api\/session\/token/);
  });

  test("may have another address", async () => {
    answer = refused;
    const report = await examine(`${originOf(app)}/token`);
    assertOneCause(report, { code: "ERR_TOKEN_ROUTE", fix: /init.*--app/ });
  });

  for (const [name, wrong, fix] of [
    ["is missing", { status: 404, body: "" }, /npx convex-token init/],
    ["is caught by middleware", { status: 307, headers: { Location: "/signin" } }, /matcher/],
    ["is open to everybody", { headers: noStore, body: '{"token":"eyJ"}' }, /Answer 401/],
    [
      "fails",
      { status: 500, headers: noStore, body: '{"error":"The server failed."}' },
      /output of the app's server/,
    ],
  ]) {
    test(`${name}: that is told`, async () => {
      answer = wrong;
      assertOneCause(await examine(), { code: "ERR_TOKEN_ROUTE", check: "token-route", fix });
    });
  }

  test("that caches may keep is warned of", async () => {
    answer = { ...refused, headers: { ...noStore, "Cache-Control": "max-age=60" } };
    assertOneWarning(await examine(), { code: "ERR_TOKEN_ROUTE", fix: /no-store/ });
  });

  test("of an app that does not run is told", async () => {
    const report = await examine("http://127.0.0.1:1");
    assertOneCause(report, { code: "ERR_UNREACHABLE", check: "token-route", fix: /npm run dev/ });
  });
});
