/** The private key of the project that a command runs in: from the environment, else from its files. */
import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { KEY_NAMES, environmentFor } from "../environment.js";
import { variablesOf } from "./env-text.js";
import { commandError } from "./errors.js";
import { readText } from "./files/system.js";

/** Where Next.js and the Convex command line keep what only this machine has. */
export const ENV_FILE = ".env.local";

/** Where a command looks when no file is named, in this order. */
const ENV_FILES = [ENV_FILE, ".env"];

export interface LocalKey {
  name: (typeof KEY_NAMES)[number];
  value: string;
  /** "the environment", or the file's name. */
  place: string;
}

/** The option that every command with a key has. */
export const fileOption = { file: { type: "string" } } as const;
export const FILE_HELP = `--file FILE  where the private key is (default: ${ENV_FILES.join(", then ")}); the environment goes first`;

/** The private key; undefined when there is none. */
export function findKey(file: string | undefined): LocalKey | undefined {
  const environment = environmentFor({ key: true });
  for (const name of KEY_NAMES) {
    const value = environment[name];
    if (value !== undefined && value !== "") return { name, value, place: "the environment" };
  }
  for (const place of filesToRead(file)) {
    const variables = variablesOf(readText(place) ?? "");
    for (const name of KEY_NAMES) {
      const value = variables[name];
      if (value !== undefined && value !== "") return { name, value, place };
    }
  }
  return undefined;
}

/** The private key, which must be there. */
export function requireKey(file: string | undefined): LocalKey {
  const key = findKey(file);
  if (key === undefined)
    throw commandError("key-missing", { path: file ?? ENV_FILES.join(" nor ") });
  return key;
}

/** Lets the library find the issuer in the project's files, as it would in the project. */
export function loadEnvironment(file: string | undefined): void {
  for (const place of filesToRead(file)) if (existsSync(place)) loadEnvFile(place);
}

function filesToRead(file: string | undefined): string[] {
  if (file === undefined) return ENV_FILES;
  if (!existsSync(file)) throw commandError("file-missing", { path: file });
  return [file];
}
