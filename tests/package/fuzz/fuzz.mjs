// Calls every export with values that nobody gives, and checks what comes of it: an answer of its
// documented shape, or an error of the table. Never a trap, never key material, in bounded time, and
// the module's memory stays as it is. Of the subpaths also: nothing waits without end, no rejection is
// unheard, no prototype is changed, and what is written to the console is a row of the table.
//
//   node fuzz/fuzz.mjs --runs 10000000 --seed 7      looks for new cases
//   node fuzz/fuzz.mjs --entry next --entry client   of these entries only
//   node fuzz/fuzz.mjs --entry next --seed 7 --case 1234    runs one once more, and shows it
//   node fuzz/fuzz.mjs --all                         goes on after a failure: each kind is told once
//   node --expose-gc fuzz/fuzz.mjs                   collects what cases have left, so that memory is told
import { inspect, parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { Random } from "./random.mjs";
import { changedValue, disguised, strangeValue } from "./values.mjs";

/** The instances of the module, for their memory: a trap costs one its life. */
export const instances = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, given) {
    instances.push(new target(...given));
    return instances.at(-1);
  },
});
const { ConvexTokenError } = await import("convex-token");
const { entries, forgotten } = await import("./entries.mjs");
const { WAITS, begin, clock, end, isCode, isOwnCode, secretIn } = await import("./world.mjs");
const { isExcepted, isSlow } = await import("./exceptions.mjs");

export { forgotten };

/** Far more than any call takes, in ms, on a machine that does other things too. */
const LONGEST = 5_000;

// Taking stacks is most of the time otherwise.
Error.stackTraceLimit = 4;

/** Each operation as often as its weight says. */
const weighted = Object.fromEntries(
  Object.entries(entries).map(([entry, { operations }]) => [
    entry,
    operations.flatMap((operation) => Array(operation[4]).fill(operation)),
  ]),
);

export const memory = () => instances.at(-1).exports.memory.buffer.byteLength;

/** One case: an operation and its arguments. */
export function caseOf(entry, seed, number) {
  const random = new Random(seed, number);
  const [name, operation, makers, shape] = random.of(weighted[entry]);
  const { oddValue = strangeValue } = entries[entry];
  const given = makers.map((make) => {
    if (make.isExact) return make(random);
    if (random.percent(10)) return oddValue(random);
    const value = make(random);
    if (random.percent(40)) return value;
    if (random.percent(25)) return disguised(random, value);
    return changedValue(random, value, () => oddValue(random));
  });
  if (random.percent(2) && !makers.at(-1)?.isExact) given.pop();
  return { name, operation, shape, given };
}

/**
 * Runs a case; what is wrong with its outcome is thrown.
 *
 * @returns the code of its refusal, or "answered", or "thrown" for what the caller's own value threw; a
 * promise of it where the answer is one
 */
export function run({ name, operation, shape, given }, look = false) {
  let answer;
  const before = clock();
  try {
    answer = operation(...given);
  } catch (error) {
    return refused(name, error, before, look);
  }
  if (isPromise(answer)) {
    return answer.then(
      (value) => answered(name, value, shape, before, given),
      (error) => refused(name, error, before, look),
    );
  }
  return answered(name, answer, shape, before, given);
}

/** A case of a subpath: it is made, run and looked after in a world of its own. */
async function runInWorld(entry, seed, number, look, show = () => {}) {
  begin();
  let name = entry;
  try {
    const one = caseOf(entry, seed, number);
    name = one.name;
    show(one);
    return await run(one, look);
  } finally {
    await end(name, look);
  }
}

function isPromise(value) {
  return value instanceof Promise;
}

function answered(name, value, shape, before, given) {
  inTime(name, before);
  if (value === WAITS) return value;
  if (!shape(value, ...given)) throw new Error(`${name} gave ${inspect(value, { depth: 4 })}`);
  return "answered";
}

function refused(name, error, before, look) {
  inTime(name, before);
  if (isExcepted(name, error)) return "thrown";
  if (!(error instanceof ConvexTokenError)) {
    throw new Error(`${name} threw ${inspect(error)}`, { cause: error });
  }
  const { code, message, hint } = error;
  if (!isCode(code, name) || code === "ERR_INTERNAL" || code === "ERR_WASM_TRAP") {
    throw new Error(`${name}: ${code} ${message}`, { cause: error });
  }
  if (message.length + hint.length > 4_000) throw new Error(`${name}: ${code} is too long`);
  const shown = look ? `${inspect(error, { depth: 9, showHidden: true })}${error.stack}` : "";
  const secret = secretIn(`${message} ${hint} ${shown}`, code);
  if (secret) throw new Error(`${name}: ${code} shows ${secret}`, { cause: error });
  return isOwnCode(code) ? code : "another version's code";
}

function inTime(name, before) {
  const taken = clock() - before;
  if (taken > LONGEST * (isSlow(name) ? 12 : 1))
    throw new Error(`${name} took ${Math.round(taken)} ms`);
}

/** Runs cases one after another; what fails is told with its case. */
export async function fuzz({
  entry = "root",
  seed,
  from = 0,
  runs,
  until = Infinity,
  progress = () => {},
  failed = (error) => {
    throw error;
  },
}) {
  const outcomes = new Map();
  let number = from;
  for (; number < from + runs && performance.now() < until; number += 1) {
    let outcome;
    try {
      const look = number % 64 === 0;
      if (entry === "root") {
        outcome = run(caseOf(entry, seed, number), look);
        if (typeof outcome !== "string") outcome = await outcome;
      } else {
        outcome = await runInWorld(entry, seed, number, look);
      }
    } catch (cause) {
      failed(new Error(`${cause?.message} (${again(entry, seed, number)})`, { cause }));
      outcome = "failed";
    }
    if (instances.length > 1) {
      failed(new Error(`a trap (${again(entry, seed, number)})`));
      instances.splice(0, instances.length - 1);
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (number % 4_096 === 0) {
      // Issuers that a case has left, and promises.
      globalThis.gc?.();
      await new Promise(setImmediate);
      progress(number - from);
    }
  }
  return { runs: number - from, next: number, outcomes };
}

/** The command that runs a case once more. */
const again = (entry, seed, number) =>
  `node fuzz/fuzz.mjs --entry ${entry} --seed ${seed} --case ${number}`;

async function main() {
  const { values } = parseArgs({
    options: {
      entry: { type: "string", multiple: true, default: Object.keys(entries) },
      seed: { type: "string", default: "1" },
      case: { type: "string" },
      from: { type: "string", default: "0" },
      runs: { type: "string", default: "100000" },
      seconds: { type: "string", default: "1000000" },
      all: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  if (values.case !== undefined) return showCase(values.entry[0], seed, Number(values.case));
  for (const entry of values.entry) await fuzzLong(entry, seed, values);
}

async function showCase(entry, seed, number) {
  const { log } = console;
  const show = ({ name, given }) => log(name, inspect(given, { depth: 4, maxStringLength: 2_000 }));
  if (entry !== "root") return log(await runInWorld(entry, seed, number, true, show));
  const one = caseOf(entry, seed, number);
  show(one);
  log(await run(one, true));
}

async function fuzzLong(entry, seed, values) {
  const marks = [];
  // Each kind of failure is told once.
  const failures = new Map();
  const failed = (error) => {
    if (!values.all) throw error;
    const kind = error.message.slice(0, 100);
    if (!failures.has(kind)) console.log(error.message.slice(0, 600));
    failures.set(kind, (failures.get(kind) ?? 0) + 1);
  };
  const began = performance.now();
  const { runs, next, outcomes } = await fuzz({
    entry,
    seed,
    from: Number(values.from),
    runs: Number(values.runs),
    until: began + Number(values.seconds) * 1000,
    failed,
    progress: () => marks.push([memory(), process.memoryUsage().rss]),
  });
  const seconds = (performance.now() - began) / 1000;
  const [first, last] = [marks[Math.floor(marks.length / 10)], marks.at(-1)];
  console.log(`${entry}: ${runs} cases of seed ${seed} up to ${next} in ${seconds.toFixed(1)} s`);
  console.log(`the module's memory: ${first[0]} bytes after a tenth, ${last[0]} at the end`);
  console.log(`the process: ${first[1] >> 20} MB after a tenth, ${last[1] >> 20} MB at the end`);
  console.log(Object.fromEntries([...outcomes].sort((one, other) => other[1] - one[1])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
