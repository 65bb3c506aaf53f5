/** Signing with Node's own crypto: faster than WebAssembly, and only there. */
import { Buffer } from "node:buffer";
import { KeyObject, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { environmentFor } from "./environment.js";
import { selfVerifyingSigner } from "./external.js";
import { ConvexTokenError } from "./errors.js";
import "./index.js";
import { call, hostError } from "./instance.js";
import { keyTexts } from "./json.js";
import type { Algorithm, Jwk, KeySource, SyncSigner } from "./types.js";

export { ConvexTokenError };

/**
 * A signer that uses `node:crypto`. Each signature is verified before it is given out, of RS256 by
 * `node:crypto` itself, so the issuer does not once more. It is frozen: a changed copy of it is verified
 * like any other signer.
 *
 * @param key A private KeyObject, or a key in any form that `signConvexToken` takes. Default: the
 * environment's CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY.
 * @throws ConvexTokenError `ERR_KEY_…`
 * @example
 * const issuer = createIssuer({ signer: nodeSigner(process.env.CONVEX_AUTH_PRIVATE_KEY) });
 */
export function nodeSigner(key?: KeySource | KeyObject): SyncSigner {
  const privateKey = key instanceof KeyObject ? key : createPrivateKey(pemOf(key));
  if (privateKey.type !== "private") throw hostError("key-type");
  const algorithm = algorithmOf(privateKey);
  const publicKey = createPublicKey(privateKey);
  const publicJwk = publicKey.export({ format: "jwk" }) as Jwk;
  const hash = algorithm === "EdDSA" ? null : "sha256";
  // The form that JWS has (RFC 7518, section 3.4); other algorithms know no such option.
  const form = algorithm === "ES256" ? ({ dsaEncoding: "ieee-p1363" } as const) : {};
  const [signing, verifying] = [
    { key: privateKey, ...form },
    { key: publicKey, ...form },
  ];
  const signed = (bytes: Uint8Array): Buffer => sign(hash, bytes, signing);
  const verified = (bytes: Uint8Array): Buffer => {
    const signature = signed(bytes);
    if (!verify(hash, bytes, verifying, signature)) throw new Error("the signature is wrong");
    return signature;
  };
  // Of an RSA signature that went wrong the key may follow, so whatever is behind `node:crypto` raises it to the
  // public exponent and compares, within the same call: OpenSSL in Node (`rsa_ossl_mod_exp`),
  // BoringSSL in Bun (`rsa_default_private_transform`), the `rsa` crate in Deno
  // (`rsa_decrypt_and_check`). Once more would find only a key whose halves do not belong together, which
  // OpenSSL takes, and its first signature tells. None of them looks at what ECDSA and EdDSA have
  // made, so that is verified here, though it takes two and three times as long as signing.
  if (algorithm === "RS256") demandPair(verified);
  const signer = algorithm === "RS256" ? signed : verified;
  return selfVerifyingSigner(
    { algorithm, publicJwk, sign: signer },
    // Header and payload are base64url: a byte each.
    (text) => `${text}.${signer(Buffer.from(text, "latin1")).toString("base64url")}`,
  );
}

function demandPair(sign: (bytes: Uint8Array) => Buffer): void {
  try {
    sign(new Uint8Array());
  } catch (cause) {
    throw hostError("key-inconsistent", { cause });
  }
}

/** Any form of key as the one that Node reads. */
function pemOf(key: KeySource | undefined): string {
  const keys = keyTexts(key);
  const environment = environmentFor({ key: keys === undefined });
  return call((core) => core.privateKeyPem(keys, environment));
}

function algorithmOf(key: KeyObject): Algorithm {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "RS256";
    case "ec":
      return "ES256";
    case "ed25519":
      return "EdDSA";
    default:
      throw hostError("signer");
  }
}
