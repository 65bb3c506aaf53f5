/**
 * How fast forced refreshes may follow each other. Convex's client refreshes a token that lives no
 * longer than its leeway (10 s by default) as soon as it has been accepted, without any wait: as fast
 * as the network allows, with all of the user's queries run again each time.
 */
import { carriedClaims } from "./token.js";
import { uptime } from "./uptime.js";

/** As many as a client forces in a row for good reasons: it takes three until it gives up. */
const MOST_IN_A_ROW = 4;

/** Those above it come so many milliseconds apart, if the token lives long enough. */
const SPACING = 5_000;

export class Pace {
  #inARow = 0;
  #given = -Infinity;
  #spacing = SPACING;

  /** How long to wait before another forced refresh, in milliseconds; 0 for all but a loop. */
  wait(): number {
    const since = uptime() - this.#given;
    this.#inARow = since < this.#spacing ? this.#inARow + 1 : 1;
    if (this.#inARow <= MOST_IN_A_ROW) return 0;
    // Where there is no other clock than one that was set back, it must not make it longer.
    return Math.min(this.#spacing - since, this.#spacing);
  }

  /** Takes note of what a forced refresh has brought now. */
  note(token: string): void {
    const { iat = NaN, exp = NaN } = carriedClaims(token);
    const life = exp - iat;
    this.#given = uptime();
    // Half of its life: the token of before is good until the next one is there.
    this.#spacing = life > 0 ? Math.min((life * 1000) / 2, SPACING) : SPACING;
  }
}
