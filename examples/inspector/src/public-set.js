/** The public half of keys in whatever form they are pasted. */
import { createIssuer, jwksFromKey } from "convex-token";
import { textOfDataUri, unquoted } from "./pasted.js";

/** @typedef {import("convex-token").Jwks} Jwks */
/** @typedef {import("convex-token").Jwk} Jwk */

/**
 * @typedef {object} PublicSet
 * @property {Jwks} jwks as this package publishes the keys
 * @property {boolean} wasPrivate whether the text had a private key in it
 */

/** The members of a JWK that are secret (RFC 7518, section 6). */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * The set to publish for private keys, or the normal form of public ones.
 *
 * @param {string} text
 * @returns {Promise<PublicSet>}
 * @throws ConvexTokenError for what is no key that Convex takes
 */
export async function publicSetOf(text) {
  const isUri = /^data:/i.test(text.trim());
  const key = (isUri && textOfDataUri(text.trim())) || text;
  try {
    return { jwks: jwksFromKey(key), wasPrivate: true };
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== "ERR_KEY_PUBLIC") throw error;
    // Public ones, or some of each.
    return { jwks: await normalised(key, error), wasPrivate: hasSecrets(key) };
  }
}

/**
 * A set as it is published, for judging tokens by: its text to the letter, unless it has private keys
 * in it. A single key is made into a set.
 *
 * @param {string} text
 * @returns {Promise<{ body: string, wasPrivate: boolean, wasKey: boolean }>}
 */
export async function publishedSet(text) {
  const trimmed = unquoted(text);
  const isUri = /^data:/i.test(trimmed);
  const body = isUri ? textOfDataUri(trimmed) : trimmed;
  if (body === undefined) throw new Error("The data: URI is damaged: it has no text in it.");
  const parsed = jsonObject(body);
  if (parsed === undefined && /^[[{]/.test(body.trim())) {
    throw new Error("This is not well-formed JSON: copy the whole set, from { to }.");
  }
  const wasPrivate = hasSecrets(body);
  const wasKey = parsed?.keys === undefined;
  if (!wasKey && !wasPrivate) return { body, wasPrivate, wasKey };
  const isPublicJwk = parsed?.kty !== undefined && !wasPrivate;
  const jwks = !wasKey
    ? { keys: [parsed.keys].flat().map(withoutSecrets) }
    : isPublicJwk
      ? { keys: [parsed] }
      : (await publicSetOf(body).catch(orNoSet)).jwks;
  return { body: JSON.stringify(jwks, null, 2), wasPrivate, wasKey };
}

/**
 * The error for what is neither set nor key: the package's own speaks of private keys alone.
 *
 * @param {any} error
 * @returns {never}
 */
function orNoSet(error) {
  if (error.code !== "ERR_KEY_UNREADABLE") throw error;
  throw new Error("This is neither a JWKS, nor a data: URI, nor a key in PEM or as JWK.");
}

/** @param {string} text */
function hasSecrets(text) {
  const parsed = jsonObject(unquoted(text));
  if (parsed === undefined) return !/BEGIN PUBLIC KEY/.test(text) || /PRIVATE KEY/.test(text);
  return [parsed.keys ?? parsed]
    .flat()
    .some((key) => secretMembers.some((name) => name in Object(key)));
}

/**
 * Public keys with thumbprints for names.
 *
 * @param {string} text
 * @param {unknown} otherwise what to throw when they cannot be read
 * @returns {Promise<Jwks>}
 */
async function normalised(text, otherwise) {
  const parsed = jsonObject(unquoted(text));
  const keys =
    parsed === undefined ? [await fromSpki(text, otherwise)] : [parsed.keys ?? parsed].flat();
  return { keys: keys.flatMap((key) => published(withoutSecrets(key)).keys) };
}

/**
 * @param {Jwk} publicJwk
 * @returns {Jwks}
 */
function published(publicJwk) {
  const algorithm = { RSA: "RS256", EC: "ES256" }[publicJwk.kty ?? ""] ?? "EdDSA";
  const signer = {
    algorithm: /** @type {any} */ (algorithm),
    publicJwk,
    sign: () => new Uint8Array(),
  };
  // An issuer whose signatures somebody else makes needs the public half alone, and publishes it.
  return createIssuer({ issuer: "https://issuer.invalid", signer }).jwks();
}

/**
 * The JWK of a public key in PEM, by Web Crypto: the package reads private keys.
 *
 * @param {string} text
 * @param {unknown} otherwise
 * @returns {Promise<Jwk>}
 */
async function fromSpki(text, otherwise) {
  const pem = unquoted(text).replaceAll("\\n", "\n");
  const [, base64] = /-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  if (base64 === undefined) throw otherwise;
  if (!globalThis.crypto?.subtle) {
    throw new Error("A public key in PEM is read by the browser, which does so only over https.");
  }
  const algorithms = [
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    { name: "ECDSA", namedCurve: "P-256" },
    { name: "Ed25519" },
  ];
  for (const algorithm of algorithms) {
    try {
      const der = Uint8Array.from(atob(base64.replace(/\s+/g, "")), (one) => one.charCodeAt(0));
      const key = await crypto.subtle.importKey("spki", der, algorithm, true, ["verify"]);
      const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", key);
      return JSON.parse(JSON.stringify({ kty, n, e, crv, x, y }));
    } catch {
      // Of another kind.
    }
  }
  throw otherwise;
}

/** @param {Jwk} key */
function withoutSecrets(key) {
  const members = Object.entries(Object(key));
  return Object.fromEntries(members.filter(([name]) => !secretMembers.includes(name)));
}

/**
 * @param {string} text
 * @returns {any}
 */
function jsonObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
