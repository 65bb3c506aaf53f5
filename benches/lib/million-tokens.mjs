// Hands out tokens, and prints how much memory they have left behind since the first thousand:
// `node --expose-gc million-tokens.mjs COUNT [all]`. A process of its own, for a quiet heap.
//
// Of ten tokens, one is of a user who was not there yet, and one is signed without being kept, by
// `issuer.sign` and `signConvexToken` in turn; the others are kept ones. With `all`, each is signed:
// of new users, and by those two, in turn.
const { Instance } = WebAssembly;
let memory;
// The package shows its memory to nobody.
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    memory = this.exports.memory;
  }
};
const { claims, convexToken, issuer } = await import("./package.mjs");

const FIRST = 1000;
/** How often memory is looked at in a quarter of the run. */
const SAMPLES = 10;
const count = Number(process.argv[2]);
const newUserEvery = process.argv[3] === "all" ? 1 : 10;
const otherWayEvery = process.argv[3] === "all" ? 3 : 10;
const { privateKey, jwks } = convexToken.generateKeys({ algorithm: "EdDSA" });
const own = convexToken.createIssuer({ privateKey, issuer });
// All of a length: memory could not settle otherwise.
const user = (number) => ({ ...claims, sub: `user_${String(number).padStart(9, "0")}` });

// More users than tokens are kept, and every other way.
for (let index = 0; index < FIRST; index += 1) {
  if (index % 3 === 0) otherWay(index / 3);
  else own.token(user(index));
}
const first = await measure();
/** Of the third quarter and the last one. */
const [third, fourth] = [[], []];
for (let index = FIRST; index < count; index += 1) {
  if (index % otherWayEvery === 0) otherWay(index / otherWayEvery);
  else own.token(user(FIRST + Math.floor(index / newUserEvery)));
  if (index % (count / 4 / SAMPLES) === 0 && index >= count / 2) {
    (index < (count / 4) * 3 ? third : fourth).push(await measure());
  }
}
const last = await measure();
console.log(
  JSON.stringify({
    wasm: last.wasm - first.wasm,
    heap: last.heap - first.heap,
    // The engine's notes of what it has compiled are only complete after some hundred thousand calls, and
    // two looks at the heap differ by some ten KB, now and then by a hundred.
    heapLater: median(fourth, "heap") - median(third, "heap"),
    rssLater: median(fourth, "rss") - median(third, "rss"),
  }),
);

function otherWay(index) {
  const token =
    index % 2 === 0
      ? own.sign(user(index))
      : convexToken.signConvexToken(user(index), { privateKey, issuer });
  if (index % 100 < 2) convexToken.verifyConvexToken(token, { jwks });
}

function median(samples, of) {
  return samples.map((sample) => sample[of]).sort((a, b) => a - b)[samples.length >> 1];
}

async function measure() {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { wasm: memory.buffer.byteLength, heap: heapUsed, rss };
}
