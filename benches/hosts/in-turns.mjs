// For hosts whose clock runs while they compute: everybody takes turns here.
import keys from "bench-keys";
import { takeTurns } from "../lib/measure.mjs";
import { contenders } from "./contenders.mjs";

/** The samples of each key: `{ key: { contender: [ms, …] } }`. */
export async function measure(options) {
  const samples = {};
  for (const key of keys) samples[key.name] = await takeTurns(await contenders(key), options);
  return samples;
}
