/** What git would do with a file. */
import { execFileSync } from "node:child_process";
import { basename, dirname, resolve } from "node:path";

/**
 * Whether git would take a file into a commit, or has done so already: true, false, or undefined where
 * there is no git.
 */
export function isCommittable(file: string): boolean | undefined {
  if (isTracked(file)) return true;
  try {
    git(file, ["check-ignore", "--quiet", "--", basename(file)]);
    return false;
  } catch (error) {
    return (error as { status?: number }).status === 1 ? true : undefined;
  }
}

/** Whether a file is in git's index already; then `.gitignore` does not keep it out. */
export function isTracked(file: string): boolean {
  try {
    git(file, ["ls-files", "--error-unmatch", "--", basename(file)]);
    return true;
  } catch {
    return false;
  }
}

function git(file: string, args: string[]): void {
  execFileSync("git", args, { cwd: dirname(resolve(file)), stdio: "ignore" });
}
