/** What the developer is told in the console: a row of the table of errors, each once. */
import {
  integrationError,
  type Details,
  type IntegrationErrorKind,
} from "../integration-errors.js";
import { isProduction } from "../production.js";

export class Reports {
  readonly #made = new Set<string>();

  /** Something that must be mended before anyone can be signed in. */
  error(kind: IntegrationErrorKind, details?: Details): void {
    this.#report("error", kind, details);
  }

  /** Something that works for now, or that is over by itself: said in development only. */
  warn(kind: IntegrationErrorKind, details?: Details): void {
    if (!isProduction()) this.#report("warn", kind, details);
  }

  #report(level: "error" | "warn", kind: IntegrationErrorKind, details?: Details): void {
    const { code, message, hint } = integrationError(kind, details);
    if (this.#made.has(code)) return;
    this.#made.add(code);
    console[level](`[convex-token] ${code}: ${message} ${hint}`);
  }
}
