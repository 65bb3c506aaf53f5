// convex-token/node and convex-token/webcrypto: signers by the host's own crypto, in issuers' hands.
import { createIssuer } from "convex-token";
import { nodeSigner } from "convex-token/node";
import { webCryptoSigner } from "convex-token/webcrypto";
import { createPrivateKey, createSecretKey } from "node:crypto";
import { isToken, issuer, keyOf, pairs, pick, secretOf } from "../material.mjs";
import { environmentOf, within } from "./environment.mjs";
import { perhapsOdd } from "./odd.mjs";

const { subtle } = globalThis.crypto;

const parameters = [
  { name: "Ed25519" },
  { name: "ECDSA", namedCurve: "P-256" },
  { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  { name: "ECDSA", namedCurve: "P-384" },
  { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
]; // prettier-ignore
const keys = await Promise.all(
  parameters.flatMap((one) =>
    [true, false].map((extractable) => subtle.generateKey(one, extractable, ["sign", "verify"])),
  ),
);
const secretKey = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
const publicJwks = await Promise.all(
  keys.map(({ publicKey }) => subtle.exportKey("jwk", publicKey)),
);
const keyObjects = pairs.map(({ privateKey }) => createPrivateKey(privateKey));

/** A token that an issuer has signed so, or what became of it. */
async function signed(signer) {
  const own = createIssuer({ signer: await signer, issuer });
  try {
    return await own.sign({ sub: "user_1" });
  } finally {
    own.dispose();
  }
}

const nodeKeyOf = (random) =>
  random.of([
    () => keyOf(random),
    () => pick(random, keyObjects),
    () => createSecretKey(Buffer.from("x".repeat(32))),
    () => undefined,
    () => secretOf(random),
  ])();

/** What passes for a key until somebody uses it. */
const likeKeyOf = (random) => ({
  type: "private",
  extractable: random.percent(50),
  algorithm: { name: random.of(["Ed25519", "ECDSA", "__proto__"]) },
});

/** A key pair for tokens, mostly; sometimes the halves are of different ones, or are none. */
function pairOf(random) {
  const any = () => random.below(random.percent(80) ? 6 : keys.length);
  const at = any();
  const other = random.percent(85) ? at : any();
  const publicHalf = random.of([keys[other].publicKey, publicJwks[other], undefined, secretKey]);
  const privateHalf = random.percent(90)
    ? keys[at].privateKey
    : random.of([keys[at].publicKey, secretKey, likeKeyOf(random)]);
  const odd = (key) => (random.percent(15) ? perhapsOdd(random, key, 100) : key);
  return [odd(privateHalf), odd(publicHalf)];
}
pairOf.isExact = true;

export const operations = [
  [
    "nodeSigner",
    within(async (key) => signed(nodeSigner(key))),
    [environmentOf, nodeKeyOf],
    isToken,
    1,
  ],
];

export const webOperations = [
  ["webCryptoSigner", async (pair) => signed(webCryptoSigner(...pair)), [pairOf], isToken, 1],
]; // prettier-ignore
