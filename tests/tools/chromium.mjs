// How the tests start Chromium: for `chromium.launch` of playwright-core, which each folder of tests
// has for itself.
import { existsSync } from "node:fs";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages reach this machine only.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** The program: `$CHROMIUM`, else where Linux distributions put it. */
export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export function launchOptions(executablePath = chromiumPath) {
  if (!existsSync(executablePath)) {
    throw new Error(`${executablePath} is not there: run scripts/setup test, or set CHROMIUM.`);
  }
  return { executablePath, headless: true, args };
}
