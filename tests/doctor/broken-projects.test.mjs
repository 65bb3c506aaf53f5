// Projects that are broken in one way each: the doctor names that one, its cure, and nothing beside it.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { generateKeys } from "convex-token";
import { assertOneCause, assertOneWarning, patient } from "./diagnosis.mjs";
import { oneLine } from "./project.mjs";

const sick = patient();

const openssl = (...args) =>
  spawnSync("openssl", args, { encoding: "utf8", input: sick.deployment.keys.privateKey }).stdout;

/** auth.config.ts with these entries. */
const config = (entries) => ({
  "convex/auth.config.ts": `export default {\n  providers: [${entries}],\n};\n`,
});

/** auth.ts as the older guide has it. */
const recipe = (issuer) => ({
  "auth.ts": `import { SignJWT, importPKCS8 } from "jose";
import NextAuth from "next-auth";

export const { auth, handlers } = NextAuth({
  providers: [],
  callbacks: {
    async session({ session }) {
      const privateKey = await importPKCS8(process.env.CONVEX_AUTH_PRIVATE_KEY!, "RS256");
      const convexToken = await new SignJWT({ sub: session.userId })
        .setProtectedHeader({ alg: "RS256" })
        .setIssuedAt()
        .setIssuer(${issuer})
        .setAudience("convex")
        .setExpirationTime("1h")
        .sign(privateKey);
      return { ...session, convexToken };
    },
  },
});
`,
});

const provider = (body, hook = "useAuth") => ({
  "app/ConvexClientProvider.tsx": `"use client";
import { ConvexProvider, ConvexProviderWithAuth, ConvexReactClient } from "convex/react";
import { useSession } from "next-auth/react";
import { useCallback } from "react";

const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL!);

${body}

export function ConvexClientProvider({ children }) {
  return <ConvexProviderWithAuth client={convex} useAuth={${hook}}>{children}</ConvexProviderWithAuth>;
}
`,
});

const cases = {
  "no variable names the deployment": {
    env: { NEXT_PUBLIC_CONVEX_URL: undefined },
    code: "ERR_CONVEX_URL_MISSING",
    check: "url",
    fix: /npx convex dev/,
  },
  "the deployment's URL is none": {
    env: { NEXT_PUBLIC_CONVEX_URL: "happy-animal-123" },
    code: "ERR_CONVEX_URL_INVALID",
    fix: /NEXT_PUBLIC_CONVEX_URL in \.env\.local/,
  },
  "clients are given the address of the HTTP actions": {
    env: { NEXT_PUBLIC_CONVEX_URL: "https://happy-animal-123.convex.site" },
    code: "ERR_CONVEX_URL_SITE",
    fix: /NEXT_PUBLIC_CONVEX_URL=https:\/\/happy-animal-123\.convex\.cloud in \.env\.local/,
    fixable: true,
  },
  "the URL and CONVEX_DEPLOYMENT are of two deployments": {
    env: { CONVEX_DEPLOYMENT: "dev:other-animal-456" },
    code: "ERR_DEPLOYMENTS_MIXED",
    fix: /npx convex dev/,
  },
  "the issuer is that of production, the URL that of development": {
    env: { CONVEX_SITE_URL: "https://other-animal-456.convex.site" },
    code: "ERR_DEPLOYMENTS_MIXED",
    check: "issuer",
    fix: /CONVEX_SITE_URL=https:\/\/happy-animal-123\.convex\.site in \.env\.local/,
  },
  "the issuer is the API's address": {
    env: { CONVEX_SITE_URL: "https://happy-animal-123.convex.cloud" },
    code: "ERR_ISSUER_CLOUD",
    fix: /CONVEX_SITE_URL=https:\/\/happy-animal-123\.convex\.site in \.env\.local/,
    fixable: true,
  },
  "the recipe's issuer ends in a slash": {
    env: { CONVEX_SITE_URL: "https://happy-animal-123.convex.site/" },
    withoutKid: true,
    files: recipe("process.env.CONVEX_SITE_URL!"),
    code: "ERR_ISSUER_SLASH",
    fix: /slash out of CONVEX_SITE_URL in \.env\.local/,
    fixable: true,
  },
  "self-hosted, and nothing says where the HTTP actions are": {
    selfHosted: true,
    env: { CONVEX_SITE_URL: undefined },
    code: "ERR_ISSUER_MISSING",
    fix: /CONVEX_SITE_URL in \.env\.local.*3211/,
  },
  "there is no auth.config": {
    files: { "convex/auth.config.ts": null },
    code: "ERR_AUTH_CONFIG_MISSING",
    fix: /--fix.*npx convex dev/,
    convex: /no providers configured/,
    fixable: true,
  },
  "auth.config lies where Convex does not look": {
    files: {
      "convex/auth.config.ts": null,
      "auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig();\n`,
    },
    code: "ERR_AUTH_CONFIG_MISSING",
    fix: /Move auth\.config\.ts to convex\/auth\.config\.ts/,
  },
  "auth.config has no provider": {
    files: config(""),
    code: "ERR_PROVIDER",
    fix: /convexAuth/,
    convex: /no providers configured/,
  },
  "auth.config does not parse": {
    files: { "convex/auth.config.ts": "export default {" },
    code: "ERR_AUTH_CONFIG_UNREADABLE",
    fix: /export default/,
  },
  "the provider is the deployment's API": {
    files: config(`{ domain: "https://happy-animal-123.convex.cloud", applicationID: "convex" }`),
    code: "ERR_ISSUER_CLOUD",
    fix: /https:\/\/happy-animal-123\.convex\.site/,
  },
  "the provider is the discovery document": {
    files: config(
      `{ domain: process.env.CONVEX_SITE_URL + "/.well-known/openid-configuration", applicationID: "convex" }`,
    ),
    code: "ERR_PROVIDER",
    fix: /Write https:\/\/happy-animal-123\.convex\.site there/,
  },
  "the provider is on the developer's machine, the deployment in the cloud": {
    files: config(`{ domain: "http://localhost:3000", applicationID: "convex" }`),
    code: "ERR_ISSUER_LOCAL",
    fix: /embedJwks/,
  },
  "the audience is another one": {
    report: "get-convex/convex-backend#219",
    files: config(`{ domain: process.env.CONVEX_SITE_URL, applicationID: "my-app" }`),
    code: "ERR_TOKEN_AUDIENCE",
    check: "token",
    fix: /applicationID` in convex\/auth\.config\.ts/,
    convex: /No auth provider found matching the given token/,
  },
  "the provider is another deployment": {
    report: "get-convex/convex-backend#219",
    files: config(`{ domain: "https://other-animal-456.convex.site", applicationID: "convex" }`),
    code: "ERR_TOKEN_ISSUER",
    fix: /CONVEX_SITE_URL/,
    convex: /No auth provider found matching the given token/,
  },
  "the audience is forgotten in the recipe": {
    report: "get-convex/convex-backend#219",
    files: recipe(`"https://happy-animal-123.convex.site"`),
    replace: ["auth.ts", `.setAudience("convex")`, ""],
    withoutKid: true,
    code: "ERR_TOKEN_CLAIM_MISSING",
    check: "signer",
    fix: /setAudience\("convex"\)/,
  },
  "a customJwt entry without an algorithm": {
    files: config(
      `{ type: "customJwt", issuer: process.env.CONVEX_SITE_URL, jwks: process.env.CONVEX_SITE_URL + "/.well-known/jwks.json", applicationID: "convex" }`,
    ),
    code: "ERR_PROVIDER",
    fix: /convexAuth/,
  },
  "customJwt and tokens without a kid": {
    report: "get-convex/convex-auth#279",
    files: {
      "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";\nexport default convexAuthConfig({ kind: "customJwt" });\n`,
    },
    replace: ["auth.ts", "convexSession()", "convexSession({ keyId: false })"],
    code: "ERR_TOKEN_KID_MISSING",
    fix: /keyId: false/,
    convex: /JWT may be missing a 'kid'/,
  },
  "a convex command line from before customJwt": {
    report: "get-convex/convex-backend#109",
    files: {
      ...config(
        `{ type: "customJwt", issuer: process.env.CONVEX_SITE_URL, jwks: process.env.CONVEX_SITE_URL + "/.well-known/jwks.json", algorithm: "RS256", applicationID: "convex" }`,
      ),
      "node_modules/convex/package.json": `{ "name": "convex", "version": "1.23.0" }`,
    },
    deployed: () => [
      {
        type: "customJwt",
        issuer: sick.deployment.issuer,
        jwks: `${sick.deployment.issuer}/.well-known/jwks.json`,
        algorithm: "RS256",
        applicationID: "convex",
      },
    ],
    code: "ERR_CONVEX_TOO_OLD",
    fix: /npm install convex@latest/,
    convex: /missing field `domain`/,
  },
  "there is no convex/http": {
    files: { "convex/http.ts": null },
    notServed: true,
    code: "ERR_ROUTES_MISSING",
    check: "routes",
    fix: /--fix.*npx convex dev/,
    fixable: true,
  },
  "convex/http has other routes only": {
    files: {
      "convex/http.ts": `import { httpRouter } from "convex/server";\n\nconst http = httpRouter();\nexport default http;\n`,
    },
    notServed: true,
    code: "ERR_ROUTES_MISSING",
    fix: /--fix/,
    fixable: true,
  },
  "there is no private key": {
    env: { CONVEX_AUTH_PRIVATE_KEY: undefined },
    code: "ERR_KEY_MISSING",
    check: "key",
    fix: /npx convex-token keys/,
  },
  "the key's lines stand without quotes": {
    env: { CONVEX_AUTH_PRIVATE_KEY: () => sick.deployment.keys.privateKey.trim() },
    code: "ERR_KEY_TRUNCATED",
    fix: /double quotes in \.env\.local/,
    fixable: true,
  },
  "the key is encrypted": {
    report: "vercel/vercel-plugin#67",
    env: {
      CONVEX_AUTH_PRIVATE_KEY: () => oneLine(openssl("pkcs8", "-topk8", "-passout", "pass:x")),
    },
    code: "ERR_KEY_ENCRYPTED",
    fix: /openssl/,
  },
  "the key is the public half": {
    env: { CONVEX_AUTH_PRIVATE_KEY: () => oneLine(openssl("pkey", "-pubout")) },
    code: "ERR_KEY_PUBLIC",
    fix: /private/i,
  },
  "the key is too small": {
    env: {
      CONVEX_AUTH_PRIVATE_KEY: () =>
        oneLine(openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")),
    },
    code: "ERR_KEY_TOO_SMALL",
    fix: /keys/,
  },
  "the key is in a variable that browsers get": {
    env: { NEXT_PUBLIC_CONVEX_AUTH_PRIVATE_KEY: () => oneLine(generateKeys().privateKey) },
    code: "ERR_KEY_EXPOSED",
    fix: /replace the key/,
  },
  "git would take the key": {
    files: { ".gitignore": "node_modules\n" },
    code: "ERR_KEY_COMMITTABLE",
    fix: /\.env\.local to \.gitignore/,
    fixable: true,
  },
  "git has the key already": {
    prepare: (folder) => execFileSync("git", ["add", "--force", ".env.local"], { cwd: folder }),
    code: "ERR_KEY_COMMITTABLE",
    fix: /git rm --cached \.env\.local/,
  },
  "no session callback": {
    report: "nextauthjs/next-auth#11295, #2617, #5835",
    files: {
      "auth.ts": `import NextAuth from "next-auth";\nexport const { auth, handlers } = NextAuth({ providers: [] });\n`,
    },
    code: "ERR_TOKEN_NOT_MADE",
    fix: /npx convex-token init.*convexSession\(\)/,
  },
  "the client is a plain ConvexProvider": {
    files: {
      "app/ConvexClientProvider.tsx": `import { ConvexProvider, ConvexReactClient } from "convex/react";
const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL!);
export const Provider = ({ children }) => <ConvexProvider client={convex}>{children}</ConvexProvider>;
`,
    },
    code: "ERR_CLIENT_NO_AUTH",
    fix: /ConvexProviderWithSession/,
  },
  "the hook leaves a member out": {
    report: "get-convex/convex-js#108",
    files: provider(`function useAuth() {
  const { data, status } = useSession();
  const getToken = useCallback(async ({ forceRefreshToken }) => data?.convexToken, [data]);
  return { isLoading: status === "loading", isAuthenticated: !!data, getToken };
}`),
    code: "ERR_CLIENT_HOOK",
    fix: /isLoading, isAuthenticated, fetchAccessToken/,
  },
  "the hook is another one at each render": {
    report: "get-convex/convex-js#108",
    files: provider(`function useAuth() {
  const { data, status, update } = useSession();
  const fetchAccessToken = async ({ forceRefreshToken }) => (forceRefreshToken ? await update() : data)?.convexToken;
  return { isLoading: status === "loading", isAuthenticated: !!data, fetchAccessToken };
}`),
    code: "ERR_CLIENT_HOOK",
    fix: /useCallback/,
  },
};

describe("a broken project", () => {
  for (const [name, given] of Object.entries(cases)) {
    const title = given.report === undefined ? name : `${name} (${given.report})`;
    test(title, async () => {
      const folder = prepare(given);
      assertOneCause(await sick.examine(folder), given);
    });
  }
});

const warnings = {
  "a slash at the end of the issuer, which the package takes off": {
    env: { CONVEX_SITE_URL: "https://happy-animal-123.convex.site/" },
    code: "ERR_ISSUER_SLASH",
    fix: /CONVEX_SITE_URL in \.env\.local/,
  },
  "a key that everybody on the machine can read": {
    prepare: (folder) => chmodSync(join(folder, ".env.local"), 0o644),
    code: "ERR_KEY_READABLE",
    fix: /chmod 600 \.env\.local/,
  },
  "the recipe, whose forced refresh can bring the same token": {
    report: "get-convex/convex-js#184",
    withoutKid: true,
    files: recipe(`process.env.NEXT_PUBLIC_CONVEX_URL!.replace(/.cloud$/, ".site")`),
    code: "ERR_TOKEN_REPEATS",
    fix: /setJti/,
  },
  "tokens that expire before they are refreshed": {
    report: "get-convex/convex-backend#259",
    replace: ["auth.ts", "convexSession()", `convexSession({ expiresIn: "10s" })`],
    code: "ERR_TOKEN_LIFE",
    fix: /expiresIn/,
  },
  "a hook that never refreshes": {
    report: "get-convex/convex-backend#259, get-convex/convex-auth#178",
    files: provider(`function useAuth() {
  const { data, status } = useSession();
  const fetchAccessToken = useCallback(async () => data?.convexToken ?? null, [data]);
  return { isLoading: status === "loading", isAuthenticated: !!data, fetchAccessToken };
}`),
    code: "ERR_CLIENT_HOOK",
    fix: /createUseAuth/,
  },
  "functions that sign, with the key on the developer's machine only": {
    report: "get-convex/convex-backend#98",
    files: {
      "auth.ts": null,
      "convex/login.ts": `import { signConvexToken } from "convex-token";\nexport const token = (sub) => signConvexToken({ sub });\n`,
    },
    code: "ERR_KEY_NOT_DEPLOYED",
    fix: /npx convex env set CONVEX_AUTH_PRIVATE_KEY/,
  },
  "an auth.config that is put together elsewhere": {
    files: {
      "convex/auth.config.ts": `import { providersOf } from "some-package";\nexport default { providers: providersOf("convex") };\n`,
    },
    code: "ERR_AUTH_CONFIG_UNREADABLE",
    fix: /the deployment's own answer counts/,
  },
};

describe("a project that works, with something to know", () => {
  for (const [name, given] of Object.entries(warnings)) {
    const title = given.report === undefined ? name : `${name} (${given.report})`;
    test(title, async () => {
      const folder = prepare(given);
      assertOneWarning(await sick.examine(folder), given);
    });
  }
});

/** A project with one thing changed. */
function prepare({
  selfHosted,
  env = {},
  files,
  replace,
  prepare,
  notServed,
  withoutKid,
  deployed,
}) {
  sick.recover();
  if (selfHosted) sick.selfHosted();
  for (const [name, value] of Object.entries(env)) {
    sick.env[name] = typeof value === "function" ? value() : value;
  }
  if (notServed) {
    for (const path of Object.keys(sick.deployment.documents())) {
      sick.deployment.answers[path] = { status: 404, body: "" };
    }
  }
  if (withoutKid) sick.publishWithoutKid();
  if (deployed) sick.deployment.providers = deployed();
  const folder = sick.project(files);
  if (replace) edit(folder, ...replace);
  prepare?.(folder);
  return folder;
}

function edit(folder, path, from, to) {
  execFileSync("sed", ["-i", `s|${from}|${to}|`, join(folder, path)]);
}
