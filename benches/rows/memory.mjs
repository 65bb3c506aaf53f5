// Many tokens, and what memory they leave behind: nothing may grow after the first thousand.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export const name = "memory";

export async function* rows({ quick }) {
  const count = quick ? 100_000 : 1_000_000;
  const script = join(import.meta.dirname, "../lib/million-tokens.mjs");
  const { status, stdout } = spawnSync(process.execPath, ["--expose-gc", script, String(count)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${script} failed`);
  const { wasm, heap, heapLater, rssLater } = JSON.parse(stdout);
  const what = `after ${count.toLocaleString("en")} tokens`;
  yield { what: `${what}: wasm memory grown by`, bytes: wasm, atMostKb: 0 };
  // Compiled code and what the engine notes of it; the smallest object of each token would be sixteen
  // thousand KB, and half of that later.
  yield { what: `${what}: JavaScript heap grown by`, bytes: heap, atMostKb: 512 };
  // One look at it says little: medians of ten in the third quarter and in the last.
  yield {
    what: `${what}: JavaScript heap grown in the last quarter by`,
    bytes: heapLater,
    atMostKb: 32,
  };
  yield { what: `${what}: RSS grown in the last quarter by`, bytes: rssLater };
}
