// docs/explaining.md: its functions are type-checked, deployed and run; who may not know is told nothing.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generateKeys, signConvexToken } from "convex-token";
import { anyApi } from "convex/server";
import { codeBlocks } from "./code-blocks.mjs";
import { Deployment } from "./deployment.mjs";
import { Workshop } from "./workshop.mjs";

const page = await readFile(join(import.meta.dirname, "../../docs/explaining.md"), "utf8");
const blocks = codeBlocks(page);
const files = blocks.filter(({ file }) => file !== undefined);
const [runExplain, turnOn] = blocks
  .filter(({ language }) => language === "sh")
  .map(({ text }) => text);

const keys = generateKeys();
const deployment = new Deployment();
let project;
before(async () => {
  project = await Workshop.create({
    "convex/_generated/server.ts": `
      import { actionGeneric, internalActionGeneric } from "convex/server";
      import type { ActionBuilder, AnyDataModel } from "convex/server";

      export const action: ActionBuilder<AnyDataModel, "public"> = actionGeneric;
      export const internalAction: ActionBuilder<AnyDataModel, "internal"> = internalActionGeneric;`,
    "convex/auth.config.ts": `
      import { convexAuthConfig } from "convex-token/convex";

      export default convexAuthConfig();`,
    "convex/http.ts": `
      import { httpRouter } from "convex/server";
      import { addAuthRoutes } from "convex-token/convex";

      const http = httpRouter();
      addAuthRoutes(http);
      export default http;`,
    // What the page's last lines have around them.
    "around.d.ts": `
      declare const fetchToken: import("convex/browser").AuthTokenFetcher;
      declare const convex: import("convex/browser").ConvexClient;
      declare const api: import("convex/server").FilterApi<
        import("convex/server").ApiFromModules<{ debug: typeof import("./convex/debug") }>,
        import("convex/server").FunctionReference<any, "public">
      >;`,
    ...Object.fromEntries(files.map(({ file, text }) => [file, `${text}\nexport {};\n`])),
  });
  await deployment.start(project.folder, { JWKS: JSON.stringify(keys.jwks) });
});
after(async () => {
  await deployment.close();
  await project?.remove();
});

const sign = (options) =>
  signConvexToken(
    { sub: "user_ada" },
    { privateKey: keys.privateKey, issuer: deployment.siteUrl, ...options },
  );

/** The lines of the page, as whoever may deploy. */
function run(script) {
  const { url, adminKey } = deployment.cli;
  return project.shell(script, {
    CONVEX_SELF_HOSTED_URL: url,
    CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey,
  });
}
const explainBy = async (token) => JSON.parse(await run(runExplain.replace("eyJ…", token)));
const failing = ({ checks }) => checks.filter(({ ok }) => ok === false).map(({ name }) => name);

test("the files have no type errors", async () => {
  assert.deepEqual(
    files.map(({ file }) => file),
    ["convex/debug.ts", "page.ts"],
  );
  assert.equal(await project.typeErrors(), "");
});

describe("npx convex run debug:explain", () => {
  test("says that a good token is accepted, check by check", async () => {
    const { accepted, checks } = await explainBy(sign());
    assert.equal(accepted, true);
    assert.ok(checks.length > 10);
    assert.ok(checks.every(({ ok }) => ok === true));
  });

  test("says what is wrong with another one, and how to mend it", async () => {
    const explanation = await explainBy(sign({ audience: "other" }));
    assert.equal(explanation.accepted, false);
    assert.deepEqual(failing(explanation), ["audience"]);
    const check = explanation.checks.find(({ name }) => name === "audience");
    assert.match(check.fix, /applicationID/);
    assert.match(check.convexMessage, /No auth provider found/);
  });

  test("sees what the deployment publishes", async () => {
    const other = generateKeys({ algorithm: "EdDSA" });
    const explanation = await explainBy(sign({ privateKey: other.privateKey }));
    assert.deepEqual(failing(explanation), ["key"]);
  });
});

describe("clients", () => {
  test("cannot call what is internal", async () => {
    await assert.rejects(
      deployment.client().action(anyApi.debug.explain, { token: sign() }),
      /Could not find public function/,
    );
  });

  test("are told nothing as long as the deployment's variable is not set", async () => {
    const { whyNobody } = anyApi.debug;
    const token = sign({ audience: "other" });
    assert.equal(await deployment.client().action(whyNobody, { token }), null);
    await deployment.setEnv({ EXPLAIN_TOKENS: "no" });
    assert.equal(await deployment.client().action(whyNobody, { token }), null);
    await deployment.setEnv({ EXPLAIN_TOKENS: null });
  });

  test("are told why they are nobody once it is, by the command of the page", async () => {
    await run(turnOn);
    const { whyNobody } = anyApi.debug;
    const refused = sign({ audience: "other" });
    const nobody = await deployment.client().action(whyNobody, { token: refused });
    assert.equal(nobody.identity, null);
    assert.deepEqual(failing(nobody), ["audience"]);
    const token = sign();
    const ada = await deployment.client(token).action(whyNobody, { token });
    assert.equal(ada.identity.subject, "user_ada");
    assert.equal(ada.accepted, true);
    await deployment.setEnv({ EXPLAIN_TOKENS: null });
  });
});
