/** Keys and the sets they are published in. */
import { environmentFor } from "./environment.js";
import { call } from "./instance.js";
import { keyTexts } from "./json.js";
import { plain } from "./options.js";
import type { Algorithm, Jwks, KeyPair, KeySource, PublicJwk } from "./types.js";

/**
 * Makes a new key pair.
 *
 * @param options.algorithm "RS256" by default, which every provider takes.
 * @param options.modulusLength For RSA, in bits: 2048 (the default), 3072 or 4096.
 * @throws ConvexTokenError `ERR_ALGORITHM`, `ERR_MODULUS_LENGTH`, `ERR_RANDOM`
 * @example
 * const { privateKey, jwks } = generateKeys({ algorithm: "EdDSA" });
 */
export function generateKeys(options?: {
  algorithm?: Algorithm | undefined;
  modulusLength?: 2048 | 3072 | 4096 | undefined;
}): KeyPair {
  const { algorithm, modulusLength } = plain(options);
  return call((core) => core.generateKeys(algorithm, modulusLength)) as KeyPair;
}

/**
 * The JWK set that belongs to one or more private keys, as it is published: public members only, each
 * key with its RFC 7638 thumbprint as `kid`, with `alg` and `use: "sig"`.
 *
 * @param key Default: the environment's CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY.
 * @throws ConvexTokenError `ERR_KEY_…`
 * @example
 * return Response.json(jwksFromKey(process.env.CONVEX_AUTH_PRIVATE_KEY));
 */
export function jwksFromKey(key?: KeySource): Jwks<PublicJwk> {
  const keys = keyTexts(key);
  const environment = environmentFor({ key: keys === undefined });
  return call((core) => core.jwksFromKey(keys, environment)) as Jwks<PublicJwk>;
}
