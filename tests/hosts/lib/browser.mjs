// One real Chromium for all browser rows, with a fresh profile, and the loopback server that hands
// it their files. Pages get a strict Content-Security-Policy: WebAssembly is allowed, `eval` is not.

import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { chromium } from "playwright-core";
import { launchOptions } from "../../tools/chromium.mjs";
import { Deviation } from "./deviation.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
};

export class Browser {
  #starting;
  #folders = new Map();

  constructor(executablePath) {
    this.executablePath = executablePath;
  }

  /** Starts Chromium and the server once, however many rows ask. */
  async start() {
    this.#starting ??= this.#start();
    await this.#starting;
    return this;
  }

  async #start() {
    this.server = http.createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.chromium = await chromium.launch({
      ...launchOptions(this.executablePath),
      // The runner ends the browser itself, and then removes its folders.
      handleSIGINT: false,
      handleSIGTERM: false,
    });
    this.version = `Chromium ${this.chromium.version()}`;
  }

  /** Serves `folder` under `/name/` and returns that address. */
  mount(name, folder) {
    this.#folders.set(name, folder);
    return `http://127.0.0.1:${this.server.address().port}/${name}/`;
  }

  #answer(request, response) {
    const [, name, ...rest] = decodeURIComponent(new URL(request.url, "http://h").pathname).split(
      "/",
    );
    const folder = this.#folders.get(name);
    const file = folder && path.join(folder, rest.join("/") || "index.html");
    if (!file?.startsWith(folder) || !fs.existsSync(file) || !fs.statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const body = fs.readFileSync(file);
    response.setHeader("content-type", types[path.extname(file)] ?? "application/octet-stream");
    response.setHeader("cache-control", "no-store");
    if (file.endsWith(".html")) {
      response.setHeader("content-security-policy", policyFor(body.toString()));
    }
    response.end(body);
  }

  /** Opens a page and returns the report that its checks leave in `#report`. */
  async report(url, log) {
    const context = await this.chromium.newContext();
    try {
      const page = await context.newPage();
      page.on("console", (message) => log.write(`console: ${message.text()}\n`));
      page.on("pageerror", (error) => log.write(`page error: ${error.stack}\n`));
      page.on("requestfailed", (request) => log.write(`request failed: ${request.url()}\n`));
      page.on("response", (response) => {
        if (!response.ok()) log.write(`${response.status()} ${response.url()}\n`);
      });
      await page.goto(url);
      const report = page.locator("#report:not(:empty)");
      await report.waitFor({ timeout: 20_000 }).catch(() => {
        throw new Deviation(`a report in ${url} within 20 s`, "none");
      });
      return JSON.parse(await report.textContent());
    } finally {
      await context.close();
    }
  }

  async stop() {
    if (!this.#starting) return;
    await this.#starting.catch(() => {});
    await this.chromium?.close();
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Scripts from here, WebAssembly, and the page's own inline scripts by their digests. */
function policyFor(html) {
  const inline = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const digests = inline.map(
    ([, text]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  const scripts = ["'self'", "'wasm-unsafe-eval'", ...digests].join(" ");
  return `default-src 'self'; img-src 'self' data:; script-src ${scripts}`;
}
