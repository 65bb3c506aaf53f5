/** Writing files so that each is either the old or the new one, and all of them or none. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { commandError } from "./errors.js";

/** Only the owner may read a file with secrets. */
export const SECRET_MODE = 0o600;

/** A file as it shall be. */
export interface Change {
  path: string;
  /** What was read when the change was prepared; undefined when there was no file. */
  before: string | undefined;
  after: string;
  /** Default: the mode that the file has. */
  mode?: number;
}

/** A file's text; undefined when it is not there. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes all changes or none: every new text is on the disk before the first file is replaced, and
 * those replaced are put back when a later one fails.
 */
export function writeAll(changes: readonly Change[]): void {
  const prepared: { change: Change; target: string; temporary: string }[] = [];
  const folders: string[] = [];
  const replaced: { target: string; before: string | undefined; mode: number | undefined }[] = [];
  try {
    for (const change of changes) {
      folders.push(...makeFolder(dirname(resolve(change.path))));
      const target = existsSync(change.path) ? realpathSync(change.path) : resolve(change.path);
      // The file may have been saved by an editor while the person read the diff.
      if (readText(target) !== change.before)
        throw commandError("file-changed", { path: change.path });
      const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
      const mode = change.mode ?? modeOf(target);
      prepared.push({ change, target, temporary });
      writeFileSync(temporary, change.after, {
        flag: "wx",
        ...(mode === undefined ? {} : { mode }),
      });
      if (mode !== undefined) chmodSync(temporary, mode);
    }
    for (const { change, target, temporary } of prepared) {
      const mode = modeOf(target);
      renameSync(temporary, target);
      replaced.push({ target, before: change.before, mode });
    }
  } catch (error) {
    for (const { temporary } of prepared) rmSync(temporary, { force: true });
    for (const { target, before, mode } of replaced.reverse()) {
      if (before === undefined) rmSync(target, { force: true });
      else writeFileSync(target, before, mode === undefined ? {} : { mode });
    }
    for (const folder of folders.reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        // Somebody else's file is in it by now.
      }
    }
    throw error;
  }
}

function modeOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).mode & 0o777 : undefined;
}

/** Makes a folder and those above it; returns the new ones, outermost first. */
function makeFolder(folder: string): string[] {
  if (existsSync(folder)) return [];
  const above = makeFolder(dirname(folder));
  mkdirSync(folder);
  return [...above, folder];
}
