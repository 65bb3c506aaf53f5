/** What Convex must be told of an issuer: the entry for `auth.config.ts`, the discovery document. */
import { environmentFor } from "./environment.js";
import { call } from "./instance.js";
import { keyText, keyTexts } from "./json.js";
import { lookable, plain } from "./options.js";
import type {
  Algorithm,
  CustomJwtProvider,
  Jwks,
  KeySource,
  OidcProvider,
  OpenidConfiguration,
} from "./types.js";

interface ProviderOptions {
  /** Default: as for signing, from the environment. */
  issuer?: string | undefined;
  /** The audience of tokens. Default: "convex". */
  applicationID?: string | undefined;
  /** The same under its name in tokens. */
  audience?: string | undefined;
  /** What tokens are signed with. Default: what the given keys are for, else RS256. */
  algorithm?: Algorithm | undefined;
  /** Private keys, to take the algorithm and the public set from. */
  privateKey?: KeySource | undefined;
}

/** Options for an OpenID Connect provider: RS256 or EdDSA. */
export interface OidcProviderOptions extends ProviderOptions {
  kind: "oidc";
}

/** Options for a customJwt provider: RS256 or ES256. */
export interface CustomJwtProviderOptions extends ProviderOptions {
  kind: "customJwt";
  /**
   * Where the set is: a URL, or the set itself, which is embedded in the entry as a data: URI, so that
   * no route is needed at all. Default: embedded if `privateKey` is given, else the issuer's
   * `/.well-known/jwks.json`.
   */
  jwks?: string | Jwks | undefined;
}

/**
 * The entry for `auth.config.ts`.
 *
 * @throws ConvexTokenError `ERR_PROVIDER_ALGORITHM` when providers of the kind do not take the
 * algorithm; the hint says which kind does
 * @example
 * export default { providers: [convexAuthProvider({ kind: "oidc" })] };
 */
export function convexAuthProvider(options: OidcProviderOptions): OidcProvider;
export function convexAuthProvider(options: CustomJwtProviderOptions): CustomJwtProvider;
export function convexAuthProvider(
  options: OidcProviderOptions | CustomJwtProviderOptions,
): OidcProvider | CustomJwtProvider {
  const given = plain(options) as Partial<CustomJwtProviderOptions>;
  const { kind, issuer, applicationID, audience, algorithm, privateKey, jwks } = given;
  const isUri = typeof jwks === "string" && !jwks.trimStart().startsWith("{");
  const ready = {
    kind,
    issuer,
    audience: lookable(applicationID ?? audience),
    algorithm,
    privateKey: keyTexts(privateKey),
    jwks: jwks === undefined || isUri ? undefined : keyText(jwks),
    jwksUri: isUri ? jwks : undefined,
    environment: environmentFor({ issuer: issuer == null }),
  };
  return call((core) => core.authProvider(ready)) as OidcProvider | CustomJwtProvider;
}

/**
 * The whole discovery document of an issuer, for `/.well-known/openid-configuration`.
 *
 * @param issuer Default: as for signing, from the environment.
 * @throws ConvexTokenError `ERR_ISSUER_…`
 */
export function openidConfiguration(issuer?: string): OpenidConfiguration {
  const environment = environmentFor({ issuer: issuer == null });
  return call((core) => core.openidConfiguration(issuer, environment)) as OpenidConfiguration;
}
