/** Why Convex accepts a token or does not: every check that it makes, in its order. */
import { call } from "./instance.js";
import { keyText, keyTexts } from "./json.js";
import { plain, timeOf } from "./options.js";
import type { AuthProvider, Jwks, KeySource, OpenidConfiguration } from "./types.js";
import { worded } from "./wording.js";

/** An answer as it was fetched; a member that is left out is not judged. */
export interface FetchedDocument {
  /** The address that was asked. */
  url: string;
  /** The HTTP status. */
  status?: number | undefined;
  /** The header `Content-Type`; null when the answer has none. */
  contentType?: string | null | undefined;
  /** The text of the answer. */
  body?: string | undefined;
  /** Why there is no answer: the message of what `fetch` threw. */
  error?: string | undefined;
}

/** What a token is explained by. */
export interface ExplainOptions {
  /**
   * The entry of `auth.config.ts`, or all of its entries: the one that Convex would choose is taken,
   * or else the nearest. Without any, one of the kind that takes the token's algorithm is assumed.
   */
  provider?: AuthProvider | readonly AuthProvider[] | undefined;
  /** The discovery document of the token's issuer, as an object, as JSON text, or as fetched. */
  discovery?: OpenidConfiguration | object | string | FetchedDocument | undefined;
  /** The published set, as an object, as JSON text, or as fetched. */
  jwks?: Jwks | string | FetchedDocument | undefined;
  /** Instead of the set: private keys, whose public halves are used. */
  privateKey?: KeySource | undefined;
  /** The issuer that the token must have. */
  issuer?: string | undefined;
  /** The audience that the token must have. */
  audience?: string | undefined;
  /** How far clocks may differ, in seconds. Default: as Convex has it for the provider's kind. */
  clockTolerance?: number | undefined;
  /** The time of checking, a Date or seconds since 1970. Default: now. */
  now?: Date | number | undefined;
}

/** One check that Convex makes. */
export interface TokenCheck {
  /** A stable name, such as "audience" or "signature". */
  name: string;
  /** Whether it passes; null when it could not be judged: what it needs failed or was not given. */
  ok: boolean | null;
  /** What the token, the set or the document has: values are shortened, keys never shown. */
  found: string;
  /** What Convex wants. */
  expected: string;
  /** How to mend it, in one sentence; null unless the check fails. */
  fix: string | null;
  /** Where the documentation tells of it, relative to the package's repository. */
  docs: string;
  /** The code that {@link verifyConvexToken} throws for it, if it fails. */
  code?: string;
  /** What is wrong, in one sentence, if it fails. */
  message?: string;
  /** What Convex itself says, if it fails and Convex says something. */
  convexMessage?: string;
}

/** Every check of a token. */
export interface TokenExplanation {
  /**
   * Whether Convex accepts the token. A discovery document that is not given does not count: Convex
   * fetches it by itself. Without keys the signature cannot be checked, and this is false.
   */
  accepted: boolean;
  /** The checks, in Convex's order: the first that fails is the one that Convex tells of. */
  checks: TokenCheck[];
}

/**
 * Explains a token: every check that Convex makes of it, what was found, what is expected, and how to
 * mend it. Whatever text the token is, there is an answer; `verifyConvexToken` makes the same checks,
 * and throws at the first that fails.
 *
 * Its answer tells of keys and providers what an attacker need not know: show it to developers only.
 *
 * @throws ConvexTokenError `ERR_OPTION` and the like, when an option is not of its type
 * @example
 * const { accepted, checks } = explainToken(token, { provider: authConfig.providers, jwks });
 * for (const { name, found, expected, fix } of checks.filter((check) => check.ok === false)) {
 *   console.log(`${name}: found ${found}, expected ${expected}. ${fix}`);
 * }
 */
export function explainToken(token: string, options?: ExplainOptions): TokenExplanation {
  const { provider, discovery, jwks, privateKey, issuer, audience, clockTolerance, now } =
    plain(options);
  const ready = {
    providers: provider === undefined ? undefined : [provider].flat().map(providerText),
    discovery: documentOf(discovery),
    jwks: documentOf(jwks),
    privateKey: keyTexts(privateKey),
    issuer,
    audience,
    clockTolerance,
  };
  const time = timeOf(now);
  const { accepted, checks } = call((core) => core.explain(token, ready, time)) as TokenExplanation;
  return { accepted, checks: checks.map(inWords) };
}

function inWords(check: TokenCheck): TokenCheck {
  const texts = Object.entries(check).map(([name, value]) => [
    name,
    typeof value === "string" ? worded(value) : value,
  ]);
  return Object.fromEntries(texts) as TokenCheck;
}

/** An entry as JSON text: what is none is told of among the checks. */
function providerText(provider: unknown): string {
  try {
    return JSON.stringify(provider) ?? "null";
  } catch {
    return "null";
  }
}

/** A document as the core takes it, if one is given. */
function documentOf(given: object | string | null | undefined): object | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "string") return plain({ body: given });
  const { url, status, contentType, body, error } = plain(given as Partial<FetchedDocument>);
  if (typeof url !== "string") return plain({ body: keyText(given) });
  return { url, status, contentType: contentType === null ? "" : contentType, body, error };
}
