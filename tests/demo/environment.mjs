// An .env.local as the guides have people write it, and the way from there into process.env.

import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { atEnd } from "./cleanup.mjs";

/** What stands for a PEM's line breaks, by the variable that holds it. */
const lineBreaks = {
  // The guide for Auth.js with Convex.
  CONVEX_AUTH_PRIVATE_KEY: { text: "\\n", name: "\\n" },
  // Convex Auth.
  JWT_PRIVATE_KEY: { text: " ", name: "spaces" },
};

/** What the package and next-auth would otherwise find in the environment of the demo itself. */
const others = /^(CONVEX_|NEXT_PUBLIC_CONVEX_|NEXTAUTH_|AUTH_|JWT_PRIVATE_KEY$|JWKS$|VERCEL$)/;

export class EnvironmentFile {
  #path;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "convex-token-demo-"));
    atEnd(() => rmSync(folder, { recursive: true, force: true }));
    this.#path = join(folder, ".env.local");
  }

  /** Writes the settings of a site at `origin`, its key in `variable`. Returns how the key is there. */
  write(keys, variable, origin) {
    const { text, name } = lineBreaks[variable];
    const lines = [
      `${variable}="${keys.privateKey.trimEnd().replaceAll("\n", text)}"`,
      `JWKS=${JSON.stringify(keys.jwks)}`,
      `CONVEX_SITE_URL=${origin}`,
      `NEXTAUTH_URL=${origin}`,
      `NEXTAUTH_SECRET=${randomBytes(32).toString("hex")}`,
    ];
    writeFileSync(this.#path, `${lines.join("\n")}\n`, { mode: 0o600 });
    return `${variable} in one line, ${name} for line breaks`;
  }

  /** Puts what the file says, and nothing else, into the environment. Returns how many variables. */
  load() {
    for (const name of Object.keys(process.env)) if (others.test(name)) delete process.env[name];
    const variables = parseEnv(readFileSync(this.#path, "utf8"));
    Object.assign(process.env, variables);
    return Object.keys(variables).length;
  }
}
