/** `convex-token rotate`: another key in three steps, none of which refuses a token. */
import { jwksFromKey, type PublicJwk } from "../index.js";
import { EXIT_HELP, Exit, UsageError, readArguments, type Command } from "./command.js";
import { isConnected, orTell, setDeployed } from "./convex-command.js";
import { commandError } from "./errors.js";
import { lock } from "./files/lock.js";
import { readText } from "./files/system.js";
import { CACHE_SECONDS } from "./init/next-steps.js";
import { findKeyIdFalse } from "./init/session-callback.js";
import { Workspace } from "./init/workspace.js";
import { KEY_VARIABLE } from "./keys.js";
import { inWords } from "./lengths.js";
import { ENV_FILE } from "./local-key.js";
import { colour, note, print, printJson } from "./output.js";
import { confirm, hasTerminal } from "./prompt.js";
import {
  STEPS,
  nextStep,
  readState,
  valueAfter,
  writeStep,
  type State,
  type Step,
} from "./rotate/state.js";
import { lengthOf } from "./sign.js";

/** Clocks differ; Convex has 5 seconds of tolerance for customJwt providers. */
const TOLERANCE_SECONDS = 5;

const help = `convex-token rotate: replaces the key in three steps, without a refused token

  publish   makes a second key: both are published, the first one signs
  sign      the second key signs from now on, both stay published
  retire    the key that signs no more goes, when its last token has expired

Each call does the next step, in ${KEY_VARIABLE}: its first key signs, all of them are published. A
comment above it says when a step was done, and a step that comes too early is refused.

  --step NAME          this step instead of the next one
  --status             says where the rotation is, and changes nothing
  --expires-in LENGTH  how long your tokens are valid (default: 1h)
  --file FILE          where the private key is (default: ${ENV_FILE})
  --set-env            also sets JWKS in the Convex deployment
  --force              goes on although it is too early
  --dry-run            says what would be done
  --json               prints the step, the key set and how long to wait as JSON

  npx convex-token rotate --status
  npx convex-token rotate --file .env.production.local --expires-in 15m

${EXIT_HELP}
`;

interface RotateOptions {
  step?: string | undefined;
  file: string;
  "set-env": boolean;
  force: boolean;
  "dry-run": boolean;
  json: boolean;
}

export const rotateCommand: Command = {
  summary: "replaces the key in three steps: publish, sign, retire",
  help,
  async run(args) {
    const { options } = readArguments(args, {
      step: { type: "string" },
      status: { type: "boolean", default: false },
      "expires-in": { type: "string", default: "1h" },
      file: { type: "string", default: ENV_FILE },
      "set-env": { type: "boolean", default: false },
      force: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    });
    const life = lifeOf(options["expires-in"]);
    const state = readState(options.file);
    if (options.status) {
      tellStatus(state, life, options.json);
      return Exit.done;
    }
    // Of two runs at once one would publish a key, the other keep another one.
    const unlock = options["dry-run"] ? () => {} : lock(options.file);
    try {
      return await advance(options, life);
    } finally {
      unlock();
    }
  },
};

/** Does a step, the next one unless another is named. */
async function advance(options: RotateOptions, life: number): Promise<number> {
  // Read again: another run may have ended since.
  const state = readState(options.file);
  const step = chosenStep(state, options.step);
  const wait = waitFor(step, state, life);
  if (wait > 0 && !options.force) {
    throw commandError("rotate-early", { name: step, found: inWords(wait) });
  }
  if (step === "publish" && !options.force) refuseWithoutKid();
  const value = valueAfter(step, state);
  const { keys } = jwksFromKey(value);
  if (keys.length !== (step === "retire" ? 1 : 2)) {
    throw commandError("rotate-form", { path: options.file });
  }
  const jwks = JSON.stringify({ keys });
  let isSet = false;
  if (!options["dry-run"]) {
    // A key must be published before it signs, and sign no more before it is not. The file comes last:
    // whoever is stopped before that is at the step still, and does it again.
    if (step === "publish") isSet = await publish(jwks, options);
    if (step === "retire") isSet = await orTell(() => publish(jwks, options));
    writeStep(state, step, value, keys[0]!.kid);
  }
  const dryRun = options["dry-run"];
  const next = STEPS[STEPS.indexOf(step) + 1];
  if (options.json) {
    printJson({
      step,
      dryRun,
      file: options.file,
      signs: keys[0]!.kid,
      // The key that would be made is made when it is wanted.
      jwks: dryRun && step === "publish" ? undefined : { keys },
      published: isSet,
      next: next && { step: next, waitSeconds: waitAfter(step, life) },
    });
    return Exit.done;
  }
  tell(step, state, keys, { isSet, life, next, dry: dryRun, jwks });
  return Exit.done;
}

function chosenStep(state: State, given: string | undefined): Step {
  if (given === undefined) return nextStep(state);
  if (!STEPS.includes(given as Step)) {
    throw new UsageError(`There is no step ${JSON.stringify(given)}: it is ${STEPS.join(", ")}.`);
  }
  const step = given as Step;
  const { keys, last } = state;
  const found =
    step === "publish"
      ? keys.length > 1
        ? "there are two keys already"
        : undefined
      : keys.length === 1
        ? "there is one key only, so `publish` comes first"
        : last !== undefined && nextStep(state) !== step
          ? `\`${nextStep(state)}\` comes first`
          : undefined;
  if (found !== undefined) throw commandError("rotate-step", { name: step, found });
  return step;
}

/** How long to wait after a step: for caches of the set, then for tokens of the first key. */
function waitAfter(step: Step, life: number): number {
  if (step === "publish") return CACHE_SECONDS;
  return step === "sign" ? life + TOLERANCE_SECONDS : 0;
}

/** How long to wait yet before a step, in seconds. */
function waitFor(step: Step, { last }: State, life: number): number {
  if (last === undefined || step === "publish") return 0;
  return Math.ceil(last.at + waitAfter(last.step, life) - Date.now() / 1000);
}

/** Seconds of a length as the library reads it: the life of a token that is signed with it. */
function lifeOf(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)\s*([smhdw]?)[a-z]*$/i.exec(text.trim()) ?? [];
  const size = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit.toLowerCase() || "s"];
  if (number === undefined || size === undefined || lengthOf(text) === undefined) {
    throw new UsageError("How long tokens are valid is written 30s, 15m, 1h or 7d.");
  }
  return Number(number) * size;
}

/** Sets the deployment's JWKS, if that is wanted. */
async function publish(
  jwks: string,
  options: { "set-env": boolean; json: boolean },
): Promise<boolean> {
  if (!options["set-env"]) {
    if (options.json || !hasTerminal() || !isConnected()) return false;
    if (!(await confirm("Set JWKS in the Convex deployment now?", true))) return false;
  }
  setDeployed("JWKS", jwks);
  return true;
}

/** A signer without `kid` and two published keys do not go together. */
function refuseWithoutKid(): void {
  // Elsewhere there may be any number of files.
  if (readText("package.json") === undefined) return;
  for (const source of new Workspace(process.cwd()).sourcesWith("convexSession")) {
    if (findKeyIdFalse(source)) throw commandError("rotate-key-id", { path: source.path });
  }
}

function tellStatus(state: State, life: number, json: boolean): void {
  const { keys, last, file } = state;
  const unknown = keys.length > 1 && last === undefined;
  const next = unknown ? undefined : nextStep(state);
  const wait = next === undefined ? 0 : Math.max(0, waitFor(next, state, life));
  if (json) {
    printJson({
      file,
      keys: keys.map(({ kid, alg }) => ({ kid, alg })),
      last: last && { step: last.step, at: new Date(last.at * 1000).toISOString() },
      next,
      waitSeconds: wait,
    });
    return;
  }
  const list = keys.map(({ kid, alg }, index) => `  ${kid}  ${alg}${index === 0 ? "  signs" : ""}`);
  const done =
    last === undefined
      ? ""
      : `\nLast step: ${last.step}, ${inWords(Date.now() / 1000 - last.at)} ago.`;
  const coming = unknown
    ? "No note says which step comes next: give it with --step."
    : `Next step: ${next}${wait > 0 ? `, in ${inWords(wait)}` : ""}.`;
  print(`Keys in ${file}, all of them to be published:\n${list.join("\n")}${done}\n${coming}`);
}

interface Told {
  isSet: boolean;
  life: number;
  next: Step | undefined;
  dry: boolean;
  jwks: string;
}

function tell(
  step: Step,
  state: State,
  keys: PublicJwk[],
  { isSet, life, next, dry, jwks }: Told,
): void {
  if (dry) {
    const planned = {
      publish: "a second key would be made and published; the first one would still sign",
      sign: `the second key would sign, kid ${keys[0]!.kid}; both would stay published`,
      retire: `the key that signs no more would go, and kid ${keys[0]!.kid} be the only one`,
    }[step];
    print(`With --dry-run nothing was changed: ${planned}.`);
    return;
  }
  const done = {
    publish: `A second key was made, kid ${keys[1]?.kid}. The first one still signs.`,
    sign: `The second key signs now, kid ${keys[0]!.kid}. Both stay published.`,
    retire: `The key that signed before is gone. The only one is now kid ${keys[0]!.kid}.`,
  }[step];
  const host = `Set ${KEY_VARIABLE} of ${state.file} at your host too if it runs elsewhere, and deploy.`;
  const set = isSet
    ? "JWKS is set in the deployment."
    : `Publish the set (for production with --prod):\n\n  npx convex env set JWKS '${jwks}'\n`;
  print(colour("green", done));
  if (step === "sign") print(host);
  else print(set);
  if (step === "retire") print(host);
  if (next === undefined) return;
  const wait = inWords(waitAfter(step, life));
  const why =
    step === "publish"
      ? "until every cache has the new set"
      : `until the last token of the old key has expired (--expires-in ${inWords(life)})`;
  note(`\nWait ${wait} ${why}, counted from when that is done; then run: npx convex-token rotate`);
}
