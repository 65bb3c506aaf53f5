/** Signing with Node's own crypto: faster than WebAssembly, and only there. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from "node:crypto";
import { environmentFor } from "./environment.js";
import { ConvexTokenError } from "./errors.js";
import "./index.js";
import { call, hostError } from "./instance.js";
import { keyTexts } from "./json.js";
import type { Algorithm, Jwk, KeySource, SyncSigner } from "./types.js";

export { ConvexTokenError };

/**
 * A signer that uses `node:crypto`.
 *
 * @param key A private KeyObject, or a key in any form that `signConvexToken` takes. Default: the
 * environment's CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY.
 * @throws ConvexTokenError `ERR_KEY_…`
 * @example
 * const issuer = createIssuer({ signer: nodeSigner(process.env.CONVEX_AUTH_PRIVATE_KEY) });
 */
export function nodeSigner(key?: KeySource | KeyObject): SyncSigner {
  const privateKey = isKeyObject(key) ? key : createPrivateKey(pemOf(key));
  if (privateKey.type !== "private") throw hostError("key-type");
  const algorithm = algorithmOf(privateKey);
  const publicJwk = createPublicKey(privateKey).export({ format: "jwk" }) as Jwk;
  return {
    algorithm,
    publicJwk,
    sign(bytes) {
      if (algorithm === "EdDSA") return sign(null, bytes, privateKey);
      return sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
    },
  };
}

/** Any form of key as the one that Node reads. */
function pemOf(key: KeySource | undefined): string {
  const keys = keyTexts(key);
  const environment = environmentFor({ key: keys === undefined });
  return call((core) => core.privateKeyPem(keys, environment));
}

function isKeyObject(key: unknown): key is KeyObject {
  return typeof key === "object" && key !== null && "asymmetricKeyType" in key;
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
