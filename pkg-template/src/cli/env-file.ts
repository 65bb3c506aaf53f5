/** Files of environment variables such as `.env.local`: reading one value, adding one, never losing any. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";

/** Only the owner may read a file with secrets. */
const MODE = 0o600;

/** The value of a variable in a file; undefined when the file or the variable is not there. */
export function readVariable(file: string, name: string): string | undefined {
  if (!existsSync(file)) return undefined;
  return parseEnv(readFileSync(file, "utf8"))[name];
}

/**
 * Adds a variable at the end of a file. The file is replaced in one step, so that it is either the old
 * or the new one whatever happens.
 */
export function addVariable(file: string, name: string, value: string): void {
  const old = existsSync(file) ? readFileSync(file, "utf8") : "";
  const separator = old === "" || old.endsWith("\n") ? "" : "\n";
  const line = `${name}="${value.trim().replaceAll("\r", "").replaceAll("\n", "\\n")}"\n`;
  const target = resolve(file);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, old + separator + line, { mode: MODE, flag: "wx" });
    chmodSync(temporary, MODE);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Whether git would commit a file: true, false, or undefined where there is no git. */
export function isCommittable(file: string): boolean | undefined {
  try {
    execFileSync("git", ["check-ignore", "--quiet", file], {
      cwd: dirname(resolve(file)),
      stdio: "ignore",
    });
    return false;
  } catch (error) {
    return (error as { status?: number }).status === 1 ? true : undefined;
  }
}
