/**
 * What `auth.config.ts` exports.
 *
 * Convex evaluates that file when it deploys, and refuses the deploy for each variable that it reads
 * and that is not set there. So only what is needed is read, and nothing here may import the core:
 * WebAssembly has no place in that file.
 */
import { JWKS_NAME, SITE_URL_NAME, readVariable } from "../environment.js";
import type { ConvexTokenError } from "../errors.js";
import { integrationError } from "../integration-errors.js";
import { quoted } from "../quoted.js";
import type { AuthProvider, CustomJwtProvider, Jwk, Jwks, OidcProvider } from "../types.js";
import { deploymentError } from "./errors.js";

const DEFAULT_AUDIENCE = "convex";
const JWKS_PATH = "/.well-known/jwks.json";

/** An issuer, read without the host's URL class: this file is evaluated where little else is there. */
const HTTP_URL = /^https?:\/\/(?<host>\[[\da-f:.]+\]|[^\s/:?#@"'<>\\]+)(:\d+)?(\/[^\s?#"'<>\\]*)?$/;

const BASE64URL = /^[\w-]+$/;

/** What a public key is, of those that customJwt providers take (RFC 7518, section 6). */
const PUBLIC_MEMBERS = {
  RS256: ["n", "e"],
  ES256: ["x", "y"],
} as const;

type JwtAlgorithm = keyof typeof PUBLIC_MEMBERS;

interface CommonOptions {
  /** The issuer of the tokens. Default: the deployment's CONVEX_SITE_URL. */
  issuer?: string | undefined;
  /** The audience of the tokens. Default: "convex". */
  applicationID?: string | undefined;
}

/** Options for an OpenID Connect provider: RS256 or EdDSA, one key or several. */
export interface OidcAuthConfigOptions extends CommonOptions {
  kind?: "oidc" | undefined;
}

/** Options for a customJwt provider: one algorithm, RS256 or ES256, one key or several. */
export interface CustomJwtAuthConfigOptions extends CommonOptions {
  kind: "customJwt";
  /** What tokens are signed with. Default: what the embedded set's first key is for, else RS256. */
  algorithm?: "RS256" | "ES256" | undefined;
  /**
   * Puts the deployment's variable JWKS into the entry, so that nothing needs to be served or
   * fetched. Convex evaluates the file anew when the variable changes. Default: false.
   */
  embedJwks?: boolean | undefined;
  /**
   * Where the set is: a URL, or the set itself, which is embedded. Default: the issuer's
   * `/.well-known/jwks.json`.
   */
  jwks?: string | Jwks | undefined;
}

/** Options for `auth.config.ts`. */
export type AuthConfigOptions = OidcAuthConfigOptions | CustomJwtAuthConfigOptions;

/** What `auth.config.ts` exports. */
export interface AuthConfig<Provider extends AuthProvider = AuthProvider> {
  providers: Provider[];
}

/**
 * What `auth.config.ts` exports: one provider, for tokens of this deployment's own issuer.
 *
 * `"oidc"`, the default, needs the two routes of `addAuthRoutes`. `"customJwt"` takes ES256 as well,
 * and with `embedJwks` needs no route at all, which helps where a self-hosted deployment cannot reach
 * its own public URL. Convex tries one provider for each issuer and audience, so keys of several
 * algorithms need `"oidc"` (RS256 and EdDSA), or an audience for each. A self-hosted backend that
 * misses `domain` in a customJwt entry is older than that kind: upgrade it, or use `"oidc"`.
 *
 * @throws ConvexTokenError `ERR_ISSUER_…` for the issuer, `ERR_JWKS…` for a set that cannot be
 * embedded, `ERR_PROVIDER…` for other options; a deploy shows it and changes nothing
 * @example
 * import { convexAuthConfig } from "convex-token/convex";
 *
 * export default convexAuthConfig();
 */
export function convexAuthConfig(options?: OidcAuthConfigOptions): AuthConfig<OidcProvider>;
export function convexAuthConfig(
  options: CustomJwtAuthConfigOptions,
): AuthConfig<CustomJwtProvider>;
export function convexAuthConfig(options?: AuthConfigOptions): AuthConfig {
  const given = ownMembers(options);
  const { kind = "oidc", applicationID = DEFAULT_AUDIENCE } = given;
  if (typeof applicationID !== "string" || applicationID.trim() === "") {
    throw refusal("application-id-empty");
  }
  const issuer = issuerOf(given.issuer);
  switch (kind) {
    case "oidc":
      return { providers: [{ domain: issuer, applicationID }] };
    case "customJwt": {
      const { algorithm, jwks } = keysOf(given, issuer);
      return { providers: [{ type: "customJwt", issuer, jwks, algorithm, applicationID }] };
    }
    default:
      throw refusal("provider-kind", { found: quoted(kind) });
  }
}

/** Options of either kind, each read once, and none that others have put into `Object.prototype`. */
function ownMembers(options: unknown): Partial<Omit<CustomJwtAuthConfigOptions, "kind">> & {
  kind?: AuthConfigOptions["kind"];
} {
  if (options !== undefined && options !== null && typeof options !== "object") {
    const found = `of the type ${typeof options}`;
    throw withCure(integrationError("option", { name: "options", found, wanted: "an object" }));
  }
  return Object.assign(Object.create(null) as object, options);
}

/** The issuer without a slash at its end, as tokens name it. */
function issuerOf(option: string | null | undefined): string {
  const given: unknown = option ?? readVariable(SITE_URL_NAME) ?? "";
  const name = option == null ? SITE_URL_NAME : "issuer";
  const found = quoted(given);
  if (typeof given !== "string") throw refusal("site-url-invalid", { name, found });
  const issuer = given.trim();
  if (issuer === "") throw refusal("site-url-missing");
  const host = HTTP_URL.exec(issuer)?.groups?.["host"];
  if (host === undefined) throw refusal("site-url-invalid", { name, found });
  if (host.endsWith(".convex.cloud")) throw refusal("site-url-cloud", { name, found });
  return issuer.replace(/\/+$/, "");
}

/** Where a customJwt entry's keys are, and the one algorithm that it takes. */
function keysOf(
  options: ReturnType<typeof ownMembers>,
  issuer: string,
): { algorithm: JwtAlgorithm; jwks: string } {
  const chosen = options.algorithm ?? undefined;
  if (
    chosen !== undefined &&
    !(typeof chosen === "string" && Object.hasOwn(PUBLIC_MEMBERS, chosen))
  ) {
    throw refusal("provider-algorithm", { found: quoted(chosen) });
  }
  const algorithm = chosen ?? "RS256";
  const { embedJwks } = options;
  const given = embedJwks === true ? (options.jwks ?? readVariable(JWKS_NAME)) : options.jwks;
  if (given === undefined && (embedJwks === true || "jwks" in options)) {
    throw refusal("jwks-not-set");
  }
  if (given === undefined) return { algorithm, jwks: `${issuer}${JWKS_PATH}` };
  if (typeof given === "string" && /^(https?|data):/.test(given.trim())) {
    return { algorithm, jwks: given.trim() };
  }
  return embedded(given, chosen);
}

/** The keys of one algorithm as a data: URI, without any private member. */
function embedded(
  set: string | Jwks,
  chosen: JwtAlgorithm | undefined,
): { algorithm: JwtAlgorithm; jwks: string } {
  const known = keysIn(set).flatMap((key) => {
    const algorithm = algorithmOf(key);
    return algorithm === undefined ? [] : [{ key, algorithm }];
  });
  const algorithm = chosen ?? known[0]?.algorithm ?? "RS256";
  const keys = known.filter((one) => one.algorithm === algorithm).map(({ key }) => key);
  if (keys.length === 0) throw refusal("jwks-no-key", { name: algorithm });
  const published = keys.map((key) => {
    const { kty, crv, kid } = key;
    if (typeof kid !== "string" || kid === "") throw refusal("jwks-no-kid");
    const members = PUBLIC_MEMBERS[algorithm].map((name) => {
      const value = key[name];
      if (typeof value !== "string" || !BASE64URL.test(value)) {
        throw refusal("jwks-incomplete", { name });
      }
      return [name, value];
    });
    // `crv` is of EC keys alone; JSON leaves out what is undefined.
    const type = { kty, crv: algorithm === "ES256" ? crv : undefined };
    return { ...type, ...Object.fromEntries(members), kid, use: "sig", alg: algorithm };
  });
  const text = JSON.stringify({ keys: published });
  return { algorithm, jwks: `data:application/json,${encodeURIComponent(text)}` };
}

function keysIn(set: string | Jwks): Jwk[] {
  let parsed: unknown = set;
  if (typeof set === "string") {
    try {
      // Some shells leave the quotes around a value.
      parsed = JSON.parse(set.trim().replace(/^'(.*)'$/s, "$1"));
    } catch {
      throw refusal("jwks-unreadable");
    }
  }
  const keys = (parsed as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw refusal("jwks-unreadable");
  return keys.filter((key): key is Jwk => typeof key === "object" && key !== null);
}

/** The algorithm that a key is for, if a customJwt provider takes it. */
function algorithmOf({ kty, crv, use, alg }: Jwk): JwtAlgorithm | undefined {
  if (use !== undefined && use !== "sig") return undefined;
  const algorithm = kty === "RSA" ? "RS256" : kty === "EC" && crv === "P-256" ? "ES256" : undefined;
  return alg === undefined || alg === algorithm ? algorithm : undefined;
}

function refusal(...row: Parameters<typeof deploymentError>): ConvexTokenError {
  return withCure(deploymentError(...row));
}

/** A deploy shows the `message` and nothing else, so it has the cure in it. */
function withCure(error: ConvexTokenError): ConvexTokenError {
  error.message = `${error.message} ${error.hint}`;
  return error;
}
