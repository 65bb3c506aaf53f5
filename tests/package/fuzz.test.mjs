// A moment of the fuzzer in fuzz/: the same cases at each run, or others with FUZZ_SEED. A failure names
// the command that runs its case once more.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { forgotten, fuzz, memory } from "./fuzz/fuzz.mjs";

const seed = Number(process.env.FUZZ_SEED ?? 1);

/** Cases of the subpaths: about a second of each of the larger ones. */
const SUBPATHS = {
  convex: 2_500,
  next: 2_000,
  "next-auth": 2_000,
  client: 500,
  react: 400,
  node: 300,
  webcrypto: 300,
};

test("every export is called by the fuzzer", async () => {
  assert.deepEqual(await forgotten(), []);
});

test("whatever is given, the outcome is an answer or an error of the table, and the memory stays", async (context) => {
  const first = await fuzz({ seed, runs: 20_000 });
  const before = memory();
  const second = await fuzz({ seed, from: first.next, runs: 20_000 });
  context.diagnostic(`${first.runs + second.runs} cases: ${inspect(second.outcomes)}`);
  // Refusals of all kinds, and no fewer answers: the cases are near to what is right.
  assert.ok(second.outcomes.size > 30);
  assert.ok(second.outcomes.get("answered") > 5_000);
  // What the largest texts take is taken by then; allowed is what is left of it by chance.
  assert.ok(memory() - before <= 2 * 1024 * 1024, `${before} to ${memory()} bytes`);
});

for (const [entry, runs] of Object.entries(SUBPATHS)) {
  test(`whatever ${entry} is given, it ends, and tells nobody's secrets`, async (context) => {
    const { outcomes } = await fuzz({ entry, seed, runs });
    context.diagnostic(`${runs} cases: ${inspect(outcomes)}`);
    // What waits does so for what it was given.
    assert.ok((outcomes.get("waits") ?? 0) < runs / 10);
    assert.ok(outcomes.get("answered") > runs / 4);
    const codes = [...outcomes.keys()].filter((name) => name.startsWith("ERR_"));
    assert.ok(codes.length > 0);
  });
}
