/** What the system says about files and processes. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { commandError } from "../errors.js";

/**
 * A file's text; undefined when it is not there.
 *
 * @throws ConvexTokenError `ERR_FILE_READ` when the system refuses
 */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const found = systemCode(error);
    if (found === "ENOENT") return undefined;
    if (found === undefined) throw error;
    throw commandError("file-read", { path, found, cause: error });
  }
}

/** The file itself, where the path is a link to it. */
export function targetOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === "EPERM";
  }
}

/** The error of the system as one of the command line; any other as it is. */
export function refused(path: string, error: unknown): unknown {
  const found = systemCode(error);
  return found === undefined ? error : commandError("file-write", { path, found, cause: error });
}

export function systemCode(error: unknown): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
}
