/** Packages that are installed for a project. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder of an installed package, in the project's node_modules or in one above (workspaces). */
export function installedFolder(name: string, project = "."): string | undefined {
  for (let folder = resolve(project); ; folder = resolve(folder, "..")) {
    const found = join(folder, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (folder === resolve(folder, "..")) return undefined;
  }
}
