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
  JWKS: () => process.env.JWKS,
};

type Name = keyof typeof variables;
type Environment = Partial<Record<Name, string>>;

/** The private key, in the order of looking. */
export const KEY_NAMES = ["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY"] as const;
/** The URL of a deployment's HTTP actions. */
export const SITE_URL_NAME = "CONVEX_SITE_URL";
const URL_NAMES = [SITE_URL_NAME, "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"] as const;
/** The set that a deployment publishes. */
export const JWKS_NAME = "JWKS";

/** The variables that stand in for the options which are not given. */
export function environmentFor(missing: {
  key?: boolean;
  issuer?: boolean;
  jwks?: boolean;
}): Environment {
  const found = Object.create(null) as Environment;
  const names = [
    ...(missing.key ? KEY_NAMES : []),
    ...(missing.issuer ? URL_NAMES : []),
    ...(missing.jwks ? ([JWKS_NAME] as const) : []),
  ];
  for (const name of names) {
    const value = readVariable(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** One variable, and no other: some hosts refuse code that reads one which is not set. */
export function readVariable(name: Name): string | undefined {
  const value: unknown = read(variables[name]);
  // `process.env` has a prototype, in which others may have put something.
  const inherited = Reflect.get(Object.prototype, name) as unknown;
  return typeof value === "string" && value !== inherited ? value : undefined;
}

function read(variable: () => string | undefined): string | undefined {
  try {
    return variable();
  } catch {
    return undefined;
  }
}
