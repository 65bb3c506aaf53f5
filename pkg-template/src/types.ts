/** The types that callers meet. */

/** The algorithms that Convex takes: RS256 by any provider, EdDSA by OIDC, ES256 by customJwt. */
export type Algorithm = "RS256" | "ES256" | "EdDSA";

/** A JWK (RFC 7517), public or private, as any library exports it. */
export interface Jwk {
  kty?: string | undefined;
  [member: string]: unknown;
}

/** A JWK set (RFC 7517, section 5). */
export interface Jwks<Key = Jwk> {
  keys: Key[];
}

/** A public key as this package publishes it; `kid` is the RFC 7638 thumbprint. */
export type PublicJwk = { kid: string; use: "sig" } & (
  | { kty: "RSA"; alg: "RS256"; n: string; e: string }
  | { kty: "EC"; alg: "ES256"; crv: "P-256"; x: string; y: string }
  | { kty: "OKP"; alg: "EdDSA"; crv: "Ed25519"; x: string }
);

/**
 * Keys in any form that people have them in: PEM text (PKCS#8, PKCS#1, SEC 1; one block or several;
 * with `\n` written out, with spaces for line breaks, in quotes, in base64), a JWK, a JWK set, their
 * JSON text, or an array of these.
 */
export type KeySource = string | Jwk | Jwks | readonly KeySource[];

/** A new key pair. */
export interface KeyPair {
  algorithm: Algorithm;
  /** The RFC 7638 thumbprint, which names the key in tokens and in the set. */
  kid: string;
  /** PKCS#8 in PEM. Keep it secret. */
  privateKey: string;
  publicJwk: PublicJwk;
  /** The set to publish. */
  jwks: Jwks<PublicJwk>;
}

/**
 * Claims about a user. Values must survive JSON: `undefined` members are left out, a Date becomes its
 * ISO text, and functions, symbols, bigint, NaN and cycles are refused.
 */
export interface ConvexClaims {
  /** The user's id: a non-empty string. */
  sub: string;
  name?: string | null | undefined;
  email?: string | null | undefined;
  email_verified?: boolean | null | undefined;
  picture?: string | null | undefined;
  /** Set by the option `issuer`. */
  iss?: never;
  /** Set by the option `audience`. */
  aud?: never;
  /** Set by the option `expiresIn`. */
  exp?: never;
  /** Set by the option `notBefore`. */
  nbf?: never;
  /** The time of signing. */
  iat?: never;
  /** Random in every token. */
  jti?: never;
  [claim: string]: unknown;
}

/** What an issuer says in its tokens. */
export interface TokenOptions {
  /**
   * The issuer: the deployment's HTTP actions URL. A slash at its end is taken off. Default: the
   * environment's CONVEX_SITE_URL, else NEXT_PUBLIC_CONVEX_URL or CONVEX_URL with `.convex.cloud`
   * replaced by `.convex.site`.
   */
  issuer?: string | undefined;
  /** The provider's `applicationID`. Default: "convex". */
  audience?: string | undefined;
  /** A length of time ("30s", "15m", "1h", "7d") or seconds; more than 2. Default: "1h". */
  expiresIn?: string | number | undefined;
  /** A length of time from now, in the same forms, or a Date. Default: none. */
  notBefore?: string | number | Date | undefined;
  /**
   * The name of the key in the header (`kid`). Default: the key's RFC 7638 thumbprint. `false` leaves
   * it out, for a published set whose key has none.
   */
  keyId?: string | false | undefined;
}

/** Options for signing once. */
export interface SignOptions extends TokenOptions {
  /**
   * The private key; of several, the first one signs. Default: the environment's
   * CONVEX_AUTH_PRIVATE_KEY, else JWT_PRIVATE_KEY.
   */
  privateKey?: KeySource | undefined;
  /** The time of signing, a Date or seconds since 1970. Default: now. */
  now?: Date | number | undefined;
}

/** A decoded JOSE header. */
export interface TokenHeader {
  alg: string;
  kid?: string;
  typ?: string;
  [parameter: string]: unknown;
}

/** A decoded payload. */
export interface TokenClaims {
  iss: string;
  aud?: string | string[];
  sub: string;
  exp: number;
  iat?: number;
  nbf?: number;
  jti?: string;
  [claim: string]: unknown;
}

/** A decoded token. */
export interface DecodedToken {
  header: TokenHeader;
  claims: TokenClaims;
}

/** The identity as `ctx.auth.getUserIdentity()` gives it inside a Convex function. */
export interface Identity {
  tokenIdentifier: string;
  issuer: string;
  subject: string;
  name?: string;
  givenName?: string;
  familyName?: string;
  nickname?: string;
  preferredUsername?: string;
  profileUrl?: string;
  pictureUrl?: string;
  websiteUrl?: string;
  email?: string;
  emailVerified?: boolean;
  gender?: string;
  birthday?: string;
  timezone?: string;
  language?: string;
  phoneNumber?: string;
  phoneNumberVerified?: boolean;
  address?: string;
  updatedAt?: string;
  [claim: string]: unknown;
}

/** A verified token. */
export interface VerifiedToken extends DecodedToken {
  identity: Identity;
}

/** An entry of `auth.config.ts` for an OpenID Connect provider. */
export interface OidcProvider {
  domain: string;
  applicationID: string;
}

/** An entry of `auth.config.ts` for an issuer of JWTs without discovery. */
export interface CustomJwtProvider {
  type: "customJwt";
  issuer: string;
  jwks: string;
  algorithm: "RS256" | "ES256";
  applicationID?: string;
}

/** An entry of `auth.config.ts`. */
export type AuthProvider = OidcProvider | CustomJwtProvider;

/** A discovery document (OpenID Connect Discovery 1.0, section 3). */
export interface OpenidConfiguration {
  issuer: string;
  jwks_uri: string;
  authorization_endpoint: string;
  response_types_supported: string[];
  subject_types_supported: string[];
  id_token_signing_alg_values_supported: string[];
  scopes_supported: string[];
  claims_supported: string[];
}

/** Somebody else who signs, at once. */
export interface SyncSigner {
  algorithm: Algorithm;
  /** The public half of the key that signs: every signature is checked with it. */
  publicJwk: Jwk;
  /** The signature of some bytes: as JWS has it, or for ES256 also in DER. */
  sign(bytes: Uint8Array<ArrayBuffer>): Uint8Array;
}

/**
 * Somebody else who signs, later: Web Crypto, a key management service. A token waits for as long as its
 * signer takes: one that calls over a network should give up by itself, with an error.
 */
export interface AsyncSigner {
  algorithm: Algorithm;
  /** The public half of the key that signs: every signature is checked with it. */
  publicJwk: Jwk;
  /** The signature of some bytes: as JWS has it, or for ES256 also in DER. */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}
