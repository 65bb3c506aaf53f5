// What those who use a subpath may give it: values, functions, promises, errors.
import { secretOf } from "../material.mjs";
import {
  Hostile,
  changedText,
  changedValue,
  disguised,
  never,
  strangeValue,
  throwOf,
} from "../values.mjs";

/** A value that nobody gives, or a secret where it does not belong. */
export function oddValue(random) {
  const share = random.below(100);
  if (share < 15) return secretOf(random);
  if (share < 18) return never();
  if (share < 19) return { then: never };
  return strangeValue(random);
}

/** What is right, with some change in many cases. */
export function perhapsOdd(random, value, share = 50) {
  if (!random.percent(share)) return value;
  if (random.percent(15)) return oddValue(random);
  return random.percent(20)
    ? disguised(random, value)
    : changedValue(random, value, () => oddValue(random));
}

/** What people throw. */
const thrown = [
  () => new Hostile("of the caller"),
  () => new TypeError("of the caller"),
  () => undefined,
  () => null,
  () => "a text",
  () => 7,
  () => Symbol("thrown"),
  () => Object.create(null),
  () => ({ message: 1, code: 2, hint: {} }),
  () => ({ toString: () => throwOf(new Hostile("of its text")) }),
  () => Object.defineProperty(new Error(), "message", { get: () => throwOf(new Hostile("of its message")) }),
  () => new Proxy(new Error("behind a proxy"), {}),
  () => new DOMException("aborted", "AbortError"),
  () => Object.assign(new Error("redirect"), { digest: "NEXT_REDIRECT" }),
  () => revoked(),
]; // prettier-ignore

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Throws something, or is rejected with it. */
export function throwing(random) {
  const value = random.of(thrown)();
  return () => throwOf(value);
}

/** A function that gives a value: at once, later, as a thenable, or not at all. */
export function giving(random, value, { length = random.below(2) } = {}) {
  const gives = (() => {
    switch (random.below(12)) {
      case 0:
        return throwing(random);
      case 1: {
        const fails = throwing(random);
        return async () => fails();
      }
      case 2:
        return never;
      case 3:
        return () => ({ then: (resolve) => resolve(value) });
      case 4:
      case 5:
      case 6:
        return async () => value;
      default:
        return () => value;
    }
  })();
  return length === 0 ? () => gives() : (_one, _other) => gives();
}

/** A text of a request with something in it that no answer may have. */
export const MARK = "M4rk3dByTheFuzzer";
export const marked = (random, text) =>
  random.of([
    () => text,
    () => text,
    () => changedText(random, text),
    () => text + MARK,
    () => MARK,
    () => `${text}\u0000${MARK}`,
    () => `${text}<script>${MARK}</script>`,
    () => `${text}${"x".repeat(5_000)}`,
  ])();
