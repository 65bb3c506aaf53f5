// --fix: what is mended, what is shown of it, and that nothing is written unasked.
import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseEnv } from "node:util";
import { jwksFromKey } from "convex-token";
import { assertNoKey, findings, patient } from "./diagnosis.mjs";
import { run, runAtTerminal } from "./project.mjs";

const sick = patient();

/** Everything at once that can be mended. */
function brokenProject() {
  sick.recover();
  for (const path of Object.keys(sick.deployment.documents())) {
    sick.deployment.answers[path] = { status: 404, body: "" };
  }
  sick.env = {
    OTHER_SECRET: "canary-secret",
    NEXT_PUBLIC_CONVEX_URL: "https://happy-animal-123.convex.cloud",
    CONVEX_SITE_URL: "https://happy-animal-123.convex.cloud/",
    CONVEX_AUTH_PRIVATE_KEY: sick.deployment.keys.privateKey.trim(),
  };
  const folder = sick.project({
    ".gitignore": "node_modules\n",
    "convex/auth.config.ts": null,
    "convex/http.ts": `import { httpRouter } from 'convex/server'\n\nconst http = httpRouter()\n\nexport default http\n`,
  });
  chmodSync(join(folder, ".env.local"), 0o644);
  return folder;
}
const textOf = (folder, path) => readFileSync(join(folder, path), "utf8");

test("everything that can be mended is mended, and the report is that of afterwards", async () => {
  const folder = brokenProject();
  const first = await sick.examine(folder);
  const fixable = first.checks.flatMap((check) => check.findings.filter((each) => each.fixable));
  assert.deepEqual(fixable.map(({ code }) => code).sort(), [
    "ERR_AUTH_CONFIG_MISSING",
    "ERR_ISSUER_CLOUD",
    "ERR_KEY_COMMITTABLE",
    "ERR_KEY_READABLE",
    "ERR_KEY_TRUNCATED",
    "ERR_ROUTES_MISSING",
  ]);

  const { fixed } = await sick.examine(folder, ["--fix", "--yes"]);
  const env = parseEnv(textOf(folder, ".env.local"));
  assert.equal(env.CONVEX_SITE_URL, "https://happy-animal-123.convex.site");
  assert.deepEqual(jwksFromKey(env.CONVEX_AUTH_PRIVATE_KEY), sick.deployment.keys.jwks);
  assert.equal(env.OTHER_SECRET, "canary-secret");
  assert.equal(statSync(join(folder, ".env.local")).mode & 0o777, 0o600);
  assert.equal(textOf(folder, ".gitignore"), "node_modules\n.env.local\n");
  assert.match(textOf(folder, "convex/auth.config.ts"), /export default convexAuthConfig\(\)/);
  // In the file's own style.
  assert.equal(
    textOf(folder, "convex/http.ts"),
    `import { httpRouter } from 'convex/server'\nimport { addAuthRoutes } from 'convex-token/convex'\n\nconst http = httpRouter()\n\naddAuthRoutes(http)\n\nexport default http\n`,
  );
  assert.deepEqual([...new Set(fixed.map(({ path }) => path))].sort(), [
    ".env.local",
    ".gitignore",
    "convex/auth.config.ts",
    "convex/http.ts",
  ]);

  sick.deployment.answers = {};
  const last = await sick.examine(folder, ["--fix", "--yes"]);
  assert.deepEqual(findings(last, "error"), []);
  assert.deepEqual(findings(last, "warning"), []);
  assert.deepEqual(last.fixed, [], "a second run finds nothing to do");
  assert.equal(last.status, 0);
});

test("the diff shows what changes, and no other line of a file with secrets", async () => {
  const folder = brokenProject();
  const { stdout } = await run(folder, ["doctor", "--fix", "--yes"], { env: sick.deployment.env });
  assertNoKey(stdout, sick.deployment.keys.privateKey);
  assert.ok(!stdout.includes("canary-secret"));
  assert.match(stdout, /^-CONVEX_SITE_URL=https:\/\/happy-animal-123\.convex\.cloud\/$/m);
  assert.match(stdout, /^\+CONVEX_SITE_URL="https:\/\/happy-animal-123\.convex\.site"$/m);
  assert.match(stdout, /^-CONVEX_AUTH_PRIVATE_KEY=… \(\d+ lines, never shown\)$/m);
  assert.match(stdout, /^\+\.env\.local$/m);
  assert.match(stdout, /^Written\.$/m);
});

test("a person is asked first; declined, nothing is written", async () => {
  const folder = brokenProject();
  const before = textOf(folder, ".env.local");
  const { status, stdout } = await runAtTerminal(
    folder,
    ["doctor", "--fix"],
    [{ question: /Make these \d+ changes\? \[Y\/n\]/, answer: "n\r" }],
    { env: sick.deployment.env },
  );
  assert.equal(status, 1);
  assert.match(stdout, /Nothing was written/);
  assert.equal(textOf(folder, ".env.local"), before);
});

test("where nobody can be asked, nothing is written either", async () => {
  const folder = brokenProject();
  const before = textOf(folder, ".env.local");
  const { status, stderr } = await run(folder, ["doctor", "--fix"], { env: sick.deployment.env });
  assert.equal(status, 2);
  assert.match(stderr, /ERR_NEEDS_CONFIRMATION/);
  assert.equal(textOf(folder, ".env.local"), before);
});

test("what cannot be edited safely is printed, ready to paste", async () => {
  const folder = brokenProject();
  writeFileSync(
    join(folder, "convex/http.ts"),
    `import { makeRouter } from "./router";\n\nexport default makeRouter();\n`,
  );
  const { stdout } = await run(folder, ["doctor", "--fix", "--yes"], { env: sick.deployment.env });
  assert.match(stdout, /^By hand, in convex\/http\.ts/m);
  assert.match(stdout, /addAuthRoutes\(http\);/);
  assert.ok(!textOf(folder, "convex/http.ts").includes("addAuthRoutes"));
});
