/** Tokens that somebody else signs: prepared here, signed there, checked and finished here. */
import { plainBytes } from "./bytes.js";
import { call, hostError } from "./instance.js";
import { claimsText, keyText } from "./json.js";
import { issuerOptions, plain, timeOf } from "./options.js";
import type {
  Algorithm,
  AsyncSigner,
  ConvexClaims,
  Jwk,
  SyncSigner,
  TokenOptions,
} from "./types.js";

const encoder = new TextEncoder();

/** Options for a token that somebody else signs. */
export interface PrepareOptions extends TokenOptions {
  /** The public half of the key that will sign. */
  publicJwk: Jwk;
  /** What it signs with. Default: what the key is for. */
  algorithm?: Algorithm | undefined;
  /** The time of signing, a Date or seconds since 1970. Default: now. */
  now?: Date | number | undefined;
}

/** A token that waits for its signature. */
export interface PreparedToken {
  /** Header and payload, encoded: the first two parts of the token. */
  signingInput: string;
  /** The same as bytes: what is to be signed. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The key that the signature is checked with. */
  publicJwk: Jwk;
}

/**
 * Makes a token but for its signature.
 *
 * @throws ConvexTokenError as `signConvexToken`
 * @example
 * const prepared = prepareToken({ sub: user.id }, { publicJwk });
 * const token = finishToken(prepared, await kms.sign(prepared.bytes));
 */
export function prepareToken(claims: ConvexClaims, options: PrepareOptions): PreparedToken {
  const { algorithm, publicJwk, now, ...given } = plain(options);
  const text = claimsText(claims);
  const signer = { algorithm, publicJwk, sign: () => new Uint8Array() };
  const ready = issuerOptions(given, signer);
  const time = timeOf(now);
  const { signingInput } = call((core) => core.prepare(text, ready, time));
  return { signingInput, bytes: bytesOf(signingInput), publicJwk: publicJwk as Jwk };
}

/**
 * Puts a signature to a prepared token, once the public key has verified it. It has no clock: how old
 * the prepared token may be is up to whoever keeps it.
 *
 * @param signature As JWS has it; for ES256 also in DER, as key management services give it.
 * @throws ConvexTokenError `ERR_SIGNATURE_REJECTED` when it is not the key's for this token
 */
export function finishToken(prepared: PreparedToken, signature: Uint8Array | ArrayBuffer): string {
  const { signingInput, publicJwk } = plain(prepared, "prepared");
  const jwk = keyText(publicJwk);
  const bytes = plainBytes(signature) ?? bytesIn(signature);
  return call((core) => core.finish(jwk, signingInput, bytes));
}

/** The bytes of a whole buffer; undefined for anything else, and for one that is gone. */
function bytesIn(buffer: unknown): Uint8Array | undefined {
  try {
    return buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : undefined;
  } catch {
    return undefined;
  }
}

/** What an external signer signs: the text's bytes. */
export function bytesOf(signingInput: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(signingInput);
}

/** A signed text's whole token; it throws what signing throws. */
type Seal = (signingInput: string) => string;

const seals = new WeakMap<object, Seal>();

/**
 * Marks a signer of this package that verifies each signature with its own public key before it gives
 * it out, so that the core need not. Frozen, it stays what was marked; a copy is a stranger again.
 *
 * @param seal The same as its `sign`, from text to token: what is verified need not cross to the core.
 */
export function selfVerifyingSigner<Signer extends SyncSigner>(signer: Signer, seal: Seal): Signer {
  Object.freeze(signer.publicJwk);
  seals.set(Object.freeze(signer), (signingInput) => {
    try {
      return seal(signingInput);
    } catch (cause) {
      throw hostError("signer-failed", { cause });
    }
  });
  return signer;
}

/** How a signer makes tokens of texts, if it has verified what it gives. */
export function sealOf(signer: SyncSigner | AsyncSigner): Seal | undefined {
  return seals.get(signer);
}

/**
 * Has a signer sign, and hands its signature on: at once, or when its promise is kept. What the
 * signer throws becomes the cause of an `ERR_SIGNER_FAILED`.
 */
export function signWith(
  signer: SyncSigner | AsyncSigner,
  signingInput: string,
  finish: (signature: unknown) => string,
): string | Promise<string> {
  const failed = (cause: unknown) => hostError("signer-failed", { cause });
  let signature: unknown;
  let isLater: boolean;
  try {
    signature = signer.sign(bytesOf(signingInput));
    isLater = isPromise(signature);
  } catch (cause) {
    throw failed(cause);
  }
  if (!isLater) return finish(signature);
  // What only has a `then` may call back twice, or give no promise of its own: a real promise does neither.
  return Promise.resolve(signature).then(finish, (cause: unknown) => {
    throw failed(cause);
  });
}

function isPromise(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
