// Projects and deployments of every kind that are in order: the doctor finds nothing, and says so.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generateKeys } from "convex-token";
import { Deployment, listen, originOf } from "./deployment.mjs";
import { findings, patient } from "./diagnosis.mjs";
import { makeFolder, makeProject, nextProject, oneLine, run } from "./project.mjs";

const well = patient();
const { JWKS } = Deployment.paths;

const provider = (changes) => ({
  type: "customJwt",
  issuer: well.deployment.issuer,
  jwks: `${well.deployment.issuer}${JWKS}`,
  algorithm: "RS256",
  applicationID: "convex",
  ...changes,
});
const dataUri = (jwks) => `data:application/json,${encodeURIComponent(JSON.stringify(jwks))}`;
const kindOf = (options) => ({
  "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig(${options});\n`,
});
const manifest = (dependencies) => ({
  "package.json": JSON.stringify({ private: true, dependencies }),
});
const checkOf = (report, name) => report.checks.find((check) => check.name === name);

/** Nothing is wrong and nothing is to be known; these checks could not be made. */
function assertHealthy(report, { skipped = [], accepted = true } = {}) {
  assert.deepEqual(findings(report, "error"), []);
  assert.deepEqual(findings(report, "warning"), []);
  assert.equal(report.status, 0);
  assert.equal(report.ok, true);
  const open = report.checks.filter(({ status }) => status === "skipped");
  assert.deepEqual(
    open.map(({ name }) => name),
    skipped,
    JSON.stringify(open),
  );
  if (accepted) assert.equal(report.token.accepted, true);
}

async function examine(files, args) {
  return well.examine(well.project(files), args);
}

describe("healthy", () => {
  test("OIDC, in Convex's cloud", async () => {
    well.recover();
    const report = await examine();
    assertHealthy(report);
    const { url, site, issuer } = report.deployment;
    assert.equal(url, "https://happy-animal-123.convex.cloud");
    assert.equal(site, "https://happy-animal-123.convex.site");
    assert.equal(issuer, site);
    assert.equal(report.token.checks.at(-1).name, "not-before");
  });

  test("OIDC, self-hosted", async () => {
    well.recover();
    well.selfHosted();
    assertHealthy(await examine());
  });

  test("customJwt by URL", async () => {
    well.recover();
    well.deployment.providers = [provider()];
    assertHealthy(await examine(kindOf(`{ kind: "customJwt" }`)));
  });

  test("customJwt by URL, ES256", async () => {
    well.recover();
    const keys = generateKeys({ algorithm: "ES256" });
    well.deployment.answers = well.deployment.documents(keys);
    well.deployment.providers = [provider({ algorithm: "ES256" })];
    well.env.CONVEX_AUTH_PRIVATE_KEY = oneLine(keys.privateKey);
    assertHealthy(await examine(kindOf(`{ kind: "customJwt", algorithm: "ES256" }`)));
  });

  test("customJwt with the set in the entry: no route is asked for or missed", async () => {
    well.recover();
    const jwks = dataUri(well.deployment.keys.jwks);
    well.deployment.providers = [provider({ jwks })];
    for (const path of Object.keys(well.deployment.documents())) {
      well.deployment.answers[path] = { status: 404, body: "" };
    }
    const entry = `{ type: "customJwt", issuer: process.env.CONVEX_SITE_URL!, jwks: ${JSON.stringify(jwks)}, algorithm: "RS256", applicationID: "convex" }`;
    const report = await examine({
      "convex/auth.config.ts": `import type { AuthConfig } from "convex/server";\n\nexport default { providers: [${entry}] } satisfies AuthConfig;\n`,
      "convex/http.ts": null,
    });
    assertHealthy(report, { skipped: ["routes"] });
    assert.match(checkOf(report, "jwks").found, /^in convex\/auth\.config\.ts/);
  });

  test("embedJwks: the set is in the deployment, which is asked itself", async () => {
    well.recover();
    well.deployment.providers = [provider({ jwks: dataUri(well.deployment.keys.jwks) })];
    for (const path of Object.keys(well.deployment.documents())) {
      well.deployment.answers[path] = { status: 404, body: "" };
    }
    const report = await examine({
      ...kindOf(`{ kind: "customJwt", embedJwks: true }`),
      "convex/http.ts": null,
    });
    assertHealthy(report, {
      skipped: ["routes", "jwks", "published-key", "token"],
      accepted: false,
    });
    assert.equal(report.token, null);
    assert.match(checkOf(report, "auth-config").found, /npx convex env get JWKS/);
    assert.match(checkOf(report, "jwks").found, /npx convex env get JWKS/);
    assert.equal(checkOf(report, "verdict").status, "ok");
  });

  test("Convex Auth's names: the key is in the deployment", async () => {
    well.recover();
    well.publishWithoutKid();
    well.env.CONVEX_AUTH_PRIVATE_KEY = undefined;
    const report = await examine({
      ...manifest({ convex: "1.48.0", "@convex-dev/auth": "0.0.95" }),
      "auth.ts": null,
      "convex/auth.ts": `import { convexAuth } from "@convex-dev/auth/server";\nexport const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({ providers: [] });\n`,
      "convex/auth.config.ts": `export default { providers: [{ domain: process.env.CONVEX_SITE_URL, applicationID: "convex" }] };\n`,
      "convex/http.ts": `import { httpRouter } from "convex/server";\nimport { auth } from "./auth";\n\nconst http = httpRouter();\nauth.addHttpRoutes(http);\nexport default http;\n`,
      "app/ConvexClientProvider.tsx": `import { ConvexAuthProvider } from "@convex-dev/auth/react";\nexport const Provider = ({ children, convex }) => <ConvexAuthProvider client={convex}>{children}</ConvexAuthProvider>;\n`,
    });
    assertHealthy(report, { skipped: ["key", "token"], accepted: false });
    assert.match(checkOf(report, "key").found, /npx convex env list.*--read-env/);
    assert.match(checkOf(report, "routes").found, /Convex Auth's routes/);
  });

  test("constants and patterns that would take for ever are left alone", async () => {
    well.recover();
    const constants = Array.from({ length: 28 }, (_, n) => `const c${n + 1} = c${n} + c${n};\n`);
    for (const audience of [
      "c28",
      "`${c5}!`.replace(/(c+)+$/, '')",
      "`${c5}!`.replace(/c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?c?cccccccccccccccccccccccccc$/, '')",
    ]) {
      const auth = nextProject({})["auth.ts"].replace(
        "convexSession()",
        `convexSession({ audience: ${audience} })`,
      );
      assertHealthy(await examine({ "auth.ts": `const c0 = "c";\n${constants.join("")}${auth}` }));
    }
  });

  test("the names of the guide for Auth.js, with a jti", async () => {
    well.recover();
    well.publishWithoutKid();
    const report = await examine({
      "auth.ts": `import { SignJWT, importPKCS8 } from "jose";
import NextAuth from "next-auth";

const CONVEX_SITE_URL = process.env.NEXT_PUBLIC_CONVEX_URL!.replace(/.cloud$/, ".site");

export const { auth, handlers } = NextAuth({
  callbacks: {
    async session({ session }) {
      const key = await importPKCS8(process.env.CONVEX_AUTH_PRIVATE_KEY!, "RS256");
      const convexToken = await new SignJWT({ sub: session.userId, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: "RS256" })
        .setIssuedAt()
        .setIssuer(CONVEX_SITE_URL)
        .setAudience("convex")
        .setExpirationTime("1h")
        .sign(key);
      return { ...session, convexToken };
    },
  },
});
`,
      "convex/auth.config.js": `export default { providers: [{ domain: process.env.CONVEX_SITE_URL, applicationID: "convex" }] };\n`,
      "convex/auth.config.ts": null,
      "convex/http.ts": `import { httpRouter } from "convex/server";\nimport { httpAction } from "./_generated/server";\n\nconst http = httpRouter();\nhttp.route({ path: "/.well-known/openid-configuration", method: "GET", handler: httpAction(async () => new Response()) });\nhttp.route({ path: "/.well-known/jwks.json", method: "GET", handler: httpAction(async () => new Response()) });\nexport default http;\n`,
      "app/ConvexClientProvider.tsx": `import { ConvexProviderWithAuth } from "convex/react";
import { useSession } from "next-auth/react";
import { useCallback, useMemo } from "react";

function useAuth() {
  const { data: session, update } = useSession();
  const convexToken = convexTokenFromSession(session);
  return useMemo(
    () => ({
      isLoading: false,
      isAuthenticated: session !== null,
      fetchAccessToken: async ({ forceRefreshToken }) =>
        forceRefreshToken ? convexTokenFromSession(await update()) : convexToken,
    }),
    [JSON.stringify(session?.user)],
  );
}

export const Provider = ({ children }) => <ConvexProviderWithAuth client={convex} useAuth={useAuth}>{children}</ConvexProviderWithAuth>;
`,
    });
    assertHealthy(report);
    assert.match(checkOf(report, "routes").found, /routes of its own/);
  });

  test("another provider beside, which hangs on the deployment's variables", async () => {
    well.recover();
    const report = await examine({
      "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";
import type { AuthConfig } from "convex/server";

const clerk = { domain: process.env.CLERK_JWT_ISSUER_DOMAIN!, applicationID: "convex" };

export default {
  providers: [clerk, ...convexAuthConfig().providers],
} satisfies AuthConfig;
`,
    });
    assertHealthy(report);
    const { found } = checkOf(report, "auth-config");
    assert.match(found, /npx convex env get CLERK_JWT_ISSUER_DOMAIN/);
  });

  test("no React, no Auth.js: own sessions (get-convex/convex-svelte#13, chris-visser/convex-vue#14)", async () => {
    well.recover();
    well.env.PUBLIC_CONVEX_URL = well.env.NEXT_PUBLIC_CONVEX_URL;
    well.env.CONVEX_SITE_URL = well.deployment.issuer;
    well.env.NEXT_PUBLIC_CONVEX_URL = undefined;
    const report = await examine({
      ...manifest({ convex: "1.48.0", "convex-token": "0.1.0", svelte: "5.0.0" }),
      "auth.ts": null,
      "app/ConvexClientProvider.tsx": null,
      "src/hooks.server.ts": `import { createIssuer } from "convex-token";\nexport const issuer = createIssuer({ expiresIn: "15m" });\n`,
      "src/lib/convex.ts": `import { ConvexClient } from "convex/browser";\nimport { createTokenFetcher } from "convex-token/client";\nexport const convex = new ConvexClient(import.meta.env.PUBLIC_CONVEX_URL);\nconvex.setAuth(createTokenFetcher("/api/session/token"));\n`,
    });
    assertHealthy(report);
  });

  test("an edge route and middleware (cloudflare/next-on-pages#202, vercel/next.js#84972)", async () => {
    well.recover();
    const report = await examine({
      "proxy.ts": `import { verifyConvexToken } from "convex-token";\nexport default function proxy() { verifyConvexToken("", {}); }\n`,
      "app/api/session/token/route.ts": `import { tokenRoute } from "convex-token/next";\nimport { auth } from "@/auth";\n\nexport const runtime = "edge";\nexport const { GET } = tokenRoute({ session: auth });\n`,
    });
    assertHealthy(report);
  });
});

describe("every form of a key is healthy", () => {
  const pkcs1 = (pem) =>
    spawnSync("openssl", ["rsa", "-traditional"], { encoding: "utf8", input: pem }).stdout;
  for (const [name, form] of [
    [
      "with \\n kept literally (awinogrodzki/next-firebase-auth-edge#155, #205, #246)",
      (pem) => `'"${pem.trim().replaceAll("\n", "\\n")}"'`,
    ],
    ["with spaces for line breaks", (pem) => `"${pem.trim().replaceAll("\n", " ")}"`],
    ["over several lines, in quotes", (pem) => `"${pem}"`],
    ["in base64", (pem) => Buffer.from(pem).toString("base64")],
    ["PKCS#1 (vercel/vercel-plugin#67)", (pem) => oneLine(pkcs1(pem))],
  ]) {
    test(name, async () => {
      well.recover();
      well.env.CONVEX_AUTH_PRIVATE_KEY = form(well.deployment.keys.privateKey);
      assertHealthy(await examine());
    });
  }
});

describe("an issuer that is not the deployment", () => {
  let worker;
  before(async () => {
    worker = await listen(async ({ url }) => {
      const { keys } = well.deployment;
      const documents = well.deployment.documents.call(
        { ...well.deployment, issuer: originOf(worker) },
        keys,
      );
      return documents[url] ?? { status: 404, body: "" };
    });
  });
  after(() => {
    worker.closeAllConnections();
    worker.close();
  });

  test("is asked in its place", async () => {
    well.recover();
    well.selfHosted();
    well.env.AUTH_ISSUER = originOf(worker);
    well.deployment.providers = [{ domain: originOf(worker), applicationID: "convex" }];
    const report = await examine({
      "auth.ts": null,
      "convex/http.ts": null,
      "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig({ issuer: "${originOf(worker)}" });\n`,
      "src/worker.ts": `import { createIssuer } from "convex-token";\nexport const issuerOf = (env) => createIssuer({ issuer: env.AUTH_ISSUER, privateKey: env.CONVEX_AUTH_PRIVATE_KEY });\n`,
    });
    assertHealthy(report, { skipped: ["routes"] });
    assert.equal(report.deployment.issuer, originOf(worker));
  });
});

describe("a deployment by its address alone, outside of any project", () => {
  for (const word of [
    "https://happy-animal-123.convex.cloud",
    "https://happy-animal-123.convex.site/",
  ]) {
    test(word, async () => {
      well.recover();
      const report = await well.examine(makeFolder(), [word]);
      assertHealthy(report, {
        skipped: word.includes("site") ? ["url", "token"] : ["token"],
        accepted: false,
      });
      assert.equal(report.deployment.url, "https://happy-animal-123.convex.cloud");
      assert.equal(report.deployment.site, "https://happy-animal-123.convex.site");
      assert.equal(checkOf(report, "discovery").status, "ok");
      assert.equal(checkOf(report, "jwks").status, "ok");
    });
  }

  test("a self-hosted one by both", async () => {
    well.recover();
    well.selfHosted();
    const { url, siteUrl } = well.deployment;
    const report = await well.examine(makeFolder(), ["--url", url, "--site", siteUrl]);
    assertHealthy(report, { skipped: ["token"], accepted: false });
  });
});

describe("the examples, as they stand in the repository", () => {
  const examples = join(import.meta.dirname, "../../examples");
  const names = readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    // Those of which one has an identity in mind.
    .filter((name) => existsSync(join(examples, name, "convex/auth.config.ts")));
  for (const name of names) {
    test(name, async () => {
      const { status, stdout, stderr } = await run(join(examples, name), [
        "doctor",
        "--offline",
        "--json",
        "https://happy-animal-123.convex.cloud",
      ]);
      assert.equal(stderr, "");
      const report = { status, ...JSON.parse(stdout) };
      assert.deepEqual(findings(report, "error"), []);
      assert.deepEqual(findings(report, "warning"), []);
      assert.equal(report.status, 0);
    });
  }
});

test("the project's own variables do not get into the report of another deployment", async () => {
  well.recover();
  const folder = makeProject({ ".env.local": "CONVEX_SITE_URL=https://canary.convex.site\n" });
  const report = await well.examine(folder, ["https://happy-animal-123.convex.cloud"]);
  assert.ok(!JSON.stringify(report).includes("canary"));
});
