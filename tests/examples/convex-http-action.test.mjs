import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { generateKeys } from "convex-token";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { Example } from "./example.mjs";

const example = new Example("convex-http-action");
const { privateKey, kid } = generateKeys();
let convex;

before(async () => {
  await example.install();
  convex = await startLocalConvex({
    project: example.folder,
    env: { CONVEX_AUTH_PRIVATE_KEY: privateKey, LOGIN_PASSWORD: "open sesame" },
  });
});
after(async () => {
  await example.close();
  await convex?.close();
});

const client = (env) =>
  example.script("start", { CONVEX_URL: convex.url, CONVEX_SITE_URL: convex.siteUrl, ...env });

const login = (body) => fetch(`${convex.siteUrl}/login`, { method: "POST", body });

test("its types are right", () => example.succeed("npm", ["run", "typecheck"]));

test("whoever knows the password is a user of their own to Convex, the same at each login", async () => {
  const first = await client({ EMAIL: "ada@example.com", PASSWORD: "open sesame" });
  assert.equal(first.stderr.includes("wrong"), false);
  const [, id] = /_id: '([^']+)'/.exec(first.stdout) ?? [];
  assert.ok(id, first.stdout);
  assert.match(first.stdout, /email: 'ada@example\.com'/);

  const again = await client({ EMAIL: "ada@example.com", PASSWORD: "open sesame" });
  assert.ok(again.stdout.includes(`_id: '${id}'`));
  const other = await client({ EMAIL: "grace@example.com", PASSWORD: "open sesame" });
  assert.match(other.stdout, /email: 'grace@example\.com'/);
  assert.ok(!other.stdout.includes(id));
});

test("a wrong password gives no token, and Convex sees nobody", async () => {
  const { stdout, stderr } = await client({ PASSWORD: "a guess" });
  assert.match(stderr, /^401 The e-mail address or the password is wrong\.$/m);
  assert.match(stdout, /^null$/m);
});

test("what is no login is refused", async () => {
  for (const body of ["", "no JSON", "[]", "null", '{"email":1,"password":"open sesame"}']) {
    const response = await login(body);
    assert.equal(response.status, 401, body);
    assert.equal(response.headers.get("cache-control"), "no-store");
  }
});

test("the public half of the deployment's own key is served", async () => {
  const response = await fetch(`${convex.siteUrl}/.well-known/jwks.json`);
  const { keys } = await response.json();
  assert.deepEqual(
    keys.map((key) => [key.kid, "d" in key]),
    [[kid, false]],
  );
});

test("a deployment without the key or the password says which variable is missing", async () => {
  await convex.setEnv({ CONVEX_AUTH_PRIVATE_KEY: null });
  const keyless = await login(JSON.stringify({ email: "a@b.c", password: "open sesame" }));
  assert.equal(keyless.status, 500);
  assert.match((await keyless.json()).error, /key/);

  await convex.setEnv({ LOGIN_PASSWORD: null });
  const open = await login(JSON.stringify({ email: "a@b.c", password: "" }));
  assert.equal(open.status, 500);
  assert.match((await open.json()).error, /LOGIN_PASSWORD/);
});
