// docs/moving-over.md: each of its code blocks is type-checked or run, and what it says comes true.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generateKeys, jwksFromKey, signConvexToken } from "convex-token";
import { codeBlocks } from "./code-blocks.mjs";
import { Deployment } from "./deployment.mjs";
import { makeOldKeys, signOld } from "./old-recipe.mjs";
import { Workshop } from "./workshop.mjs";

const page = await readFile(join(import.meta.dirname, "../../docs/moving-over.md"), "utf8");
const blocks = codeBlocks(page);
const scripts = blocks.filter(({ language }) => language === "sh").map(({ text }) => text);
const [publish, makeOwnKey, setPrivateKey] = scripts;

/** The files of the page. One that it shows again, in another form, is apart. */
const files = {};
for (const { file, text } of blocks.filter(({ file }) => file !== undefined)) {
  files[file in files ? `again/${file}` : file] = text;
}

/** What a project that follows the page has beside them. */
const around = {
  "convex/_generated/server.ts": `
    import { httpActionGeneric, queryGeneric } from "convex/server";
    import type { DataModelFromSchemaDefinition, HttpActionBuilder, QueryBuilder } from "convex/server";
    import type schema from "../schema";

    type DataModel = DataModelFromSchemaDefinition<typeof schema>;
    export const query: QueryBuilder<DataModel, "public"> = queryGeneric;
    export const httpAction: HttpActionBuilder = httpActionGeneric as HttpActionBuilder;`,
  "convex/_generated/api.ts": `
    import type { ApiFromModules, FilterApi, FunctionReference } from "convex/server";
    import { anyApi } from "convex/server";
    import type * as numbers from "../numbers";
    import type * as users from "../users";

    type Modules = ApiFromModules<{ numbers: typeof numbers; users: typeof users }>;
    export const api: FilterApi<Modules, FunctionReference<any, "public">> = anyApi as never;`,
  "convex/schema.ts": `
    import { defineSchema, defineTable } from "convex/server";
    import { v } from "convex/values";

    export default defineSchema({ users: defineTable({ email: v.string() }) });`,
  "convex/numbers.ts": `
    import { v } from "convex/values";
    import { query } from "./_generated/server";

    export const list = query({ args: { count: v.number() }, handler: async () => [1, 2, 3] });`,
  "convex/users.ts": `
    import { query } from "./_generated/server";

    export const whoami = query({ args: {}, handler: (ctx) => ctx.auth.getUserIdentity() });`,
  "convex/yourLogin.ts": `
    export const userOf = async (request: Request) =>
      request.headers.get("X-Test-User") ?? undefined;`,
  "app/Numbers.tsx": `
    "use client";
    import { type Preloaded, usePreloadedQuery } from "convex/react";
    import type { api } from "../convex/_generated/api";

    export function Numbers({ preloaded }: { preloaded: Preloaded<typeof api.numbers.list> }) {
      return <p>{usePreloadedQuery(preloaded).join()}</p>;
    }`,
};

let project;
before(async () => {
  project = await Workshop.create({ ...around, ...files });
});
after(() => project?.remove());

test("every code block has a place in these tests", () => {
  assert.equal(scripts.length, 3);
  for (const { language, file, text } of blocks) {
    assert.ok(language === "sh" || file !== undefined, `a block without a file:\n${text}`);
  }
  assert.ok("again/convex/auth.config.ts" in files);
});

test("the files have no type errors", async () => {
  assert.equal(await project.typeErrors(), "");
});

describe("the functions of the page, deployed", () => {
  const deployment = new Deployment();
  before(() => deployment.start(project.folder, {}));
  after(() => deployment.close());

  /** The lines of a shell block, with the deployment where the project's `.env.local` would say it. */
  function run(script) {
    const { url, adminKey } = deployment.cli;
    const env = { CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey };
    return project.shell(script, env);
  }
  const accepted = async (token) =>
    assert.equal((await deployment.whoami(token)).subject, "user_ada");

  test("the set is published by the command of the page, and the order holds", async () => {
    const old = await makeOldKeys();
    await deployment.setEnv({ JWKS: old.JWKS });
    const before = await signOld(old.CONVEX_AUTH_PRIVATE_KEY, deployment.siteUrl);
    await accepted(before);

    await project.write({
      ".env.local": `CONVEX_AUTH_PRIVATE_KEY="${old.CONVEX_AUTH_PRIVATE_KEY}"\n`,
    });
    await run(publish);
    const { JWKS } = deployment.env;
    assert.deepEqual(JSON.parse(JWKS), jwksFromKey(old.CONVEX_AUTH_PRIVATE_KEY));

    const privateKey = old.CONVEX_AUTH_PRIVATE_KEY;
    const issuer = deployment.siteUrl;
    await accepted(before);
    await accepted(signConvexToken({ sub: "user_ada" }, { privateKey, issuer }));
  });

  test("a key of another algorithm comes beside the one that is there", async () => {
    const theirs = generateKeys();
    const { kid, alg, ...bare } = theirs.publicJwk;
    await project.write({ ".env.local": "" });
    await deployment.setEnv({ JWKS: JSON.stringify({ keys: [bare] }) });
    await run(makeOwnKey);
    const { keys } = JSON.parse(deployment.env.JWKS);
    assert.deepEqual(keys[0], bare);
    assert.equal(keys[1].alg, "EdDSA");
    await accepted(await signOld(theirs.privateKey, deployment.siteUrl));

    await run(setPrivateKey);
    const { CONVEX_AUTH_PRIVATE_KEY } = deployment.env;
    assert.deepEqual(jwksFromKey(CONVEX_AUTH_PRIVATE_KEY).keys, [keys[1]]);
    const issuer = deployment.siteUrl;
    const privateKey = CONVEX_AUTH_PRIVATE_KEY;
    await accepted(signConvexToken({ sub: "user_ada" }, { privateKey, issuer }));
  });
});

describe("the self-hosted form of auth.config.ts, deployed", () => {
  const keys = generateKeys();
  const deployment = new Deployment();
  let selfHosted;
  before(async () => {
    const { "again/convex/auth.config.ts": config } = files;
    const { "convex/users.ts": users, "convex/_generated/server.ts": server } = around;
    selfHosted = await Workshop.create({
      "convex/auth.config.ts": config,
      "convex/users.ts": users,
      "convex/_generated/server.ts": server,
    });
    await deployment.start(selfHosted.folder, { JWKS: JSON.stringify(keys.jwks) });
  });
  after(async () => {
    await deployment.close();
    await selfHosted?.remove();
  });

  test("takes tokens without any route, and a changed set at once", async () => {
    const next = generateKeys();
    const issuer = deployment.siteUrl;
    const sign = ({ privateKey }) => signConvexToken({ sub: "user_ada" }, { privateKey, issuer });
    assert.equal((await deployment.whoami(sign(keys))).subject, "user_ada");
    assert.equal((await deployment.judge(sign(next))).accepted, false);
    await deployment.setEnv({ JWKS: JSON.stringify(next.jwks) });
    assert.equal((await deployment.whoami(sign(next))).subject, "user_ada");
  });
});
