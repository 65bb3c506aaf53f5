// Cases: a valid one of each kind of provider, and what is changed in it. Everything is the same at
// each run, but for ECDSA signatures, which are random.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The time of every judgement. */
export const NOW = 1_750_000_000;
export const HOST = "happy-animal-123.convex.site";
export const ISSUER = `https://${HOST}`;
export const DISCOVERY = "/.well-known/openid-configuration";
export const JWKS = "/.well-known/jwks.json";

const vectors = join(import.meta.dirname, "../vectors/keys");
const readKey = (name) => createPrivateKey(readFileSync(join(vectors, `test-${name}.pkcs8.pem`)));
const privateKeys = {
  rsa: readKey("rsa-2048"),
  otherRsa: readKey("rsa-3072"),
  p256: readKey("p256"),
  ed25519: readKey("ed25519"),
};

/** The algorithm of each key. */
export const algorithms = { rsa: "RS256", otherRsa: "RS256", p256: "ES256", ed25519: "EdDSA" };

/** A key's public half, named by its own name; further members are laid over it, undefined removes. */
export function jwk(name, members = {}) {
  const key = createPublicKey(privateKeys[name]).export({ format: "jwk" });
  return { ...key, kid: name, alg: algorithms[name], use: "sig", ...members };
}

/** The same with its private members. */
export function privateJwk(name) {
  return { ...privateKeys[name].export({ format: "jwk" }), kid: name, use: "sig" };
}

export const base64url = (text) => Buffer.from(text).toString("base64url");

/** A signature by one of the keys, as RFC 7518 and RFC 8037 have it. */
export function signature(name, input) {
  const hash = name === "ed25519" ? undefined : "sha256";
  return sign(hash, Buffer.from(input), { key: privateKeys[name], dsaEncoding: "ieee-p1363" });
}

/** A token of exactly these texts or bytes. */
export function signed(name, header, payload) {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${signature(name, input).toString("base64url")}`;
}

/** An object as JSON text. */
const json = (object) => (typeof object === "string" ? object : JSON.stringify(object));

const claims = {
  iss: ISSUER,
  aud: "convex",
  sub: "user_1",
  iat: NOW - 100,
  exp: NOW + 500,
};

export const oidc = { domain: ISSUER, applicationID: "convex" };
export const customJwt = (algorithm) => ({
  type: "customJwt",
  issuer: ISSUER,
  jwks: `${ISSUER}${JWKS}`,
  algorithm,
  applicationID: "convex",
});
const discovery = { issuer: ISSUER, jwks_uri: `${ISSUER}${JWKS}` };

/**
 * A case: valid, but for what is given.
 *
 * @param {object} given
 * @param {string} given.name
 * @param {"oidc" | "customJwt"} given.kind of the provider
 * @param {string} [given.key] that signs, and is published
 * @param {object} [given.header] members laid over the header; undefined removes one
 * @param {object} [given.claims] the same for the claims
 * @param {string | Buffer} [given.headerText] instead: the header to the letter
 * @param {string | Buffer} [given.claimsText]
 * @param {(token: string) => string} [given.torn] what is done to the finished token
 * @param {object} [given.provider] members laid over the provider
 * @param {object[]} [given.providers] instead: all of them
 * @param {object[]} [given.keys] the published ones
 * @param {string | Buffer} [given.setText] instead: the set to the letter
 * @param {object} [given.discovery] members laid over the discovery document
 * @param {string | Buffer} [given.discoveryText]
 * @param {object} [given.discoveryAnswer] how it is answered: { status, type, headers, delay, cut }
 * @param {object} [given.jwksAnswer]
 * @param {object} [given.routes] other paths that are answered
 * @param {number} [given.now]
 * @param {string} given.expect "accepted", or the check that fails
 * @param {object} [given.identity] members that the identity must have
 * @param {string} [given.source] who was right where the two differed, and by what
 */
export function makeCase(given) {
  const { kind, key = kind === "oidc" ? "rsa" : "p256", now = NOW } = given;
  const header = json(
    given.headerText ?? { alg: algorithms[key], kid: key, typ: "JWT", ...given.header },
  );
  const payload = json(given.claimsText ?? { ...claims, ...given.claims });
  const isBytes = (text) => Buffer.isBuffer(text);
  const token = signed(
    key,
    isBytes(given.headerText) ? given.headerText : header,
    isBytes(given.claimsText) ? given.claimsText : payload,
  );
  const provider = kind === "oidc" ? oidc : customJwt(algorithms[key]);
  const set = given.setText ?? json({ keys: given.keys ?? [jwk(key)] });
  const type = "application/json";
  const document = given.discoveryText ?? json({ ...discovery, ...given.discovery });
  return {
    ...given,
    now,
    token: given.torn === undefined ? token : given.torn(token),
    providers: given.providers ?? [{ ...provider, ...given.provider }],
    routes: {
      [DISCOVERY]: { type, body: document, ...given.discoveryAnswer },
      [JWKS]: { type, body: set, ...given.jwksAnswer },
      ...given.routes,
    },
  };
}

/** The same changes for both kinds of provider: by `expect` and `key` of each, or of both. */
export function both({ name, expect, ...given }) {
  return ["oidc", "customJwt"].map((kind) =>
    makeCase({ ...given, name: `${name}, ${kind}`, kind, expect: expect[kind] ?? expect }),
  );
}
