/** Times and lengths of time in words. */

/** @type {[string, number][]} */
const units = [
  ["year", 31_557_600],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/**
 * "59 minutes 12 seconds": the two largest units.
 *
 * @param {number} seconds
 */
export function lengthInWords(seconds) {
  let rest = Math.round(Math.max(0, seconds));
  const parts = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(" ") || "0 seconds";
}

/**
 * "in 59 minutes" or "3 days ago".
 *
 * @param {number} seconds from now
 */
export function fromNow(seconds) {
  if (Math.abs(seconds) < 0.5) return "now";
  return seconds > 0 ? `in ${lengthInWords(seconds)}` : `${lengthInWords(-seconds)} ago`;
}

/**
 * "2027-01-31 09:30:00 UTC", or the number when no calendar has it.
 *
 * @param {number} seconds since 1970
 */
export function dateOf(seconds) {
  if (!(Math.abs(seconds) <= 8.64e12)) return `${seconds}`;
  const iso = new Date(seconds * 1000).toISOString();
  return `${iso.replace("T", " ").replace(/\.\d+Z$/, "")} UTC`;
}
