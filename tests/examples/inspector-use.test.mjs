// How examples/inspector can be hosted and used: anywhere, offline, by whoever, and by nobody else: no
// way out of the page is open.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { generateKeys, signConvexToken } from "convex-token";
import { chromium } from "playwright-core";
import { launchOptions } from "../tools/chromium.mjs";
import { Example } from "./example.mjs";
import { InspectorPage, hostBelow } from "./inspector-page.mjs";

const example = new Example("inspector");
let file, browser;

before(async () => {
  await example.install();
  await example.succeed("npm", ["run", "build"]);
  file = join(example.folder, "dist/index.html");
  browser = await chromium.launch(launchOptions());
});
after(async () => {
  await browser?.close();
  await example.close();
});

const issuer = "https://happy-animal-123.convex.site";
const keys = generateKeys({ algorithm: "EdDSA" });
const sizes = { desktop: { width: 1280, height: 900 }, phone: { width: 360, height: 720 } };

const open = (options) => InspectorPage.open(browser, pathToFileURL(file).href, options);

/** Ends with the page, and holds that nothing went wrong in it. */
async function close(page) {
  assert.deepEqual(page.problems, []);
  assert.deepEqual(await page.refusals(), []);
  await page.close();
}

test("served below any path, it asks for itself and nothing else, and works without its server", async () => {
  const host = await hostBelow("/tools/inspector/", example.folder);
  const page = await InspectorPage.open(browser, host.url);
  await host.close();
  await page.context.setOffline(true);

  // A token that is full of addresses, none of which is any of the page's business.
  const url = new URL("/pixel.png", host.url).href;
  const token = signConvexToken(
    { sub: url, picture: url, profile: url, website: url, html: `<img src="${url}">` },
    { privateKey: keys.privateKey, issuer: new URL("/", host.url).href, keyId: url },
  );
  await page.chooseProvider("customJwt");
  await page.explain({
    Token: token,
    issuer: url,
    jwks: url,
    "Published keys": JSON.stringify({ keys: [{ ...keys.publicJwk, x5u: url }] }),
    "Discovery document": JSON.stringify({ issuer: url, jwks_uri: url }),
  });
  await page.page.getByRole("heading", { name: "Convex refuses this token" }).waitFor();
  await page.button("Accepted example").click();
  await page.page.getByRole("heading", { name: "Convex accepts this token" }).waitFor();
  await page.part("Read a key");
  await page.field("Key").fill(keys.privateKey);
  await page.page.getByRole("heading", { name: "The public key" }).waitFor();
  await page.part("Make keys");
  await page.button("Make the keys").click();
  await page.download("Download private key");

  assert.deepEqual(page.requests, [host.url]);
  assert.deepEqual(host.asked, ["/tools/inspector/"]);
  assert.equal(page.page.url(), host.url);
  await close(page);
});

test("it works from a file, with nothing beside it", async () => {
  const page = await open();
  await page.button("Accepted example").click();
  await page.page.getByRole("heading", { name: "Convex accepts this token" }).waitFor();
  assert.deepEqual(page.requests, [pathToFileURL(file).href]);
  await close(page);
});

test("its policy comes first, and refuses each way out of the page", async () => {
  const [, policy] =
    /^<!doctype html>\s*<html[^>]*>\s*<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(
      readFileSync(file, "utf8"),
    ) ?? [];
  for (const directive of ["default-src 'none'", "connect-src 'none'", "form-action 'none'"]) {
    assert.ok(policy.split("; ").includes(directive), policy);
  }
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*|'self'/);

  const host = await hostBelow("/", example.folder);
  const page = await InspectorPage.open(browser, host.url);
  const ways = {
    "connect-src": {
      fetch: "await fetch(url)",
      XMLHttpRequest:
        "await new Promise((done, fail) => { const x = new XMLHttpRequest(); x.open('GET', url); x.onload = done; x.onerror = fail; x.send(); })",
      WebSocket: "new WebSocket(url.replace('http', 'ws'))",
      EventSource: "new EventSource(url)",
      beacon: "navigator.sendBeacon(url, 'token')",
    },
    "img-src": { image: "Object.assign(new Image(), { src: url })" },
    "style-src-elem": {
      link: "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }))",
      style:
        "document.head.append(Object.assign(document.createElement('style'), { textContent: '*{}' }))",
    },
    "style-src-attr": { attribute: "document.body.setAttribute('style', 'color: red')" },
    "frame-src": {
      frame: "document.body.append(Object.assign(document.createElement('iframe'), { src: url }))",
    },
    "media-src": { audio: "Object.assign(new Audio(), { src: url })" },
    "font-src": { font: "await new FontFace('f', `url(${url})`).load()" },
    "form-action": {
      form: "{ const f = document.createElement('form'); f.action = url; f.method = 'post'; document.body.append(f); f.submit(); }",
    },
    "base-uri": {
      base: "document.head.append(Object.assign(document.createElement('base'), { href: url }))",
    },
    "require-trusted-types-for": {
      markup: "document.body.innerHTML = '<p>'",
      script: "document.createElement('script').text = '1'",
      worker: "new Worker(url)",
      eval: "(0, eval)('1')",
    },
    "trusted-types": { policy: "trustedTypes.createPolicy('p', {})" },
  };
  for (const [directive, attempts] of Object.entries(ways)) {
    for (const [name, code] of Object.entries(attempts)) {
      const refused = await page.page.evaluate(
        `(async () => {
           const url = location.origin + "/${name}";
           window.refusals = [];
           await new Promise((resolve) => setTimeout(resolve)); // Until then, the test's own code may do all.
           try { ${code} } catch {}
           for (let tries = 0; tries < 100 && window.refusals.length === 0; tries += 1) {
             await new Promise((resolve) => setTimeout(resolve, 20));
           }
           return window.refusals.map((refusal) => refusal.split(" ")[0]);
         })()`,
      );
      assert.ok(refused.includes(directive), `${name}: ${directive}, not ${refused}`);
    }
  }
  assert.deepEqual(host.asked, ["/"]);
  await page.close();
  await host.close();
});

test("it keeps nothing: not in the address, not in a store, not over a reload", async () => {
  const host = await hostBelow("/", example.folder);
  const page = await InspectorPage.open(browser, host.url);
  await page.button("Accepted example").click();
  await page.part("Make keys");
  await page.part("Explain a token");
  const kept = await page.page.evaluate(async () => ({
    address: location.href,
    steps: history.length,
    state: history.state,
    stores: localStorage.length + sessionStorage.length,
    cookies: document.cookie,
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    name: window.name,
  }));
  const nothing = { state: null, stores: 0, cookies: "", databases: [], caches: [], name: "" };
  assert.deepEqual(kept, { address: host.url, steps: kept.steps, ...nothing });
  assert.ok(kept.steps <= 2);
  await page.page.reload();
  assert.equal(await page.field("Token").inputValue(), "");
  await close(page);
  await host.close();
});

test("nothing typed is lost between the parts and the kinds of provider", async () => {
  const page = await open();
  const typed = { Token: "a.b.c", "Published keys": "{", "As of another time": "noon" };
  for (const [name, text] of Object.entries(typed)) await page.field(name).fill(text);
  await page.chooseProvider("OIDC");
  await page.field("domain").fill(issuer);
  await page.chooseProvider("customJwt");
  await page.field("jwks").fill("data:,");
  await page.part("Read a key");
  await page.field("Key").fill("half of a key");
  await page.part("Make keys");
  await page.part("Explain a token");
  for (const [name, text] of Object.entries(typed)) {
    assert.equal(await page.field(name).inputValue(), text);
  }
  assert.equal(await page.field("jwks").inputValue(), "data:,");
  await page.chooseProvider("OIDC");
  assert.equal(await page.field("domain").inputValue(), issuer);
  await page.part("Read a key");
  assert.equal(await page.field("Key").inputValue(), "half of a key");
  await close(page);
});

test("everything can be done by keyboard, and the focus is where one goes on", async () => {
  const page = await open();
  const { keyboard } = page.page;
  const focused = () =>
    page.page.evaluate(() => {
      const { id, tagName, textContent } = document.activeElement;
      return id || `${tagName} ${textContent}`;
    });
  /** Tabs on until an element has the focus, which must be to be seen there. */
  const tabTo = async (wanted) => {
    for (let steps = 0; steps < 60; steps += 1) {
      await keyboard.press("Tab");
      const outline = await page.page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return document.activeElement === document.body || `${outlineStyle} ${outlineWidth}`;
      });
      assert.ok(outline === true || outline === "solid 3px", `${await focused()}: ${outline}`);
      if ((await focused()).startsWith(wanted)) return;
    }
    assert.fail(`the focus never comes to ${wanted}`);
  };
  const type = (text) => keyboard.insertText(text);

  await tabTo("theme");
  await tabTo("tab-token");
  await tabTo("token");
  await type(signConvexToken({ sub: "user_1" }, { privateKey: keys.privateKey, issuer }));
  await tabTo("INPUT");
  await keyboard.press("ArrowRight");
  await tabTo("oidc-domain");
  await type(issuer);
  await tabTo("jwks");
  await type(JSON.stringify(keys.jwks));
  await tabTo("as-of");
  await keyboard.press("Enter");
  await page.page.waitForFunction(() => document.activeElement.tagName === "H2");
  assert.equal(await focused(), "H2 Convex accepts this token");
  await tabTo("SUMMARY ✓Signature");
  await keyboard.press("Enter");
  await page.page.getByText("made by the key").waitFor();

  // What becomes of it while somebody reads there: the place is kept.
  await page
    .field("oidc-id")
    .or(page.page.locator("#oidc-id"))
    .evaluate((field) => {
      field.value = "web";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  await page.page.getByRole("heading", { name: "Convex refuses this token" }).waitFor();
  assert.match(await focused(), /^SUMMARY ✓Signature/);
  assert.ok(
    (await page.page.locator("[data-check=signature] details").getAttribute("open")) !== null,
  );

  await page.page.locator("#theme").focus();
  await tabTo("tab-token");
  await keyboard.press("ArrowRight");
  assert.equal(await focused(), "tab-key");
  await tabTo("key");
  await keyboard.insertText(keys.privateKey);
  await tabTo("BUTTON Read the key");
  await keyboard.press("Enter");
  await page.page.waitForFunction(() => document.activeElement.tagName === "H2");
  assert.equal(await focused(), "H2 The public key");

  await page.page.locator("#tab-key").focus();
  await keyboard.press("End");
  assert.equal(await focused(), "tab-new");
  await tabTo("INPUT");
  await keyboard.press("ArrowUp");
  await tabTo("BUTTON Make the keys");
  await keyboard.press("Space");
  await page.page.waitForFunction(() => document.activeElement.tagName === "H2");
  assert.equal(await focused(), "H2 New EdDSA key pair");
  await tabTo("BUTTON Download private key");
  await close(page);
});

test("an error is said beside its field, and is the field's description", async () => {
  const page = await open();
  await page.chooseProvider("OIDC");
  await page.field("Published keys").fill("{");
  await page.page.getByText("This is not well-formed JSON: copy the whole set").waitFor();
  await page.explain({
    "Published keys": "a key",
    "Discovery document": "<html>",
    "As of another time": "noon",
  });
  for (const [id, words] of Object.entries({
    token: "Paste a token first.",
    "oidc-domain": "Give the entry’s domain",
    jwks: "This is neither a JWKS, nor a data: URI, nor a key",
    discovery: "This is not JSON",
    "as-of": "This is no time.",
  })) {
    const field = page.page.locator(`#${id}`);
    await page.page.locator(`#${id}-error`, { hasText: words }).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    const described = (await field.getAttribute("aria-describedby")).split(" ");
    assert.ok(described.includes(`${id}-error`));
    for (const each of described) assert.equal(await page.page.locator(`#${each}`).count(), 1);
  }
  assert.equal(await page.page.evaluate(() => document.activeElement.id), "token");
  await page.field("As of another time").fill("2027-01-31 09:30");
  await page.page.waitForFunction(() => !document.querySelector("#as-of").ariaInvalid);
  await close(page);
});

/** What can be seen of the page, each with what leads there. */
const states = {
  empty: async () => {},
  accepted: (page) => page.button("Accepted example").click(),
  refused: (page) => page.button("Refused example").click(),
  "in error": async (page) => {
    await page.chooseProvider("The file’s text");
    await page.page.locator("#config").fill("{ domain: process.env.CONVEX_SITE_URL }");
    await page.explain({
      "Published keys": "x",
      "Discovery document": "x",
      "As of another time": "x",
    });
    await page.page.locator("#jwks-error:not(:empty)").waitFor();
  },
  "with a key": async (page) => {
    await page.part("Read a key");
    await page.field("Key").fill(keys.privateKey);
    await page.page.getByRole("heading", { name: "The public key" }).waitFor();
  },
  "with new keys": async (page) => {
    await page.part("Make keys");
    await page.button("Make the keys").click();
    await page.page.getByRole("heading", { name: "New RS256 key pair" }).waitFor();
  },
};

for (const [size, viewport] of Object.entries(sizes)) {
  test(`axe finds nothing, nothing is too wide or too small to touch: ${size}`, async () => {
    for (const [name, reach] of Object.entries(states)) {
      const page = await open({ viewport, colorScheme: "light" });
      await reach(page);
      await page.page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      for (const colorScheme of size === "phone" ? ["dark"] : ["light", "dark"]) {
        await page.page.emulateMedia({ colorScheme });
        assert.deepEqual(await page.axe(), [], `${name}, ${colorScheme}`);
      }
      assert.equal(await page.overflow(), 0, name);
      const small = await page.page
        .locator("button, input:not([type=radio]), select, textarea, summary, .choices label")
        .filter({ visible: true })
        .evaluateAll((all) =>
          all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML),
        );
      assert.deepEqual(small, [], name);
      await close(page);
    }
  });
}

test("zoomed to 200 %, and on paper, all is there", async () => {
  const page = await open({ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
  await page.button("Refused example").click();
  await page.page.getByText("Convex stops here").waitFor();
  assert.equal(await page.overflow(), 0);

  await page.page.emulateMedia({ media: "print" });
  await page.page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await page.page.locator("details:not([open])").count(), 0);
  assert.equal(
    await page.page.locator("form, [role=tablist], button").filter({ visible: true }).count(),
    0,
  );
  assert.ok(await page.page.locator("#verdict").isVisible());
  await close(page);
});

test("its colours follow the system, or whoever chooses; motion only where it is wanted", async () => {
  const page = await open({ colorScheme: "dark", reducedMotion: "reduce" });
  const background = () =>
    page.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.field("Colours").selectOption("Light");
  const light = await background();
  assert.notEqual(light, dark);
  await page.page.emulateMedia({ colorScheme: "light" });
  await page.field("Colours").selectOption("Dark");
  assert.equal(await background(), dark);
  await page.field("Colours").selectOption("As the system");
  assert.equal(await background(), light);

  await page.button("Accepted example").click();
  const duration = () =>
    page.page.locator(".line-now").evaluate((now) => getComputedStyle(now).transitionDuration);
  assert.equal(await duration(), "0s");
  await page.page.emulateMedia({ reducedMotion: "no-preference" });
  assert.notEqual(await duration(), "0s");
  await close(page);
});
