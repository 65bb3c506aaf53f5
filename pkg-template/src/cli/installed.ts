/** Packages that are installed for a project. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readText } from "./files/system.js";

/** The folder of an installed package, in the project's node_modules or in one above (workspaces). */
export function installedFolder(name: string, project = "."): string | undefined {
  for (let folder = resolve(project); ; folder = resolve(folder, "..")) {
    const found = join(folder, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (folder === resolve(folder, "..")) return undefined;
  }
}

/** The version of an installed package. */
export function installedVersion(name: string, project = "."): string | undefined {
  const folder = installedFolder(name, project);
  const text = folder === undefined ? undefined : readText(join(folder, "package.json"));
  try {
    return (JSON.parse(text ?? "{}") as { version?: string }).version;
  } catch {
    return undefined;
  }
}
