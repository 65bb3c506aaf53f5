// The projects that init is tried on: copies in a git repository, with what is installed there.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { generateKeys } from "convex-token";
import { makeFolder } from "./command.mjs";

const projects = join(import.meta.dirname, "projects");
const installed = join(import.meta.dirname, "node_modules");

export const shapes = readdirSync(projects).sort();

/** The diff that init shows for a shape. */
export const expectedDiff = (shape) => join(projects, shape, "init.diff");

/** A copy of a shape. Files that git treats specially have an underscore for their dot there. */
export function copyOf(shape) {
  const folder = makeFolder();
  cpSync(join(projects, shape, "project"), folder, { recursive: true });
  for (const name of ["gitignore", "env.local"]) {
    if (existsSync(join(folder, `_${name}`)))
      renameSync(join(folder, `_${name}`), join(folder, `.${name}`));
  }
  if (shape === "old-recipe") addGuideKeys(folder);
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  return folder;
}

/** What the guide's script prints, as people paste it: no kid, no alg, the key in one line. */
export function addGuideKeys(folder) {
  const { privateKey, publicJwk } = generateKeys();
  const { kid: _kid, alg: _alg, ...jwk } = publicJwk;
  appendFileSync(
    join(folder, ".env.local"),
    `NEXT_PUBLIC_CONVEX_URL=https://happy-animal-123.convex.cloud
CONVEX_AUTH_PRIVATE_KEY="${privateKey.trim().replaceAll("\n", "\\n")}"
JWKS='${JSON.stringify({ keys: [jwk] })}'
`,
    { mode: 0o600 },
  );
  return { privateKey, publicJwk };
}

/** Puts links to the installed packages into a project, with the next-auth that it asks for. */
export function install(folder) {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const isFive = dependencies["next-auth"].startsWith("5");
  for (const name of [...Object.keys(dependencies), "@types/node", "@types/react"]) {
    const target = join(folder, "node_modules", name);
    mkdirSync(dirname(target), { recursive: true });
    // A copy, so that it finds the project's own next-auth.
    if (name === "convex-token") cpSync(join(installed, name), target, { recursive: true });
    else
      symlinkSync(join(installed, name === "next-auth" && isFive ? "next-auth-5" : name), target);
  }
}

/** All files of a project by their names, without what is installed and git's own. */
export function filesOf(folder) {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\/(node_modules|\.git)\//.test(path))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
