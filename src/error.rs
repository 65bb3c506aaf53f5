//! Every error of this crate, in one table: a stable code, one sentence of what is wrong and one of
//! how to mend it. Nothing that a key or a secret could be read from ever enters an error: texts
//! that callers gave are quoted only where they name something (a claim, an issuer, an algorithm),
//! shortened and with control characters escaped.

use std::borrow::Cow;
use std::fmt;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call was refused. [`Error::code`], [`Error::message`] and [`Error::hint`] tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each variant is told by its message in the table below")]
pub enum Error {
    // Keys
    KeyMissing,
    KeyEmpty { name: Cow<'static, str> },
    KeyUnreadable,
    KeyTruncated,
    KeyDamaged { what: &'static str },
    KeyEncrypted,
    KeyPublic,
    SymmetricKey,
    KeyCertificate,
    KeyUnsupported { found: Cow<'static, str> },
    KeyTooSmall { bits: usize },
    KeyTooLarge { bits: usize },
    KeyExponent,
    KeyInconsistent,
    KeyMember { name: &'static str },
    KeyPurpose { found: Cow<'static, str> },
    KeySetEmpty,
    KeySetTooLarge { keys: usize, bytes: usize },
    KeyHostObject,
    ModulusLength { found: String },
    // Claims
    ClaimsNotObject,
    ClaimsMalformed,
    ClaimsTooLarge { limit: usize },
    ClaimsTooDeep { limit: usize },
    ClaimsThrew,
    ClaimDuplicate { name: String },
    ClaimSubject { found: &'static str },
    ClaimReserved { name: &'static str },
    ClaimShadowsIdentity { name: &'static str },
    ClaimType { name: &'static str, expected: &'static str },
    ClaimValue { path: String, found: Cow<'static, str> },
    // Options
    IssuerMissing,
    IssuerUnderivable { variable: &'static str, value: String },
    IssuerInvalid { value: String, why: &'static str },
    IssuerCloud { value: String, site: String },
    Audience { why: &'static str },
    Duration { option: &'static str, value: String },
    LifeTooShort { seconds: i64 },
    TimeInvalid { option: &'static str },
    TimesDisagree,
    KeyIdInvalid,
    AlgorithmUnknown { found: String },
    OptionType { option: Cow<'static, str>, expected: &'static str },
    ProviderAlgorithm { kind: &'static str, algorithm: &'static str },
    ProviderKind { found: String },
    ProviderInvalid { why: &'static str },
    ProviderSetUnreadable,
    VerificationKeyMissing,
    // Documents that an issuer serves
    DocumentUnreachable { url: String, why: String },
    DocumentStatus { url: String, status: u16 },
    DocumentType { url: String, found: String },
    DocumentJson { url: String },
    DocumentMember { url: String, name: &'static str },
    DiscoveryIssuer { found: String, expected: String },
    // Tokens
    TokenMalformed { part: &'static str },
    TokenTooLarge { limit: usize },
    TokenType { found: String },
    TokenCritical { name: &'static str },
    TokenAlgorithm { found: String },
    TokenKeyIdMissing,
    TokenKeyNotFound { kid: Option<String>, published: Vec<Option<String>> },
    TokenKeyAmbiguous { count: usize },
    TokenKeyAlgorithm { key: String, token: &'static str },
    TokenSignature,
    TokenClaimMissing { name: &'static str },
    TokenClaimType { name: Cow<'static, str>, expected: &'static str },
    TokenIssuer { found: String, expected: String },
    TokenAudience { found: String, expected: String },
    TokenAudiences,
    TokenExpired { seconds: i64 },
    TokenNotYetValid { claim: &'static str, seconds: i64 },
    // Signers and hosts
    SignerInvalid { why: &'static str },
    SignerFailed,
    SignatureRejected,
    IssuerDisposed,
    RandomUnavailable,
    Trap,
    Internal { what: &'static str },
}

/// The largest number of characters of a caller's text that an error quotes.
const QUOTED_CHARACTERS: usize = 120;

/// A caller's text as an error may quote it: shortened, control characters escaped.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for character in text.chars().take(QUOTED_CHARACTERS) {
        if character.is_control() {
            quoted.extend(character.escape_default());
        } else {
            quoted.push(character);
        }
    }
    if text.chars().nth(QUOTED_CHARACTERS).is_some() {
        quoted.push('…');
    }
    quoted
}

/// One row of the table: what a caller is told.
struct Row {
    code: &'static str,
    message: String,
    hint: Cow<'static, str>,
}

fn row(code: &'static str, message: impl Into<String>, hint: impl Into<Cow<'static, str>>) -> Row {
    Row { code, message: message.into(), hint: hint.into() }
}

const MAKE_KEYS: &str = "Run `npx convex-token keys` to make a key pair.";

impl Error {
    /// The stable code, `ERR_…`.
    pub fn code(&self) -> &'static str {
        self.row().code
    }

    /// One sentence of what is wrong.
    pub fn message(&self) -> String {
        self.row().message
    }

    /// One sentence of how to mend it.
    pub fn hint(&self) -> Cow<'static, str> {
        self.row().hint
    }

    fn row(&self) -> Row {
        match self {
            Self::KeyMissing => row(
                "ERR_KEY_MISSING",
                "There is no private key: the option `privateKey` is not given, and neither CONVEX_AUTH_PRIVATE_KEY nor JWT_PRIVATE_KEY is set where this code runs.",
                "Run `npx convex-token keys`, which writes CONVEX_AUTH_PRIVATE_KEY to `.env.local`; code that runs inside Convex reads the deployment's own environment instead: `npx convex env set CONVEX_AUTH_PRIVATE_KEY`.",
            ),
            Self::KeyEmpty { name } => row(
                "ERR_KEY_EMPTY",
                format!("{name} is set, but it is empty."),
                "Give it the whole PEM, in quotes when it spans lines; `npx convex-token keys` writes it that way.",
            ),
            Self::KeyUnreadable => row(
                "ERR_KEY_UNREADABLE",
                "The key is neither PEM, nor a JWK or JWK set, nor the base64 of one of them.",
                "Give the whole text from `-----BEGIN PRIVATE KEY-----` to `-----END PRIVATE KEY-----`, or run `npx convex-token keys` to make a new pair.",
            ),
            Self::KeyTruncated => row(
                "ERR_KEY_TRUNCATED",
                "The PEM has no matching END line: the value was probably cut at its first line break.",
                "Put the value in double quotes in the .env file, or write it in one line with `\\n` for each line break.",
            ),
            Self::KeyDamaged { what } => row(
                "ERR_KEY_DAMAGED",
                format!("The key is damaged: {what}."),
                "Copy the key again from where it was made, whole and unchanged; if that is gone, `npx convex-token keys` makes a new pair.",
            ),
            Self::KeyEncrypted => row(
                "ERR_KEY_ENCRYPTED",
                "The private key is encrypted with a passphrase.",
                "Decrypt it once with `openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.pkcs8.pem` and give the result.",
            ),
            Self::KeyPublic => row(
                "ERR_KEY_PUBLIC",
                "This is a public key, and signing needs the private one.",
                "Give the private key that belongs to it; `npx convex-token keys` makes a new pair if it is gone.",
            ),
            Self::SymmetricKey => row(
                "ERR_KEY_UNSUPPORTED",
                "This is a symmetric secret, and Convex takes signatures by a key pair only.",
                MAKE_KEYS,
            ),
            Self::KeyCertificate => row(
                "ERR_KEY_CERTIFICATE",
                "This is a certificate, and signing needs the private key.",
                "Give the key file that was made beside the certificate, often named `key.pem`; `npx convex-token keys` makes a new pair without any certificate.",
            ),
            Self::KeyUnsupported { found } => row(
                "ERR_KEY_UNSUPPORTED",
                format!("Convex takes RSA, P-256 and Ed25519 keys, and this is {found}."),
                MAKE_KEYS,
            ),
            Self::KeyTooSmall { bits } => row(
                "ERR_KEY_TOO_SMALL",
                format!(
                    "The RSA key has {bits} bits, and RS256 needs at least 2048 (RFC 7518, section 3.3)."
                ),
                MAKE_KEYS,
            ),
            Self::KeyTooLarge { bits } => row(
                "ERR_KEY_TOO_LARGE",
                format!("The RSA key has {bits} bits, and Convex takes at most 8192."),
                MAKE_KEYS,
            ),
            Self::KeyExponent => row(
                "ERR_KEY_EXPONENT",
                "The RSA key's public exponent is not an odd number from 3 to 2^33 - 1.",
                "Make a key with the usual exponent 65537: `npx convex-token keys`.",
            ),
            Self::KeyInconsistent => row(
                "ERR_KEY_INCONSISTENT",
                "The parts of the key do not belong together.",
                "Copy the key again from where it was made; if it is damaged there too, `npx convex-token keys` makes a new pair.",
            ),
            Self::KeyMember { name } => row(
                "ERR_KEY_MEMBER",
                format!("The JWK's member \"{name}\" is missing or not of its form."),
                "Give the JWK as it was exported (RFC 7517), or the PEM it came from.",
            ),
            Self::KeyPurpose { found } => row(
                "ERR_KEY_PURPOSE",
                format!("The JWK says that it is not for this: {found}."),
                "Give a signing key (`use` absent or \"sig\"; `alg` absent or RS256, ES256, EdDSA).",
            ),
            Self::KeySetEmpty => row(
                "ERR_KEY_SET_EMPTY",
                "The key set holds no key that tokens could be checked with.",
                "Give the set that `jwksFromKey` returns: `{ \"keys\": [ … ] }`.",
            ),
            Self::KeySetTooLarge { keys, bytes } => row(
                "ERR_KEY_SET_TOO_LARGE",
                format!(
                    "There are more than {keys} keys, or their text is longer than {} KB.",
                    bytes / 1024
                ),
                "Keep the key that signs and those whose tokens are still alive.",
            ),
            Self::KeyHostObject => row(
                "ERR_KEY_HOST_OBJECT",
                "The key is an object of the host's own crypto, whose private part cannot be read.",
                "Give `createIssuer({ signer })` a `webCryptoSigner(cryptoKey)` from \"convex-token/webcrypto\" or a `nodeSigner(keyObject)` from \"convex-token/node\".",
            ),
            Self::ModulusLength { found } => row(
                "ERR_MODULUS_LENGTH",
                format!(
                    "`modulusLength` is {found}, and an RSA key has 2048, 3072 or 4096 bits here."
                ),
                "Leave it out for 2048 bits.",
            ),
            Self::ClaimsNotObject => row(
                "ERR_CLAIMS",
                "The claims are not an object.",
                "Give an object such as `{ sub: user.id, name: user.name }`.",
            ),
            Self::ClaimsMalformed => row(
                "ERR_CLAIMS",
                "The claims are not well-formed JSON.",
                "Give plain values: strings without lone surrogates, numbers, booleans, null, arrays and objects.",
            ),
            Self::ClaimsTooLarge { limit } => row(
                "ERR_CLAIMS_TOO_LARGE",
                format!("The claims are longer than {limit} bytes."),
                "Put only what identifies the user into the token, and read the rest from the database in the function.",
            ),
            Self::ClaimsTooDeep { limit } => row(
                "ERR_CLAIMS_TOO_DEEP",
                format!("The claims are nested more than {limit} levels deep."),
                "Put only what identifies the user into the token.",
            ),
            Self::ClaimsThrew => row(
                "ERR_CLAIMS",
                "Reading the claims threw an error (its `cause`).",
                "Give plain values rather than objects with getters or a `toJSON` that can fail.",
            ),
            Self::ClaimDuplicate { name } => row(
                "ERR_CLAIM_DUPLICATE",
                format!("The claim \"{name}\" is there twice."),
                "Give each claim once (RFC 7519, section 4).",
            ),
            Self::ClaimSubject { found } => row(
                "ERR_CLAIM_SUB",
                format!(
                    "The claim \"sub\" is {found}, and Convex needs a non-empty string that identifies the user."
                ),
                "Give the user's id: `{ sub: user.id }`, or `String(user.id)` when it is a number.",
            ),
            Self::ClaimReserved { name } => row(
                "ERR_CLAIM_RESERVED",
                format!("The claim \"{name}\" is set by the issuer and cannot be given."),
                match *name {
                    "iss" => "Give the option `issuer` instead.",
                    "aud" => "Give the option `audience` instead.",
                    "exp" => "Give the option `expiresIn` instead.",
                    "nbf" => "Give the option `notBefore` instead.",
                    "iat" => {
                        "Leave it out: it is the time of signing (the option `now` sets it in tests)."
                    }
                    _ => {
                        "Leave it out: each token gets a random one, so that a refreshed token always differs."
                    }
                },
            ),
            Self::ClaimShadowsIdentity { name } => row(
                "ERR_CLAIM_SHADOWS_IDENTITY",
                format!(
                    "A claim named \"{name}\" would replace the identity's own `{name}` inside Convex functions."
                ),
                "Give the claim another name.",
            ),
            Self::ClaimType { name, expected } => row(
                "ERR_CLAIM_TYPE",
                format!(
                    "The standard claim \"{name}\" must be {expected} (OpenID Connect Core, section 5.1): with anything else Convex refuses the whole token."
                ),
                "Convert the value, leave the claim out, or give it a name of your own.",
            ),
            Self::ClaimValue { path, found } => row(
                "ERR_CLAIM_VALUE",
                format!("The claim {path} is {found}, which JSON cannot carry."),
                "Convert it to a string, a number, a boolean, null, an array or a plain object first.",
            ),
            Self::IssuerMissing => row(
                "ERR_ISSUER_MISSING",
                "There is no issuer: the option `issuer` is not given, and none of CONVEX_SITE_URL, NEXT_PUBLIC_CONVEX_URL and CONVEX_URL is set where this code runs.",
                "Set CONVEX_SITE_URL to the deployment's HTTP actions URL (`https://….convex.site`); `npx convex dev` writes NEXT_PUBLIC_CONVEX_URL to `.env.local`, from which it follows.",
            ),
            Self::IssuerUnderivable { variable, value } => row(
                "ERR_ISSUER_MISSING",
                format!(
                    "CONVEX_SITE_URL is not set, and it does not follow from {variable}, whose value \"{value}\" does not end in .convex.cloud."
                ),
                "Set CONVEX_SITE_URL to the URL that serves HTTP actions: `https://….convex.site`, or `http://127.0.0.1:3211` for a local or self-hosted backend on its usual port.",
            ),
            Self::IssuerInvalid { value, why } => row(
                "ERR_ISSUER_INVALID",
                format!("The issuer \"{value}\" {why}."),
                "Give the URL whose `/.well-known/` routes serve the keys, such as `https://happy-animal-123.convex.site`.",
            ),
            Self::IssuerCloud { value, site } => row(
                "ERR_ISSUER_CLOUD",
                format!(
                    "The issuer \"{value}\" is the deployment's API, where HTTP actions, and so the keys, are not served."
                ),
                format!("Use \"{site}\" instead: the same name with .convex.site."),
            ),
            Self::Audience { why } => row(
                "ERR_AUDIENCE",
                format!("The audience {why}."),
                "Give one string, the provider's `applicationID` (\"convex\" unless you changed it).",
            ),
            Self::Duration { option, value } => row(
                "ERR_DURATION",
                format!("`{option}` is {value}, which is not a length of time."),
                "Give seconds as a whole number, or a text such as \"30s\", \"15m\", \"1h\", \"7d\" or \"2 weeks\".",
            ),
            Self::LifeTooShort { seconds } => row(
                "ERR_DURATION",
                format!(
                    "The token would live {seconds} s, and Convex's client takes none that lives 2 s or less."
                ),
                "Give at least 3 seconds; an hour is usual, and the client refreshes it by itself.",
            ),
            Self::TimeInvalid { option } => row(
                "ERR_TIME",
                format!("`{option}` is not a time."),
                "Give a Date, or seconds since 1970 (as `exp` and `iat` count them).",
            ),
            Self::TimesDisagree => row(
                "ERR_TIME",
                "The token would expire before it becomes valid: `notBefore` is not earlier than `expiresIn`.",
                "Give a smaller `notBefore`, or leave it out.",
            ),
            Self::KeyIdInvalid => row(
                "ERR_KEY_ID",
                "`keyId` is neither a non-empty string of at most 256 characters nor false.",
                "Leave it out for the key's RFC 7638 thumbprint, or give false for a published set without a `kid`.",
            ),
            Self::AlgorithmUnknown { found } => row(
                "ERR_ALGORITHM",
                format!("The algorithm {found} is not one that Convex takes."),
                "Use \"RS256\" (any provider), \"EdDSA\" (OIDC providers) or \"ES256\" (customJwt providers).",
            ),
            Self::OptionType { option, expected } => row(
                "ERR_OPTION",
                format!("`{option}` must be {expected}."),
                "Look at the option's type: the package brings its declarations.",
            ),
            Self::ProviderAlgorithm { kind, algorithm } => row(
                "ERR_PROVIDER_ALGORITHM",
                format!("A provider of kind \"{kind}\" does not take {algorithm}."),
                match *kind {
                    "oidc" => {
                        "Use a customJwt provider for an ES256 key, or sign with RS256 or EdDSA."
                    }
                    _ => "Use an OIDC provider for an EdDSA key, or sign with RS256 or ES256.",
                },
            ),
            Self::ProviderKind { found } => row(
                "ERR_PROVIDER",
                format!("The provider's kind is {found}."),
                "Give `kind: \"oidc\"` (discovery; RS256 or EdDSA) or `kind: \"customJwt\"` (a JWK set; RS256 or ES256).",
            ),
            Self::ProviderInvalid { why } => row(
                "ERR_PROVIDER",
                format!("The provider {why}."),
                "Give an entry as `convexAuthProvider` makes it for `auth.config.ts`.",
            ),
            Self::ProviderSetUnreadable => row(
                "ERR_PROVIDER_JWKS",
                "The customJwt provider's key set holds a key of a kind that Convex's parser does not know, such as EdDSA, and Convex refuses the whole set for it.",
                "Give the provider a set without that key: `embedJwks: true` puts only the keys of its own algorithm into the entry.",
            ),
            Self::VerificationKeyMissing => row(
                "ERR_JWKS_MISSING",
                "There is nothing to check the signature with.",
                "Give `jwks` (the published set), `privateKey` (its public half is used), or a customJwt provider whose `jwks` is a data: URI.",
            ),
            Self::DocumentUnreachable { url, why } => row(
                "ERR_UNREACHABLE",
                format!("No answer comes from {url}: {why}."),
                "Check the address: HTTP actions answer at .convex.site, not .convex.cloud. A self-hosted deployment must reach its own public URL, or take a customJwt provider with a data: set, which needs no fetch.",
            ),
            Self::DocumentStatus { url, status } => row(
                "ERR_ROUTE_STATUS",
                format!("The answer of {url} has status {status}, and Convex takes 200 only."),
                match status {
                    404 => {
                        "Add `addAuthRoutes(http)` to convex/http.ts and push it with `npx convex dev` or `npx convex deploy`; the issuer ends in .convex.site, not .convex.cloud."
                    }
                    _ => {
                        "Look into the deployment's logs (`npx convex logs`): JWKS may not be set there (`npx convex env set JWKS`), or a self-hosted deployment cannot reach its own public URL."
                    }
                },
            ),
            Self::DocumentType { url, found } => row(
                "ERR_ROUTE_TYPE",
                format!(
                    "The answer of {url} has the content type {found}, and Convex takes application/json."
                ),
                "Let `addAuthRoutes(http)` in convex/http.ts serve it, or set the header `Content-Type: application/json` where it is served.",
            ),
            Self::DocumentJson { url } => row(
                "ERR_ROUTE_JSON",
                format!("The answer of {url} does not hold the JSON object that belongs there."),
                "Let `addAuthRoutes(http)` in convex/http.ts serve it.",
            ),
            Self::DocumentMember { url, name } => row(
                "ERR_ROUTE_JSON",
                format!("The answer of {url} has no `{name}` as a discovery document has it."),
                "Serve what `openidConfiguration()` returns, or let `addAuthRoutes(http)` in convex/http.ts serve it.",
            ),
            Self::DiscoveryIssuer { found, expected } => row(
                "ERR_DISCOVERY_ISSUER",
                format!(
                    "The discovery document names the issuer \"{found}\", and the token \"{expected}\"."
                ),
                if found.trim_end_matches('/') == expected.trim_end_matches('/') {
                    "They differ by a slash at the end, which matters here: take it out of CONVEX_SITE_URL (or the option `issuer`) where it is, in the signer's environment or the deployment's."
                } else {
                    "Both must be the same to the letter: give the signer, in `.env.local` or your host's settings, the CONVEX_SITE_URL of this very deployment."
                },
            ),
            Self::TokenMalformed { part } => row(
                "ERR_TOKEN_MALFORMED",
                format!("This is not a JWT in compact form: {part}."),
                "Give the whole token: three base64url parts joined by dots, without \"Bearer\" before it.",
            ),
            Self::TokenTooLarge { limit } => row(
                "ERR_TOKEN_TOO_LARGE",
                format!("The token is longer than {limit} bytes."),
                "Put fewer claims into it.",
            ),
            Self::TokenType { found } => row(
                "ERR_TOKEN_TYPE",
                format!("The token's header says that it is {found}, not a plain JWT."),
                "Sign it with `typ: \"JWT\"` and without `cty`, as `signConvexToken` does.",
            ),
            Self::TokenCritical { name } => row(
                "ERR_TOKEN_CRITICAL",
                format!(
                    "The token's header has \"{name}\", which demands an extension that Convex does not know."
                ),
                "Sign it without that member.",
            ),
            Self::TokenAlgorithm { found } => row(
                "ERR_TOKEN_ALGORITHM",
                format!("The token is signed with {found}, which this provider does not take."),
                "Use RS256 (any provider), EdDSA (OIDC providers) or ES256 (customJwt providers).",
            ),
            Self::TokenKeyIdMissing => row(
                "ERR_TOKEN_KID_MISSING",
                "The token's header has no `kid`, which a customJwt provider needs.",
                "Sign without `keyId: false`; the key's thumbprint is the default.",
            ),
            Self::TokenKeyNotFound { kid, published } => row(
                "ERR_TOKEN_KEY_NOT_FOUND",
                format!(
                    "No key of the set fits the token: its `kid` is {}, and the set has {}.",
                    shown_kid(kid),
                    shown_kids(published)
                ),
                if published.iter().any(Option::is_none) {
                    "A key without a `kid` never matches a token that has one: publish what `jwksFromKey` returns, or sign with `keyId: false` until you can."
                } else {
                    "Publish the set of the key that signs: `jwksFromKey(privateKey)`; after a rotation, the new set must be out before the first token."
                },
            ),
            Self::TokenKeyAmbiguous { count } => row(
                "ERR_TOKEN_KEY_AMBIGUOUS",
                format!(
                    "The token names no `kid`, and {count} keys of the set could have signed it."
                ),
                "Sign without `keyId: false`, so that the header names the key.",
            ),
            Self::TokenKeyAlgorithm { key, token } => row(
                "ERR_TOKEN_KEY_ALGORITHM",
                format!(
                    "The key that the token names is for {key}, and the token is signed with {token}."
                ),
                "Publish the set that `jwksFromKey` makes of the key that signs.",
            ),
            Self::TokenSignature => row(
                "ERR_TOKEN_SIGNATURE",
                "The signature does not verify: the token was changed, or another key signed it.",
                "Publish the set of the key that signs: compare `jwksFromKey(privateKey)` with what the issuer serves.",
            ),
            Self::TokenClaimMissing { name } => row(
                "ERR_TOKEN_CLAIM_MISSING",
                format!("The token has no claim \"{name}\"."),
                "Sign it with `signConvexToken`, which sets every claim that Convex needs.",
            ),
            Self::TokenClaimType { name, expected } => row(
                "ERR_TOKEN_CLAIM_TYPE",
                format!(
                    "The token's claim \"{name}\" is not {expected}, and Convex refuses the whole token for it."
                ),
                "Convert the value before signing, or leave the claim out.",
            ),
            Self::TokenIssuer { found, expected } => row(
                "ERR_TOKEN_ISSUER",
                format!("The token's issuer is \"{found}\", and \"{expected}\" is expected."),
                issuer_hint(found, expected),
            ),
            Self::TokenAudience { found, expected } => row(
                "ERR_TOKEN_AUDIENCE",
                format!("The token's audience is {found}, and \"{expected}\" is expected."),
                match found.as_str() {
                    "absent" => {
                        "Sign it with an `aud`: `signConvexToken` sets \"convex\" by itself, other libraries must be told; it must be the provider's `applicationID` in convex/auth.config.ts."
                    }
                    _ => {
                        "Make the signer's `audience` and the provider's `applicationID` in convex/auth.config.ts the same text, and push it with `npx convex dev` or `npx convex deploy`."
                    }
                },
            ),
            Self::TokenAudiences => row(
                "ERR_TOKEN_AUDIENCES",
                "The token has several audiences, which an OIDC provider refuses.",
                "Sign it for one audience only.",
            ),
            Self::TokenExpired { seconds } => row(
                "ERR_TOKEN_EXPIRED",
                format!("The token expired {seconds} s ago."),
                "Sign a new one; if it was just signed, compare this machine's clock with the signer's.",
            ),
            Self::TokenNotYetValid { claim, seconds } => row(
                "ERR_TOKEN_NOT_YET_VALID",
                format!("The token becomes valid in {seconds} s, by its claim \"{claim}\"."),
                "Wait, or correct the signer's clock.",
            ),
            Self::SignerInvalid { why } => row(
                "ERR_SIGNER",
                format!("The signer {why}."),
                "Give `{ algorithm, publicJwk, sign(bytes) }`, where `sign` returns the signature as a Uint8Array or a promise of it.",
            ),
            Self::SignerFailed => row(
                "ERR_SIGNER_FAILED",
                "The signer threw an error (its `cause`).",
                "Look at the cause: it is the signer's own.",
            ),
            Self::SignatureRejected => row(
                "ERR_SIGNATURE_REJECTED",
                "The signature does not verify with the signer's public key, so the token is not released.",
                "Give the `publicJwk` of the very key that signs, and sign the bytes as given: RS256 is RSASSA-PKCS1-v1_5 with SHA-256, ES256 is ECDSA P-256 with SHA-256, EdDSA is Ed25519.",
            ),
            Self::IssuerDisposed => row(
                "ERR_ISSUER_DISPOSED",
                "The issuer has been disposed of, and its key is wiped.",
                "Make a new one with `createIssuer`.",
            ),
            Self::RandomUnavailable => row(
                "ERR_RANDOM",
                "This host has no source of secure random numbers (`crypto.getRandomValues`).",
                "Run it where Web Crypto exists: Node 20 or later, an edge runtime, a browser, or a Convex action.",
            ),
            Self::Trap => row(
                "ERR_WASM_TRAP",
                "The WebAssembly module stopped unexpectedly (its `cause`); it has been replaced, and the next call starts afresh.",
                "This is a defect of convex-token: please report it with the call that led to it, without the key.",
            ),
            Self::Internal { what } => row(
                "ERR_INTERNAL",
                format!("Something that cannot happen happened: {what}."),
                "This is a defect of convex-token: please report it with the call that led to it, without the key.",
            ),
        }
    }
}

/// How to mend two issuers that should be one, by what sets them apart.
fn issuer_hint(found: &str, expected: &str) -> &'static str {
    let of = |text: &str, what: &str| text.trim_end_matches('/').ends_with(what);
    let rest = |text: &str| text.split_once("://").map_or(text, |(_, rest)| rest).to_owned();
    let host = |text: &str| rest(text).split(['/', ':']).next().unwrap_or_default().to_owned();
    if of(found, ".convex.cloud") {
        "The token names the deployment's API: give the signer the URL of its HTTP actions, CONVEX_SITE_URL=https://….convex.site, in `.env.local` or your host's settings."
    } else if of(expected, ".convex.cloud") {
        "The provider names the deployment's API: write `process.env.CONVEX_SITE_URL` into convex/auth.config.ts, which ends in .convex.site, and push it."
    } else if found != expected && found.eq_ignore_ascii_case(expected) {
        "They differ in capital letters, which matter here: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike."
    } else if !found.contains("://") {
        "The token's issuer has no scheme: give the signer the whole URL, beginning with https://, as CONVEX_SITE_URL or `issuer`."
    } else if rest(found) == rest(expected) {
        "One begins with http://, the other with https://: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike."
    } else if host(found) == host(expected) {
        "They are the same host with another port or path: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike."
    } else if of(found, ".convex.site") && of(expected, ".convex.site") {
        "These are two deployments, such as development and production: give the signer, in `.env.local` or your host's settings, the CONVEX_SITE_URL of the one that the client talks to."
    } else {
        "Make the signer's `issuer` (CONVEX_SITE_URL in `.env.local` or your host's settings) and the provider in convex/auth.config.ts name the same URL."
    }
}

fn shown_kid(kid: &Option<String>) -> String {
    match kid {
        Some(kid) => format!("\"{}\"", quote(kid)),
        None => "absent".into(),
    }
}

/// At most five `kid`s of a set, as a list.
fn shown_kids(kids: &[Option<String>]) -> String {
    match kids {
        [] => "no key of that type".into(),
        _ => {
            let shown: Vec<_> = kids
                .iter()
                .take(5)
                .map(|kid| match kid {
                    Some(_) => shown_kid(kid),
                    None => "a key without one".into(),
                })
                .collect();
            let more = if kids.len() > shown.len() { ", …" } else { "" };
            format!("{}{more}", shown.join(", "))
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { code, message, hint } = self.row();
        write!(f, "{message} {hint} [{code}]")
    }
}

impl std::error::Error for Error {}
