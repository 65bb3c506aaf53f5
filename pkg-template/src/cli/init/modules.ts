/** From an import to the file it means, and from a file to how it is imported. */
import { posix } from "node:path";
import type { Project, Surroundings } from "./project.js";

/** How a file imports from another one, by the project's alias if that reaches it. */
export function importPath({ alias }: Project, from: string, to: string): string {
  const stem = to.replace(/\.[cm]?[jt]sx?$/, "");
  if (alias !== undefined && stem.startsWith(alias.folder)) {
    return alias.prefix + stem.slice(alias.folder.length).replace(/\/index$/, "");
  }
  return relativeImport(from, to);
}

/** The file that an import means, if it is one of the project. */
export function resolveImport(
  project: Pick<Surroundings, "alias" | "workspace">,
  from: string,
  module: string,
): string | undefined {
  const { alias, workspace } = project;
  let stem: string;
  if (module.startsWith(".")) stem = posix.join(posix.dirname(from), module);
  else if (alias !== undefined && module.startsWith(alias.prefix)) {
    stem = alias.folder + module.slice(alias.prefix.length);
  } else return undefined;
  // Imports may name the ending that the file will have when it is compiled.
  const bareStem = stem.replace(/\.[cm]?[jt]sx?$/, "");
  return (
    workspace.findModule(stem) ??
    workspace.findModule(bareStem) ??
    workspace.findModule(`${stem}/index`)
  );
}

/** How a module is named in an import from another one. */
function relativeImport(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to.replace(/\.[cm]?[jt]sx?$/, ""));
  const dotted = path.startsWith(".") ? path : `./${path}`;
  return dotted.replace(/\/index$/, "");
}
