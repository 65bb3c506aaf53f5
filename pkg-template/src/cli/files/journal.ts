/** Completing what a process that was killed had begun to replace. */
import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { commandError } from "../errors.js";
import { isTracked } from "../git.js";
import { beside, removeLeftovers, writeNew } from "./beside.js";
import { isRunning, readText, refused } from "./system.js";

/** What is still to be done when all new texts are on the disk, in the folder of the command. */
const JOURNAL = ".convex-token.journal";

interface Journal {
  /** Of the process; its new texts have it in their names. */
  pid: number;
  /** Files, each with the SHA-256 of the text that is replaced; nothing where there was none. */
  files: { target: string; before?: string | undefined }[];
}

/** Notes what is about to be replaced, when every new text is beside its file. */
export function writeJournal(
  prepared: readonly { change: { before: string | undefined }; target: string }[],
): void {
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

export function removeJournal(): void {
  rmSync(JOURNAL, { force: true });
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
  removeJournal();
}

function readJournal(): Journal {
  try {
    const { pid, files } = JSON.parse(readText(JOURNAL) ?? "") as Journal;
    const isJournal =
      Number.isSafeInteger(pid) && files.every(({ target }) => typeof target === "string");
    // One that came with the repository is of no run on this machine.
    if (isJournal && !isTracked(JOURNAL)) return { pid, files };
  } catch {
    // None, or none of this command.
  }
  return { pid: 0, files: [] };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
