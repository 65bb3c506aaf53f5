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
 * A signer that uses `node:crypto`. It verifies each signature before it gives it out, so the issuer
 * does not once more. It is frozen: a changed copy of it is verified like any other signer.
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
  // OpenSSL checks what it signs with RSA, where one faulty bit tells the key, but not ECDSA or EdDSA;
  // other hosts' `node:crypto` is built on something else. So each signature is verified here, though
  // that takes two and a half times as long as an ES256 or EdDSA signature itself.
  const signed = (bytes: Uint8Array): Buffer => {
    const signature = sign(hash, bytes, signing);
    if (!verify(hash, bytes, verifying, signature)) throw new Error("the signature is wrong");
    return signature;
  };
  return selfVerifyingSigner(
    { algorithm, publicJwk, sign: signed },
    // Header and payload are base64url: a byte each.
    (text) => `${text}.${signed(Buffer.from(text, "latin1")).toString("base64url")}`,
  );
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
