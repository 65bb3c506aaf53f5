// What is around a case of a subpath: the environment, the console, time, and what must stay as it is.
import { readFileSync } from "node:fs";
import { format } from "node:util";
import { Canaries } from "../../tools/canaries.mjs";
import { isOthersCode, isOthersLine, isReported, quotes } from "./exceptions.mjs";
import { pairs, secrets, tokens } from "./material.mjs";
import { forgetThrown } from "./values.mjs";

const { random } = Math;
const real = { setTimeout, clearTimeout, now: Date.now, fetch: globalThis.fetch };

/** Milliseconds of the machine's own time. */
export const clock = performance.now.bind(performance);
const beginning = Date.UTC(2026, 0, 1);

/** Many more than anything takes that ends by itself: timers, and turns of the event loop. */
const MOST_TIMERS = 2_000;
const MOST_TURNS = 20;

const table = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
const codes = new Set(table.match(/ERR_[A-Z_]+/g));

/** Whether a code is of the tables. */
export const isOwnCode = (code) => codes.has(code);

/** Whether an operation may tell of this code. */
export const isCode = (code, name) => isOwnCode(code) || isOthersCode(code, name);

// ---- Secrets ----------------------------------------------------------------------------------

const canaries = new Canaries(
  pairs.map(({ privateKey }) => privateKey),
  { ...secrets, "a token's signature": tokens[0].split(".")[2] },
);

/** Most texts are the same in many cases. */
const innocent = new Set();

/**
 * The name of a secret that a text shows, if it shows one.
 *
 * @param code of the error that the text is of
 */
export function secretIn(text, code) {
  if (innocent.has(text)) return undefined;
  const shown = canaries.shownIn(text);
  if (shown.length === 0 && text.length < 2_000) {
    if (innocent.size > 5_000) innocent.clear();
    innocent.add(text);
  }
  return shown.find((one) => !(quotes(code) && one in secrets));
}

// ---- Time -------------------------------------------------------------------------------------

let time = beginning;
let number = 0;
const timers = new Map();

/** As Node's: what is no number of milliseconds that it can wait is one. */
function setTimer(callback, delay, ...parameters) {
  const wait = delay >= 1 && delay < 2 ** 31 ? Math.trunc(delay) : 1;
  const timer = { number: (number += 1), unref: () => timer, ref: () => timer, hasRef: () => true };
  timers.set(timer.number, { due: time + wait, callback, parameters });
  return timer;
}

const clearTimer = (timer) => void timers.delete(timer?.number);

export const now = () => time;
export const turn = () => new Promise(setImmediate);

/** Lets the next timer go off, and what comes of it happen; false when there is none. */
export async function nextTimer() {
  let [next] = timers;
  if (next === undefined) return false;
  for (const one of timers) if (one[1].due < next[1].due) next = one;
  const [key, { due, callback, parameters }] = next;
  timers.delete(key);
  time = Math.max(time, due);
  callback(...parameters);
  await turn();
  return true;
}

/** Lets so many milliseconds pass. */
export async function pass(milliseconds) {
  const end = time + milliseconds;
  for (let count = 0; ; count += 1) {
    await turn();
    if (![...timers.values()].some(({ due }) => due <= end)) break;
    if (count > MOST_TIMERS) throw new Error("timers without end");
    await nextTimer();
  }
  time = Math.max(time, end);
}

/** What is given by `settled` for a promise that waits for what the case has given. */
export const WAITS = "waits";

/**
 * What a promise gives, in time that passes at once. One that waits for what the case has given, and
 * for no timer, is told by {@link WAITS}; that is a failure unless it may wait for others.
 */
export async function settled(promise, { forOthers = true, most = MOST_TIMERS } = {}) {
  let outcome;
  promise.then(
    (value) => (outcome = { value }),
    (error) => (outcome = { error }),
  );
  for (let idle = 0, count = 0; idle < MOST_TURNS; count += 1) {
    await turn();
    if (outcome !== undefined) break;
    if (count > most) throw new Error(`not settled after ${most} timers, ${time - beginning} ms`);
    idle = (await nextTimer()) ? 0 : idle + 1;
  }
  if (outcome === undefined) {
    if (forOthers) return WAITS;
    throw new Error("never settled: it waits, and no timer ends that");
  }
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

// ---- The environment --------------------------------------------------------------------------

const { env } = process;
const kept = { ...env };
const names = [
  ...["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY", "CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL"],
  ...["CONVEX_URL", "JWKS", "NODE_ENV"],
];

/** Sets the variables that the package reads; those that are not given are not set. */
export function setEnvironment(variables) {
  for (const name of names) {
    if (variables[name] === undefined) delete env[name];
    else env[name] = variables[name];
  }
}

// ---- What must stay ---------------------------------------------------------------------------

const shared = [
  ...[Object, Array, Function, Promise, Error, String, Map, Response, Request, Headers],
].map(({ prototype }) => prototype);
const shapeOf = () =>
  [globalThis, ...shared].map((one) => Reflect.ownKeys(one).map(String).join(" ")).join("\n");
const count = () => shared.reduce((sum, one) => sum + Reflect.ownKeys(one).length, 0);
let shape, members;

// ---- One case ---------------------------------------------------------------------------------

const levels = ["log", "info", "debug", "warn", "error", "trace"];
const written = Object.fromEntries(levels.map((level) => [level, console[level]]));
let lines = [];
let faults = [];
let isInside = false;

/** Where React tells what it has recovered from: it looks for this when it is loaded. */
globalThis.reportError = (error) => faults.push({ event: "reported", error });

for (const event of ["unhandledRejection", "uncaughtException"]) {
  process.on(event, (error) => {
    if (!isInside) throw error;
    faults.push({ event, error });
  });
}

export function begin() {
  isInside = true;
  [lines, faults, time] = [[], [], beginning];
  forgetThrown();
  timers.clear();
  globalThis.setTimeout = setTimer;
  globalThis.clearTimeout = clearTimer;
  Date.now = now;
  performance.now = now;
  let chance = 0;
  Math.random = () => (chance = (chance + 0.618) % 1);
  for (const level of levels) {
    console[level] = (...parts) => lines.push({ level, parts, text: format(...parts) });
  }
  shape ??= shapeOf();
  members ??= count();
}

/** Ends a case; what it has done that it must not do is thrown. */
export async function end(name, isLook) {
  try {
    // What is still to come, such as rejections that nobody hears.
    await turn();
    for (let timer = 0; timer < 20 && (await nextTimer()); timer += 1);
  } finally {
    isInside = false;
    timers.clear();
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    globalThis.fetch = real.fetch;
    Date.now = real.now;
    delete performance.now;
    Math.random = random;
    Object.assign(console, written);
    setEnvironment(kept);
  }
  for (const { event, error } of faults) {
    if (isReported(error)) continue;
    throw new Error(`${name}: ${event}: ${described(error)}`, { cause: error });
  }
  if (members !== count() || (isLook && shape !== shapeOf())) {
    const added = difference(shape);
    shape = members = undefined;
    throw new Error(`${name} has changed a prototype or what is global: ${added}`);
  }
  for (const { parts, text } of lines) {
    const [line, ...more] = parts;
    if (isOthersLine(text)) continue;
    const code = /^(?:\[convex-token\] .*?)?\b(ERR_[A-Z_]+): /.exec(line)?.[1];
    if (!isCode(code, name)) throw new Error(`${name} wrote ${text.slice(0, 200)}`);
    if (line.length > 4_000) throw new Error(`${name} wrote a line that is too long: ${code}`);
    // What was thrown by others is shown beside it, as it is.
    const secret = secretIn(line, code) ?? (more.length > 1 ? "more than a cause" : undefined);
    if (secret) throw new Error(`${name} wrote ${secret} beside ${code}`);
  }
}

function difference(before) {
  const words = new Set(before.split(/\s/));
  return shapeOf()
    .split(/\s/)
    .filter((word) => !words.has(word))
    .join(" ");
}

function described(error) {
  try {
    return String(error?.stack ?? error).slice(0, 400);
  } catch {
    return typeof error;
  }
}
