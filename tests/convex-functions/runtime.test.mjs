// The bundled functions in a context that has what Convex's default runtime has, and in `convex-test`
// as a project tests its own functions.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { anyApi } from "convex/server";
import { convexTest } from "convex-test";
import { generateKeys, signConvexToken, verifyConvexToken } from "convex-token";
import { bundleFunctions } from "../local-convex/push.mjs";
import { projectFolder } from "./deployment.mjs";

const issuer = "https://happy-animal-123.convex.site";
const keys = generateKeys({ algorithm: "EdDSA" });

let folder;
let modules;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "runtime-"));
  modules = await bundleFunctions(projectFolder("own-login"), folder);
});
after(() => rm(folder, { recursive: true, force: true }));

async function ask(env, method, ...paths) {
  const program = join(import.meta.dirname, "in-isolate.mjs");
  const flags = ["--experimental-vm-modules", "--no-warnings"];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...flags, program, join(folder, "http.js"), method, ...paths],
    { env: { PATH: process.env.PATH, ...env }, timeout: 30_000 },
  );
  return { answers: JSON.parse(stdout), log: stderr };
}

test("in Convex's default runtime the routes answer, and HTTP actions sign", async () => {
  const env = {
    CONVEX_SITE_URL: issuer,
    CONVEX_AUTH_PRIVATE_KEY: keys.privateKey,
    JWKS: JSON.stringify(keys.jwks),
  };
  const documents = ["/.well-known/openid-configuration", "/.well-known/jwks.json"];
  const [discovery, jwks] = (await ask(env, "GET", ...documents)).answers;
  assert.deepEqual([discovery.status, jwks.status], [200, 200]);
  assert.equal(JSON.parse(discovery.body).issuer, issuer);
  assert.deepEqual(JSON.parse(jwks.body), keys.jwks);

  const [login] = (await ask(env, "POST", "/login")).answers;
  const provider = { domain: issuer, applicationID: "convex" };
  const { identity } = verifyConvexToken(login.body, { jwks: keys.jwks, provider });
  assert.equal(identity.subject, "user_ada");
});

test("in Convex's default runtime what cannot be served is told to the caller and the log", async () => {
  const { answers, log } = await ask({ CONVEX_SITE_URL: issuer }, "GET", "/.well-known/jwks.json");
  assert.equal(answers[0].status, 500);
  assert.equal(JSON.parse(answers[0].body).error.code, "ERR_JWKS_MISSING");
  assert.match(log, /^ERR_JWKS_MISSING: .*npx convex env set JWKS/);
});

test("in convex-test a query sees the identity of a verified token", async () => {
  const load = (path) => () => import(pathToFileURL(join(folder, path)).href);
  const functions = Object.fromEntries(modules.map((path) => [`/${path}`, load(path)]));
  const { default: schema } = await load("schema.js")();
  const t = convexTest(schema, { ...functions, "/_generated/api.js": async () => ({}) });

  const claims = {
    sub: "user_ada",
    name: "Ada Lovelace",
    picture: "https://a.example/ada",
    org: 7,
  };
  const token = signConvexToken(claims, { privateKey: keys.privateKey, issuer });
  const { identity } = verifyConvexToken(token, { jwks: keys.jwks });
  assert.deepEqual(await t.withIdentity(identity).query(anyApi.users.whoami), {
    tokenIdentifier: `${issuer}|user_ada`,
    issuer,
    subject: "user_ada",
    name: "Ada Lovelace",
    pictureUrl: "https://a.example/ada",
    org: 7,
  });
  assert.equal(await t.query(anyApi.users.whoami), null);
});
