/** New texts and locks, each in a file beside the one that it is for. */
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isCommittable } from "../git.js";
import { isRunning } from "./system.js";

/**
 * A name in a file's folder, which what takes `.env*` and `.env*.local` for secrets takes for one too:
 * git ignores what a killed process left there.
 */
export function beside(target: string, label: string): string {
  const [head, tail] = aroundLabel(basename(target));
  return join(dirname(target), `${head}${label}${tail}`);
}

function aroundLabel(name: string): [head: string, tail: string] {
  return name.startsWith(".env") ? [".env.", name.slice(".env".length)] : [`.${name}.`, ""];
}

/** Whether git would take into a commit what a run that is killed may leave beside a file. */
export function areLeftoversCommittable(file: string): boolean {
  return isCommittable(beside(file, "tmp-0")) === true;
}

/** Removes new texts of a file that runs before this one left when they were killed. */
export function removeLeftovers(target: string): void {
  const [head, tail] = aroundLabel(basename(target));
  for (const name of readdirSync(dirname(target))) {
    const pid = /^tmp-(\d+)$/.exec(name.slice(head.length, name.length - tail.length))?.[1];
    if (!name.startsWith(head) || !name.endsWith(tail) || pid === undefined) continue;
    if (!isRunning(Number(pid)) || Number(pid) === process.pid)
      rmSync(join(dirname(target), name), { force: true });
  }
}

/** Writes a file that is not there yet, down to the disk. */
export function writeNew(path: string, text: string, mode: number | undefined): void {
  writeFileSync(path, text, {
    flag: "wx",
    flush: true,
    ...(mode === undefined ? {} : { mode }),
  });
  if (mode !== undefined) chmodSync(path, mode);
}
