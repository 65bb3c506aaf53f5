/** Convex's own command line: its deployment's variables, read and set. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ConvexTokenError } from "../index.js";
import { variablesOf } from "./env-text.js";
import { commandError } from "./errors.js";
import { readText } from "./files/system.js";
import { installedFolder, installedVersion } from "./installed.js";
import { ENV_FILE } from "./local-key.js";
import { note, tame } from "./output.js";

/** It tries again without end when a deployment does not answer. */
const TIMEOUT_MS = 15_000;

/** The first version that reads a variable's value from the standard input. */
const READS_STDIN = [1, 33];

/** Whether the command line is there and connected with a deployment, so that it asks nothing. */
export function isConnected(): boolean {
  if (installedFolder("convex") === undefined) return false;
  const variables = {
    ...variablesOf(readText(".env") ?? ""),
    ...variablesOf(readText(ENV_FILE) ?? ""),
  };
  return ["CONVEX_DEPLOYMENT", "CONVEX_SELF_HOSTED_URL", "CONVEX_DEPLOY_KEY"].some(
    (name) => variables[name] !== undefined && variables[name] !== "",
  );
}

/** Whether a version of it takes a value from a pipe. */
export function readsStdin(version: string | undefined): boolean {
  if (version === undefined) return true;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > READS_STDIN[0]! || (major === READS_STDIN[0] && minor >= READS_STDIN[1]!);
}

/** A deployment's variable: its value, null when it is not set, undefined when that was not found out. */
export function readDeployed(name: string): string | null | undefined {
  const { status, stdout, stderr } = convex(["env", "get", name], "");
  if (status !== 0) return undefined;
  if (stdout.trim() !== "") return stdout.trim();
  return /not found/.test(stderr) ? null : undefined;
}

/** Sets a deployment's variable, which must be nothing secret. */
export function setDeployed(name: string, value: string): void {
  // The set is public, so that it may be a word of the call where it must be.
  const words = readsStdin(installedVersion("convex")) ? [name] : [name, value];
  const { status, stderr } = convex(["env", "set", ...words], value);
  if (status === 0) return;
  const found = stderr.trim().split("\n").at(-1) || "it gave no reason";
  throw commandError("convex-failed", { name: `npx convex env set ${name}`, found });
}

/**
 * Sets something where nothing hangs on it: why it could not is told, and then what is left as it is told
 * without a deployment.
 */
export async function orTell(set: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await set();
  } catch (error) {
    if (!(error instanceof ConvexTokenError)) throw error;
    note(`${tame(`${error.message} ${error.hint}`)}\n`);
    return false;
  }
}

function convex(args: string[], input: string) {
  const folder = installedFolder("convex");
  if (folder === undefined) throw commandError("convex-missing");
  return spawnSync(process.execPath, [join(folder, "bin/main.js"), ...args], {
    input,
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
}
