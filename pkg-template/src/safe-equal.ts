/** Comparing secrets. */
import { plainBytes } from "./bytes.js";
import { call } from "./instance.js";

/**
 * Whether two secrets are equal, in a time that depends on their lengths, and on whether they are ASCII,
 * alone: not on how many characters agree. Lengths are not hidden.
 *
 * @throws ConvexTokenError `ERR_OPTION` when one is neither a string nor a Uint8Array: a secret that
 * is not set must not equal another that is not set
 */
export function safeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  const [left, right] = [secret(a), secret(b)];
  return call((core) => core.safeEqual(left, right));
}

function secret(given: string | Uint8Array): string | Uint8Array | undefined {
  return typeof given === "string" ? given : plainBytes(given);
}
