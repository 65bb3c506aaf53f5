/**
 * Options of the integrations, which the core does not read. What cannot work is refused when it is
 * given: later, nobody would be there to hear of it but a user who is signed out.
 */
import { integrationError } from "./integration-errors.js";

/**
 * A plain copy of the options: its getters run here, and without a prototype no option comes from
 * what somebody has put into `Object.prototype`. Null is none.
 *
 * @throws ConvexTokenError `ERR_OPTION` for anything but an object
 */
export function plainOptions<Options extends object>(
  given: Options | null | undefined,
): Partial<Options> {
  if (given !== undefined && given !== null && typeof given !== "object") {
    throw refusal("options", given, "an object");
  }
  return Object.assign(Object.create(null), given) as Partial<Options>;
}

/** What a number may be, in the words of the refusal. */
const RANGES = {
  "from 0 to Infinity": (value: number) => value >= 0,
  "from 0": (value: number) => value >= 0 && value < Infinity,
  "above 0": (value: number) => value > 0,
};

/**
 * A number, or its default if there is none.
 *
 * @throws ConvexTokenError `ERR_OPTION` for one out of its range, for NaN and for anything else
 */
export function numberOption(
  name: string,
  value: unknown,
  otherwise: number,
  range: keyof typeof RANGES,
): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== "number" || !RANGES[range](value)) {
    throw refusal(name, value, `a number ${range}`);
  }
  return value;
}

/**
 * An address, as a text: it is that of now even if somebody changes the `URL` later.
 *
 * @throws ConvexTokenError `ERR_OPTION` for anything but a text or a `URL`, of another realm too
 */
export function addressOption(name: string, value: unknown): string {
  const address =
    typeof value === "object" && value !== null ? (value as { href?: unknown }).href : value;
  if (typeof address !== "string") throw refusal(name, value, "a text or a URL");
  return address;
}

/**
 * A function, or undefined where none is given.
 *
 * @throws ConvexTokenError `ERR_OPTION` for anything else
 */
export function functionOption<Option>(
  name: string,
  value: Option | null | undefined,
): NonNullable<Option> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "function") throw refusal(name, value, "a function");
  return value;
}

/** The refusal of an option, which shows of its value at most a number. */
function refusal(name: string, value: unknown, wanted: string) {
  const isShown = typeof value === "number" || value === undefined || value === null;
  const found = isShown ? String(value) : `of the type ${typeof value}`;
  return integrationError("option", { name, found, wanted });
}
