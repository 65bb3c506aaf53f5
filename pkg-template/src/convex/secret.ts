/** Functions that are public to Convex, but only your own server may call. */
import { ConvexTokenError } from "../errors.js";
import "../index.js";
import { safeEqual } from "../safe-equal.js";
import { deploymentError } from "./errors.js";

/** By this member of an error Convex knows that its `data` may reach the caller in production too. */
const CONVEX_ERROR = Symbol.for("ConvexError");

/**
 * Throws unless the caller knows a secret: the first line of each function that your own server calls,
 * such as those of an Auth.js adapter.
 *
 * Compared is in a time that tells of the secrets' lengths alone, and with every accepted secret,
 * whichever matches. While a secret is replaced, both are accepted: set the new one beside the old one,
 * change the callers, take the old one away. What is not set is left out, and an empty text is no
 * secret.
 *
 * The error reaches the caller with its code, sentence and cure (as a ConvexError's `data`) in
 * production as well; no secret is in it.
 *
 * @param given What the caller sent.
 * @param expected The secret from the deployment's environment, or several accepted ones.
 * @throws ConvexTokenError `ERR_SECRET_MISSING` when none is expected, `ERR_SECRET_REFUSED`
 * @example
 * export const getUser = query({
 *   args: { secret: v.string(), id: v.id("users") },
 *   handler: async (ctx, { secret, id }) => {
 *     requireSecret(secret, process.env.CONVEX_AUTH_ADAPTER_SECRET);
 *     return ctx.db.get(id);
 *   },
 * });
 */
export function requireSecret(
  given: string | null | undefined,
  expected: string | undefined | readonly (string | undefined)[],
): void {
  const list: readonly unknown[] = Array.isArray(expected) ? expected : [expected];
  const accepted = list.filter((one): one is string => typeof one === "string" && one !== "");
  if (accepted.length === 0) throw visible(deploymentError("secret-missing"));
  const secret = typeof given === "string" ? given : "";
  let known = false;
  for (const one of accepted) {
    // Compared before it is remembered: no comparison is left out for another's result.
    const equal = safeEqual(secret, one);
    known = equal || known;
  }
  if (!known) throw visible(deploymentError("secret-refused"));
}

/** Marks an error as one that Convex hands to the caller whole. */
function visible(error: ConvexTokenError): ConvexTokenError {
  const { code, message, hint } = error;
  return Object.assign(error, { data: { code, message, hint }, [CONVEX_ERROR]: true });
}
