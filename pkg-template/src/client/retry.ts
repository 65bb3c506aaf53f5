/**
 * How requests for a token are repeated: exponential backoff with jitter.
 *
 * Convex's client signs the user out as soon as it is given no token, whatever the reason, so a
 * network that is gone for some seconds must not look like a user who is.
 */
import { numberOption, plainOptions } from "../integration-options.js";

/**
 * How requests are repeated. All times are milliseconds; none is longer than 2,147,483,647 (24.8
 * days), which is as long as timers can wait. What is no number of its range is refused with
 * `ERR_OPTION`.
 */
export interface RetryOptions {
  /**
   * How many times a request that failed is repeated before the user counts as signed out. Default 5,
   * which is 8 to 16 seconds of waiting; `Infinity` never gives up. From the tenth repetition on, a
   * wait is half a second at least, whatever the other options are.
   */
  retries?: number | undefined;
  /** The wait before the first repetition; it doubles with each. Half of it is random. Default 500. */
  retryDelay?: number | undefined;
  /** The longest wait. Default 10,000; with `Infinity` the waits double without end. */
  maxRetryDelay?: number | undefined;
  /**
   * How long one request may take before it counts as failed, with all that belongs to it: the option
   * `headers`, and the answer to its last byte. What comes later is dropped. Above 0; default 10,000;
   * with `Infinity` it may take for ever.
   */
  timeout?: number | undefined;
}

/** The options with their defaults: all of them are there. */
export interface Retry {
  retries: number;
  retryDelay: number;
  maxRetryDelay: number;
  timeout: number;
}

/** @throws ConvexTokenError `ERR_OPTION` for what is no number, or out of its range */
export function retryOptions(options: RetryOptions | null | undefined): Retry {
  const { retries, retryDelay, maxRetryDelay, timeout } = plainOptions(options);
  return {
    retries: numberOption("retries", retries, 5, "from 0 to Infinity"),
    retryDelay: numberOption("retryDelay", retryDelay, 500, "from 0"),
    maxRetryDelay: numberOption("maxRetryDelay", maxRetryDelay, 10_000, "from 0 to Infinity"),
    timeout: numberOption("timeout", timeout, 10_000, "above 0"),
  };
}

/** The longest time of a timer: it keeps a signed number of 32 bits, and one above it fires at once. */
const LONGEST = 2 ** 31 - 1;

/** As many repetitions come as fast as they are asked for; those after them this far apart at least. */
const FAST_REPETITIONS = 9;
const LEAST_STEP = 1_000;

/** Statuses below 500 that say "later": request timeout, too early, too many requests. */
const LATER = [408, 425, 429];

/** Whether the same request may come to something else in a while. */
export function isTemporary(status: number): boolean {
  return status >= 500 || LATER.includes(status);
}

/** The wait before a repetition, the first being number 0: between half of the step and all of it. */
export function retryWait(retry: Retry, number: number): number {
  // Beyond 31 doublings even a millisecond is longer than a timer can wait.
  const asked = Math.min(retry.retryDelay * 2 ** Math.min(number, 31), retry.maxRetryDelay);
  const step = Math.min(Math.max(asked, number < FAST_REPETITIONS ? 0 : LEAST_STEP), LONGEST);
  return step / 2 + (Math.random() * step) / 2;
}

/**
 * Waits. The browser's `online` event ends a wait early, since it is then that a request may succeed
 * again; so does the signal.
 */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      globalThis.removeEventListener?.("online", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(milliseconds, LONGEST));
    signal?.addEventListener("abort", done);
    globalThis.addEventListener?.("online", done);
  });
}

/**
 * What a promise gives; `undefined` if it is rejected, takes too long or the signal ends the wait. An
 * infinite time is none that is too long.
 */
export function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const done = (value?: Value) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", give);
      resolve(value);
    };
    const give = () => done();
    const timer =
      milliseconds === Infinity ? undefined : setTimeout(give, Math.min(milliseconds, LONGEST));
    signal?.addEventListener("abort", give);
    if (signal?.aborted) give();
    promise.then(done, give);
  });
}
