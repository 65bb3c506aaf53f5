/** An issuer: a key parsed once, tokens reused while they are young, the two well-known routes. */
import { plainBytes } from "./bytes.js";
import { sealOf, signWith } from "./external.js";
import { Handle } from "./handle.js";
import { call, hostError } from "./instance.js";
import { claimsText } from "./json.js";
import { issuerOptions, plain, timeOf } from "./options.js";
import type {
  Algorithm,
  AsyncSigner,
  AuthProvider,
  ConvexClaims,
  CustomJwtProvider,
  Jwks,
  KeySource,
  OidcProvider,
  OpenidConfiguration,
  PublicJwk,
  SyncSigner,
  TokenOptions,
  VerifiedToken,
} from "./types.js";

/** Options for an issuer that signs itself, or has a signer sign. */
export interface IssuerOptions<
  Signer extends SyncSigner | AsyncSigner | undefined = undefined,
> extends TokenOptions {
  /**
   * The private keys; the first one signs, all of them are published. Default: the environment's
   * CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY.
   */
  privateKey?: (Signer extends undefined ? KeySource : never) | undefined;
  /** Instead of a private key: somebody else who signs. */
  signer?: Signer | undefined;
  /** The clock, for tests: a time, or a function that tells it. Default: the host's. */
  now?: Date | number | (() => Date | number) | undefined;
}

/** What issuers of both kinds do alike. */
export interface IssuerBase {
  readonly algorithm: Algorithm;
  /** Verifies one of this issuer's tokens: its keys, its issuer, its audience. */
  verify(token: string): VerifiedToken;
  /** The set of all keys, as it is published. */
  jwks(): Jwks<PublicJwk>;
  /** The discovery document. */
  openidConfiguration(): OpenidConfiguration;
  /**
   * The entry for `auth.config.ts`: of the kind that takes this issuer's algorithm, unless told
   * otherwise. `embedJwks` puts the set into a customJwt entry, so that no route is needed.
   */
  provider(): AuthProvider;
  provider(options: { kind: "oidc" }): OidcProvider;
  provider(options: { kind: "customJwt"; embedJwks?: boolean | undefined }): CustomJwtProvider;
  provider(options: { kind?: "oidc" | "customJwt"; embedJwks?: boolean }): AuthProvider;
  /**
   * Answers a request for `/.well-known/openid-configuration` or `/.well-known/jwks.json`; undefined
   * for any other path.
   */
  fetch(request: Request): Response | undefined;
  /** Wipes the key. Every later call throws `ERR_ISSUER_DISPOSED`. */
  dispose(): void;
}

/** An issuer that signs at once. */
export interface Issuer extends IssuerBase {
  /** A fresh token. */
  sign(claims: ConvexClaims): string;
  /**
   * A token for the claims: the one made for the same claims before, until half of its life is left,
   * else a fresh one. With `forceRefreshToken` it is always fresh: Convex's client stops refreshing
   * when a forced refresh hands it the same token.
   */
  token(claims: ConvexClaims, options?: { forceRefreshToken?: boolean | undefined }): string;
}

/** An issuer whose signer takes its time. */
export interface AsyncIssuer extends IssuerBase {
  /** A fresh token. */
  sign(claims: ConvexClaims): Promise<string>;
  /** As {@link Issuer.token}. */
  token(
    claims: ConvexClaims,
    options?: { forceRefreshToken?: boolean | undefined },
  ): Promise<string>;
}

/**
 * Makes an issuer. Its key is parsed here, once.
 *
 * A signature that comes after its token's end releases no token (`ERR_SIGNER_LATE`). Each call asks
 * the signer, also while another one for the same claims waits, so that one that is never answered
 * holds nobody up; of several the youngest token is reused.
 *
 * @throws ConvexTokenError `ERR_KEY_…`, `ERR_ISSUER_…`, `ERR_SIGNER`, and as `signConvexToken` for
 * the other options
 * @example
 * const issuer = createIssuer();
 * const token = issuer.token({ sub: user.id }, { forceRefreshToken });
 */
export function createIssuer(options?: IssuerOptions): Issuer;
export function createIssuer(options: IssuerOptions<SyncSigner>): Issuer;
export function createIssuer(options: IssuerOptions<AsyncSigner>): AsyncIssuer;
export function createIssuer(
  options?: IssuerOptions | IssuerOptions<SyncSigner> | IssuerOptions<AsyncSigner>,
): Issuer | AsyncIssuer {
  const { now, signer, ...given } = plain(options as IssuerOptions<SyncSigner | AsyncSigner>);
  const handle = new Handle(issuerOptions(given, signer));
  const clock = () => timeOf(typeof now === "function" ? now() : now);
  return new CoreIssuer(handle, signer, clock) as unknown as Issuer | AsyncIssuer;
}

class CoreIssuer {
  readonly #handle: Handle;
  readonly #signer: SyncSigner | AsyncSigner | undefined;
  readonly #now: () => number;
  readonly algorithm: Algorithm;
  /** Whether the signer gives promises: then a kept token is one too. */
  #answersLater = false;

  constructor(handle: Handle, signer: SyncSigner | AsyncSigner | undefined, now: () => number) {
    this.#handle = handle;
    this.#signer = signer;
    this.#now = now;
    this.algorithm = call((core) => core.issuerAlgorithm(handle.number())) as Algorithm;
  }

  sign(claims: ConvexClaims): string | Promise<string> {
    const text = claimsText(claims);
    const now = this.#now();
    const number = this.#handle.number();
    if (this.#signer === undefined) return call((core) => core.issuerSign(number, text, now));
    return this.#signExternally(this.#signer, text, undefined, now);
  }

  token(
    claims: ConvexClaims,
    options?: { forceRefreshToken?: boolean | undefined },
  ): string | Promise<string> {
    const text = claimsText(claims);
    const force = options !== undefined && plain(options).forceRefreshToken === true;
    const now = this.#now();
    const number = this.#handle.number();
    const recent = this.#handle.recent;
    const known = force ? undefined : recent.get(text, now);
    if (known !== undefined) return this.#answersLater ? Promise.resolve(known) : known;
    const signer = this.#signer;
    if (signer === undefined) {
      return recent.keep(
        text,
        call((core) => core.issuerToken(number, text, force, now)),
      );
    }
    const kept = force ? undefined : call((core) => core.issuerKeptToken(number, text, now));
    if (kept === undefined) return this.#signExternally(signer, text, text, now);
    const token = recent.keep(text, kept);
    return this.#answersLater ? Promise.resolve(token) : token;
  }

  #signExternally(
    signer: SyncSigner | AsyncSigner,
    claims: string,
    keepFor: string | undefined,
    now: number,
  ): string | Promise<string> {
    const handle = this.#handle.number();
    const seal = sealOf(signer);
    if (seal !== undefined && keepFor === undefined) {
      return seal(call((core) => core.issuerSigningInput(handle, claims, now)));
    }
    const prepared = call((core) => core.issuerPrepare(handle, claims, now));
    const verified = seal !== undefined;
    const answer = signWith(signer, prepared.signingInput, (given) => {
      const signature = plainBytes(given);
      // The issuer may be another one by then: disposed of, or made anew after a trap.
      const number = this.#handle.number();
      if (keepFor !== undefined) this.#handle.recent.forget(keepFor);
      const time = this.#now();
      return call((core) =>
        core.issuerFinish(number, prepared, signature, keepFor, verified, time),
      );
    });
    this.#answersLater = typeof answer !== "string";
    return answer;
  }

  verify(token: string): VerifiedToken {
    const now = this.#now();
    const number = this.#handle.number();
    return call((core) => core.issuerVerify(number, token, now)) as VerifiedToken;
  }

  jwks(): Jwks<PublicJwk> {
    const number = this.#handle.number();
    return call((core) => core.issuerJwks(number)) as Jwks<PublicJwk>;
  }

  openidConfiguration(): OpenidConfiguration {
    const number = this.#handle.number();
    return call((core) => core.issuerOpenidConfiguration(number)) as OpenidConfiguration;
  }

  provider(options?: { kind?: "oidc" | "customJwt"; embedJwks?: boolean }): AuthProvider {
    const { kind, embedJwks } = plain(options);
    const number = this.#handle.number();
    return call((core) => core.issuerProvider(number, kind, embedJwks === true)) as AuthProvider;
  }

  fetch(request: Request): Response | undefined {
    this.#handle.number();
    if (typeof request !== "object" || request === null) {
      throw hostError("option-object", { path: "request" });
    }
    const { method, url, headers } = request;
    const path = pathOf(url);
    if (path === undefined) return undefined;
    const known = typeof headers?.get === "function" ? headers.get("if-none-match") : null;
    const number = this.#handle.number();
    const answer = call((core) => core.issuerRespond(number, method, path, known));
    return answer && new Response(answer.body, { status: answer.status, headers: answer.headers });
  }

  dispose(): void {
    this.#handle.dispose();
  }
}

/** The path of a request's URL; undefined when it has none, as no request of a host's own. */
function pathOf(url: string): string | undefined {
  try {
    return new URL(url).pathname;
  } catch {
    return undefined;
  }
}
