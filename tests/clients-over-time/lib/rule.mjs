// How often a client that stays signed in asks for a token, by its own rule, which is that of
// src/browser/sync/authentication_manager.ts in `convex` 1.48:
//
// - one token at first, and one that is forced as soon as the first is accepted (`onTransition`);
// - each forced token that is accepted is taken to live `exp - iat` from then on, and the next one is
//   forced `authRefreshTokenLeewaySeconds` (10) before that, at the latest after 20 days
//   (`scheduleTokenRefetch`, `MAXIMUM_REFRESH_DELAY`).
import { days, seconds } from "./time.mjs";

const longestDelay = days(20);

/** Tokens at the beginning: the first and the forced one. */
export const atFirst = 2;

/**
 * The refreshes after those, in a time that begins when the second token is accepted. All in
 * milliseconds.
 *
 * @param {number} life of each token
 * @param {number} [leeway] of the client
 * @param {number} [answer] how long the route takes
 */
export function refreshesIn(time, { life, leeway = seconds(10), answer = 0 }) {
  const period = Math.min(life - leeway, longestDelay) + answer;
  // The last one may be under way.
  return Math.floor((time + answer) / period);
}
