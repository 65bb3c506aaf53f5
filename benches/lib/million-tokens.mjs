// Hands out tokens, and prints how much memory they have left behind since the first thousand:
// `node --expose-gc million-tokens.mjs COUNT`. A process of its own, for a quiet heap.
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

const count = Number(process.argv[2]);
const { privateKey, jwks } = convexToken.generateKeys({ algorithm: "EdDSA" });
const own = convexToken.createIssuer({ privateKey, issuer });
// All of a length: memory could not settle otherwise.
const user = (number) => ({ ...claims, sub: `user_${String(number).padStart(9, "0")}` });

// A thousand users: as many tokens as are kept.
for (let index = 0; index < 1000; index += 1) own.token(user(index));
everyOtherWay(0);
const first = await measure();
let middle;
for (let index = 1000; index < count; index += 1) {
  // Of ten tokens, one is of a user who was not there yet, and one by a way that keeps none.
  if (index % 10 === 0) everyOtherWay(index);
  else own.token(user(Math.floor(index / 10)));
  if (index === count / 2) middle = await measure();
}
const last = await measure();
console.log(
  JSON.stringify({
    wasm: last.wasm - first.wasm,
    heap: last.heap - first.heap,
    // Compiled code and the collector's spaces are only there after a while.
    rss: last.rss - middle.rss,
  }),
);

function everyOtherWay(index) {
  const token =
    index % 20 === 0
      ? own.sign(user(index))
      : convexToken.signConvexToken(user(index), { privateKey, issuer });
  if (index % 1000 === 0) convexToken.verifyConvexToken(token, { jwks });
}

async function measure() {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { wasm: memory.buffer.byteLength, heap: heapUsed, rss };
}
