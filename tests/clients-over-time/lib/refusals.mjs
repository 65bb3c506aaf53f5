// What makes a deployment refuse a token that was good.
import { hours, seconds } from "./time.mjs";

/** Publishes a set of keys. */
export function publish({ convex }, jwks) {
  return convex.setEnv({ JWKS: JSON.stringify(jwks) });
}

/**
 * The deployment refuses a token 100 ms after it has taken it, and takes the next: it is wrong about
 * the time, once.
 */
export async function refuseOnce(simulation) {
  const { convex, time } = simulation;
  await time.pass(100);
  const failure = convex.log.next("failure");
  const right = convex.clockOffset;
  convex.clockOffset = right + hours(2) / seconds(1);
  const changed = simulation.change();
  await failure;
  convex.clockOffset = right;
  await changed;
  await time.pass(seconds(10));
  await simulation.change();
}
