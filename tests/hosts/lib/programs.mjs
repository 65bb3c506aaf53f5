// The few ways in which hosts run the shared fixtures.

import fs from "node:fs";
import path from "node:path";
import { Deviation } from "./deviation.mjs";

/** Runs a program that prints its report, and nothing else, on stdout; it must not warn. */
export async function printedReport({ processes }, command, args, options) {
  const { stdout, stderr } = await processes.run(command, args, options);
  if (stderr !== "") throw new Deviation("nothing on stderr", stderr);
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Deviation("a report on stdout", stdout.slice(0, 900));
  }
}

/** Runs `folder/file` with Node. */
export function nodeReport(host, folder, file, { args = [], flags = [] } = {}) {
  const { environment } = host.workspace;
  return printedReport(host, process.execPath, [...flags, file, ...args], {
    cwd: folder,
    env: environment,
  });
}

/** Serves a folder, opens `index.html` in it and returns the report of the page. */
export async function pageReport({ browser, log }, name, folder) {
  await browser.start();
  return browser.report(browser.mount(name, folder), log);
}

/** Puts the page that loads `main.js` beside a bundle of that name. */
export function addPage({ workspace }, folder) {
  fs.copyFileSync(workspace.fixture("browser", "index.html"), path.join(folder, "index.html"));
}

export const nodeVersion = () => `Node ${process.versions.node}`;
