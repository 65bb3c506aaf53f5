// What examples/inspector says of tokens, keys and configurations, in Chromium.
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { parseEnv } from "node:util";
import {
  convexAuthProvider,
  explainToken,
  generateKeys,
  jwksFromKey,
  openidConfiguration,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { SignJWT, createLocalJWKSet, importPKCS8, jwtVerify } from "jose";
import { chromium } from "playwright-core";
import { launchOptions } from "../tools/chromium.mjs";
import { Example } from "./example.mjs";
import { InspectorPage } from "./inspector-page.mjs";

const example = new Example("inspector");
let site, browser;

before(async () => {
  await example.install();
  await example.succeed("npm", ["run", "build"]);
  site = await example.serve("node", ["serve.mjs"], { PORT: "0" });
  browser = await chromium.launch(launchOptions());
});
after(async () => {
  await browser?.close();
  await example.close();
});

const issuer = "https://happy-animal-123.convex.site";
const claims = { sub: "user_1815", name: "Ada", email: "ada@example.com", roles: ["admin"] };
const rsa = generateKeys();
const ec = generateKeys({ algorithm: "ES256" });
const token = signConvexToken(claims, { privateKey: rsa.privateKey, issuer });
const text = (value) => JSON.stringify(value);
const accepts = "Convex accepts this token";
const refuses = "Convex refuses this token";

/** Opens the page, and holds at its end that nothing went wrong and nothing was refused. */
async function withPage(use, options) {
  const opened = await InspectorPage.open(browser, site, options);
  try {
    await use(opened);
    assert.deepEqual(opened.problems, []);
    assert.deepEqual(await opened.refusals(), []);
    assert.deepEqual(opened.requests, [`${site}/`]);
  } finally {
    await opened.close();
  }
}

test("its types are right", () => example.succeed("npm", ["run", "typecheck"]));

test("an accepted token: each check, and the identity that verifyConvexToken gives", () =>
  withPage(async (page) => {
    const provider = { domain: issuer, applicationID: "convex" };
    const discovery = text(openidConfiguration(issuer));
    await page.chooseProvider("OIDC");
    await page.explain(
      {
        Token: token,
        domain: issuer,
        "Published keys": text(rsa.jwks),
        "Discovery document": discovery,
      },
      accepts,
    );
    const { checks } = explainToken(token, { provider, jwks: rsa.jwks, discovery });
    assert.deepEqual(
      await page.checks(),
      checks.map(({ name, ok }) => ({ name, ok })),
    );
    const { identity } = verifyConvexToken(token, { provider, jwks: rsa.jwks });
    assert.deepEqual(JSON.parse(await page.copyable("Identity")), identity);
    assert.equal(await page.page.locator(".token-text").innerText(), token);
    for (const part of ["header", "payload", "signature"]) {
      const { length } = await page.page.locator(`.token-text .${part}`).innerText();
      assert.equal(
        length,
        token.split(".")[["header", "payload", "signature"].indexOf(part)].length,
      );
    }
  }));

test("whatever a token is wrapped in does no harm", () =>
  withPage(async (page) => {
    const half = token.length / 2;
    for (const pasted of [
      `Bearer ${token}`,
      `  "${token}"\n`,
      `'${token}',`,
      `Authorization: bearer ${token}`,
      `${token.slice(0, half)}\r\n  ${token.slice(half)}`,
      text({ token }),
    ]) {
      await page.explain({ Token: "" });
      await page.explain({ Token: pasted, "Published keys": text(rsa.jwks) }, accepts);
      assert.equal(await page.page.locator(".token-text").innerText(), token);
    }
  }));

test("a refused token: the first check that fails, its cure, Convex's own message", () =>
  withPage(async (page) => {
    const provider = { domain: issuer, applicationID: "web" };
    await page.chooseProvider("OIDC");
    await page.explain(
      { Token: token, domain: issuer, applicationID: "web", "Published keys": text(ec.jwks) },
      refuses,
    );
    const { checks } = explainToken(token, { provider, jwks: ec.jwks });
    const failed = checks.filter(({ ok }) => ok === false);
    assert.ok(failed.length > 1);
    const shown = (await page.verdict()).replaceAll("\n", " ");
    for (const words of [failed[0].message, failed[0].convexMessage]) {
      assert.ok(shown.includes(words), `${words} in ${shown}`);
    }
    assert.ok(shown.includes(failed[0].fix.replaceAll("`", "")), shown);
    const stop = page.page.locator(".check", { hasText: "Convex stops here" });
    assert.equal(await stop.getAttribute("data-check"), failed[0].name);
    for (const { name, message, code, docs } of failed) {
      const item = await page.page.locator(`[data-check=${name}]`).innerText();
      for (const words of [message, code, docs]) assert.ok(item.includes(words), item);
    }
    assert.match(
      await page.page.locator("#explanation").innerText(),
      /null, as no token is accepted/,
    );
  }));

test("without keys nothing is decided, and the page says what it needs", () =>
  withPage(async (page) => {
    await page.explain({ Token: token }, "Not decided yet");
    assert.match(await page.verdict(), /Give the published keys/);
    assert.equal(await page.page.getByRole("group", { name: "Identity" }).count(), 0);
  }));

test("a customJwt provider by its fields, its set in a data: URI", () =>
  withPage(async (page) => {
    const provider = convexAuthProvider({ kind: "customJwt", issuer, jwks: ec.jwks });
    const signed = signConvexToken(claims, { privateKey: ec.privateKey, issuer });
    await page.chooseProvider("customJwt");
    await page.page.locator("#jwt-algorithm").selectOption("ES256");
    await page.explain({ Token: signed, issuer, jwks: provider.jwks }, accepts);
    const { identity } = verifyConvexToken(signed, { provider });
    assert.deepEqual(JSON.parse(await page.copyable("Identity")), identity);

    await page.page.locator("#jwt-algorithm").selectOption("RS256");
    await page.page.getByRole("heading", { name: refuses }).waitFor();
    await page.field("jwks").fill(text(ec.jwks));
    await page.page.getByText("This is the set itself").waitFor();
  }));

const files = {
  "with literals": `export default { providers: [{ domain: "${issuer}", applicationID: "convex" }] };`,
  "as the guides write it": `import { AuthConfig } from "convex/server";
    // The issuer is the deployment itself.
    export default {
      providers: [{ domain: process.env.CONVEX_SITE_URL!, applicationID: 'convex', },],
    } satisfies AuthConfig;`,
  "with constants and a template": `const site = \`\${process.env.CONVEX_SITE_URL}\`;
    const config: AuthConfig = { providers: [{ type: "customJwt" as const, issuer: site,
      jwks: site + "/.well-known/jwks.json", algorithm: "RS256", applicationID: "convex" }] };
    export default config;`,
  "with this package": `import { convexAuthConfig } from "convex-token/convex";
    export default convexAuthConfig({ kind: "customJwt" });`,
  "as JSON": text([{ domain: issuer, applicationID: "convex" }]),
  "as an entry": `{ domain: "${issuer}", applicationID: "convex" },`,
  "as lines of an entry": `domain: "${issuer}",\napplicationID: "convex",`,
};
test("the text of auth.config.ts, however it is written", () =>
  withPage(async (page) => {
    await page.explain({ Token: token, "Published keys": text(rsa.jwks) }, accepts);
    await page.chooseProvider("The file’s text");
    for (const [name, file] of Object.entries(files)) {
      await page.page.locator("#config").fill("");
      await page.page.getByText("No provider was given").waitFor();
      await page.page.locator("#config").fill(file);
      if (
        /CONVEX_SITE_URL|convexAuthConfig/.test(file) &&
        name !== "with constants and a template"
      ) {
        await page.field("CONVEX_SITE_URL").fill(`${issuer}/`);
      }
      await page.page.getByText("No provider was given").waitFor({ state: "hidden" });
      await page.page.getByRole("heading", { name: accepts }).waitFor();
      assert.equal(await page.page.locator("#config-error").innerText(), "", name);
    }
  }));

test("what cannot be read of auth.config.ts is said, and never run", () =>
  withPage(async (page) => {
    await page.chooseProvider("The file’s text");
    for (const [file, words] of [
      ["export default { providers: [make()] };", "“make(…)” is not run here"],
      ["export default { providers: [entry] };", "“entry” is not defined in this text"],
      ["export default { providers: [{ domain: ", "a value is missing before the end"],
      ["export default { providers: 1 };", "No provider was found"],
      ["const a = a; export default a;", "“a” is not defined"],
      ["[".repeat(60_000), "cannot be read"],
      ["export default { providers: [window.alert(1)] };", "“window.alert(…)” is not run here"],
    ]) {
      await page.page.locator("#config").fill(file);
      await page.page.locator("#config-error", { hasText: words }).waitFor();
    }
  }));

test("as of another time, and by itself as time goes on", () =>
  withPage(async (page) => {
    const signed = signConvexToken(claims, { ...rsa, issuer, expiresIn: "10m" });
    await page.page.clock.install();
    await page.explain({ Token: signed, "Published keys": text(rsa.jwks) }, accepts);
    await page.field("As of another time").fill("2001-01-01 00:00");
    await page.page.clock.runFor(1000);
    assert.match(await page.verdict(), /As of 2001-01-01 00:00:00 UTC/);
    await page.field("As of another time").fill(`${Math.floor(Date.now() / 1000) + 3600}`);
    await page.page.clock.runFor(1000);
    await page.page.getByRole("heading", { name: refuses }).waitFor();
    await page.field("As of another time").fill("");
    await page.page.clock.runFor(1000);
    await page.page.getByRole("heading", { name: accepts }).waitFor();
    assert.match(
      await page.page.locator(".line-state").innerText(),
      /^Expires in 9 minutes .*, after a life of 10 minutes\.$/,
    );

    await page.page.clock.runFor(11 * 60_000);
    await page.page.getByRole("heading", { name: refuses }).waitFor();
    assert.match(await page.verdict(), /The token expired/);
    assert.match(
      await page.page.locator(".line-state").innerText(),
      /^Expired 1 minute .*ago, after a life of 10 minutes\.$/,
    );
  }));

test("no token, whatever it is, breaks the page", () =>
  withPage(async (page) => {
    const part = (value) => Buffer.from(text(value)).toString("base64url");
    for (const broken of [
      "a",
      "..",
      "....",
      `${part({ alg: "none" })}.${part(null)}.`,
      `${part([])}.${part({ iss: 1, aud: {}, exp: "soon", iat: 1e300, nbf: -1e300 })}.AA`,
      `${part({ alg: "RS256" })}.${part({ exp: 1e18, iat: 5, nbf: 1e18 })}.AA`,
      "e30.".repeat(3000),
      "\u0000\ud800",
    ]) {
      await page.explain({ Token: broken }, refuses);
      assert.ok((await page.checks()).length > 10);
    }
    assert.equal(await page.overflow(), 0);
  }));

test("what is in a token, a key or a file is text, never markup", () =>
  withPage(async (page) => {
    const markup = `<img src=x onerror="window.hit=1"></script><script>window.hit=1</script>`;
    const evil = signConvexToken(
      { sub: markup, name: markup, [markup]: markup, picture: "javascript:window.hit=1" },
      { privateKey: rsa.privateKey, issuer, audience: markup, keyId: markup },
    );
    const [key] = rsa.jwks.keys;
    await page.chooseProvider("OIDC");
    await page.explain(
      {
        Token: evil,
        domain: issuer,
        applicationID: markup,
        "Published keys": text({ keys: [{ ...key, kid: markup }] }),
      },
      accepts,
    );
    const identity = JSON.parse(await page.copyable("Identity"));
    assert.equal(identity.subject, markup);
    assert.equal(identity[markup], markup);
    await page.explain({ applicationID: "convex", domain: `https://x/${markup}` }, refuses);
    await page.chooseProvider("The file’s text");
    await page.page.locator("#config").fill(`export default { providers: [${markup}`);
    await page.page.locator("#config-error", { hasText: "cannot be read" }).waitFor();
    await page.page
      .locator("#config")
      .fill(`{ domain: process.env["${markup.replaceAll('"', "")}"] }`);
    await page.page.getByText("Say below what").waitFor();
    assert.equal(await page.page.evaluate(() => window.hit), undefined);
    assert.equal(await page.page.locator("img, main script, main a").count(), 0);
  }));

test("a private key shows its public half, and leaves the page", () =>
  withPage(async (page) => {
    await page.part("Read a key");
    const [, line] = rsa.privateKey.split("\n");
    for (const pasted of [
      rsa.privateKey,
      `"${rsa.privateKey.replaceAll("\n", "\\n")}"`,
      ec.privateKey,
    ]) {
      const key = page.field("Key");
      await key.fill(pasted);
      await page.page.getByText("That was a private key").waitFor();
      await page.page.waitForFunction(() => document.querySelector("#key").value === "");
      const published = JSON.parse(await page.copyable("JWKS to publish"));
      assert.deepEqual(published, jwksFromKey(pasted));
      const everything = await page.everyText();
      assert.ok(everything.includes(published.keys[0].kid));
      assert.ok(!everything.includes(line) && !everything.includes(ec.privateKey.split("\n")[1]));
      await key.fill("-");
      await page.page.locator("#key-error", { hasText: "neither PEM" }).waitFor();
      assert.equal(await page.page.locator("#key-result").innerText(), "");
    }
    const entry = "auth.config.ts: customJwt for ES256, the set is in the entry";
    await page.field("Key").fill(ec.privateKey);
    await page.page.getByRole("group", { name: entry }).waitFor();
    const { jwks } = convexAuthProvider({ kind: "customJwt", issuer, jwks: ec.jwks });
    assert.ok((await page.copyable(entry)).includes(jwks));
  }));

test("public keys are read too, in PEM and as JWK, with their thumbprints", () =>
  withPage(async (page) => {
    await page.part("Read a key");
    for (const { algorithm, publicJwk, jwks } of [rsa, ec, generateKeys({ algorithm: "EdDSA" })]) {
      const { kid, use, alg, ...bare } = publicJwk;
      const pem = createPublicKey({ key: bare, format: "jwk" }).export({
        type: "spki",
        format: "pem",
      });
      for (const pasted of [text(bare), text({ keys: [bare] }), pem]) {
        await page.field("Key").fill("");
        await page.field("Key").fill(pasted);
        await page.button("Read the key").click();
        await page.page.getByText(`${algorithm} key, kid`).waitFor();
        assert.deepEqual(JSON.parse(await page.copyable("JWKS to publish")), jwks);
        assert.equal(await page.field("Key").inputValue(), pasted);
      }
    }
  }));

test("private keys among the published ones give way to their public halves", () =>
  withPage(async (page) => {
    await page.explain({ Token: token, "Published keys": rsa.privateKey }, accepts);
    assert.deepEqual(JSON.parse(await page.field("Published keys").inputValue()), rsa.jwks);
    assert.match(await page.page.locator("#jwks-note").innerText(), /^That was a private key/);

    const secret = { ...rsa.publicJwk, d: "c2VjcmV0LWV4cG9uZW50", p: "cHJpbWU" };
    await page.explain({ "Published keys": text({ keys: [secret] }) }, accepts);
    assert.match(await page.page.locator("#jwks-note").innerText(), /make new keys/);
    assert.ok(!(await page.everyText()).includes(secret.d));

    const uri = `data:application/json,${encodeURIComponent(text(rsa.jwks))}`;
    await page.explain({ "Published keys": uri }, accepts);
    await page.explain({ "Published keys": `data:;base64,${btoa(text(rsa.jwks))}` }, accepts);
    await page.explain({ "Published keys": text(rsa.publicJwk) }, accepts);
  }));

for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
  test(`new ${algorithm} keys: what is downloaded signs and verifies, and is not shown`, () =>
    withPage(async (page) => {
      await page.part("Make keys");
      await page.page.getByRole("radio", { name: algorithm }).check();
      await page.button("Make the keys").click();
      await page.page.getByRole("heading", { name: `New ${algorithm} key pair` }).waitFor();
      const pem = await page.download("Download private key");
      const set = await page.download("Download jwks.json");
      const env = await page.download("Download .env lines");
      const jwks = JSON.parse(set.text);
      const [{ kid }] = jwks.keys;
      assert.match(pem.name, /^private-key-[\w-]{8}\.pem$/);
      assert.equal(set.name, "jwks.json");
      assert.match(env.name, /^convex-auth-[\w-]{8}\.env$/);

      const signed = await new SignJWT({ sub: "user_1" })
        .setProtectedHeader({ alg: algorithm, kid })
        .sign(await importPKCS8(pem.text, algorithm));
      await jwtVerify(signed, createLocalJWKSet(jwks));
      const { CONVEX_AUTH_PRIVATE_KEY: privateKey } = parseEnv(env.text);
      await jwtVerify(signConvexToken(claims, { privateKey, issuer }), createLocalJWKSet(jwks));
      assert.deepEqual(jwksFromKey(pem.text), jwks);

      assert.ok(!(await page.everyText()).includes(pem.text.split("\n")[1]));
      await page.button("Forget the keys").click();
      assert.equal(await page.page.locator("#new-result").innerText(), "");
    }));
}

test("the examples are what they say, with other keys each time", () =>
  withPage(async (page) => {
    const seen = new Set();
    const names = new Set();
    await page.field("Token").fill("typed by hand");
    for (const [button, verdict, times] of [
      ["Accepted example", accepts, 2],
      ["Refused example", refuses, 4],
    ]) {
      for (let time = 0; time < times; time += 1) {
        const before = await page.field("Token").inputValue();
        await page.button(button).click();
        await page.page.getByRole("heading", { name: verdict }).waitFor();
        await page.page.waitForFunction(
          (old) => document.querySelector("#token").value !== old,
          before,
        );
        seen.add(await page.field("Published keys").inputValue());
        if (verdict === refuses) {
          await page.page.getByText("Convex stops here").waitFor();
          names.add(await page.page.locator(".check:has(.badge)").getAttribute("data-check"));
        }
      }
    }
    assert.equal(seen.size, 6);
    assert.equal(names.size, 4);
    await page.button("Put back what was there").click();
    assert.equal(await page.field("Token").inputValue(), "typed by hand");
    assert.equal(await page.field("Published keys").inputValue(), "");
  }));
