/**
 * The environment variables that are defaults of options, read at each call that needs one.
 *
 * Every name stands here literally, member by member: bundlers put values in for such texts only. A
 * host without `process`, or one that forbids reading, has none of them.
 */
const variables = {
  CONVEX_AUTH_PRIVATE_KEY: () => process.env.CONVEX_AUTH_PRIVATE_KEY,
  JWT_PRIVATE_KEY: () => process.env.JWT_PRIVATE_KEY,
  CONVEX_SITE_URL: () => process.env.CONVEX_SITE_URL,
  NEXT_PUBLIC_CONVEX_URL: () => process.env.NEXT_PUBLIC_CONVEX_URL,
  CONVEX_URL: () => process.env.CONVEX_URL,
};

type Environment = Partial<Record<keyof typeof variables, string>>;

/** The private key, in the order of looking. */
export const KEY_NAMES = ["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY"] as const;
const URL_NAMES = ["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"] as const;

/** The variables that stand in for the options which are not given. */
export function environmentFor(missing: { key?: boolean; issuer?: boolean }): Environment {
  const found: Environment = {};
  const names = [...(missing.key ? KEY_NAMES : []), ...(missing.issuer ? URL_NAMES : [])];
  for (const name of names) {
    const value = read(variables[name]);
    if (typeof value === "string") found[name] = value;
  }
  return found;
}

function read(variable: () => string | undefined): string | undefined {
  try {
    return variable();
  } catch {
    return undefined;
  }
}
