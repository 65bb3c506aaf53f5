// Variables as they are set, and as they are set by mistake.
import { issuer, jwks, pairs, secretOf } from "../material.mjs";
import { changedText } from "../values.mjs";
import { setEnvironment } from "../world.mjs";

const right = {
  CONVEX_AUTH_PRIVATE_KEY: (random) => pairs[random.percent(90) ? 0 : 1].privateKey,
  JWT_PRIVATE_KEY: () => pairs[0].privateKey,
  CONVEX_SITE_URL: () => issuer,
  NEXT_PUBLIC_CONVEX_URL: () => issuer.replace(".site", ".cloud"),
  CONVEX_URL: () => issuer.replace(".site", ".cloud"),
  JWKS: (random) => JSON.stringify(random.percent(50) ? pairs[0].jwks : jwks),
  NODE_ENV: (random) => random.of(["production", "development", "test"]),
};

/** Most of them right, some not set, some with what belongs into another. */
export function environmentOf(random) {
  const variables = {};
  for (const [name, value] of Object.entries(right)) {
    const share = random.below(100);
    if (share < 60) variables[name] = value(random);
    else if (share < 66) variables[name] = changedText(random, value(random));
    else if (share < 69) variables[name] = "";
    else if (share < 72) variables[name] = text(secretOf(random));
    else if (share < 74) variables[name] = `'${value(random)}'`;
    else if (share < 75) variables[name] = "[".repeat(10_000);
  }
  return variables;
}
environmentOf.isExact = true;

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** An operation in an environment, which is its first argument. */
export const within =
  (operation) =>
  (environment, ...given) => {
    setEnvironment(environment);
    return operation(...given);
  };
