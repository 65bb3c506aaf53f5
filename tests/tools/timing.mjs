// Whether times tell secrets apart, by statistics (Reparaz, Balasch, Verbauwhede, "Dude, is my code constant
// time?", 2017): two classes of inputs take turns at random, and Welch's t of their times says whether the
// means differ. src/timing.rs has the same natively.

/** Beyond this, means differ: by chance once in 10^20. A busy machine adds noise, which makes t smaller. */
export const LIMIT = 10;

/**
 * The parts of the times that are kept, from the shortest on: the others are pauses, of which a busy machine
 * has more. The part counts by which classes differ most.
 */
const KEPT = [0.5, 0.8];

/** The fewest times of a class that say anything. */
const FEWEST = 5;

/** The part of the duration that goes by before times count: until then, engines compile. */
const WARM_UP = 0.25;

/** How often other processes have taken this one's place. */
const interruptions = () => process.resourceUsage().involuntaryContextSwitches;

/**
 * Times of a computation on inputs of two classes, uninterrupted. What is not timed is `ready`, which makes an input of
 * either class in the same way, and `over`, which is given the input and the result.
 */
export function take({ ready, compute, over = () => {} }, seconds) {
  const samples = [];
  const start = performance.now();
  const [warm, end] = [start + seconds * 1000 * WARM_UP, start + seconds * 1000];
  for (let now = start; now < end; now = performance.now()) {
    const isFirst = Math.random() < 0.5;
    const input = ready(isFirst);
    const before = interruptions();
    const begun = performance.now();
    const result = compute(input);
    const time = performance.now() - begun;
    const wasInterrupted = interruptions() !== before;
    over(input, result);
    if (now >= warm && !wasInterrupted) samples.push({ isFirst, time, result });
  }
  return samples;
}

/** Welch's t of two classes, and what it is made of. */
export function welch(samples) {
  const sorted = Float64Array.from(samples, ({ time }) => time).sort();
  const parts = KEPT.map((part) => ofShorter(samples, sorted[Math.floor(sorted.length * part)]));
  return parts.reduce((one, other) => (Math.abs(other.t) > Math.abs(one.t) ? other : one));
}

function ofShorter(samples, longest) {
  const [first, second] = [true, false].map((wanted) => {
    const times = samples.filter(({ isFirst, time }) => isFirst === wanted && time <= longest);
    const mean = times.reduce((sum, { time }) => sum + time, 0) / times.length;
    const squares = times.reduce((sum, { time }) => sum + (time - mean) ** 2, 0);
    return { count: times.length, mean, error: squares / (times.length - 1) / times.length };
  });
  const difference = (first.mean - second.mean) / Math.sqrt(first.error + second.error);
  const counts = [first.count, second.count];
  const t = Math.min(...counts) < FEWEST ? 0 : difference;
  return { t, means: [first.mean, second.mean], counts };
}
