/**
 * Writing files so that each is either the old or the new one, and all of them or none; whatever kills
 * the process, a run of the same command completes what it had begun.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
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

/** What is still to be done when all new texts are on the disk, in the folder of the command. */
const JOURNAL = ".convex-token.journal";

interface Journal {
  /** Of the process; its new texts have it in their names. */
  pid: number;
  /** Files, each with the SHA-256 of the text that is replaced; nothing where there was none. */
  files: { target: string; before?: string | undefined }[];
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
    if (prepared.length > 1) rmSync(JOURNAL, { force: true });
    for (const unlock of locks) unlock();
  }
}

function writeJournal(prepared: readonly { change: Change; target: string }[]): void {
  const files = prepared.map(({ change: { before }, target }) => ({
    target,
    before: before === undefined ? undefined : digestOf(before),
  }));
  // It is there as a whole or not at all.
  const temporary = beside(resolve(JOURNAL), `tmp-${process.pid}`);
  try {
    writeNew(temporary, JSON.stringify({ pid: process.pid, files } satisfies Journal), undefined);
    renameSync(temporary, JOURNAL);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Does what a run that was killed had begun to write in this folder; a file that has been edited since
 * stays as it is. Whatever a journal says, only a new text beside a file replaces it.
 *
 * @throws ConvexTokenError `ERR_FILE_BUSY`, `ERR_FILE_WRITE`
 */
export function completeWrites(): void {
  removeLeftovers(resolve(JOURNAL));
  const { pid, files } = readJournal();
  for (const { target, before } of files) {
    const temporary = beside(target, `tmp-${pid}`);
    if (!existsSync(temporary)) continue;
    if (isRunning(pid)) throw commandError("file-busy", { path: target, name: resolve(JOURNAL) });
    const now = readText(target);
    try {
      if ((now === undefined ? undefined : digestOf(now)) === before) renameSync(temporary, target);
      else rmSync(temporary, { force: true });
    } catch (error) {
      throw refused(target, error);
    }
  }
  rmSync(JOURNAL, { force: true });
}

function readJournal(): Journal {
  try {
    const { pid, files } = JSON.parse(readText(JOURNAL) ?? "") as Journal;
    if (Number.isSafeInteger(pid) && files.every(({ target }) => typeof target === "string"))
      return { pid, files };
  } catch {
    // None, or none of this command.
  }
  return { pid: 0, files: [] };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The files that this process has locked. */
const locked = new Set<string>();

/**
 * Keeps other runs of the command line from changing a file until the function that it gives is
 * called. The lock of a process that was killed is no lock.
 *
 * @throws ConvexTokenError `ERR_FILE_BUSY`; `ERR_FILE_WRITE` when there can be no file beside it
 */
export function lock(path: string): () => void {
  const target = targetOf(path);
  if (locked.has(target)) return () => {};
  const file = beside(target, "lock");
  try {
    takeLock(file, path);
  } catch (error) {
    throw refused(path, error);
  }
  locked.add(target);
  return () => {
    locked.delete(target);
    rmSync(file, { force: true });
  };
}

function takeLock(file: string, path: string): void {
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
      return;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") {
        rmSync(file, { force: true }); // Made, but there was no room for the number.
        throw error;
      }
    }
    const owner = readText(file);
    if (owner === undefined) continue;
    const isWhole = owner.endsWith("\n");
    if (!isWhole && ageOf(file) < EMPTY_LOCK_MS) {
      // Its owner is about to write its number, or was killed before it had.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EMPTY_LOCK_MS / 20);
      continue;
    }
    if (isWhole && isRunning(Number(owner))) throw commandError("file-busy", { path, name: file });
    // Of several that find it, one moves it away; the others go on with what is there then.
    const away = `${file}-${process.pid}`;
    try {
      renameSync(file, away);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      continue;
    }
    // One that was taken since goes back to whom it belongs.
    if (readText(away) === owner) rmSync(away, { force: true });
    else renameSync(away, file);
  }
}

/** How old a lock without the whole of its owner's number is when it counts as left behind. */
const EMPTY_LOCK_MS = 1_000;

function ageOf(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** The file itself, where the path is a link to it. */
function targetOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

/**
 * A name in a file's folder, which what takes `.env*` and `.env*.local` for secrets takes for one too:
 * git ignores what a killed process left there.
 */
function beside(target: string, label: string): string {
  const [head, tail] = aroundLabel(basename(target));
  return join(dirname(target), `${head}${label}${tail}`);
}

function aroundLabel(name: string): [head: string, tail: string] {
  return name.startsWith(".env") ? [".env.", name.slice(".env".length)] : [`.${name}.`, ""];
}

/** Removes new texts of a file that runs before this one left when they were killed. */
function removeLeftovers(target: string): void {
  const [head, tail] = aroundLabel(basename(target));
  for (const name of readdirSync(dirname(target))) {
    const pid = /^tmp-(\d+)$/.exec(name.slice(head.length, name.length - tail.length))?.[1];
    if (!name.startsWith(head) || !name.endsWith(tail) || pid === undefined) continue;
    if (!isRunning(Number(pid)) || Number(pid) === process.pid)
      rmSync(join(dirname(target), name), { force: true });
  }
}

/** Writes a file that is not there yet, down to the disk. */
function writeNew(path: string, text: string, mode: number | undefined): void {
  writeFileSync(path, text, {
    flag: "wx",
    flush: true,
    ...(mode === undefined ? {} : { mode }),
  });
  if (mode !== undefined) chmodSync(path, mode);
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

/** The error of the system as one of the command line; any other as it is. */
function refused(path: string, error: unknown): unknown {
  const found = systemCode(error);
  return found === undefined ? error : commandError("file-write", { path, found, cause: error });
}

function systemCode(error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
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
