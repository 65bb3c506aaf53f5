/**
 * The core's exports, as `src/wasm/` defines them: `core.js` beside this file is generated from there.
 *
 * A parameter is `unknown` where the core itself checks what it is given.
 */
export type HostErrorKind =
  | "claims-not-object"
  | "claims-threw"
  | "claims-too-deep"
  | "claim-value"
  | "key-host-object"
  | "key-type"
  | "key-inconsistent"
  | "option-object"
  | "time"
  | "signer"
  | "signer-promise"
  | "signer-failed"
  | "disposed"
  | "trap";

export interface Prepared {
  signingInput: string;
  issuedAt: number;
  expiresAt: number;
}

/** A token, and at what times it may be handed out again for the same claims. */
export interface ReusableToken {
  token: string;
  /** From this time on, in the unit of the `now` that was given. */
  from: number;
  /** Before this time. */
  until: number;
}

export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  body: string | null;
}

export function __wbg_set_wasm(exports: WebAssembly.Exports): void;

export function wipeStack(): void;

export function generateKeys(algorithm: unknown, modulusLength: unknown): unknown;
export function jwksFromKey(keys: unknown, environment: unknown): unknown;
export function privateKeyPem(keys: unknown, environment: unknown): string;

export function issuerNew(options: object): number;
export function issuerFree(handle: number): void;
export function issuerAlgorithm(handle: number): string;
export function issuerSign(handle: number, claims: string, now: number): string;
export function issuerToken(
  handle: number,
  claims: string,
  force: boolean,
  now: number,
): ReusableToken;
export function issuerKeptToken(
  handle: number,
  claims: string,
  now: number,
): ReusableToken | undefined;
export function issuerPrepare(handle: number, claims: string, now: number): Prepared;
export function issuerSigningInput(handle: number, claims: string, now: number): string;
export function issuerFinish(
  handle: number,
  prepared: Prepared,
  signature: unknown,
  keepFor: string | undefined,
  verified: boolean,
  now: number,
): string;
export function issuerVerify(handle: number, token: unknown, now: number): unknown;
export function issuerJwks(handle: number): unknown;
export function issuerOpenidConfiguration(handle: number): unknown;
export function issuerProvider(handle: number, kind: unknown, embedJwks: boolean): unknown;
export function issuerRespond(
  handle: number,
  method: string,
  path: string,
  ifNoneMatch: string | null,
): Answer | undefined;

export function respond(
  options: object,
  method: string,
  path: string,
  ifNoneMatch: string | null,
): Answer | undefined;
export function sign(claims: string, options: object, now: number): string;
export function prepare(claims: string, options: object, now: number): Prepared;
export function finish(publicJwk: string, signingInput: unknown, signature: unknown): string;
export function verify(token: unknown, options: object, now: number): unknown;
export function explain(token: unknown, options: object, now: number): unknown;
export function decode(token: unknown): unknown;
export function openidConfiguration(issuer: unknown, environment: unknown): unknown;
export function authProvider(options: object): unknown;
export function safeEqual(a: unknown, b: unknown): boolean;
export function hostError(
  kind: HostErrorKind,
  path: string,
  found: string,
): { code: string; message: string; hint: string };
