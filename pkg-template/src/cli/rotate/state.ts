/**
 * Where a rotation is. All of it is in the variable that holds the private keys, the first of which
 * signs, and in a comment above it that tells the last step; so it goes wherever the file goes.
 */
import { generateKeys, jwksFromKey, type PublicJwk } from "../../index.js";
import { commentOf, variablesOf, withComment, withReplaced } from "../env-text.js";
import { commandError } from "../errors.js";
import { SECRET_MODE, writeAll } from "../files.js";
import { readText } from "../files/system.js";
import { KEY_VARIABLE } from "../keys.js";
import { ENV_FILE } from "../local-key.js";

export const STEPS = ["publish", "sign", "retire"] as const;
export type Step = (typeof STEPS)[number];

/** The comment above the variable, in which the last step is kept. */
const NOTE = "convex-token rotate: ";

export interface State {
  file: string;
  text: string;
  /** The private keys, the one that signs first. */
  blocks: string[];
  keys: PublicJwk[];
  /** The step that was done last, and when, in seconds. */
  last: { step: Step; at: number } | undefined;
}

export function readState(file: string): State {
  const text = readText(file);
  if (text === undefined) {
    throw commandError(file === ENV_FILE ? "rotate-no-key" : "file-missing", { path: file });
  }
  const value = variablesOf(text)[KEY_VARIABLE];
  if (value === undefined || value === "") throw commandError("rotate-no-key", { path: file });
  if (withReplaced(text, KEY_VARIABLE, "") === undefined) {
    throw commandError("rotate-twice", { path: file, name: KEY_VARIABLE });
  }
  const { keys } = jwksFromKey(value);
  const [, step, at, kid] =
    /^(publish|sign|retire) at (\S+), (\S+) signs$/.exec(commentOf(text, NOTE) ?? "") ?? [];
  // A note about other keys than these says nothing about them.
  const counts =
    step !== undefined && kid === keys[0]!.kid && keys.length === (step === "retire" ? 1 : 2);
  const last = counts ? { step: step as Step, at: Date.parse(at!) / 1000 } : undefined;
  return { file, text, blocks: blocksOf(value, keys.length), keys, last };
}

/** The texts of the keys, in their order. */
function blocksOf(value: string, count: number): string[] {
  if (count === 1) return [value];
  return (
    value.replaceAll("\\n", "\n").match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? []
  );
}

export function nextStep({ keys, last, file }: State): Step {
  if (keys.length === 1) return "publish";
  if (last === undefined) throw commandError("rotate-unknown", { path: file });
  return last.step === "publish" ? "sign" : "retire";
}

/** The variable's value after a step. */
export function valueAfter(step: Step, { blocks, keys }: State): string {
  if (step === "publish") {
    // Of the same algorithm: another one in the set may make Convex refuse the whole set.
    const { privateKey } = generateKeys({ algorithm: keys[0]!.alg });
    return `${asPem(blocks[0]!)}\n${privateKey}`;
  }
  const [first, ...others] = blocks;
  return step === "sign" ? [...others, first].join("\n") : [first].join("\n");
}

/** A block with real line breaks, so that another can follow it. */
function asPem(block: string): string {
  return block
    .trim()
    .replace(/^(["'])([^]*)\1$/, "$2")
    .replaceAll("\\n", "\n")
    .trim();
}

/** Writes the value and the note of a step that is done now. */
export function writeStep({ file, text }: State, step: Step, value: string, kid: string): void {
  // To the millisecond: a time cut to the second would let the next step come too early by a part of it.
  const at = new Date().toISOString();
  const replaced = withReplaced(text, KEY_VARIABLE, value)!;
  const noted = withComment(replaced, KEY_VARIABLE, NOTE, `${step} at ${at}, ${kid} signs`);
  writeAll([{ path: file, before: text, after: noted, mode: SECRET_MODE }]);
}
