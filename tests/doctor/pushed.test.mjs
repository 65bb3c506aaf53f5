// The real thing: the project's own functions, bundled by Convex's command line and served by the local
// stand-in, whose routes are those of `addAuthRoutes` and whose variables are read by `npx convex env get`.
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generateKeys } from "convex-token";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { unpackInto } from "../tools/tarball.mjs";
import { assertNoKey, assertOneCause, findings } from "./diagnosis.mjs";
import { envText, makeProject, nextProject, oneLine, run, write } from "./project.mjs";

const keys = generateKeys();

/** A project with what it has installed, deployed; the files are its own in place of others. */
function pushed(files, env) {
  const it = {};
  before(async () => {
    it.folder = makeProject({ ...nextProject({}), ...files });
    const installed = join(it.folder, "node_modules");
    mkdirSync(installed);
    symlinkSync(join(import.meta.dirname, "node_modules/convex"), join(installed, "convex"));
    unpackInto(it.folder);
    it.convex = await startLocalConvex({ project: it.folder, env });
  });
  after(() => it.convex?.close());

  /** What the doctor says, with these variables in .env.local. */
  it.examine = async (variables = {}, args = []) => {
    const { convex, folder } = it;
    const text = envText({
      NEXT_PUBLIC_CONVEX_URL: convex.url,
      CONVEX_SITE_URL: convex.siteUrl,
      CONVEX_AUTH_PRIVATE_KEY: oneLine(keys.privateKey),
      ...convex.cliEnv,
      ...variables,
    });
    write(folder, { ".env.local": text });
    const { status, stdout, stderr } = await run(folder, ["doctor", "--json", ...args]);
    assert.equal(stderr, "");
    assertNoKey(stdout, keys.privateKey);
    assert.ok(!stdout.includes(convex.cliEnv.CONVEX_SELF_HOSTED_ADMIN_KEY));
    return { status, ...JSON.parse(stdout) };
  };
  return it;
}

function assertHealthy(report) {
  assert.deepEqual(findings(report, "error"), []);
  assert.deepEqual(findings(report, "warning"), []);
  assert.equal(report.status, 0);
  assert.equal(report.token.accepted, true);
  assert.equal(report.checks.find(({ name }) => name === "verdict").status, "ok");
}

describe("a project as init leaves it", () => {
  const it = pushed({}, { JWKS: JSON.stringify(keys.jwks) });

  test("is healthy, by the routes of addAuthRoutes", async () => {
    assertHealthy(await it.examine());
    assertHealthy(await it.examine({}, ["--read-env"]));
  });

  test("with JWKS on this machine only (get-convex/convex-backend#98)", async () => {
    await it.convex.setEnv({ JWKS: null });
    const report = await it.examine({ JWKS: `'${JSON.stringify(keys.jwks)}'` });
    await it.convex.setEnv({ JWKS: JSON.stringify(keys.jwks) });
    assertOneCause(report, {
      code: "ERR_JWKS_NOT_SET",
      check: "jwks",
      fix: /npx convex env set JWKS/,
      convex: /failed: 500 Internal Server Error/,
    });
  });

  test("with JWKS nowhere: the deployment's own words", async () => {
    await it.convex.setEnv({ JWKS: null });
    const report = await it.examine();
    await it.convex.setEnv({ JWKS: JSON.stringify(keys.jwks) });
    assertOneCause(report, {
      code: "ERR_JWKS_MISSING",
      check: "jwks",
      fix: /npx convex-token jwks \| npx convex env set JWKS/,
    });
    assert.match(findings(report, "error")[0].message, /The deployment says at \S+jwks\.json: /);
  });

  test("with another key in JWKS", async () => {
    await it.convex.setEnv({ JWKS: JSON.stringify(generateKeys().jwks) });
    const report = await it.examine();
    await it.convex.setEnv({ JWKS: JSON.stringify(keys.jwks) });
    assertOneCause(report, {
      code: "ERR_KEY_NOT_PUBLISHED",
      fix: /npx convex-token jwks/,
      convex: /Could not verify OIDC token claim/,
    });
  });

  test("with an auth.config that reads what the deployment does not have (get-convex/workos-authkit#1, get-convex/convex-backend#56)", async () => {
    write(it.folder, {
      "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";
const workos = { type: "customJwt", issuer: "https://api.workos.com/", algorithm: "RS256", jwks: \`https://api.workos.com/sso/jwks/\${process.env.WORKOS_CLIENT_ID}\` };
export default { providers: [workos, ...convexAuthConfig().providers] };
`,
    });
    const report = await it.examine({}, ["--read-env"]);
    write(it.folder, nextProject({}));
    assertOneCause(report, {
      code: "ERR_DEPLOYMENT_VARIABLE",
      check: "auth-config",
      fix: /npx convex env set WORKOS_CLIENT_ID/,
      convex: /WORKOS_CLIENT_ID is used in auth config file but its value was not set/,
    });
  });

  test("with another audience than was pushed", async () => {
    write(it.folder, {
      "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig({ applicationID: "mine" });\n`,
      "auth.ts": nextProject({})["auth.ts"].replace(
        "convexSession()",
        `convexSession({ audience: "mine" })`,
      ),
    });
    const report = await it.examine();
    write(it.folder, nextProject({}));
    assertOneCause(report, {
      code: "ERR_AUTH_CONFIG_NOT_PUSHED",
      check: "verdict",
      fix: /npx convex dev/,
      convex: /app_id=convex/,
    });
  });
});

describe("a project whose entry has the deployment's set in it", () => {
  const it = pushed(
    {
      "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig({ kind: "customJwt", embedJwks: true });\n`,
      "convex/http.ts": null,
    },
    { JWKS: JSON.stringify(keys.jwks) },
  );

  test("is healthy: with --read-env the token is tried here as well", async () => {
    const report = await it.examine();
    assert.equal(report.status, 0);
    assert.equal(report.token, null);
    assertHealthy(await it.examine({}, ["--read-env"]));
  });
});

describe("a project whose functions sign", () => {
  const it = pushed(
    {
      "auth.ts": null,
      "convex/login.ts": `import { signConvexToken } from "convex-token";\nexport const tokenOf = (sub: string) => signConvexToken({ sub });\n`,
    },
    { JWKS: JSON.stringify(keys.jwks) },
  );
  const onlyThere = { CONVEX_AUTH_PRIVATE_KEY: undefined };

  test("and whose deployment has no key (get-convex/convex-backend#98)", async () => {
    assertOneCause(await it.examine(onlyThere, ["--read-env"]), {
      code: "ERR_KEY_NOT_DEPLOYED",
      check: "key",
      fix: /npx convex env set CONVEX_AUTH_PRIVATE_KEY/,
    });
  });

  test("is tried with the deployment's own key, which is not shown", async () => {
    await it.convex.setEnv({ CONVEX_AUTH_PRIVATE_KEY: keys.privateKey });
    const report = await it.examine(onlyThere, ["--read-env"]);
    assertHealthy(report);
    const { found } = report.checks.find(({ name }) => name === "key");
    assert.match(found, /CONVEX_AUTH_PRIVATE_KEY in the deployment/);
  });

  test("and which are not asked for variables without --read-env", async () => {
    const report = await it.examine(onlyThere);
    assert.equal(report.status, 0);
    const { found } = report.checks.find(({ name }) => name === "key");
    assert.match(found, /npx convex env list/);
  });
});
