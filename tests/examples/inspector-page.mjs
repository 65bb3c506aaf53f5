// The inspector's page in Chromium: how tests use it, and what they note while they do.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Notes each thing that the page's policy refuses. */
function watchPolicy() {
  window.refusals = [];
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
    window.refusals.push(`${effectiveDirective} ${blockedURI}`),
  );
}

/** A host of plain files, below a path, that notes what it is asked for. */
export async function hostBelow(path, folder) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    if (request.url !== path) return response.writeHead(404).end();
    const page = readFileSync(join(folder, "dist/index.html"));
    response.writeHead(200, { "Content-Type": "text/html" }).end(page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref(); // A test that fails leaves it.
  return {
    url: `http://127.0.0.1:${server.address().port}${path}`,
    asked,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

export class InspectorPage {
  /** Every request of the page, but for what it has within itself. */
  requests = [];
  /** Errors, and all that a console would show. */
  problems = [];

  static async open(browser, url, options = {}) {
    const opened = new InspectorPage();
    opened.context = await browser.newContext({ acceptDownloads: true, ...options });
    await opened.context.addInitScript(watchPolicy);
    const page = await opened.context.newPage();
    opened.page = page;
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => opened.problems.push(error.message));
    page.on("console", (message) => opened.problems.push(message.text()));
    const cdp = await opened.context.newCDPSession(page);
    await cdp.send("Network.enable");
    cdp.on("Network.requestWillBeSent", ({ request }) => opened.#note(request.url));
    cdp.on("Network.webSocketCreated", (socket) => opened.#note(socket.url));
    await page.goto(url);
    return opened;
  }

  #note(url) {
    if (!/^(data|blob):/.test(url)) this.requests.push(url);
  }

  /** What the policy has refused so far. */
  refusals() {
    return this.page.evaluate(() => window.refusals);
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  field(name) {
    return this.page.getByLabel(name, { exact: true }).filter({ visible: true });
  }

  async part(name) {
    await this.page.getByRole("tab", { name }).click();
  }

  async chooseProvider(name) {
    await this.page.getByRole("radio", { name, exact: true }).check();
  }

  /** Fills in what is given, and waits for the verdict with this heading. */
  async explain(fields, verdict) {
    for (const [name, text] of Object.entries(fields)) await this.field(name).fill(text);
    await this.button("Explain").click();
    if (verdict) await this.page.getByRole("heading", { name: verdict }).waitFor();
  }

  /** The text of the verdict. */
  verdict() {
    return this.page.locator("#verdict").innerText();
  }

  /** The text in a frame that can be copied. */
  async copyable(title) {
    return this.page.getByRole("group", { name: title, exact: true }).textContent();
  }

  /** The checks that are shown: name and state. */
  checks() {
    return this.page.locator(".check").evaluateAll((items) =>
      items.map(({ className, dataset }) => {
        const ok = { passes: true, fails: false, unjudged: null }[className.split(" ")[1]];
        return { name: dataset.check, ok };
      }),
    );
  }

  /** Downloads by a button: the file's name and bytes. */
  async download(button) {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.button(button).click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    return { name: download.suggestedFilename(), text };
  }

  /** All that a person could see or select in the page, and what its fields hold. */
  everyText() {
    return this.page.evaluate(() => {
      const fields = [...document.querySelectorAll("input, textarea")].map(({ value }) => value);
      return [document.documentElement.outerHTML, ...fields].join("\n");
    });
  }

  /** What axe-core finds wrong. */
  async axe() {
    await this.page.evaluate(axe);
    const violations = await this.page.evaluate(async () => {
      const found = await window.axe.run(document, { resultTypes: ["violations"] });
      return found.violations;
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  }

  /** By how many pixels the page is wider than the window. */
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  close() {
    return this.context.close();
  }
}
