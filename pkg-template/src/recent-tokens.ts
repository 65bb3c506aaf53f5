/** The tokens handed out last, in front of the core, which decides how long each may be handed out. */
import type { ReusableToken } from "./core.js";

/** Enough for those who use an application at the same moment; the core keeps more. */
const MOST_TOKENS = 256;

/** Longer claims are left to the core, so that the memory is bounded. */
const LONGEST_CLAIMS = 4096;

/**
 * A session callback asks for a token at each request. Crossing to the core takes several times as
 * long as looking here.
 */
export class RecentTokens {
  readonly #byClaims = new Map<string, ReusableToken>();

  /** The token of the claims' text, when the core has said that it may be handed out at this time. */
  get(claims: string, now: number): string | undefined {
    const found = this.#byClaims.get(claims);
    return found !== undefined && found.from <= now && now < found.until ? found.token : undefined;
  }

  /** Keeps the core's answer in place of an earlier one, and returns its token. */
  keep(claims: string, found: ReusableToken): string {
    this.#byClaims.delete(claims);
    if (claims.length <= LONGEST_CLAIMS) {
      if (this.#byClaims.size === MOST_TOKENS) this.forget(this.#byClaims.keys().next().value!);
      this.#byClaims.set(claims, found);
    }
    return found.token;
  }

  forget(claims: string): void {
    this.#byClaims.delete(claims);
  }
}
