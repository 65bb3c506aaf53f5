/**
 * Milliseconds that have passed since some moment, by a clock that nobody sets: the difference of two
 * is a time that has passed, whatever happens to `Date.now()` meanwhile.
 */
export function uptime(): number {
  // A host without it has one clock only.
  return globalThis.performance?.now?.() ?? Date.now();
}
