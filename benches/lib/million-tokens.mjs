// Makes tokens, and prints by how many bytes memory has grown since the first thousand:
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
// The same claims with each way, as an application has them; a thousand users are more than are
// remembered in front of the core, and as many as the core keeps.
const ways = [
  (user) => own.sign(user),
  (user) => own.token(user, { forceRefreshToken: true }),
  (user) => own.token(user),
  (user) => convexToken.signConvexToken(user, { privateKey, issuer }),
];
function make(index) {
  const user = { ...claims, sub: `user_${index % 1500}` };
  const token = ways[index % ways.length](user);
  if (index % 1000 === 0) convexToken.verifyConvexToken(token, { jwks });
}

for (let index = 0; index < 1000; index += 1) make(index);
const settled = await measure();
for (let index = 1000; index < count; index += 1) make(index);
const last = await measure();
console.log(
  JSON.stringify(
    Object.fromEntries(Object.keys(last).map((kind) => [kind, last[kind] - settled[kind]])),
  ),
);

async function measure() {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { wasm: memory.buffer.byteLength, heap: heapUsed, rss };
}
