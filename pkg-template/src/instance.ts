/**
 * The life of the WebAssembly instance: made at the first call, replaced after a trap.
 *
 * This file and the loaders beside it (`index*.ts`, `module.inline.ts`) are the only ones that know
 * WebAssembly.
 */
import * as core from "./core.js";
import { ConvexTokenError, type ErrorParts } from "./errors.js";
import { worded } from "./wording.js";

type Core = typeof core;

let loadModule: (() => WebAssembly.Module) | undefined;
let module: WebAssembly.Module | undefined;
let instance: WebAssembly.Instance | undefined;
/** One that has trapped, until its memory is wiped. */
let lost: WebAssembly.Instance | undefined;
let generation = 0;
let trap: ErrorParts;

/** Tells where the module comes from on this kind of host. Called once, by the entry that loads. */
export function useModule(load: () => WebAssembly.Module): void {
  loadModule ??= load;
}

/** How many instances have been lost. Handles of an earlier one mean nothing to the one that is alive. */
export function currentGeneration(): number {
  return generation;
}

/**
 * Calls one operation of the core, and wipes what it leaves on the core's stack. What it throws becomes
 * a {@link ConvexTokenError}; a trap also costs the instance its life, because nothing is known of its
 * memory afterwards.
 */
export function call<Result>(operation: (core: Core) => Result): Result {
  start();
  let outcome: { result: Result } | { refusal: ErrorParts };
  try {
    outcome = attempt(operation);
    core.wipeStack();
  } catch (cause) {
    // No function does this: there may be no stack left to call one.
    lost = instance;
    instance = undefined;
    generation += 1;
    try {
      wipeLost();
    } catch {
      // The next call does.
    }
    throw new ConvexTokenError(trap, { cause });
  }
  if ("refusal" in outcome) throw new ConvexTokenError(inWords(outcome.refusal));
  return outcome.result;
}

function attempt<Result>(
  operation: (core: Core) => Result,
): { result: Result } | { refusal: ErrorParts } {
  try {
    return { result: operation(core) };
  } catch (thrown) {
    if (isErrorParts(thrown)) return { refusal: thrown };
    throw thrown;
  }
}

/** An error that only this side can notice, from the core's table of errors. */
export function hostError(
  kind: core.HostErrorKind,
  { path = "", found = "", cause }: { path?: string; found?: string; cause?: unknown } = {},
): ConvexTokenError {
  const parts = call((core) => core.hostError(kind, path, found));
  return new ConvexTokenError(inWords(parts), cause === undefined ? undefined : { cause });
}

function inWords({ code, message, hint }: ErrorParts): ErrorParts {
  return { code, message: worded(message), hint: worded(hint) };
}

function start(): void {
  if (instance !== undefined) return;
  wipeLost();
  if (loadModule === undefined) throw new Error("convex-token was imported past its entry point");
  module ??= loadModule();
  const made = new WebAssembly.Instance(module, {
    "./core_bg.js": core as WebAssembly.ModuleImports,
  });
  core.__wbg_set_wasm(made.exports);
  (made.exports as { __wbindgen_start?: () => void }).__wbindgen_start?.();
  // Asked for now: when it is needed, there may be no stack left to ask.
  trap ??= inWords(core.hostError("trap", "", ""));
  instance = made;
}

/** Nobody drops the keys in there any more. */
function wipeLost(): void {
  if (lost === undefined) return;
  new Uint8Array((lost.exports["memory"] as WebAssembly.Memory).buffer).fill(0);
  lost = undefined;
}

function isErrorParts(thrown: unknown): thrown is ErrorParts {
  return (
    typeof thrown === "object" &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    typeof (thrown as Partial<ErrorParts>).code === "string" &&
    typeof (thrown as Partial<ErrorParts>).hint === "string"
  );
}
