// Each case of the tables, by both judges. run.mjs says how.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Verifier } from "../tools/verifier.mjs";
import { HOST } from "./case.mjs";
import { judge } from "./package.mjs";
import { Site } from "./site.mjs";

const folder = join(import.meta.dirname, "cases");
const chosen = process.env.CONFORMANCE_TABLES?.split(" ");
const tables = readdirSync(folder)
  .map((file) => file.replace(/\.mjs$/, ""))
  .filter((table) => chosen === undefined || chosen.includes(table));
const site = new Site();
let verifier;

before(async () => {
  await site.start();
  verifier = new Verifier();
});
after(async () => {
  site.close();
  await verifier.close();
});

/** What a refusal of the configuration itself is called, at a deploy. */
const DEPLOY =
  /^(AuthConfigNotMatchingSchemaError|InvalidProviderDomainUrl|InsecureConfiguration)$/;

/** The same text, but for what is shortened, and for how a client words that a request failed. */
function isShown(shown = "", whole) {
  const failed = /^Could not fetch JWKS from URL '[^']*': (?!HTTP )/.exec(whole);
  if (failed !== null) return shown.startsWith(failed[0]);
  const [start, ...rest] = shown.split("…");
  return rest.length === 0 ? shown === whole : whole.startsWith(start);
}

async function check(one) {
  const { token, providers, now } = one;
  site.serve(one.routes);
  const convexs = await verifier.judge(token, { providers, now, resolve: { [HOST]: site.origin } });
  const ours = await judge(one, site);
  const failing = ours.checks.find(({ ok }) => ok === false);
  const shown = JSON.stringify({ convexs, failing, error: ours.error?.message }, null, 2);
  assert.equal(failing?.name ?? "accepted", one.expect, shown);
  assert.equal(ours.accepted, convexs.accepted, shown);
  if (!convexs.accepted) {
    // A configuration that cannot be deployed is told of by the deploy, not to who has a token.
    if (!DEPLOY.test(convexs.code))
      assert.ok(isShown(failing.convexMessage, convexs.message), shown);
    assert.equal(ours.verified, undefined, shown);
    if (ours.error !== undefined) assert.equal(ours.error.code, failing.code, shown);
    return;
  }
  assert.equal(ours.error, undefined, shown);
  if (ours.verified !== undefined) assert.deepEqual(ours.verified.identity, convexs.identity);
  for (const [name, value] of Object.entries(one.identity ?? {})) {
    assert.deepEqual(convexs.identity[name], value, name);
  }
}

for (const table of tables) {
  const { default: cases } = await import(`./cases/${table}.mjs`);
  describe(table.replaceAll("-", " "), () => {
    for (const one of cases.flat(Infinity)) test(one.name, () => check(one));
  });
}
