/** Options of the integrations that are functions. */
import { integrationError } from "./integration-errors.js";

/**
 * The function, or undefined where none is given.
 *
 * @throws ConvexTokenError `ERR_OPTION` for anything else
 */
export function optionalFunction<Option>(
  name: string,
  option: Option | null | undefined,
): NonNullable<Option> | undefined {
  if (option === undefined || option === null) return undefined;
  if (typeof option !== "function") throw integrationError("option-function", { name });
  return option;
}
