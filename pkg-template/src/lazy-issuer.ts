/**
 * An issuer for a framework's entry points: made at the first token, so that a build needs no key,
 * then kept, so that the key is parsed once.
 */
// By the package's name, so that each host gets its own loader of the core.
import { createIssuer } from "convex-token";
import { environmentFor } from "./environment.js";
import type { Issuer } from "./issuer.js";
import { plain } from "./options.js";
import type { SignOptions } from "./types.js";

export class LazyIssuer {
  readonly #options: Partial<SignOptions>;
  #issuer: Issuer | undefined;
  #madeFrom: string | undefined;

  constructor(options?: SignOptions) {
    this.#options = plain(options);
  }

  /** The issuer, made anew when the environment has another key or issuer than before. */
  get(): Issuer {
    const { privateKey, issuer } = this.#options;
    const environment = environmentFor({ key: privateKey == null, issuer: issuer == null });
    const madeFrom = JSON.stringify(environment);
    if (this.#issuer === undefined || this.#madeFrom !== madeFrom) {
      const made = createIssuer(this.#options);
      this.#issuer?.dispose();
      this.#issuer = made;
      this.#madeFrom = madeFrom;
    }
    return this.#issuer;
  }
}
