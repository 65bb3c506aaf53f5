// Calls every export with values that nobody gives, and checks what comes of it: an answer of its
// documented shape, or an error of the table. Never a trap, never key material, in bounded time, and
// the module's memory stays as it is.
//
//   node fuzz/fuzz.mjs --runs 10000000 --seed 7      looks for new cases
//   node fuzz/fuzz.mjs --seed 7 --case 1234          runs one once more, and shows it
//   node fuzz/fuzz.mjs --all                         goes on after a failure: each kind is told once
import { inspect, parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { Random } from "./random.mjs";
import { Hostile, changedValue, disguised, strangeValue } from "./values.mjs";

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
const { canaries, operations } = await import("./operations.mjs");

/** Far more than any call takes, in ms, on a machine that does other things too. */
const LONGEST = 5_000;

// Taking stacks is most of the time otherwise.
Error.stackTraceLimit = 4;

const weighted = operations.flatMap((operation) => Array(operation[4]).fill(operation));

export const memory = () => instances.at(-1).exports.memory.buffer.byteLength;

/** One case: an operation and its arguments. */
export function caseOf(seed, number) {
  const random = new Random(seed, number);
  const [name, operation, makers, shape] = random.of(weighted);
  const given = makers.map((make) => {
    if (random.percent(10)) return strangeValue(random);
    const value = make(random);
    if (random.percent(40)) return value;
    return random.percent(25) ? disguised(random, value) : changedValue(random, value);
  });
  if (random.percent(2)) given.pop();
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
  const before = performance.now();
  try {
    answer = operation(...given);
  } catch (error) {
    return refused(name, error, before, look);
  }
  if (isPromise(answer)) {
    return answer.then(
      (value) => answered(name, value, shape, before),
      (error) => refused(name, error, before, look),
    );
  }
  return answered(name, answer, shape, before);
}

function isPromise(value) {
  return value instanceof Promise;
}

function answered(name, value, shape, before) {
  inTime(name, before);
  if (!shape(value)) throw new Error(`${name} gave ${inspect(value)}`);
  return "answered";
}

function refused(name, error, before, look) {
  inTime(name, before);
  if (isTheCallers(error)) return "thrown";
  if (!(error instanceof ConvexTokenError)) {
    throw new Error(`${name} threw ${inspect(error)}`, { cause: error });
  }
  const { code, message, hint } = error;
  if (!/^ERR_[A-Z_]+$/.test(code) || code === "ERR_INTERNAL" || code === "ERR_WASM_TRAP") {
    throw new Error(`${name}: ${code} ${message}`, { cause: error });
  }
  if (message.length + hint.length > 4_000) throw new Error(`${name}: ${code} is too long`);
  const shown = look ? `${inspect(error, { depth: 9, showHidden: true })}${error.stack}` : "";
  const texts = `${message} ${hint} ${shown}`;
  const canary = /[\w+/-]{16}/.test(texts) && canaries.find((one) => texts.includes(one));
  if (canary) {
    throw new Error(`${name}: ${code} shows "${canary}" of a private key`);
  }
  return code;
}

/** What a revoked proxy throws when it is looked at, whoever looks, and a class as a clock. */
function isTheCallers(error) {
  const known = /proxy that has been revoked|Class constructors? .*without 'new'/;
  return error instanceof Hostile || (error instanceof TypeError && known.test(error.message));
}

function inTime(name, before) {
  const taken = performance.now() - before;
  if (taken > LONGEST) throw new Error(`${name} took ${Math.round(taken)} ms`);
}

/** Runs cases one after another; what fails is told with its case. */
export async function fuzz({
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
      outcome = run(caseOf(seed, number), number % 64 === 0);
      if (typeof outcome !== "string") outcome = await outcome;
    } catch (cause) {
      const again = `node fuzz/fuzz.mjs --seed ${seed} --case ${number}`;
      failed(new Error(`${cause.message} (${again})`, { cause }));
      outcome = "failed";
    }
    if (instances.length > 1) {
      failed(new Error(`a trap (node fuzz/fuzz.mjs --seed ${seed} --case ${number})`));
      instances.splice(0, instances.length - 1);
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (number % 4_096 === 0) {
      // Issuers that a case has left, and promises.
      await new Promise(setImmediate);
      progress(number - from);
    }
  }
  return { runs: number - from, next: number, outcomes };
}

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      case: { type: "string" },
      from: { type: "string", default: "0" },
      runs: { type: "string", default: "100000" },
      seconds: { type: "string", default: "1000000" },
      all: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  if (values.case !== undefined) {
    const one = caseOf(seed, Number(values.case));
    console.log(one.name, inspect(one.given, { depth: 4, maxStringLength: 2_000 }));
    console.log(await run(one, true));
    return;
  }
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
    seed,
    from: Number(values.from),
    runs: Number(values.runs),
    until: began + Number(values.seconds) * 1000,
    failed,
    progress: () => marks.push([memory(), process.memoryUsage().rss]),
  });
  const seconds = (performance.now() - began) / 1000;
  const [first, last] = [marks[Math.floor(marks.length / 10)], marks.at(-1)];
  console.log(`${runs} cases of seed ${seed} up to ${next} in ${seconds.toFixed(1)} s`);
  console.log(`the module's memory: ${first[0]} bytes after a tenth, ${last[0]} at the end`);
  console.log(`the process: ${first[1] >> 20} MB after a tenth, ${last[1] >> 20} MB at the end`);
  console.log(Object.fromEntries([...outcomes].sort((one, other) => other[1] - one[1])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
