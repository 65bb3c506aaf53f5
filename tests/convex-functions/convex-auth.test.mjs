// Beside Convex Auth, whose published code runs here: its command makes the keys, its functions sign
// in, its routes serve the set.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { convexAuth } from "@convex-dev/auth/server";
import { anyApi, httpRouter } from "convex/server";
import { decodeConvexToken, generateKeys, jwksFromKey } from "convex-token";
import { addAuthRoutes, convexAuthConfig } from "convex-token/convex";
import { deployed, projectFolder } from "./deployment.mjs";

const deployment = deployed("convex-auth");

/** Runs `npx @convex-dev/auth` on the deployment, as a person does once. */
async function runTheirCommand() {
  const command = join(import.meta.dirname, "node_modules/@convex-dev/auth/dist/bin.cjs");
  const { url, adminKey } = deployment.cli;
  const options = ["--url", url, "--admin-key", adminKey];
  const site = ["--web-server-url", "http://localhost:3000", "--skip-git-check"];
  const home = await mkdtemp(join(tmpdir(), "convex-auth-"));
  try {
    await promisify(execFile)(process.execPath, [command, ...options, ...site], {
      cwd: projectFolder("convex-auth"),
      // The programs that it runs keep notes in the home directory.
      env: { PATH: process.env.PATH, HOME: home },
      timeout: 60_000,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** A token as their sign-in hands it to the browser. */
async function signInTheirs() {
  const { tokens } = await deployment.client().action(anyApi.auth.signIn, {
    provider: "anonymous",
    params: {},
  });
  return tokens.token;
}

/** A token that this package signs in an HTTP action of the same deployment. */
async function signInOurs() {
  return (await deployment.fetch("/login", { method: "POST" })).text();
}

async function acceptedTheirs(token) {
  const { subject } = await deployment.whoami(token);
  assert.match(subject, /^\S+\|\S+$/);
}

async function acceptedOurs(token) {
  assert.equal((await deployment.whoami(token)).subject, "user_ada");
}

describe("keys of their command", () => {
  test("sign in there, and here once the key in the published set has a name", async () => {
    await runTheirCommand();
    const { JWT_PRIVATE_KEY, JWKS } = deployment.env;
    assert.match(JWT_PRIVATE_KEY, /^-----BEGIN PRIVATE KEY----- \S/);
    assert.deepEqual(Object.keys(JSON.parse(JWKS).keys[0]).sort(), ["e", "kty", "n", "use"]);
    const before = await signInTheirs();
    assert.equal(decodeConvexToken(before).header.kid, undefined);
    await acceptedTheirs(before);

    // Ours names the key, theirs does not: the name has to be published first.
    const refused = await deployment.judge(await signInOurs());
    assert.match(refused.causes.join(" "), /No matching key/i);

    await deployment.setEnv({ JWKS: JSON.stringify(jwksFromKey(JWT_PRIVATE_KEY)) });
    await acceptedTheirs(before);
    await acceptedTheirs(await signInTheirs());
    await acceptedOurs(await signInOurs());
  });
});

describe("keys of this package", () => {
  for (const [form, write] of [
    ["as they were made", (pem) => pem],
    ["with spaces for line breaks", (pem) => pem.trimEnd().replace(/\n/g, " ")],
  ]) {
    test(`sign in there and here, ${form}, with their routes`, async () => {
      const { privateKey, jwks } = generateKeys();
      await deployment.setEnv({ JWT_PRIVATE_KEY: write(privateKey), JWKS: JSON.stringify(jwks) });
      await acceptedTheirs(await signInTheirs());
      await acceptedOurs(await signInOurs());
    });
  }

  test("a customJwt provider takes tokens of this package, and none without a kid", async () => {
    const { privateKey, jwks } = generateKeys();
    await deployment.setEnv({ JWT_PRIVATE_KEY: privateKey, JWKS: JSON.stringify(jwks) });
    const { providers } = convexAuthConfig({ kind: "customJwt", issuer: deployment.siteUrl });
    const theirs = await deployment.judge(await signInTheirs(), providers);
    assert.equal(theirs.accepted, false);
    assert.match(theirs.message, /may be missing a 'kid'/);
    const ours = await deployment.judge(await signInOurs(), providers);
    assert.ok(ours.accepted, JSON.stringify(ours));
  });

  test("of several published ones, a token of theirs could be anyone's, and is refused", async () => {
    const [first, second] = [generateKeys(), generateKeys()];
    const jwks = { keys: [...first.jwks.keys, ...second.jwks.keys] };
    const JWT_PRIVATE_KEY = first.privateKey;
    await deployment.setEnv({ JWT_PRIVATE_KEY, JWKS: JSON.stringify(jwks) });
    const { accepted, causes } = await deployment.judge(await signInTheirs());
    assert.equal(accepted, false);
    assert.match(causes.join(" "), /ambiguous|multiple/i);
    await acceptedOurs(await signInOurs());
  });

  test("an EdDSA key beside their RS256 one signs here, and both are accepted", async () => {
    const [theirs, ours] = [generateKeys(), generateKeys({ algorithm: "EdDSA" })];
    await deployment.setEnv({
      JWT_PRIVATE_KEY: theirs.privateKey,
      CONVEX_AUTH_PRIVATE_KEY: ours.privateKey,
      JWKS: JSON.stringify({ keys: [...theirs.jwks.keys, ...ours.jwks.keys] }),
    });
    await acceptedTheirs(await signInTheirs());
    await acceptedOurs(await signInOurs());
  });
});

describe("their routes and ours", () => {
  const theirs = (http) => convexAuth({ providers: [] }).auth.addHttpRoutes(http);

  test("are not both on one router, and the error names which to keep", () => {
    const http = httpRouter();
    theirs(http);
    assert.throws(
      () => addAuthRoutes(http),
      ({ code, hint }) => code === "ERR_ROUTE_TAKEN" && /auth\.addHttpRoutes/.test(hint),
    );
    assert.equal(http.getRoutes().length, 2);
  });

  test("the other way round it is Convex's router that refuses", () => {
    const http = httpRouter();
    addAuthRoutes(http);
    assert.throws(() => theirs(http), /already in use/);
  });
});
