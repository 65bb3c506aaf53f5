import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLocalConvex } from "../local-convex/local-convex.mjs";
import { Example } from "./example.mjs";

const example = new Example("api-key");
let convex;

before(async () => {
  await example.install();
  convex = await startLocalConvex({
    project: example.folder,
    env: { CONVEX_AUTH_ADAPTER_SECRET: "first secret" },
  });
});
after(async () => {
  await example.close();
  await convex?.close();
});

const serverWith = (secret) =>
  example.script("start", {
    CONVEX_URL: convex.url,
    ...(secret && { CONVEX_AUTH_ADAPTER_SECRET: secret }),
  });

test("its types are right", () => example.succeed("npm", ["run", "typecheck"]));

test("the server that knows the secret calls the functions", async () => {
  const { status, stdout } = await serverWith("first secret");
  assert.equal(status, 0);
  assert.match(stdout, /^total: 12\.50$/m);
});

test("a wrong secret, or none, is refused with what to do, and nothing is recorded", async () => {
  for (const secret of ["a guess", undefined]) {
    const { status, stderr } = await serverWith(secret);
    assert.equal(status, 1);
    assert.match(stderr, /^ERR_SECRET_REFUSED: .* is not an accepted one\. .*npx convex env/m);
    assert.doesNotMatch(stderr, /a guess|first secret/);
  }
  assert.match((await serverWith("first secret")).stdout, /^total: 25\.00$/m);
});

test("while the secret is replaced both are accepted, and then the new one alone", async () => {
  await convex.setEnv({
    CONVEX_AUTH_ADAPTER_SECRET: "second secret",
    CONVEX_AUTH_ADAPTER_SECRET_OLD: "first secret",
  });
  assert.equal((await serverWith("first secret")).status, 0);
  assert.equal((await serverWith("second secret")).status, 0);

  await convex.setEnv({ CONVEX_AUTH_ADAPTER_SECRET_OLD: null });
  assert.match((await serverWith("first secret")).stderr, /^ERR_SECRET_REFUSED/m);
  assert.equal((await serverWith("second secret")).status, 0);
});

test("a deployment without the secret refuses every call, and names the variable", async () => {
  await convex.setEnv({ CONVEX_AUTH_ADAPTER_SECRET: null });
  const { status, stderr } = await serverWith("second secret");
  assert.equal(status, 1);
  assert.match(stderr, /^ERR_SECRET_MISSING: .*npx convex env set CONVEX_AUTH_ADAPTER_SECRET/m);
});
