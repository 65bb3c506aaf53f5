/** What the developer is told in the console: errors of the tables, each once. */
import type { ConvexTokenError } from "../errors.js";
import { isProduction } from "../production.js";

export class Reports {
  readonly #made = new Set<string>();

  /** Something that must be mended before anyone can be signed in. */
  error(error: ConvexTokenError): void {
    this.#report("error", error);
  }

  /** Something that works for now, or that is over by itself: said in development only. */
  warn(error: ConvexTokenError): void {
    if (!isProduction()) this.#report("warn", error);
  }

  #report(level: "error" | "warn", { code, message, hint }: ConvexTokenError): void {
    if (this.#made.has(code)) return;
    this.#made.add(code);
    console[level](`[convex-token] ${code}: ${message} ${hint}`);
  }
}
