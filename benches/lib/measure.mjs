// Times of things that do the same, taking turns, so that a change of the machine's speed hits all alike.

/** A round of each contender lasts at least this long, in milliseconds. */
const LEAST_MS = 4;

/**
 * Milliseconds per call, `rounds` samples of each contender: `{ name: [ms, …] }`. A contender is a
 * function, sync or async; with `once`, a sample is one call.
 */
export async function takeTurns(contenders, { rounds, once = false }) {
  const calls = {};
  for (const [name, run] of Object.entries(contenders)) {
    calls[name] = once ? 1 : await enoughCalls(run);
  }
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(contenders)) {
      samples[name].push((await time(run, calls[name])) / calls[name]);
    }
  }
  return samples;
}

/** How many calls fill a round. Counting them warms the code up as well. */
async function enoughCalls(run) {
  for (let calls = 1; ; calls *= 2) {
    const elapsed = await time(run, calls);
    if (elapsed >= LEAST_MS && calls >= 8) {
      return Math.max(1, Math.ceil((calls * LEAST_MS) / elapsed));
    }
  }
}

async function time(run, calls) {
  const started = performance.now();
  for (let call = 0; call < calls; call += 1) {
    const result = run();
    // A promise is waited for, as a program does; a sync result is not made to wait.
    if (typeof result?.then === "function") await result;
  }
  return performance.now() - started;
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
}

/** Ratios of two contenders' samples, round by round. */
export function ratios(samples, to) {
  return samples.map((sample, round) => sample / to[round]);
}
