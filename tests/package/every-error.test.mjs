// Each row of the core's tables (src/error.rs, src/convex/message.rs), provoked as somebody who uses the
// package comes to it. A row that nothing leads to is either dead, or listed here with the reason.
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, sign as nodeSign } from "node:crypto";
import { test } from "node:test";
import {
  convexAuthProvider,
  createIssuer,
  decodeConvexToken,
  explainToken,
  generateKeys,
  jwksFromKey,
  openidConfiguration,
  signConvexToken,
  verifyConvexToken,
} from "convex-token";
import { Canaries, shownOf } from "../tools/canaries.mjs";
import { rowsOfCore } from "../tools/error-rows.mjs";
import { checkSentences, issuer, keys } from "./fixtures.mjs";

const sub = "user_1";
const { privateKey, publicJwk, jwks, kid } = keys.EdDSA;
const token = signConvexToken({ sub }, { privateKey, issuer });
const rsa = createPrivateKey(keys.RS256.privateKey).export({ format: "jwk" });

const oidc = { domain: issuer, applicationID: "convex" };
const set = encodeURIComponent(JSON.stringify(keys.RS256.jwks));
const customJwt = {
  type: "customJwt",
  issuer,
  applicationID: "convex",
  algorithm: "RS256",
  jwks: `data:application/json,${set}`,
};

const sign = (options) => signConvexToken({ sub }, { privateKey, issuer, ...options });
const signed = (claims) => signConvexToken({ sub, ...claims }, { privateKey, issuer });
const verify = (options, text = token) => verifyConvexToken(text, { jwks, ...options });

/** A token that says what it is told to, with no signature to speak of. */
function forged(claims, header) {
  const encoded = (part) =>
    Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");
  const times = { iat: 1_700_000_000, exp: 4_000_000_000 };
  const payload = typeof claims === "string" ? claims : { iss: issuer, aud: "convex", sub, ...times, ...claims }; // prettier-ignore
  return `${encoded({ alg: "EdDSA", typ: "JWT", kid, ...header })}.${encoded(payload)}.AAAA`;
}

/** What is said of a forged token by a provider's checks. */
const told = (claims, { header, ...options } = {}) =>
  explainToken(forged(claims, header), { provider: oidc, jwks, ...options });
const toldByCustomJwt = (options, claims, header) =>
  told(claims, { provider: { ...customJwt, ...options }, jwks: undefined, header: { alg: "RS256", kid: keys.RS256.kid, ...header } }); // prettier-ignore

const url = `${issuer}/.well-known/jwks.json`;
const json = "application/json";
const ok = { url, status: 200, contentType: json };
const document = openidConfiguration(issuer);
const fetchedSet = (answer) => told({}, { jwks: { ...ok, ...answer } });
const discovered = (answer) =>
  told({}, { discovery: { ...ok, body: JSON.stringify(document), ...answer } });
const otherIssuer = (iss, domain) => told({ iss }, { provider: { ...oidc, domain } });

function deep(levels) {
  let value = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

/** Something of the host while a call runs, as a host without it has it. */
function without(holder, name, value, call) {
  const before = Object.getOwnPropertyDescriptor(holder, name);
  Object.defineProperty(holder, name, { value, configurable: true, writable: true });
  try {
    return call();
  } finally {
    if (before === undefined) delete holder[name];
    else Object.defineProperty(holder, name, before);
  }
}

function withVariables(variables, call) {
  Object.assign(process.env, variables);
  try {
    return call();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

const gone = () => {
  throw new Error("not here");
};
const signer = (sign) => ({ algorithm: "EdDSA", publicJwk, sign });
let time = 1_800_000_000;

/** By the name of the row: the code, and a call that is told it. */
const table = {
  // Keys
  key_missing: ["ERR_KEY_MISSING", () => signConvexToken({ sub }, { issuer })],
  key_empty: ["ERR_KEY_EMPTY", () => withVariables({ JWT_PRIVATE_KEY: " " }, () => jwksFromKey())],
  key_unreadable: ["ERR_KEY_UNREADABLE", () => jwksFromKey("secret")],
  key_truncated: ["ERR_KEY_TRUNCATED", () => jwksFromKey("-----BEGIN PRIVATE KEY-----")],
  key_damaged: ["ERR_KEY_DAMAGED", () => jwksFromKey(privateKey.replace(/\n.{8}/, "\n"))],
  key_encrypted: ["ERR_KEY_ENCRYPTED", () => jwksFromKey(pem({ cipher: "aes-256-cbc", passphrase: "x" }))],
  key_public: ["ERR_KEY_PUBLIC", () => jwksFromKey(publicJwk)],
  symmetric_key: ["ERR_KEY_UNSUPPORTED", () => jwksFromKey({ kty: "oct", k: "c2VjcmV0" })],
  key_certificate: ["ERR_KEY_CERTIFICATE", () => jwksFromKey("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")],
  key_unsupported: ["ERR_KEY_UNSUPPORTED", () => jwksFromKey(pem({}, "ec", { namedCurve: "P-384" }))],
  key_too_small: ["ERR_KEY_TOO_SMALL", () => jwksFromKey(pem({}, "rsa", { modulusLength: 1024 }))],
  key_too_large: ["ERR_KEY_TOO_LARGE", () => jwksFromKey({ ...rsa, n: Buffer.alloc(2048, 0x55).toString("base64url") })],
  key_exponent: ["ERR_KEY_EXPONENT", () => jwksFromKey({ ...rsa, e: "AQAA" })],
  key_inconsistent: ["ERR_KEY_INCONSISTENT", () => jwksFromKey({ ...rsa, qi: rsa.dp })],
  key_member: ["ERR_KEY_MEMBER", () => jwksFromKey({ ...rsa, n: undefined })],
  key_purpose: ["ERR_KEY_PURPOSE", () => jwksFromKey({ ...rsa, use: "enc" })],
  key_set_empty: ["ERR_KEY_SET_EMPTY", () => verify({ jwks: { keys: [] } })],
  key_set_too_large: ["ERR_KEY_SET_TOO_LARGE", () => jwksFromKey(Array(100).fill(privateKey))],
  key_host_object: ["ERR_KEY_HOST_OBJECT", () => jwksFromKey(createPrivateKey(privateKey))],
  modulus_length: ["ERR_MODULUS_LENGTH", () => generateKeys({ modulusLength: 1024 })],

  // Claims
  claims_not_object: ["ERR_CLAIMS", () => signConvexToken(sub, { privateKey, issuer })],
  claims_malformed: ["ERR_CLAIMS", () => signed({ name: "\ud800" })],
  claims_too_large: ["ERR_CLAIMS_TOO_LARGE", () => signed({ x: "x".repeat(70_000) })],
  claim_paths_too_long: ["ERR_CLAIMS_TOO_LARGE", () => signed({ ["x".repeat(20_000)]: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [index, 1])) })],
  claims_too_deep: ["ERR_CLAIMS_TOO_DEEP", () => signed({ x: deep(200) })],
  claims_threw: ["ERR_CLAIMS", () => signed({ x: { toJSON: gone } })],
  claim_duplicate: ["ERR_CLAIM_DUPLICATE", () => told(`{"iss":"${issuer}","iss":"${issuer}"}`)],
  claim_subject: ["ERR_CLAIM_SUB", () => signed({ sub: 1 })],
  claim_reserved_hinted: ["ERR_CLAIM_RESERVED", () => signed({ iss: issuer })],
  RESERVED_ISS: ["ERR_CLAIM_RESERVED", () => signed({ iss: issuer })],
  RESERVED_AUD: ["ERR_CLAIM_RESERVED", () => signed({ aud: "convex" })],
  RESERVED_EXP: ["ERR_CLAIM_RESERVED", () => signed({ exp: 1 })],
  RESERVED_NBF: ["ERR_CLAIM_RESERVED", () => signed({ nbf: 1 })],
  RESERVED_IAT: ["ERR_CLAIM_RESERVED", () => signed({ iat: 1 })],
  RESERVED_JTI: ["ERR_CLAIM_RESERVED", () => signed({ jti: "1" })],
  claim_shadows_identity: ["ERR_CLAIM_SHADOWS_IDENTITY", () => signed({ subject: sub })],
  claim_type: ["ERR_CLAIM_TYPE", () => signed({ email: 1 })],
  claim_value: ["ERR_CLAIM_VALUE", () => signed({ id: 1n })],

  // Options
  issuer_missing: ["ERR_ISSUER_MISSING", () => openidConfiguration()],
  issuer_underivable: ["ERR_ISSUER_MISSING", () => withVariables({ CONVEX_URL: "http://127.0.0.1:3210" }, () => openidConfiguration())],
  issuer_invalid: ["ERR_ISSUER_INVALID", () => sign({ issuer: "happy-animal-123.convex.site" })],
  issuer_cloud: ["ERR_ISSUER_CLOUD", () => sign({ issuer: "https://happy-animal-123.convex.cloud" })],
  audience: ["ERR_AUDIENCE", () => sign({ audience: ["a", "b"] })],
  duration: ["ERR_DURATION", () => sign({ expiresIn: "soon" })],
  life_too_short: ["ERR_DURATION", () => sign({ expiresIn: 2 })],
  time_invalid: ["ERR_TIME", () => sign({ now: "now" })],
  times_disagree: ["ERR_TIME", () => sign({ notBefore: "2h", expiresIn: "1h" })],
  key_id_invalid: ["ERR_KEY_ID", () => sign({ keyId: "" })],
  algorithm_unknown: ["ERR_ALGORITHM", () => generateKeys({ algorithm: "HS256" })],
  option_type: ["ERR_OPTION", () => sign({ issuer: 7 })],
  provider_algorithm_hinted: ["ERR_PROVIDER_ALGORITHM", () => convexAuthProvider({ kind: "oidc", issuer, algorithm: "ES256" })],
  NOT_OF_OIDC: ["ERR_PROVIDER_ALGORITHM", () => convexAuthProvider({ kind: "oidc", issuer, algorithm: "ES256" })],
  NOT_OF_CUSTOM_JWT: ["ERR_PROVIDER_ALGORITHM", () => convexAuthProvider({ kind: "customJwt", issuer, algorithm: "EdDSA" })],
  provider_kind: ["ERR_PROVIDER", () => convexAuthProvider({ kind: "saml", issuer })],
  provider_invalid: ["ERR_PROVIDER", () => verify({ provider: { type: "saml" } })],
  provider_set_unreadable: ["ERR_PROVIDER_JWKS", () => createIssuer({ privateKey: [keys.RS256.privateKey, privateKey], issuer }).provider({ kind: "customJwt" })],
  verification_key_missing: ["ERR_JWKS_MISSING", () => verify({ jwks: undefined })],

  // What an issuer serves
  document_unreachable: ["ERR_UNREACHABLE", () => fetchedSet({ error: "no such host" })],
  document_status_hinted: ["ERR_ROUTE_STATUS", () => fetchedSet({ status: 404 })],
  ROUTE_ABSENT: ["ERR_ROUTE_STATUS", () => fetchedSet({ status: 404 })],
  ROUTE_FAILS: ["ERR_ROUTE_STATUS", () => fetchedSet({ status: 500 })],
  document_type: ["ERR_ROUTE_TYPE", () => fetchedSet({ contentType: "text/html" })],
  document_json: ["ERR_ROUTE_JSON", () => discovered({ body: "<!doctype html>" })],
  document_set: ["ERR_ROUTE_JSON", () => fetchedSet({ body: "{}" })],
  document_member: ["ERR_ROUTE_JSON", () => discovered({ body: JSON.stringify({ issuer }) })],
  discovery_issuer_hinted: ["ERR_DISCOVERY_ISSUER", () => told({}, { discovery: { ...document, issuer: "https://x" } })],
  DISCOVERY_SLASH: ["ERR_DISCOVERY_ISSUER", () => told({}, { discovery: { ...document, issuer: `${issuer}/` } })],
  DISCOVERY_OTHER: ["ERR_DISCOVERY_ISSUER", () => told({}, { discovery: { ...document, issuer: "https://x" } })],

  // Tokens
  token_malformed: ["ERR_TOKEN_MALFORMED", () => decodeConvexToken("token")],
  token_too_large: ["ERR_TOKEN_TOO_LARGE", () => decodeConvexToken("x".repeat(200_000))],
  token_type: ["ERR_TOKEN_TYPE", () => told({}, { header: { typ: "at+jwt" } })],
  token_critical: ["ERR_TOKEN_CRITICAL", () => told({}, { header: { crit: ["b64"] } })],
  token_algorithm: ["ERR_TOKEN_ALGORITHM", () => told({}, { header: { alg: "none" } })],
  token_key_id_missing: ["ERR_TOKEN_KID_MISSING", () => toldByCustomJwt({}, {}, { kid: undefined })],
  token_key_not_found_hinted: ["ERR_TOKEN_KEY_NOT_FOUND", () => verify({ jwks: keys.ES256.jwks })],
  KEY_NOT_PUBLISHED: ["ERR_TOKEN_KEY_NOT_FOUND", () => verify({ jwks: keys.ES256.jwks })],
  KEY_WITHOUT_KID: ["ERR_TOKEN_KEY_NOT_FOUND", () => verify({ jwks: { keys: [{ ...publicJwk, kid: undefined }] } })],
  token_key_ambiguous: ["ERR_TOKEN_KEY_AMBIGUOUS", () => verify({ jwks: { keys: [publicJwk, generateKeys({ algorithm: "EdDSA" }).publicJwk] } }, sign({ keyId: false }))],
  token_key_algorithm: ["ERR_TOKEN_KEY_ALGORITHM", () => told({}, { provider: customJwt, header: { alg: "RS256", kid: keys.RS256.kid }, jwks: { keys: [{ ...keys.RS256.publicJwk, alg: "RS512" }] } })],
  token_signature: ["ERR_TOKEN_SIGNATURE", () => verify({}, `${token.slice(0, -20)}${"A".repeat(20)}`)],
  token_claim_missing: ["ERR_TOKEN_CLAIM_MISSING", () => told({ exp: undefined })],
  token_claim_type: ["ERR_TOKEN_CLAIM_TYPE", () => told({ email: 1 })],
  token_issuer_hinted: ["ERR_TOKEN_ISSUER", () => verify({ issuer: "https://other.example" })],
  ISSUER_OF_TOKEN_IS_API: ["ERR_TOKEN_ISSUER", () => otherIssuer("https://happy-animal-123.convex.cloud", issuer)],
  ISSUER_OF_PROVIDER_IS_API: ["ERR_TOKEN_ISSUER", () => otherIssuer(issuer, "https://happy-animal-123.convex.cloud")],
  ISSUER_CASE: ["ERR_TOKEN_ISSUER", () => otherIssuer(issuer.toUpperCase(), issuer)],
  ISSUER_WITHOUT_SCHEME: ["ERR_TOKEN_ISSUER", () => otherIssuer("happy-animal-123.convex.site", issuer)],
  ISSUER_SCHEME: ["ERR_TOKEN_ISSUER", () => otherIssuer(issuer.replace("https", "http"), issuer)],
  ISSUER_PATH: ["ERR_TOKEN_ISSUER", () => otherIssuer(`${issuer}/http`, issuer)],
  ISSUER_DEPLOYMENT: ["ERR_TOKEN_ISSUER", () => otherIssuer("https://other-animal-1.convex.site", issuer)],
  ISSUER_OTHER: ["ERR_TOKEN_ISSUER", () => otherIssuer("https://example.com", issuer)],
  token_audience_hinted: ["ERR_TOKEN_AUDIENCE", () => verify({ audience: "other" })],
  AUDIENCE_ABSENT: ["ERR_TOKEN_AUDIENCE", () => told({ aud: undefined })],
  AUDIENCE_OTHER: ["ERR_TOKEN_AUDIENCE", () => told({ aud: "other" })],
  token_audiences: ["ERR_TOKEN_AUDIENCES", () => told({ aud: ["convex", "other"] })],
  token_expired: ["ERR_TOKEN_EXPIRED", () => told({ exp: 1_700_000_001 })],
  token_not_yet_valid: ["ERR_TOKEN_NOT_YET_VALID", () => toldByCustomJwt({}, { nbf: 3_999_999_999 })],

  // Signers and hosts
  signer_invalid: ["ERR_SIGNER", () => createIssuer({ signer: { publicJwk }, issuer })],
  signer_failed: ["ERR_SIGNER_FAILED", () => createIssuer({ signer: signer(gone), issuer }).sign({ sub })],
  signer_late: ["ERR_SIGNER_LATE", () => createIssuer({ signer: signer(late), issuer, now: () => time }).sign({ sub })],
  signature_rejected: ["ERR_SIGNATURE_REJECTED", () => createIssuer({ signer: signer(() => new Uint8Array(64)), issuer }).sign({ sub })],
  issuer_disposed: ["ERR_ISSUER_DISPOSED", () => disposed().jwks()],
  random_unavailable: ["ERR_RANDOM", () => without(crypto, "getRandomValues", gone, () => generateKeys())],
  trap: ["ERR_WASM_TRAP", () => without(TextEncoder.prototype, "encodeInto", gone, () => sign({ audience: "é" }))],
  internal: ["ERR_INTERNAL", () => without(JSON, "parse", gone, () => jwksFromKey(privateKey))],

  // What Convex says
  "convex.PAYLOAD": ["ERR_TOKEN_MALFORMED", () => told("no JSON")],
  "convex.NO_ISSUER": ["ERR_TOKEN_CLAIM_MISSING", () => told({ iss: undefined })],
  "convex.NO_PROVIDERS": ["ERR_PROVIDER", () => told({}, { provider: [] })],
  "convex.NO_PROVIDER": ["ERR_TOKEN_AUDIENCE", () => told({ aud: "other" })],
  "convex.INTERNAL": ["ERR_TOKEN_ISSUER", () => otherIssuer("happy-animal-123.convex.site", issuer)],
  "convex.DISCOVERY": ["ERR_DISCOVERY_ISSUER", () => told({}, { discovery: { ...document, issuer: "https://x" } })],
  "convex.DISCOVERY_ANSWER": ["ERR_ROUTE_STATUS", () => discovered({ status: 404 })],
  "convex.OIDC_FORM": ["ERR_TOKEN_CLAIM_TYPE", () => told({ email: 1 })],
  "convex.OIDC_CLAIMS": ["ERR_TOKEN_EXPIRED", () => told({ exp: 1_700_000_001 })],
  "convex.JWKS_DATA": ["ERR_PROVIDER", () => toldByCustomJwt({ jwks: "data:application/json;base64,?" })],
  "convex.JWKS_FETCH": ["ERR_UNREACHABLE", () => served({ error: "no such host" })],
  "convex.JWKS_TYPE": ["ERR_ROUTE_TYPE", () => served({ contentType: "text/html" })],
  "convex.JWKS_BODY": ["ERR_ROUTE_JSON", () => served({ body: "{}" })],
  "convex.NO_KID": ["ERR_TOKEN_KID_MISSING", () => toldByCustomJwt({}, {}, { kid: undefined })],
  "convex.KID": ["ERR_TOKEN_KEY_NOT_FOUND", () => toldByCustomJwt({}, {}, { kid: "other" })],
  "convex.TIME": ["ERR_TOKEN_EXPIRED", () => toldByCustomJwt({}, { exp: 1_700_000_001 })],
  "convex.SUBJECT": ["ERR_TOKEN_CLAIM_MISSING", () => toldByCustomJwt({}, { sub: undefined })],
}; // prettier-ignore

/** Rows that nobody can be led to here, and why. */
const impossible = {};

const rows = await rowsOfCore();
const provoked = new Set();
const signature = token.slice(token.lastIndexOf(".") + 1);
const canaries = new Canaries(
  Object.values(keys).map(({ privateKey }) => privateKey),
  { signature },
);

for (const [row, [code, call]] of Object.entries(table)) {
  test(`${row}: ${code}`, async () => {
    const errors = await refusals(call);
    for (const error of errors) for (const name of rows.of(error)) provoked.add(name);
    const isOwn = (error) => error.code === code && rows.of(error).includes(row);
    assert.ok(errors.some(isOwn), texts(errors));
    for (const error of errors) {
      checkSentences(error);
      assert.deepEqual(canaries.shownIn(shownOf(error)), []);
    }
  });
}

test("each row is provoked, or it is said why it cannot be", () => {
  assert.deepEqual(Object.keys({ ...table, ...impossible }).sort(), rows.names.sort());
  assert.deepEqual(
    Object.keys(impossible).filter((row) => provoked.has(row)),
    [],
  );
});

/** All that a call is told: the error that it throws, or each check that fails. */
async function refusals(call) {
  try {
    const { checks = [] } = Object(await call());
    return checks
      .filter(({ ok }) => ok === false)
      .map(({ code, message, fix, convexMessage }) => ({
        code,
        message,
        hint: fix,
        convexMessage,
      }));
  } catch (error) {
    return [error];
  }
}

const texts = (errors) =>
  errors.map(({ code, message, hint }) => `${code}: ${message} ${hint}`).join("\n");

function pem(form, type = "ed25519", options = {}) {
  const { privateKey } = generateKeyPairSync(type, options);
  return privateKey.export({ type: "pkcs8", format: "pem", ...form });
}

/** Takes longer to sign than the token lives. */
function late(bytes) {
  time += 10_000;
  return nodeSign(null, bytes, privateKey);
}

function disposed() {
  const own = createIssuer({ privateKey, issuer });
  own.dispose();
  return own;
}

function served(answer) {
  const body = JSON.stringify(keys.RS256.jwks);
  const header = { alg: "RS256", kid: keys.RS256.kid };
  return told({}, { provider: { ...customJwt, jwks: url }, jwks: { ...ok, body, ...answer }, header }); // prettier-ignore
}
