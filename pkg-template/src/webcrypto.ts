/** Signing with Web Crypto: keys that cannot be exported, and hosts whose own crypto is preferred. */
import type { Algorithm, AsyncSigner, Jwk } from "./types.js";
import { signerError } from "./webcrypto-errors.js";

/** A Web Crypto key, as far as it matters here. */
export interface CryptoKeyLike {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
}

/** Web Crypto's parameters for signing, by the name of a key's algorithm. */
const PARAMETERS: Record<string, { algorithm: Algorithm; parameters: object }> = {
  "RSASSA-PKCS1-v1_5": { algorithm: "RS256", parameters: { name: "RSASSA-PKCS1-v1_5" } },
  ECDSA: { algorithm: "ES256", parameters: { name: "ECDSA", hash: "SHA-256" } },
  Ed25519: { algorithm: "EdDSA", parameters: { name: "Ed25519" } },
};

/**
 * A signer that uses Web Crypto.
 *
 * @param privateKey The private CryptoKey: RSASSA-PKCS1-v1_5 with SHA-256, ECDSA with P-256, Ed25519.
 * @param publicKey Its public half, as a JWK or as a CryptoKey. It may be left out for a private key
 * that can be exported. With a JWK the signer is there at once, else there is a promise of it.
 * @throws ConvexTokenError `ERR_SIGNER` when the key is not one that signs tokens for Convex
 * @example
 * const issuer = createIssuer({ signer: await webCryptoSigner(pair.privateKey, pair.publicKey) });
 */
export function webCryptoSigner(privateKey: CryptoKeyLike, publicKey: Jwk): AsyncSigner;
export function webCryptoSigner(
  privateKey: CryptoKeyLike,
  publicKey?: CryptoKeyLike,
): Promise<AsyncSigner>;
export function webCryptoSigner(
  privateKey: CryptoKeyLike,
  publicKey?: CryptoKeyLike | Jwk,
): AsyncSigner | Promise<AsyncSigner> {
  const name: unknown = isCryptoKey(privateKey) ? privateKey.algorithm.name : undefined;
  const isKnown = typeof name === "string" && Object.hasOwn(PARAMETERS, name);
  const known = isKnown ? PARAMETERS[name] : undefined;
  if (known === undefined || privateKey.type !== "private") throw signerError("no-signing-key");
  const signer = (publicJwk: Jwk): AsyncSigner => ({
    algorithm: known.algorithm,
    publicJwk,
    async sign(bytes) {
      const { subtle } = globalThis.crypto;
      return new Uint8Array(
        await subtle.sign(known.parameters as never, privateKey as never, bytes),
      );
    },
  });
  if (publicKey !== undefined && !isCryptoKey(publicKey)) return signer(publicKey);
  return publicJwkOf(publicKey ?? privateKey).then(signer);
}

function isCryptoKey(key: unknown): key is CryptoKeyLike {
  if (typeof key !== "object" || key === null || !("extractable" in key)) return false;
  const { algorithm } = key as Partial<CryptoKeyLike>;
  return typeof algorithm === "object" && algorithm !== null;
}

/** The public members of a key that can be exported. */
async function publicJwkOf(key: CryptoKeyLike): Promise<Jwk> {
  if (!key.extractable) throw signerError("public-half-missing");
  let jwk: JsonWebKey;
  try {
    jwk = await globalThis.crypto.subtle.exportKey("jwk", key as never);
  } catch (cause) {
    // It has passed for a key until here.
    throw signerError("no-signing-key", { cause });
  }
  const { kty, crv, n, e, x, y } = jwk;
  return Object.fromEntries(
    Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined),
  );
}
