/**
 * How requests for a token are repeated: exponential backoff with jitter.
 *
 * Convex's client signs the user out as soon as it is given no token, whatever the reason, so a
 * network that is gone for some seconds must not look like a user who is.
 */

/** How requests are repeated. All times are milliseconds. */
export interface RetryOptions {
  /**
   * How many times a request that failed is repeated before the user counts as signed out. Default 5,
   * which is 8 to 16 seconds of waiting; `Infinity` never gives up.
   */
  retries?: number | undefined;
  /** The wait before the first repetition; it doubles with each. Half of it is random. Default 500. */
  retryDelay?: number | undefined;
  /** The longest wait. Default 10,000. */
  maxRetryDelay?: number | undefined;
  /** How long one request may take before it counts as failed. Default 10,000. */
  timeout?: number | undefined;
}

/** The options with their defaults. */
export function retryOptions({
  retries = 5,
  retryDelay = 500,
  maxRetryDelay = 10_000,
  timeout = 10_000,
}: RetryOptions = {}) {
  return { retries, retryDelay, maxRetryDelay, timeout };
}

export type Retry = ReturnType<typeof retryOptions>;

/** Statuses below 500 that say "later": request timeout, too early, too many requests. */
const LATER = [408, 425, 429];

/** Whether the same request may come to something else in a while. */
export function isTemporary(status: number): boolean {
  return status >= 500 || LATER.includes(status);
}

/** The wait before a repetition, the first being number 0: between half of the step and all of it. */
export function retryWait(retry: Retry, number: number): number {
  const step = Math.min(retry.retryDelay * 2 ** number, retry.maxRetryDelay);
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
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
    globalThis.addEventListener?.("online", done);
  });
}

/** What a promise gives; `undefined` if it is rejected, takes too long or the signal ends the wait. */
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
    const timer = setTimeout(give, milliseconds);
    signal?.addEventListener("abort", give);
    if (signal?.aborted) give();
    promise.then(done, give);
  });
}
