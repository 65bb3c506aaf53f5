// Somebody who visits the guestbook, in a browser of their own: what they do and see there.
import { mkdirSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.SCREENSHOTS;

/** Notes each time that a page which knew its user has nobody, be it for an instant. */
function watchIdentity() {
  let known = false;
  window.lostIdentity = 0;
  const look = () => {
    const panel = document.querySelector("[aria-labelledby=identity]");
    const knows = panel?.querySelector("dd") != null;
    if (panel && known && !knows) window.lostIdentity += 1;
    if (panel) known = knows;
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}

export class Visitor {
  /** What went wrong in a page: errors, and answers other than 2xx and 3xx. */
  problems = [];
  /** The requests of the pages to the site, by path. */
  #requests = [];
  #context;
  #url;

  static async in(browser, url) {
    const visitor = new Visitor();
    visitor.#url = url;
    visitor.#context = await browser.newContext();
    await visitor.#context.addInitScript(watchIdentity);
    return visitor;
  }

  /** Opens the guestbook in another tab, the first one included. */
  async openTab() {
    const page = await this.#context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => this.problems.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.problems.push(message.text());
    });
    page.on("request", (request) => this.#requests.push(new URL(request.url()).pathname));
    await page.goto(this.#url);
    return page;
  }

  /** How often the pages have asked the site for this path. */
  requests(path) {
    return this.#requests.filter((requested) => requested === path).length;
  }

  forgetRequests() {
    this.#requests = [];
  }

  /** Whether the page, as the server sends it and no script has changed it, is for this subject. */
  async isServed(subject) {
    const response = await this.#context.request.get(this.#url);
    if (!response.ok()) throw new Error(`the server answers ${response.status()}`);
    return (await response.text()).includes(`<dd>${subject}</dd>`);
  }

  // A tab in the background draws nothing, so that what is to be clicked never comes to rest.

  async signIn(page, name) {
    await page.bringToFront();
    await page.getByRole("button", { name }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }

  async signOut(page) {
    await page.bringToFront();
    await page.getByRole("button", { name: "Sign out" }).click();
  }

  async write(page, text) {
    await page.bringToFront();
    await page.getByLabel(/^Write as/).fill(text);
    await page.getByRole("button", { name: "Send" }).click();
  }

  /** Waits until the page shows this of the identity that a Convex function got. */
  async sees(page, subject, name) {
    const panel = page.getByRole("region", { name: "Who Convex sees" });
    await panel.getByText(subject, { exact: true }).waitFor();
    await panel.getByText(name, { exact: true }).waitFor();
  }

  /** Waits until a Convex function got nobody's identity for the page. */
  async seesNobody(page) {
    const panel = page.getByRole("region", { name: "Who Convex sees" });
    await panel.getByText("Nobody").waitFor();
  }

  /** How often a page lost the identity that it had. */
  lostIdentity(page) {
    return page.evaluate(() => window.lostIdentity);
  }

  /** A picture in each size and colour scheme, if anybody wants to look at them. */
  async picture(page, name) {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    for (const [size, viewport] of Object.entries(viewports)) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const path = join(folder, `${name}-${size}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
    }
    await page.setViewportSize(viewports.desktop);
    await page.emulateMedia({ colorScheme: "light" });
  }

  close() {
    return this.#context.close();
  }
}

const viewports = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
