/**
 * Writing files so that each is either the old or the new one, and all of them or none; whatever kills
 * the process, a run of the same command completes what it had begun.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { commandError } from "./errors.js";
import { beside, removeLeftovers, writeNew } from "./files/beside.js";
import { removeJournal, writeJournal } from "./files/journal.js";
import { lock } from "./files/lock.js";
import { readText, refused, targetOf } from "./files/system.js";

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

/**
 * Makes all changes or none: every new text is on the disk before the first file is replaced, and
 * those replaced are put back when a later one fails. When the process is killed while it replaces
 * several, `completeWrites()` of the next one does the rest.
 *
 * @throws ConvexTokenError `ERR_FILE_CHANGED`, `ERR_FILE_BUSY`; `ERR_FILE_WRITE` when the system refuses
 */
export function writeAll(changes: readonly Change[]): void {
  const prepared: { change: Change; target: string; temporary: string }[] = [];
  const folders: string[] = [];
  const replaced: { target: string; before: string | undefined; mode: number | undefined }[] = [];
  const locks: (() => void)[] = [];
  let current = "";
  try {
    for (const change of changes) {
      current = change.path;
      folders.push(...makeFolder(dirname(resolve(change.path))));
      const target = targetOf(change.path);
      if (change.mode === SECRET_MODE) locks.push(lock(change.path));
      removeLeftovers(target);
      // The file may have been saved by an editor while the person read the diff.
      if (readText(target) !== change.before)
        throw commandError("file-changed", { path: change.path });
      const temporary = beside(target, `tmp-${process.pid}`);
      prepared.push({ change, target, temporary });
      writeNew(temporary, change.after, change.mode ?? modeOf(target));
    }
    if (prepared.length > 1) writeJournal(prepared);
    for (const { change, target, temporary } of prepared) {
      current = change.path;
      const mode = modeOf(target);
      renameSync(temporary, target);
      replaced.push({ target, before: change.before, mode });
      flush(dirname(target));
    }
  } catch (error) {
    for (const { temporary } of prepared) rmSync(temporary, { force: true });
    for (const each of replaced.reverse()) putBack(each);
    for (const folder of folders.reverse()) {
      try {
        rmdirSync(folder);
      } catch {
        // Somebody else's file is in it by now.
      }
    }
    throw refused(current, error);
  } finally {
    if (prepared.length > 1) removeJournal();
    for (const unlock of locks) unlock();
  }
}

function putBack({
  target,
  before,
  mode,
}: {
  target: string;
  before: string | undefined;
  mode: number | undefined;
}): void {
  if (before === undefined) {
    rmSync(target, { force: true });
    return;
  }
  const temporary = beside(target, `tmp-${process.pid}`);
  try {
    writeNew(temporary, before, mode);
    renameSync(temporary, target);
  } catch {
    // The new text stays, whole: the command can be run again with it.
    rmSync(temporary, { force: true });
  }
}

/** Brings a folder's new names to the disk, on systems that can. */
function flush(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
  } catch {
    // Windows opens no folders.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
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
