/**
 * Whether the code runs for users: bundlers and servers say so with NODE_ENV.
 *
 * It is read apart from `environment.ts`, because pages load this: in what they load, no private key's
 * variable may stand, for a bundler to put the value in.
 */
export function isProduction(): boolean {
  try {
    return process.env.NODE_ENV === "production";
  } catch {
    return false;
  }
}
