// The page's clock, which somebody sets while those of the servers go on.
import { days, hours, seconds } from "./time.mjs";

/** What a clock is set by, in milliseconds, by name. */
export const jumps = Object.fromEntries(
  [
    ["an hour", hours(1)],
    ["a day", days(1)],
    ["ten years", days(3_652)],
  ].flatMap(([name, time]) => [
    [`${name} ahead`, time],
    [`${name} back`, -time],
  ]),
);

/** Sets the page's clock by so many milliseconds. */
export function jump({ time, site, convex }, milliseconds) {
  time.setAhead(milliseconds);
  // They go by the page's clock here.
  site.ahead -= milliseconds;
  convex.clockOffset -= milliseconds / seconds(1);
}
