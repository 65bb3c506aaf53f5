// Projects, healthy until a test breaks them.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commandLine, makeFolder } from "../tools/command-line.mjs";

export const { main, run, runAtTerminal } = commandLine(import.meta.dirname);
export { makeFolder };

const manifest = {
  name: "example",
  private: true,
  dependencies: {
    convex: "1.48.0",
    "convex-token": "0.1.0",
    next: "16.4.5",
    "next-auth": "5.0.0-beta.32",
    react: "19.3.1",
  },
};

/** A PEM as it stands in a file of variables. */
export const oneLine = (pem) => `"${pem.trim().replaceAll("\n", "\\n")}"`;

/** A project with Next.js and Auth.js, as `init` leaves it. */
export const nextProject = (env) => ({
  "package.json": JSON.stringify(manifest, null, 2),
  "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }',
  ".gitignore": "node_modules\n.env.local\n",
  ".env.local": envText(env),
  "convex/auth.config.ts": `import { convexAuthConfig } from "convex-token/convex";

export default convexAuthConfig();
`,
  "convex/http.ts": `import { httpRouter } from "convex/server";
import { addAuthRoutes } from "convex-token/convex";

const http = httpRouter();

addAuthRoutes(http);

export default http;
`,
  "auth.ts": `import { convexSession } from "convex-token/next-auth";
import NextAuth from "next-auth";
import GitHub from "next-auth/providers/github";

export const { auth, handlers } = NextAuth({
  providers: [GitHub],
  callbacks: {
    session: convexSession(),
  },
});
`,
  "app/ConvexClientProvider.tsx": `"use client";
import { ConvexReactClient } from "convex/react";
import { ConvexProviderWithSession } from "convex-token/react";
import { SessionProvider, useSession } from "next-auth/react";

const convex = new ConvexReactClient(process.env.NEXT_PUBLIC_CONVEX_URL!);

export function ConvexClientProvider({ children }: { children: React.ReactNode }) {
  return (
    <SessionProvider>
      <ConvexProviderWithSession client={convex} useSession={useSession}>
        {children}
      </ConvexProviderWithSession>
    </SessionProvider>
  );
}
`,
});

/** Lines of variables; those that are undefined are not there. */
export function envText(env) {
  return Object.entries(env)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** Writes files into a folder; null removes one. What has secrets is for its owner alone. */
export function write(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === null) rmSync(file, { force: true });
    else writeFileSync(file, text, { mode: path.startsWith(".env") ? 0o600 : 0o644 });
  }
}

/** A project in a git repository of its own. */
export function makeProject(files) {
  const folder = makeFolder();
  write(folder, files);
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  return folder;
}
