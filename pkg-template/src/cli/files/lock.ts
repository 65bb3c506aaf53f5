/** Keeping other runs of the command line away from a file. */
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { commandError } from "../errors.js";
import { beside } from "./beside.js";
import { isRunning, readText, refused, systemCode, targetOf } from "./system.js";

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
