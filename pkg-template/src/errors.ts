/** The one error class of this package. */

/** An error as the core gives it: texts only. */
export interface ErrorParts {
  code: string;
  message: string;
  hint: string;
}

/**
 * Every error that this package throws.
 *
 * @example
 * try {
 *   signConvexToken({ sub: user.id });
 * } catch (error) {
 *   if (error instanceof ConvexTokenError) console.error(error.code, error.message, error.hint);
 * }
 */
export class ConvexTokenError extends Error {
  /** A stable name, `ERR_…`. */
  readonly code: string;
  /** How to mend it, in one sentence; `message` says what is wrong. */
  readonly hint: string;

  static {
    // On the prototype, so that the stack's first line has it.
    this.prototype.name = "ConvexTokenError";
  }

  constructor(parts: ErrorParts, options?: ErrorOptions) {
    super(`${parts.message} ${parts.hint}`, options);
    // Asked for here, the stack keeps both sentences: many loggers show nothing but it.
    void this.stack;
    this.message = parts.message;
    this.code = parts.code;
    this.hint = parts.hint;
  }
}

/**
 * What was thrown, if it is an error of this package. Others may throw what cannot even be looked at,
 * such as a revoked proxy.
 */
export function ownError(thrown: unknown): ConvexTokenError | undefined {
  try {
    const isOwn = thrown instanceof ConvexTokenError && typeof thrown.code === "string";
    return isOwn ? thrown : undefined;
  } catch {
    return undefined;
  }
}
