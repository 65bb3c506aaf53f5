// Times of things that do the same, taking turns, so that a change of the machine's speed hits all alike.
// Nothing here is Node's: other hosts run it too.

/** A round of each contender lasts at least this long, in milliseconds. */
const LEAST_MS = 4;

/** So many rounds there are, however long they take. */
const LEAST_ROUNDS = 5;

/**
 * Milliseconds per call, `rounds` samples of each contender: `{ name: [ms, …] }`. A contender is a
 * function, sync or async; with `once`, a sample is one call. After `budget` milliseconds there are no
 * further rounds, but for the first few.
 */
export async function takeTurns(
  contenders,
  { rounds, once = false, least = LEAST_MS, budget = 15_000 },
) {
  const started = performance.now();
  const calls = {};
  for (const [name, run] of Object.entries(contenders)) {
    calls[name] = once ? 1 : await enoughCalls(run, least);
  }
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    if (round >= LEAST_ROUNDS && performance.now() - started > budget) break;
    // Each begins in turn: what one leaves to the garbage collector is not always the same one's to pay.
    const names = Object.keys(contenders);
    for (const name of [
      ...names.slice(round % names.length),
      ...names.slice(0, round % names.length),
    ]) {
      samples[name].push((await time(contenders[name], calls[name])) / calls[name]);
    }
  }
  return samples;
}

/** How many calls fill a round. Counting them warms the code up as well. */
async function enoughCalls(run, least) {
  for (let calls = 1; ; calls *= 2) {
    const elapsed = await time(run, calls);
    if (elapsed >= 20 * least || (elapsed >= least && calls >= 8)) {
      return Math.max(1, Math.ceil((calls * least) / elapsed));
    }
  }
}

async function time(run, calls) {
  const started = performance.now();
  await repeat(run, calls);
  return performance.now() - started;
}

/** A promise is waited for, as a program does; a sync result is not made to wait. */
export async function repeat(run, calls) {
  for (let call = 0; call < calls; call += 1) {
    const result = run();
    if (typeof result?.then === "function") await result;
  }
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], max: sorted.at(-1) };
}

/** Ratios of two contenders' samples, round by round. */
export function ratios(samples, to) {
  return samples.map((sample, round) => sample / to[round]);
}
