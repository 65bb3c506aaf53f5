// Written by scripts/errors-page.mjs.

/** The core's sentences by their names, with `{0}`, `{1}` for their values. */
export const SENTENCES: Readonly<Record<string, string>> = {
  key_missing:
    "There is no private key: the option `privateKey` is not given, and neither CONVEX_AUTH_PRIVATE_KEY nor JWT_PRIVATE_KEY is set where this code runs.",
  "key_missing.hint":
    "Run `npx convex-token keys`, which writes CONVEX_AUTH_PRIVATE_KEY to `.env.local`; code that runs inside Convex reads the deployment's own environment instead: `npx convex env set CONVEX_AUTH_PRIVATE_KEY`.",
  key_empty: "{0} is set, but it is empty.",
  "key_empty.hint":
    "Give it the whole PEM, in quotes when it spans lines; `npx convex-token keys` writes it that way.",
  key_unreadable: "The key is neither PEM, nor a JWK or JWK set, nor the base64 of one of them.",
  "key_unreadable.hint":
    "Give the whole text from `-----BEGIN PRIVATE KEY-----` to `-----END PRIVATE KEY-----`, or run `npx convex-token keys` to make a new pair.",
  key_truncated:
    "The PEM has no matching END line: the value was probably cut at its first line break.",
  "key_truncated.hint":
    "Put the value in double quotes in the .env file, or write it in one line with `\\n` for each line break.",
  key_damaged: "The key is damaged: {0}.",
  "key_damaged.hint":
    "Copy the key again from where it was made, whole and unchanged; if that is gone, `npx convex-token keys` makes a new pair.",
  key_encrypted: "The private key is encrypted with a passphrase.",
  "key_encrypted.hint":
    "Decrypt it once with `openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.pkcs8.pem` and give the result.",
  key_public: "This is a public key, and signing needs the private one.",
  "key_public.hint":
    "Give the private key that belongs to it; `npx convex-token keys` makes a new pair if it is gone.",
  symmetric_key: "This is a symmetric secret, and Convex takes signatures by a key pair only.",
  "symmetric_key.hint": "Run `npx convex-token keys` to make a key pair.",
  key_certificate: "This is a certificate, and signing needs the private key.",
  "key_certificate.hint":
    "Give the key file that was made beside the certificate, often named `key.pem`; `npx convex-token keys` makes a new pair without any certificate.",
  key_unsupported: "Convex takes RSA, P-256 and Ed25519 keys, and this is {0}.",
  "key_unsupported.hint": "Run `npx convex-token keys` to make a key pair.",
  key_too_small: "The RSA key has {0} bits, and RS256 needs at least 2048 (RFC 7518, section 3.3).",
  "key_too_small.hint": "Run `npx convex-token keys` to make a key pair.",
  key_too_large: "The RSA key has {0} bits, and Convex takes at most 8192.",
  "key_too_large.hint": "Run `npx convex-token keys` to make a key pair.",
  key_exponent: "The RSA key's public exponent is not an odd number from 3 to 2^33 - 1.",
  "key_exponent.hint": "Make a key with the usual exponent 65537: `npx convex-token keys`.",
  key_inconsistent: "The parts of the key do not belong together.",
  "key_inconsistent.hint":
    "Copy the key again from where it was made; if it is damaged there too, `npx convex-token keys` makes a new pair.",
  key_member: 'The JWK\'s member "{0}" is missing or not of its form.',
  "key_member.hint": "Give the JWK as it was exported (RFC 7517), or the PEM it came from.",
  key_purpose: "The JWK says that it is not for this: {0}.",
  "key_purpose.hint":
    'Give a signing key (`use` absent or "sig"; `alg` absent or RS256, ES256, EdDSA).',
  key_set_empty: "The key set holds no key that tokens could be checked with.",
  "key_set_empty.hint": 'Give the set that `jwksFromKey` returns: `{ "keys": [ … ] }`.',
  key_set_too_large: "There are more than {0} keys, or their text is longer than {1} KB.",
  "key_set_too_large.hint": "Keep the key that signs and those whose tokens are still alive.",
  key_host_object:
    "The key is an object of the host's own crypto, whose private part cannot be read.",
  "key_host_object.hint":
    'Give `createIssuer({ signer })` a `webCryptoSigner(cryptoKey)` from "convex-token/webcrypto" or a `nodeSigner(keyObject)` from "convex-token/node".',
  modulus_length: "`modulusLength` is {0}, and an RSA key has 2048, 3072 or 4096 bits here.",
  "modulus_length.hint": "Leave it out for 2048 bits.",
  claims_not_object: "The claims are not an object.",
  "claims_not_object.hint": "Give an object such as `{ sub: user.id, name: user.name }`.",
  claims_malformed: "The claims are not well-formed JSON.",
  "claims_malformed.hint":
    "Give plain values: strings without lone surrogates, numbers, booleans, null, arrays and objects.",
  claims_too_large: "The claims are longer than {0} bytes.",
  "claims_too_large.hint":
    "Put only what identifies the user into the token, and read the rest from the database in the function.",
  claim_paths_too_long:
    "The claims are longer than {0} bytes when each nested one has the names of all around it before its own, as Convex hands them to functions.",
  "claim_paths_too_long.hint": "Give nested claims short names, or fewer of them.",
  claims_too_deep: "The claims are nested more than {0} levels deep.",
  "claims_too_deep.hint": "Put only what identifies the user into the token.",
  claims_threw: "Reading the claims threw an error (its `cause`).",
  "claims_threw.hint":
    "Give plain values rather than objects with getters or a `toJSON` that can fail.",
  claim_duplicate: 'The claim "{0}" is there twice.',
  "claim_duplicate.hint": "Give each claim once (RFC 7519, section 4).",
  claim_subject:
    'The claim "sub" is {0}, and Convex needs a non-empty string that identifies the user.',
  "claim_subject.hint":
    "Give the user's id: `{ sub: user.id }`, or `String(user.id)` when it is a number.",
  claim_reserved_hinted: 'The claim "{0}" is set by the issuer and cannot be given.',
  "claim_reserved_hinted.hint": "{1}",
  claim_shadows_identity:
    'A claim named "{0}" would replace the identity\'s own `{0}` inside Convex functions.',
  "claim_shadows_identity.hint": "Give the claim another name.",
  claim_type:
    'The standard claim "{0}" must be {1} (OpenID Connect Core, section 5.1): with anything else Convex refuses the whole token.',
  "claim_type.hint": "Convert the value, leave the claim out, or give it a name of your own.",
  claim_value: "The claim {0} is {1}, which JSON cannot carry.",
  "claim_value.hint":
    "Convert it to a string, a number, a boolean, null, an array or a plain object first.",
  issuer_missing:
    "There is no issuer: the option `issuer` is not given, and none of CONVEX_SITE_URL, NEXT_PUBLIC_CONVEX_URL and CONVEX_URL is set where this code runs.",
  "issuer_missing.hint":
    "Set CONVEX_SITE_URL to the deployment's HTTP actions URL (`https://….convex.site`); `npx convex dev` writes NEXT_PUBLIC_CONVEX_URL to `.env.local`, from which it follows.",
  issuer_underivable:
    'CONVEX_SITE_URL is not set, and it does not follow from {0}, whose value "{1}" does not end in .convex.cloud.',
  "issuer_underivable.hint":
    "Set CONVEX_SITE_URL to the URL that serves HTTP actions: `https://….convex.site`, or `http://127.0.0.1:3211` for a local or self-hosted backend on its usual port.",
  issuer_invalid: 'The issuer "{0}" {1}.',
  "issuer_invalid.hint":
    "Give the URL whose `/.well-known/` routes serve the keys, such as `https://happy-animal-123.convex.site`.",
  issuer_cloud:
    'The issuer "{0}" is the deployment\'s API, where HTTP actions, and so the keys, are not served.',
  "issuer_cloud.hint": 'Use "{1}" instead: the same name with .convex.site.',
  audience: "The audience {0}.",
  "audience.hint":
    'Give one string, the provider\'s `applicationID` ("convex" unless you changed it).',
  duration: "`{0}` is {1}, which is not a length of time.",
  "duration.hint":
    'Give seconds as a whole number, or a text such as "30s", "15m", "1h", "7d" or "2 weeks".',
  life_too_short:
    "The token would live {0} s, and Convex's client takes none that lives 2 s or less.",
  "life_too_short.hint":
    "Give at least 3 seconds; an hour is usual, and the client refreshes it by itself.",
  time_invalid: "`{0}` is not a time.",
  "time_invalid.hint": "Give a Date, or seconds since 1970 (as `exp` and `iat` count them).",
  times_disagree:
    "The token would expire before it becomes valid: `notBefore` is not earlier than `expiresIn`.",
  "times_disagree.hint": "Give a smaller `notBefore`, or leave it out.",
  key_id_invalid: "`keyId` is neither a non-empty string of at most 256 characters nor false.",
  "key_id_invalid.hint":
    "Leave it out for the key's RFC 7638 thumbprint, or give false for a published set without a `kid`.",
  algorithm_unknown: "The algorithm {0} is not one that Convex takes.",
  "algorithm_unknown.hint":
    'Use "RS256" (any provider), "EdDSA" (OIDC providers) or "ES256" (customJwt providers).',
  option_type: "`{0}` must be {1}.",
  "option_type.hint": "Look at the option's type: the package brings its declarations.",
  provider_algorithm_hinted: 'A provider of kind "{0}" does not take {1}.',
  "provider_algorithm_hinted.hint": "{2}",
  provider_kind: "The provider's kind is {0}.",
  "provider_kind.hint":
    'Give `kind: "oidc"` (discovery; RS256 or EdDSA) or `kind: "customJwt"` (a JWK set; RS256 or ES256).',
  provider_invalid: "The provider {0}.",
  "provider_invalid.hint": "Give an entry as `convexAuthProvider` makes it for `auth.config.ts`.",
  provider_set_unreadable:
    "The customJwt provider's key set holds a key of a kind that Convex's parser does not know, such as EdDSA, and Convex refuses the whole set for it.",
  "provider_set_unreadable.hint":
    "Give the provider a set without that key: `embedJwks: true` puts only the keys of its own algorithm into the entry.",
  verification_key_missing: "There is nothing to check the signature with.",
  "verification_key_missing.hint":
    "Give `jwks` (the published set), `privateKey` (its public half is used), or a customJwt provider whose `jwks` is a data: URI.",
  document_unreachable: "No answer comes from {0}: {1}.",
  "document_unreachable.hint":
    "Check the address: HTTP actions answer at .convex.site, not .convex.cloud. A self-hosted deployment must reach its own public URL, or take a customJwt provider with a data: set, which needs no fetch.",
  document_status_hinted: "The answer of {0} has status {1}, and Convex takes 200 only.",
  "document_status_hinted.hint": "{2}",
  document_type: "The answer of {0} has the content type {1}, and Convex takes application/json.",
  "document_type.hint":
    "Let `addAuthRoutes(http)` in convex/http.ts serve it, or set the header `Content-Type: application/json` where it is served.",
  document_json: "The answer of {0} does not hold the JSON object that belongs there.",
  "document_json.hint": "Let `addAuthRoutes(http)` in convex/http.ts serve it.",
  document_set: 'The answer of {0} is not a JWK set, `{ "keys": [ … ] }`.',
  "document_set.hint":
    "Let `addAuthRoutes(http)` in convex/http.ts serve it, and set JWKS in the deployment to what `npx convex-token jwks` prints.",
  document_member: "The answer of {0} has no `{1}` as a discovery document has it.",
  "document_member.hint":
    "Serve what `openidConfiguration()` returns, or let `addAuthRoutes(http)` in convex/http.ts serve it.",
  discovery_issuer_hinted: 'The discovery document names the issuer "{0}", and the token "{1}".',
  "discovery_issuer_hinted.hint": "{2}",
  token_malformed: "This is not a JWT in compact form: {0}.",
  "token_malformed.hint":
    'Give the whole token: three base64url parts joined by dots, without "Bearer" before it.',
  token_too_large: "The token is longer than {0} bytes.",
  "token_too_large.hint": "Put fewer claims into it.",
  token_type: "The token's header says that it is {0}, not a plain JWT.",
  "token_type.hint": 'Sign it with `typ: "JWT"` and without `cty`, as `signConvexToken` does.',
  token_critical:
    'The token\'s header has "{0}", which demands an extension that Convex does not know.',
  "token_critical.hint": "Sign it without that member.",
  token_algorithm: "The token is signed with {0}, which this provider does not take.",
  "token_algorithm.hint":
    "Use RS256 (any provider), EdDSA (OIDC providers) or ES256 (customJwt providers).",
  token_key_id_missing: "The token's header has no `kid`, which a customJwt provider needs.",
  "token_key_id_missing.hint": "Sign without `keyId: false`; the key's thumbprint is the default.",
  token_key_not_found_hinted:
    "No key of the set fits the token: its `kid` is {0}, and the set has {1}.",
  "token_key_not_found_hinted.hint": "{2}",
  token_key_ambiguous: "The token names no `kid`, and {0} keys of the set could have signed it.",
  "token_key_ambiguous.hint": "Sign without `keyId: false`, so that the header names the key.",
  token_key_algorithm: "The key that the token names is for {0}, and the token is signed with {1}.",
  "token_key_algorithm.hint": "Publish the set that `jwksFromKey` makes of the key that signs.",
  token_signature:
    "The signature does not verify: the token was changed, or another key signed it.",
  "token_signature.hint":
    "Publish the set of the key that signs: compare `jwksFromKey(privateKey)` with what the issuer serves.",
  token_claim_missing: 'The token has no claim "{0}".',
  "token_claim_missing.hint":
    "Sign it with `signConvexToken`, which sets every claim that Convex needs.",
  token_claim_type:
    'The token\'s claim "{0}" is not {1}, and Convex refuses the whole token for it.',
  "token_claim_type.hint": "Convert the value before signing, or leave the claim out.",
  token_issuer_hinted: 'The token\'s issuer is "{0}", and "{1}" is expected.',
  "token_issuer_hinted.hint": "{2}",
  token_audience_hinted: 'The token\'s audience is {0}, and "{1}" is expected.',
  "token_audience_hinted.hint": "{2}",
  token_audiences: "The token has several audiences, which an OIDC provider refuses.",
  "token_audiences.hint": "Sign it for one audience only.",
  token_expired: "The token expired {0} s ago.",
  "token_expired.hint":
    "Sign a new one; if it was just signed, compare this machine's clock with the signer's.",
  token_not_yet_valid: 'The token becomes valid in {1} s, by its claim "{0}".',
  "token_not_yet_valid.hint": "Wait, or correct the signer's clock.",
  signer_invalid: "The signer {0}.",
  "signer_invalid.hint":
    "Give `{ algorithm, publicJwk, sign(bytes) }`, where `sign` returns the signature as a Uint8Array or a promise of it.",
  signer_failed: "The signer threw an error (its `cause`).",
  "signer_failed.hint": "Look at the cause: it is the signer's own.",
  signer_late:
    "The signer answered {0} s after the end of the token that it was to sign, so the token is not released.",
  "signer_late.hint":
    "Limit how long `sign` may take, or give a longer `expiresIn`; if it was not late, look at this machine's clock.",
  signature_rejected:
    "The signature does not verify with the signer's public key, so the token is not released.",
  "signature_rejected.hint":
    "Give the `publicJwk` of the very key that signs, and sign the bytes as given: RS256 is RSASSA-PKCS1-v1_5 with SHA-256, ES256 is ECDSA P-256 with SHA-256, EdDSA is Ed25519.",
  issuer_disposed: "The issuer has been disposed of, and its key is wiped.",
  "issuer_disposed.hint": "Make a new one with `createIssuer`.",
  random_unavailable:
    "This host has no source of secure random numbers (`crypto.getRandomValues`).",
  "random_unavailable.hint":
    "Run it where Web Crypto exists: Node 20 or later, an edge runtime, a browser, or a Convex action.",
  trap: "The WebAssembly module stopped unexpectedly (its `cause`); it has been replaced, and the next call starts afresh.",
  "trap.hint":
    "This is a defect of convex-token: please report it with the call that led to it, without the key.",
  internal: "Something that cannot happen happened: {0}.",
  "internal.hint":
    "This is a defect of convex-token: please report it with the call that led to it, without the key.",
  RESERVED_ISS: "Give the option `issuer` instead.",
  RESERVED_AUD: "Give the option `audience` instead.",
  RESERVED_EXP: "Give the option `expiresIn` instead.",
  RESERVED_NBF: "Give the option `notBefore` instead.",
  RESERVED_IAT: "Leave it out: it is the time of signing (the option `now` sets it in tests).",
  RESERVED_JTI:
    "Leave it out: each token gets a random one, so that a refreshed token always differs.",
  NOT_OF_OIDC: "Use a customJwt provider for an ES256 key, or sign with RS256 or EdDSA.",
  NOT_OF_CUSTOM_JWT: "Use an OIDC provider for an EdDSA key, or sign with RS256 or ES256.",
  ROUTE_ABSENT:
    "Add `addAuthRoutes(http)` to convex/http.ts and push it with `npx convex dev` or `npx convex deploy`; the issuer ends in .convex.site, not .convex.cloud.",
  ROUTE_FAILS:
    "Look into the deployment's logs (`npx convex logs`): JWKS may not be set there (`npx convex env set JWKS`), or a self-hosted deployment cannot reach its own public URL.",
  DISCOVERY_SLASH:
    "They differ by a slash at the end, which matters here: take it out of CONVEX_SITE_URL (or the option `issuer`) where it is, in the signer's environment or the deployment's.",
  DISCOVERY_OTHER:
    "Both must be the same to the letter: give the signer, in `.env.local` or your host's settings, the CONVEX_SITE_URL of this very deployment.",
  KEY_WITHOUT_KID:
    "A key without a `kid` never matches a token that has one: publish what `jwksFromKey` returns, or sign with `keyId: false` until you can.",
  KEY_NOT_PUBLISHED:
    "Publish the set of the key that signs: `jwksFromKey(privateKey)`; after a rotation, the new set must be out before the first token.",
  AUDIENCE_ABSENT:
    'Sign it with an `aud`: `signConvexToken` sets "convex" by itself, other libraries must be told; it must be the provider\'s `applicationID` in convex/auth.config.ts.',
  AUDIENCE_OTHER:
    "Make the signer's `audience` and the provider's `applicationID` in convex/auth.config.ts the same text, and push it with `npx convex dev` or `npx convex deploy`.",
  ISSUER_OF_TOKEN_IS_API:
    "The token names the deployment's API: give the signer the URL of its HTTP actions, CONVEX_SITE_URL=https://….convex.site, in `.env.local` or your host's settings.",
  ISSUER_OF_PROVIDER_IS_API:
    "The provider names the deployment's API: write `process.env.CONVEX_SITE_URL` into convex/auth.config.ts, which ends in .convex.site, and push it.",
  ISSUER_CASE:
    "They differ in capital letters, which matter here: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike.",
  ISSUER_WITHOUT_SCHEME:
    "The token's issuer has no scheme: give the signer the whole URL, beginning with https://, as CONVEX_SITE_URL or `issuer`.",
  ISSUER_SCHEME:
    "One begins with http://, the other with https://: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike.",
  ISSUER_PATH:
    "They are the same host with another port or path: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike.",
  ISSUER_DEPLOYMENT:
    "These are two deployments, such as development and production: give the signer, in `.env.local` or your host's settings, the CONVEX_SITE_URL of the one that the client talks to.",
  ISSUER_OTHER:
    "Make the signer's `issuer` (CONVEX_SITE_URL in `.env.local` or your host's settings) and the provider in convex/auth.config.ts name the same URL.",
  "convex.PAYLOAD":
    "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts separated by dots.",
  "convex.NO_ISSUER":
    "Missing issuer claim ('iss') in JWT payload. The JWT must include an 'iss' claim that matches one of your configured auth providers.",
  "convex.NO_PROVIDERS":
    "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts.",
  "convex.NO_PROVIDER":
    "No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your configured providers: [{0}]",
  "convex.INTERNAL": "Your request couldn't be completed. Try again later.",
  "convex.DISCOVERY": "Auth provider discovery of {0} failed",
  "convex.DISCOVERY_ANSWER": "Auth provider discovery of {0} failed: {1} {2}",
  "convex.OIDC_FORM": "Could not parse as OIDC ID token. Token might not be an OIDC-compliant JWT.",
  "convex.OIDC_CLAIMS":
    "Could not verify OIDC token claim. Check that the token signature is valid and the token hasn't expired.",
  "convex.JWKS_DATA":
    "Invalid JWKS data URL. Check that the data URL is properly formatted and contains valid base64-encoded JSON.",
  "convex.JWKS_FETCH":
    "Could not fetch JWKS from URL '{0}': {1}. Check that the URL is correct and accessible.",
  "convex.JWKS_TYPE":
    "Invalid Content-Type '{0}' when fetching JWKS from '{1}'. Expected 'application/json' or 'application/jwk-set+json'.",
  "convex.JWKS_BODY":
    "Invalid JWKS response body from '{0}'. The response is not valid JSON or doesn't match the expected JWKS format.",
  "convex.NO_KID": "Could not decode token. JWT may be missing a 'kid' (key ID) header.",
  "convex.KID":
    "Could not decode token. The JWT's 'kid' (key ID) header is '{0}', does this key match any key in the provider's JWKS?",
  "convex.TIME": "Could not validate token: {0}",
  "convex.SUBJECT":
    "Could not verify token claim. Check that the JWT contains valid claims and matches your auth provider configuration.",
};
