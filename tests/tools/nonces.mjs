// The secret numbers of keys and signatures on both curves, as whoever has the key can compute them.
import { createHash } from "node:crypto";

export const P256_ORDER = BigInt(
  "0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
);
export const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

export const numberOf = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
export const bytesOf = (number, length) =>
  Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex");
export const reversed = (bytes) => Buffer.from(bytes).reverse();

/** The inverse of a number modulo another. */
export function inverse(number, modulus) {
  let [a, b, x, y] = [modulus, number % modulus, 0n, 1n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return ((x % modulus) + modulus) % modulus;
}

const sha512 = (...parts) => createHash("sha512").update(Buffer.concat(parts)).digest();

/** The nonce of an ECDSA signature: what it must be for the signature to be the key's. */
export function ecdsaNonce(d, message, signature) {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map(numberOf);
  const z = numberOf(createHash("sha256").update(message).digest());
  return (inverse(s, P256_ORDER) * (z + r * numberOf(d))) % P256_ORDER;
}

/** What a seed is hashed to: the scalar, clamped (RFC 8032, section 5.1.5), and the nonces' prefix. */
export function eddsaSecrets(seed) {
  const hash = sha512(seed);
  const clamped = Buffer.from(hash.subarray(0, 32));
  clamped[0] &= 248;
  clamped[31] = (clamped[31] & 127) | 64;
  return { hash, scalar: numberOf(reversed(clamped)), prefix: hash.subarray(32) };
}

/** The nonce of an Ed25519 signature (RFC 8032, section 5.1.6), and the hash that it is taken from. */
export function eddsaNonce(prefix, message) {
  const hash = sha512(prefix, message);
  return { hash, nonce: numberOf(reversed(hash)) % ED25519_ORDER };
}
