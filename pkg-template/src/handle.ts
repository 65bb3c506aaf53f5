/** Issuers inside the core: how they are held from here, and let go. */
import { call, currentGeneration, hostError } from "./instance.js";
import { RecentTokens } from "./recent-tokens.js";

/**
 * An issuer inside the core. A trap takes all of them with it, so the options stay at hand to make it
 * anew in the next instance.
 */
export class Handle {
  #options: object | undefined;
  #number = 0;
  #generation = 0;
  #life = {};
  /** Of the issuer in the instance that is alive. */
  recent = new RecentTokens();

  constructor(options: object) {
    this.#options = options;
    this.number();
  }

  /**
   * The issuer's number in the instance that is alive. Nobody else's code may run before it is used: after
   * a trap, the number is another issuer's.
   */
  number(): number {
    const options = this.#options;
    if (options === undefined) throw hostError("disposed");
    if (this.#number === 0 || this.#generation !== currentGeneration()) {
      this.#number = call((core) => core.issuerNew(options));
      this.#generation = currentGeneration();
      this.#life = {};
      this.recent = new RecentTokens();
      abandoned.register(this, { number: this.#number, generation: this.#generation }, this.#life);
    }
    return this.#number;
  }

  dispose(): void {
    if (this.#options === undefined) return;
    this.#options = undefined;
    this.recent = new RecentTokens();
    abandoned.unregister(this.#life);
    free({ number: this.#number, generation: this.#generation });
  }
}

interface Place {
  number: number;
  generation: number;
}

/** Issuers that nobody holds any more are wiped like those disposed of. */
const abandoned = new FinalizationRegistry<Place>(free);

function free({ number, generation }: Place): void {
  if (generation === currentGeneration()) call((core) => core.issuerFree(number));
}
