//! Every error of this crate, in one table: a stable code, one sentence of what is wrong and one of
//! how to mend it. Nothing that a key or a secret could be read from ever enters an error: texts
//! that callers gave are quoted only where they name something (a claim, an issuer, an algorithm),
//! shortened, with control characters escaped, and an option's up to where a key begins that was put in
//! its place.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::text::{concat, find, listed, number, split_once};
#[cfg(target_arch = "wasm32")]
use crate::wording::reference;
use crate::wording::wording;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call was refused. [`code`](Self::code), [`message`](Self::message) and
/// [`hint`](Self::hint) tell it.
///
/// It is one word, because results with it in them are everywhere, and shared by those who tell it.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Arc<Refusal>);

#[derive(PartialEq, Eq)]
struct Refusal {
    /// A row of the table, line by line: the code, its name, the names of the values; natively the
    /// message and the hint as well, which have `{name}` for the value of that name.
    row: &'static str,
    values: Vec<String>,
}

/// The largest number of characters of a caller's text that an error quotes.
const QUOTED_CHARACTERS: usize = 120;

/// A caller's text as an error may quote it: shortened, control characters escaped.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for (place, character) in text.chars().enumerate() {
        if place == QUOTED_CHARACTERS {
            quoted.push('…');
            break;
        }
        if character.is_control() {
            push_escaped(&mut quoted, character);
        } else {
            quoted.push(character);
        }
    }
    quoted
}

/// The longest run of base64 that is quoted of an option: a thumbprint has 43 characters, and each line of
/// a key more than these.
const LONGEST_RUN: usize = 48;

/// The text of an option as an error may quote it. It may be a key in the wrong place: a variable that was
/// given another's value.
pub(crate) fn quote_option(text: &str) -> String {
    match key_in(text) {
        Some(place) => concat(&[&quote(text.get(..place).unwrap_or_default()), "…"]),
        None => quote(text),
    }
}

/// Where a text may be a key: a JWK's brace, or a long run of base64.
fn key_in(text: &str) -> Option<usize> {
    let jwk = find(text, "kty").and_then(|_| find(text, "{"));
    let mut run = 0;
    let base64 = text.bytes().enumerate().find_map(|(place, byte)| {
        let in_base64 = byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte);
        run = if in_base64 { run + 1 } else { 0 };
        (run > LONGEST_RUN).then(|| place + 1 - run)
    });
    jwk.into_iter().chain(base64).min()
}

/// A control character as Rust writes it: none has more than two digits.
fn push_escaped(text: &mut String, character: char) {
    let code = u32::from(character);
    match character {
        '\t' => text.push_str("\\t"),
        '\r' => text.push_str("\\r"),
        '\n' => text.push_str("\\n"),
        _ => {
            text.push_str("\\u{");
            if code >= 16 {
                text.extend(char::from_digit(code / 16, 16));
            }
            text.extend(char::from_digit(code % 16, 16));
            text.push('}');
        }
    }
}

/// The table: for each error its values, code, message and hint, and a function that makes it.
macro_rules! errors {
    ($($vis:vis fn $name:ident($($value:ident: $type:ty),*) => $code:literal, $message:expr, $hint:expr;)*) => {
        #[allow(missing_docs, reason = "the table is what each of them says")]
        impl Error {
            $($vis fn $name($($value: $type),*) -> Self {
                Self::new(row!($name, $code, $message, $hint, $($value)*), &[$($value.shown().as_ref()),*])
            })*
        }

        /// The messages and hints by their names, with `{0}`, `{1}` for their values.
        #[cfg(not(target_arch = "wasm32"))]
        fn rows() -> Vec<(&'static str, Error)> {
            vec![$((
                stringify!($name),
                Error::new(row!($name, $code, $message, $hint, $($value)*), PLACES),
            )),*]
        }
    };
}

macro_rules! row {
    ($name:ident, $code:literal, $message:expr, $hint:expr, $($value:ident)*) => {{
        #[cfg(not(target_arch = "wasm32"))]
        const ROW: &str = concat!(
            $code, "\n", stringify!($name), "\n", $(stringify!($value), " ",)* "\n", $message, "\n", $hint
        );
        #[cfg(target_arch = "wasm32")]
        const ROW: &str = concat!($code, "\n", stringify!($name), "\n" $(, stringify!($value), " ")*);
        ROW
    }};
}

/// The hints of those errors whose hint depends on what was found.
macro_rules! hints {
    ($($name:ident, $hint:literal;)*) => {
        $(const $name: &str = wording!(stringify!($name), $hint);)*

        #[cfg(not(target_arch = "wasm32"))]
        const HINTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// What stands in a sentence where its values belong, for the table of the npm package.
#[cfg(not(target_arch = "wasm32"))]
const PLACES: &[&str] = &["{0}", "{1}", "{2}"];

#[cfg(not(target_arch = "wasm32"))]
macro_rules! make_keys {
    () => {
        "Run `npx convex-token keys` to make a key pair."
    };
}

errors! {
    // Keys
    pub fn key_missing() => "ERR_KEY_MISSING",
        "There is no private key: the option `privateKey` is not given, and neither CONVEX_AUTH_PRIVATE_KEY nor JWT_PRIVATE_KEY is set where this code runs.",
        "Run `npx convex-token keys`, which writes CONVEX_AUTH_PRIVATE_KEY to `.env.local`; code that runs inside Convex reads the deployment's own environment instead: `npx convex env set CONVEX_AUTH_PRIVATE_KEY`.";
    pub fn key_empty(name: &str) => "ERR_KEY_EMPTY",
        "{name} is set, but it is empty.",
        "Give it the whole PEM, in quotes when it spans lines; `npx convex-token keys` writes it that way.";
    pub fn key_unreadable() => "ERR_KEY_UNREADABLE",
        "The key is neither PEM, nor a JWK or JWK set, nor the base64 of one of them.",
        "Give the whole text from `-----BEGIN PRIVATE KEY-----` to `-----END PRIVATE KEY-----`, or run `npx convex-token keys` to make a new pair.";
    pub fn key_truncated() => "ERR_KEY_TRUNCATED",
        "The PEM has no matching END line: the value was probably cut at its first line break.",
        "Put the value in double quotes in the .env file, or write it in one line with `\\n` for each line break.";
    pub fn key_damaged(what: &str) => "ERR_KEY_DAMAGED",
        "The key is damaged: {what}.",
        "Copy the key again from where it was made, whole and unchanged; if that is gone, `npx convex-token keys` makes a new pair.";
    pub fn key_encrypted() => "ERR_KEY_ENCRYPTED",
        "The private key is encrypted with a passphrase.",
        "Decrypt it once with `openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.pkcs8.pem` and give the result.";
    pub fn key_public() => "ERR_KEY_PUBLIC",
        "This is a public key, and signing needs the private one.",
        "Give the private key that belongs to it; `npx convex-token keys` makes a new pair if it is gone.";
    pub fn symmetric_key() => "ERR_KEY_UNSUPPORTED",
        "This is a symmetric secret, and Convex takes signatures by a key pair only.",
        make_keys!();
    pub fn key_certificate() => "ERR_KEY_CERTIFICATE",
        "This is a certificate, and signing needs the private key.",
        "Give the key file that was made beside the certificate, often named `key.pem`; `npx convex-token keys` makes a new pair without any certificate.";
    pub fn key_unsupported(found: &str) => "ERR_KEY_UNSUPPORTED",
        "Convex takes RSA, P-256 and Ed25519 keys, and this is {found}.",
        make_keys!();
    pub fn key_too_small(bits: usize) => "ERR_KEY_TOO_SMALL",
        "The RSA key has {bits} bits, and RS256 needs at least 2048 (RFC 7518, section 3.3).",
        make_keys!();
    pub fn key_too_large(bits: usize) => "ERR_KEY_TOO_LARGE",
        "The RSA key has {bits} bits, and Convex takes at most 8192.",
        make_keys!();
    pub fn key_exponent() => "ERR_KEY_EXPONENT",
        "The RSA key's public exponent is not an odd number from 3 to 2^33 - 1.",
        "Make a key with the usual exponent 65537: `npx convex-token keys`.";
    pub fn key_inconsistent() => "ERR_KEY_INCONSISTENT",
        "The parts of the key do not belong together.",
        "Copy the key again from where it was made; if it is damaged there too, `npx convex-token keys` makes a new pair.";
    pub fn key_member(name: &str) => "ERR_KEY_MEMBER",
        "The JWK's member \"{name}\" is missing or not of its form.",
        "Give the JWK as it was exported (RFC 7517), or the PEM it came from.";
    pub fn key_purpose(found: &str) => "ERR_KEY_PURPOSE",
        "The JWK says that it is not for this: {found}.",
        "Give a signing key (`use` absent or \"sig\"; `alg` absent or RS256, ES256, EdDSA).";
    pub fn key_set_empty() => "ERR_KEY_SET_EMPTY",
        "The key set holds no key that tokens could be checked with.",
        "Give the set that `jwksFromKey` returns: `{ \"keys\": [ … ] }`.";
    pub fn key_set_too_large(keys: usize, kilobytes: usize) => "ERR_KEY_SET_TOO_LARGE",
        "There are more than {keys} keys, or their text is longer than {kilobytes} KB.",
        "Keep the key that signs and those whose tokens are still alive.";
    pub fn key_host_object() => "ERR_KEY_HOST_OBJECT",
        "The key is an object of the host's own crypto, whose private part cannot be read.",
        "Give `createIssuer({ signer })` a `webCryptoSigner(cryptoKey)` from \"convex-token/webcrypto\" or a `nodeSigner(keyObject)` from \"convex-token/node\".";
    pub fn modulus_length(found: &str) => "ERR_MODULUS_LENGTH",
        "`modulusLength` is {found}, and an RSA key has 2048, 3072 or 4096 bits here.",
        "Leave it out for 2048 bits.";

    // Claims
    pub fn claims_not_object() => "ERR_CLAIMS",
        "The claims are not an object.",
        "Give an object such as `{ sub: user.id, name: user.name }`.";
    pub fn claims_malformed() => "ERR_CLAIMS",
        "The claims are not well-formed JSON.",
        "Give plain values: strings without lone surrogates, numbers, booleans, null, arrays and objects.";
    pub fn claims_too_large(limit: usize) => "ERR_CLAIMS_TOO_LARGE",
        "The claims are longer than {limit} bytes.",
        "Put only what identifies the user into the token, and read the rest from the database in the function.";
    pub fn claim_paths_too_long(limit: usize) => "ERR_CLAIMS_TOO_LARGE",
        "The claims are longer than {limit} bytes when each nested one has the names of all around it before its own, as Convex hands them to functions.",
        "Give nested claims short names, or fewer of them.";
    pub fn claims_too_deep(limit: usize) => "ERR_CLAIMS_TOO_DEEP",
        "The claims are nested more than {limit} levels deep.",
        "Put only what identifies the user into the token.";
    pub fn claims_threw() => "ERR_CLAIMS",
        "Reading the claims threw an error (its `cause`).",
        "Give plain values rather than objects with getters or a `toJSON` that can fail.";
    pub fn claim_duplicate(name: &str) => "ERR_CLAIM_DUPLICATE",
        "The claim \"{name}\" is there twice.",
        "Give each claim once (RFC 7519, section 4).";
    pub fn claim_subject(found: &str) => "ERR_CLAIM_SUB",
        "The claim \"sub\" is {found}, and Convex needs a non-empty string that identifies the user.",
        "Give the user's id: `{ sub: user.id }`, or `String(user.id)` when it is a number.";
    fn claim_reserved_hinted(name: &str, hint: &str) => "ERR_CLAIM_RESERVED",
        "The claim \"{name}\" is set by the issuer and cannot be given.",
        "{hint}";
    pub fn claim_shadows_identity(name: &str) => "ERR_CLAIM_SHADOWS_IDENTITY",
        "A claim named \"{name}\" would replace the identity's own `{name}` inside Convex functions.",
        "Give the claim another name.";
    pub fn claim_type(name: &str, expected: &str) => "ERR_CLAIM_TYPE",
        "The standard claim \"{name}\" must be {expected} (OpenID Connect Core, section 5.1): with anything else Convex refuses the whole token.",
        "Convert the value, leave the claim out, or give it a name of your own.";
    pub fn claim_value(path: &str, found: &str) => "ERR_CLAIM_VALUE",
        "The claim {path} is {found}, which JSON cannot carry.",
        "Convert it to a string, a number, a boolean, null, an array or a plain object first.";

    // Options
    pub fn issuer_missing() => "ERR_ISSUER_MISSING",
        "There is no issuer: the option `issuer` is not given, and none of CONVEX_SITE_URL, NEXT_PUBLIC_CONVEX_URL and CONVEX_URL is set where this code runs.",
        "Set CONVEX_SITE_URL to the deployment's HTTP actions URL (`https://….convex.site`); `npx convex dev` writes NEXT_PUBLIC_CONVEX_URL to `.env.local`, from which it follows.";
    pub fn issuer_underivable(variable: &str, value: &str) => "ERR_ISSUER_MISSING",
        "CONVEX_SITE_URL is not set, and it does not follow from {variable}, whose value \"{value}\" does not end in .convex.cloud.",
        "Set CONVEX_SITE_URL to the URL that serves HTTP actions: `https://….convex.site`, or `http://127.0.0.1:3211` for a local or self-hosted backend on its usual port.";
    pub fn issuer_invalid(value: &str, why: &str) => "ERR_ISSUER_INVALID",
        "The issuer \"{value}\" {why}.",
        "Give the URL whose `/.well-known/` routes serve the keys, such as `https://happy-animal-123.convex.site`.";
    pub fn issuer_cloud(value: &str, site: &str) => "ERR_ISSUER_CLOUD",
        "The issuer \"{value}\" is the deployment's API, where HTTP actions, and so the keys, are not served.",
        "Use \"{site}\" instead: the same name with .convex.site.";
    pub fn audience(why: &str) => "ERR_AUDIENCE",
        "The audience {why}.",
        "Give one string, the provider's `applicationID` (\"convex\" unless you changed it).";
    pub fn duration(option: &str, value: &str) => "ERR_DURATION",
        "`{option}` is {value}, which is not a length of time.",
        "Give seconds as a whole number, or a text such as \"30s\", \"15m\", \"1h\", \"7d\" or \"2 weeks\".";
    pub fn life_too_short(seconds: i64) => "ERR_DURATION",
        "The token would live {seconds} s, and Convex's client takes none that lives 2 s or less.",
        "Give at least 3 seconds; an hour is usual, and the client refreshes it by itself.";
    pub fn time_invalid(option: &str) => "ERR_TIME",
        "`{option}` is not a time.",
        "Give a Date, or seconds since 1970 (as `exp` and `iat` count them).";
    pub fn times_disagree() => "ERR_TIME",
        "The token would expire before it becomes valid: `notBefore` is not earlier than `expiresIn`.",
        "Give a smaller `notBefore`, or leave it out.";
    pub fn key_id_invalid() => "ERR_KEY_ID",
        "`keyId` is neither a non-empty string of at most 256 characters nor false.",
        "Leave it out for the key's RFC 7638 thumbprint, or give false for a published set without a `kid`.";
    pub fn algorithm_unknown(found: &str) => "ERR_ALGORITHM",
        "The algorithm {found} is not one that Convex takes.",
        "Use \"RS256\" (any provider), \"EdDSA\" (OIDC providers) or \"ES256\" (customJwt providers).";
    pub fn option_type(option: &str, expected: &str) => "ERR_OPTION",
        "`{option}` must be {expected}.",
        "Look at the option's type: the package brings its declarations.";
    fn provider_algorithm_hinted(kind: &str, algorithm: &str, hint: &str) => "ERR_PROVIDER_ALGORITHM",
        "A provider of kind \"{kind}\" does not take {algorithm}.",
        "{hint}";
    pub fn provider_kind(found: &str) => "ERR_PROVIDER",
        "The provider's kind is {found}.",
        "Give `kind: \"oidc\"` (discovery; RS256 or EdDSA) or `kind: \"customJwt\"` (a JWK set; RS256 or ES256).";
    pub fn provider_invalid(why: &str) => "ERR_PROVIDER",
        "The provider {why}.",
        "Give an entry as `convexAuthProvider` makes it for `auth.config.ts`.";
    pub fn provider_set_unreadable() => "ERR_PROVIDER_JWKS",
        "The customJwt provider's key set holds a key of a kind that Convex's parser does not know, such as EdDSA, and Convex refuses the whole set for it.",
        "Give the provider a set without that key: `embedJwks: true` puts only the keys of its own algorithm into the entry.";
    pub fn verification_key_missing() => "ERR_JWKS_MISSING",
        "There is nothing to check the signature with.",
        "Give `jwks` (the published set), `privateKey` (its public half is used), or a customJwt provider whose `jwks` is a data: URI.";

    // Documents that an issuer serves
    pub fn document_unreachable(url: &str, why: &str) => "ERR_UNREACHABLE",
        "No answer comes from {url}: {why}.",
        "Check the address: HTTP actions answer at .convex.site, not .convex.cloud. A self-hosted deployment must reach its own public URL, or take a customJwt provider with a data: set, which needs no fetch.";
    fn document_status_hinted(url: &str, status: u16, hint: &str) => "ERR_ROUTE_STATUS",
        "The answer of {url} has status {status}, and Convex takes 200 only.",
        "{hint}";
    pub fn document_type(url: &str, found: &str) => "ERR_ROUTE_TYPE",
        "The answer of {url} has the content type {found}, and Convex takes application/json.",
        "Let `addAuthRoutes(http)` in convex/http.ts serve it, or set the header `Content-Type: application/json` where it is served.";
    pub fn document_json(url: &str) => "ERR_ROUTE_JSON",
        "The answer of {url} does not hold the JSON object that belongs there.",
        "Let `addAuthRoutes(http)` in convex/http.ts serve it.";
    pub fn document_set(url: &str) => "ERR_ROUTE_JSON",
        "The answer of {url} is not a JWK set, `{ \"keys\": [ … ] }`.",
        "Let `addAuthRoutes(http)` in convex/http.ts serve it, and set JWKS in the deployment to what `npx convex-token jwks` prints.";
    pub fn document_member(url: &str, name: &str) => "ERR_ROUTE_JSON",
        "The answer of {url} has no `{name}` as a discovery document has it.",
        "Serve what `openidConfiguration()` returns, or let `addAuthRoutes(http)` in convex/http.ts serve it.";
    fn discovery_issuer_hinted(found: &str, expected: &str, hint: &str) => "ERR_DISCOVERY_ISSUER",
        "The discovery document names the issuer \"{found}\", and the token \"{expected}\".",
        "{hint}";

    // Tokens
    pub fn token_malformed(part: &str) => "ERR_TOKEN_MALFORMED",
        "This is not a JWT in compact form: {part}.",
        "Give the whole token: three base64url parts joined by dots, without \"Bearer\" before it.";
    pub fn token_too_large(limit: usize) => "ERR_TOKEN_TOO_LARGE",
        "The token is longer than {limit} bytes.",
        "Put fewer claims into it.";
    pub fn token_type(found: &str) => "ERR_TOKEN_TYPE",
        "The token's header says that it is {found}, not a plain JWT.",
        "Sign it with `typ: \"JWT\"` and without `cty`, as `signConvexToken` does.";
    pub fn token_critical(name: &str) => "ERR_TOKEN_CRITICAL",
        "The token's header has \"{name}\", which demands an extension that Convex does not know.",
        "Sign it without that member.";
    pub fn token_algorithm(found: &str) => "ERR_TOKEN_ALGORITHM",
        "The token is signed with {found}, which this provider does not take.",
        "Use RS256 (any provider), EdDSA (OIDC providers) or ES256 (customJwt providers).";
    pub fn token_key_id_missing() => "ERR_TOKEN_KID_MISSING",
        "The token's header has no `kid`, which a customJwt provider needs.",
        "Sign without `keyId: false`; the key's thumbprint is the default.";
    fn token_key_not_found_hinted(kid: &str, published: &str, hint: &str) => "ERR_TOKEN_KEY_NOT_FOUND",
        "No key of the set fits the token: its `kid` is {kid}, and the set has {published}.",
        "{hint}";
    pub fn token_key_ambiguous(count: usize) => "ERR_TOKEN_KEY_AMBIGUOUS",
        "The token names no `kid`, and {count} keys of the set could have signed it.",
        "Sign without `keyId: false`, so that the header names the key.";
    pub fn token_key_algorithm(key: &str, token: &str) => "ERR_TOKEN_KEY_ALGORITHM",
        "The key that the token names is for {key}, and the token is signed with {token}.",
        "Publish the set that `jwksFromKey` makes of the key that signs.";
    pub fn token_signature() => "ERR_TOKEN_SIGNATURE",
        "The signature does not verify: the token was changed, or another key signed it.",
        "Publish the set of the key that signs: compare `jwksFromKey(privateKey)` with what the issuer serves.";
    pub fn token_claim_missing(name: &str) => "ERR_TOKEN_CLAIM_MISSING",
        "The token has no claim \"{name}\".",
        "Sign it with `signConvexToken`, which sets every claim that Convex needs.";
    pub fn token_claim_type(name: &str, expected: &str) => "ERR_TOKEN_CLAIM_TYPE",
        "The token's claim \"{name}\" is not {expected}, and Convex refuses the whole token for it.",
        "Convert the value before signing, or leave the claim out.";
    fn token_issuer_hinted(found: &str, expected: &str, hint: &str) => "ERR_TOKEN_ISSUER",
        "The token's issuer is \"{found}\", and \"{expected}\" is expected.",
        "{hint}";
    fn token_audience_hinted(found: &str, expected: &str, hint: &str) => "ERR_TOKEN_AUDIENCE",
        "The token's audience is {found}, and \"{expected}\" is expected.",
        "{hint}";
    pub fn token_audiences() => "ERR_TOKEN_AUDIENCES",
        "The token has several audiences, which an OIDC provider refuses.",
        "Sign it for one audience only.";
    pub fn token_expired(seconds: i64) => "ERR_TOKEN_EXPIRED",
        "The token expired {seconds} s ago.",
        "Sign a new one; if it was just signed, compare this machine's clock with the signer's.";
    pub fn token_not_yet_valid(claim: &str, seconds: i64) => "ERR_TOKEN_NOT_YET_VALID",
        "The token becomes valid in {seconds} s, by its claim \"{claim}\".",
        "Wait, or correct the signer's clock.";

    // Signers and hosts
    pub fn signer_invalid(why: &str) => "ERR_SIGNER",
        "The signer {why}.",
        "Give `{ algorithm, publicJwk, sign(bytes) }`, where `sign` returns the signature as a Uint8Array or a promise of it.";
    pub fn signer_failed() => "ERR_SIGNER_FAILED",
        "The signer threw an error (its `cause`).",
        "Look at the cause: it is the signer's own.";
    pub fn signer_late(seconds: i64) => "ERR_SIGNER_LATE",
        "The signer answered {seconds} s after the end of the token that it was to sign, so the token is not released.",
        "Limit how long `sign` may take, or give a longer `expiresIn`; if it was not late, look at this machine's clock.";
    pub fn signature_rejected() => "ERR_SIGNATURE_REJECTED",
        "The signature does not verify with the signer's public key, so the token is not released.",
        "Give the `publicJwk` of the very key that signs, and sign the bytes as given: RS256 is RSASSA-PKCS1-v1_5 with SHA-256, ES256 is ECDSA P-256 with SHA-256, EdDSA is Ed25519.";
    pub fn issuer_disposed() => "ERR_ISSUER_DISPOSED",
        "The issuer has been disposed of, and its key is wiped.",
        "Make a new one with `createIssuer`.";
    pub fn random_unavailable() => "ERR_RANDOM",
        "This host has no source of secure random numbers (`crypto.getRandomValues`).",
        "Run it where Web Crypto exists: Node 20 or later, an edge runtime, a browser, or a Convex action.";
    pub fn trap() => "ERR_WASM_TRAP",
        "The WebAssembly module stopped unexpectedly (its `cause`); it has been replaced, and the next call starts afresh.",
        "This is a defect of convex-token: please report it with the call that led to it, without the key.";
    pub fn internal(what: &str) => "ERR_INTERNAL",
        "Something that cannot happen happened: {what}.",
        "This is a defect of convex-token: please report it with the call that led to it, without the key.";
}

hints! {
    RESERVED_ISS, "Give the option `issuer` instead.";
    RESERVED_AUD, "Give the option `audience` instead.";
    RESERVED_EXP, "Give the option `expiresIn` instead.";
    RESERVED_NBF, "Give the option `notBefore` instead.";
    RESERVED_IAT, "Leave it out: it is the time of signing (the option `now` sets it in tests).";
    RESERVED_JTI, "Leave it out: each token gets a random one, so that a refreshed token always differs.";
    NOT_OF_OIDC, "Use a customJwt provider for an ES256 key, or sign with RS256 or EdDSA.";
    NOT_OF_CUSTOM_JWT, "Use an OIDC provider for an EdDSA key, or sign with RS256 or ES256.";
    ROUTE_ABSENT, "Add `addAuthRoutes(http)` to convex/http.ts and push it with `npx convex dev` or `npx convex deploy`; the issuer ends in .convex.site, not .convex.cloud.";
    ROUTE_FAILS, "Look into the deployment's logs (`npx convex logs`): JWKS may not be set there (`npx convex env set JWKS`), or a self-hosted deployment cannot reach its own public URL.";
    DISCOVERY_SLASH, "They differ by a slash at the end, which matters here: take it out of CONVEX_SITE_URL (or the option `issuer`) where it is, in the signer's environment or the deployment's.";
    DISCOVERY_OTHER, "Both must be the same to the letter: give the signer, in `.env.local` or your host's settings, the CONVEX_SITE_URL of this very deployment.";
    KEY_WITHOUT_KID, "A key without a `kid` never matches a token that has one: publish what `jwksFromKey` returns, or sign with `keyId: false` until you can.";
    KEY_NOT_PUBLISHED, "Publish the set of the key that signs: `jwksFromKey(privateKey)`; after a rotation, the new set must be out before the first token.";
    AUDIENCE_ABSENT, "Sign it with an `aud`: `signConvexToken` sets \"convex\" by itself, other libraries must be told; it must be the provider's `applicationID` in convex/auth.config.ts.";
    AUDIENCE_OTHER, "Make the signer's `audience` and the provider's `applicationID` in convex/auth.config.ts the same text, and push it with `npx convex dev` or `npx convex deploy`.";
    ISSUER_OF_TOKEN_IS_API, "The token names the deployment's API: give the signer the URL of its HTTP actions, CONVEX_SITE_URL=https://….convex.site, in `.env.local` or your host's settings.";
    ISSUER_OF_PROVIDER_IS_API, "The provider names the deployment's API: write `process.env.CONVEX_SITE_URL` into convex/auth.config.ts, which ends in .convex.site, and push it.";
    ISSUER_CASE, "They differ in capital letters, which matter here: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike.";
    ISSUER_WITHOUT_SCHEME, "The token's issuer has no scheme: give the signer the whole URL, beginning with https://, as CONVEX_SITE_URL or `issuer`.";
    ISSUER_SCHEME, "One begins with http://, the other with https://: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike.";
    ISSUER_PATH, "They are the same host with another port or path: spell CONVEX_SITE_URL, where the token is signed, and convex/auth.config.ts alike.";
    ISSUER_DEPLOYMENT, "These are two deployments, such as development and production: give the signer, in `.env.local` or your host's settings, the CONVEX_SITE_URL of the one that the client talks to.";
    ISSUER_OTHER, "Make the signer's `issuer` (CONVEX_SITE_URL in `.env.local` or your host's settings) and the provider in convex/auth.config.ts name the same URL.";
}

/// Errors whose hint depends on what was found.
impl Error {
    /// A claim that the issuer sets was given.
    pub fn claim_reserved(name: &str) -> Self {
        let hint = match name {
            "iss" => RESERVED_ISS,
            "aud" => RESERVED_AUD,
            "exp" => RESERVED_EXP,
            "nbf" => RESERVED_NBF,
            "iat" => RESERVED_IAT,
            _ => RESERVED_JTI,
        };
        Self::claim_reserved_hinted(name, hint)
    }

    /// Providers of a kind do not take an algorithm.
    pub fn provider_algorithm(kind: &str, algorithm: &str) -> Self {
        let hint = match kind {
            "oidc" => NOT_OF_OIDC,
            _ => NOT_OF_CUSTOM_JWT,
        };
        Self::provider_algorithm_hinted(kind, algorithm, hint)
    }

    /// A document came with another status than 200.
    pub fn document_status(url: &str, status: u16) -> Self {
        let hint = match status {
            404 => ROUTE_ABSENT,
            _ => ROUTE_FAILS,
        };
        Self::document_status_hinted(url, status, hint)
    }

    /// The discovery document is another issuer's.
    pub fn discovery_issuer(found: &str, expected: &str) -> Self {
        let hint = if found.trim_end_matches('/') == expected.trim_end_matches('/') {
            DISCOVERY_SLASH
        } else {
            DISCOVERY_OTHER
        };
        Self::discovery_issuer_hinted(found, expected, hint)
    }

    /// No key of a set, of which the `kid`s are given, fits a token.
    pub fn token_key_not_found(kid: Option<&str>, published: &[Option<String>]) -> Self {
        let hint =
            if published.iter().any(Option::is_none) { KEY_WITHOUT_KID } else { KEY_NOT_PUBLISHED };
        let kid = kid.map_or_else(|| "absent".to_owned(), quoted);
        Self::token_key_not_found_hinted(&kid, &shown_kids(published), hint)
    }

    /// The token is another issuer's.
    pub fn token_issuer(found: &str, expected: &str) -> Self {
        Self::token_issuer_hinted(found, expected, issuer_hint(found, expected))
    }

    /// The token is for another audience.
    pub fn token_audience(found: &str, expected: &str) -> Self {
        let hint = match found {
            "absent" => AUDIENCE_ABSENT,
            _ => AUDIENCE_OTHER,
        };
        Self::token_audience_hinted(found, expected, hint)
    }
}

impl Error {
    fn new(row: &'static str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Self(Arc::new(Refusal { row, values }))
    }

    fn line(&self, number: usize) -> &'static str {
        self.0.row.split('\n').nth(number).unwrap_or_default()
    }

    /// The stable code, `ERR_…`.
    pub fn code(&self) -> &'static str {
        self.line(0)
    }

    /// One sentence of what is wrong. In WebAssembly, a reference to it: the npm package has the
    /// sentences on its JavaScript side.
    pub fn message(&self) -> String {
        self.sentence("", 3)
    }

    /// One sentence of how to mend it; in WebAssembly, a reference as well.
    pub fn hint(&self) -> Cow<'static, str> {
        self.sentence(".hint", 4).into()
    }

    #[cfg(target_arch = "wasm32")]
    fn sentence(&self, part: &str, _: usize) -> String {
        reference(&[self.line(1), part], self.0.values.iter().map(String::as_str))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn sentence(&self, _: &str, line: usize) -> String {
        self.filled(self.line(line))
    }

    /// One of the values that the message shows, by the table's name for it.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.known_value(name).unwrap_or_default()
    }

    fn known_value(&self, name: &str) -> Option<&str> {
        let place = self.line(2).split(' ').position(|known| known == name)?;
        self.0.values.get(place).map(String::as_str)
    }

    /// A text of the table with its values.
    #[cfg(not(target_arch = "wasm32"))]
    fn filled(&self, template: &str) -> String {
        let mut filled = String::new();
        let mut pieces = template.split('{');
        filled.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let value = piece
                .split_once('}')
                .and_then(|(name, rest)| self.known_value(name).map(|value| (value, rest)));
            // Other braces are meant.
            let (value, rest) = value.unwrap_or(("{", piece));
            filled.push_str(value);
            filled.push_str(rest);
        }
        filled
    }
}

/// The messages and hints by their names, with `{0}`, `{1}` for their values.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn sentences() -> Vec<(String, String)> {
    let both = |(name, error): (&str, Error)| {
        [(name.to_owned(), error.message()), (concat(&[name, ".hint"]), error.hint().into_owned())]
    };
    let hints = HINTS.iter().map(|(name, hint)| ((*name).to_owned(), (*hint).to_owned()));
    rows().into_iter().flat_map(both).chain(hints).collect()
}

/// A value as a message shows it.
trait Shown {
    fn shown(&self) -> Cow<'_, str>;
}

impl Shown for &str {
    fn shown(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

macro_rules! shown_numbers {
    ($($type:ty),*) => {
        $(impl Shown for $type {
            fn shown(&self) -> Cow<'_, str> {
                Cow::Owned(number(*self as i64))
            }
        })*
    };
}

shown_numbers!(i64, u16, usize);

/// How to mend two issuers that should be one, by what sets them apart.
fn issuer_hint(found: &str, expected: &str) -> &'static str {
    let of = |text: &str, what: &str| text.trim_end_matches('/').ends_with(what);
    let rest = |text: &str| split_once(text, "://").map_or(text, |(_, rest)| rest).to_owned();
    let host = |text: &str| rest(text).split(['/', ':']).next().unwrap_or_default().to_owned();
    if of(found, ".convex.cloud") {
        ISSUER_OF_TOKEN_IS_API
    } else if of(expected, ".convex.cloud") {
        ISSUER_OF_PROVIDER_IS_API
    } else if found != expected && found.eq_ignore_ascii_case(expected) {
        ISSUER_CASE
    } else if find(found, "://").is_none() {
        ISSUER_WITHOUT_SCHEME
    } else if rest(found) == rest(expected) {
        ISSUER_SCHEME
    } else if host(found) == host(expected) {
        ISSUER_PATH
    } else if of(found, ".convex.site") && of(expected, ".convex.site") {
        ISSUER_DEPLOYMENT
    } else {
        ISSUER_OTHER
    }
}

/// A caller's text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    concat(&["\"", &quote(text), "\""])
}

/// An option's text in quotes.
pub(crate) fn quoted_option(text: &str) -> String {
    concat(&["\"", &quote_option(text), "\""])
}

/// At most five `kid`s of a set, as a list.
fn shown_kids(kids: &[Option<String>]) -> String {
    if kids.is_empty() {
        return "no key of that type".to_owned();
    }
    let one = |kid: &Option<String>| match kid {
        Some(kid) => quoted(kid),
        None => "a key without one".to_owned(),
    };
    let shown = listed(kids.iter().take(5).map(one), ", ");
    if kids.len() > 5 { concat(&[&shown, ", …"]) } else { shown }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Error {
    fn shown(&self) -> String {
        concat(&[&self.message(), " ", &self.hint(), " [", self.code(), "]"])
    }
}

impl std::error::Error for Error {}
