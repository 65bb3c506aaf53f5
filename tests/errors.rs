//! Errors: codes that callers rely on, sentences that people read, and nothing of a caller's
//! secrets.

mod common;

use std::collections::BTreeSet;

use common::*;
use convex_token::Error;

/// One of each variant, with texts as callers cause them.
fn every_error() -> Vec<Error> {
    let long = "x".repeat(1000);
    vec![
        Error::KeyMissing,
        Error::KeyEmpty { name: "CONVEX_AUTH_PRIVATE_KEY".into() },
        Error::KeyUnreadable,
        Error::KeyTruncated,
        Error::KeyDamaged { what: "its JSON is not well-formed" },
        Error::KeyEncrypted,
        Error::KeyPublic,
        Error::SymmetricKey,
        Error::KeyCertificate,
        Error::KeyUnsupported { found: "a P-384 key".into() },
        Error::KeyTooSmall { bits: 1024 },
        Error::KeyTooLarge { bits: 16384 },
        Error::KeyExponent,
        Error::KeyInconsistent,
        Error::KeyMember { name: "n" },
        Error::KeyPurpose { found: "`use` is \"enc\"".into() },
        Error::KeySetEmpty,
        Error::KeySetTooLarge { keys: 64, bytes: 262_144 },
        Error::KeyHostObject,
        Error::ModulusLength { found: "1024".into() },
        Error::ClaimsNotObject,
        Error::ClaimsMalformed,
        Error::ClaimsTooLarge { limit: 65536 },
        Error::ClaimsTooDeep { limit: 100 },
        Error::ClaimsThrew,
        Error::ClaimDuplicate { name: "role".into() },
        Error::ClaimSubject { found: "missing" },
        Error::ClaimReserved { name: "iss" },
        Error::ClaimReserved { name: "aud" },
        Error::ClaimReserved { name: "exp" },
        Error::ClaimReserved { name: "nbf" },
        Error::ClaimReserved { name: "iat" },
        Error::ClaimReserved { name: "jti" },
        Error::ClaimShadowsIdentity { name: "subject" },
        Error::ClaimType { name: "email", expected: "a string" },
        Error::ClaimValue { path: "`user.id`".into(), found: "a bigint".into() },
        Error::IssuerMissing,
        Error::IssuerUnderivable { variable: "CONVEX_URL", value: "x".into() },
        Error::IssuerInvalid { value: "x".into(), why: "has no host" },
        Error::IssuerCloud { value: "x".into(), site: "y".into() },
        Error::Audience { why: "is empty" },
        Error::Duration { option: "expiresIn", value: "\"soon\"".into() },
        Error::LifeTooShort { seconds: 2 },
        Error::TimeInvalid { option: "now" },
        Error::TimesDisagree,
        Error::KeyIdInvalid,
        Error::AlgorithmUnknown { found: "\"HS256\"".into() },
        Error::OptionType { option: "issuer".into(), expected: "a string" },
        Error::ProviderAlgorithm { kind: "oidc", algorithm: "ES256" },
        Error::ProviderAlgorithm { kind: "customJwt", algorithm: "EdDSA" },
        Error::ProviderKind { found: "\"saml\"".into() },
        Error::ProviderInvalid { why: "has neither `domain` nor `type`" },
        Error::ProviderSetUnreadable,
        Error::VerificationKeyMissing,
        Error::TokenMalformed { part: "it has no dots" },
        Error::TokenTooLarge { limit: 131072 },
        Error::TokenType { found: "\"at+jwt\"".into() },
        Error::TokenCritical { name: "crit" },
        Error::TokenAlgorithm { found: "\"none\"".into() },
        Error::TokenKeyIdMissing,
        Error::TokenKeyNotFound { kid: None, published: vec![] },
        Error::TokenKeyNotFound { kid: Some(long.clone()), published: vec![None, Some(long)] },
        Error::TokenKeyNotFound { kid: Some("a".into()), published: vec![Some("b".into()); 9] },
        Error::TokenKeyAmbiguous { count: 2 },
        Error::TokenKeyAlgorithm { key: "ES256".into(), token: "RS256" },
        Error::TokenSignature,
        Error::TokenClaimMissing { name: "exp" },
        Error::TokenClaimType { name: "email".into(), expected: "a string" },
        Error::TokenIssuer { found: "x".into(), expected: "y".into() },
        Error::TokenAudience { found: "\"x\"".into(), expected: "y".into() },
        Error::TokenAudiences,
        Error::TokenExpired { seconds: 1 },
        Error::TokenNotYetValid { claim: "nbf", seconds: 1 },
        Error::SignerInvalid { why: "has no `sign`" },
        Error::SignerFailed,
        Error::SignatureRejected,
        Error::IssuerDisposed,
        Error::RandomUnavailable,
        Error::Trap,
        Error::Internal { what: "no key" },
    ]
}

/// The codes that callers may have written into their programs. One may be added; none may go.
const CODES: [&str; 64] = [
    "ERR_ALGORITHM",
    "ERR_AUDIENCE",
    "ERR_CLAIMS",
    "ERR_CLAIMS_TOO_DEEP",
    "ERR_CLAIMS_TOO_LARGE",
    "ERR_CLAIM_DUPLICATE",
    "ERR_CLAIM_RESERVED",
    "ERR_CLAIM_SHADOWS_IDENTITY",
    "ERR_CLAIM_SUB",
    "ERR_CLAIM_TYPE",
    "ERR_CLAIM_VALUE",
    "ERR_DURATION",
    "ERR_INTERNAL",
    "ERR_ISSUER_CLOUD",
    "ERR_ISSUER_DISPOSED",
    "ERR_ISSUER_INVALID",
    "ERR_ISSUER_MISSING",
    "ERR_JWKS_MISSING",
    "ERR_KEY_CERTIFICATE",
    "ERR_KEY_DAMAGED",
    "ERR_KEY_EMPTY",
    "ERR_KEY_ENCRYPTED",
    "ERR_KEY_EXPONENT",
    "ERR_KEY_HOST_OBJECT",
    "ERR_KEY_ID",
    "ERR_KEY_INCONSISTENT",
    "ERR_KEY_MEMBER",
    "ERR_KEY_MISSING",
    "ERR_KEY_PUBLIC",
    "ERR_KEY_PURPOSE",
    "ERR_KEY_SET_EMPTY",
    "ERR_KEY_SET_TOO_LARGE",
    "ERR_KEY_TOO_LARGE",
    "ERR_KEY_TOO_SMALL",
    "ERR_KEY_TRUNCATED",
    "ERR_KEY_UNREADABLE",
    "ERR_KEY_UNSUPPORTED",
    "ERR_MODULUS_LENGTH",
    "ERR_OPTION",
    "ERR_PROVIDER",
    "ERR_PROVIDER_ALGORITHM",
    "ERR_PROVIDER_JWKS",
    "ERR_RANDOM",
    "ERR_SIGNATURE_REJECTED",
    "ERR_SIGNER",
    "ERR_SIGNER_FAILED",
    "ERR_TIME",
    "ERR_TOKEN_ALGORITHM",
    "ERR_TOKEN_AUDIENCE",
    "ERR_TOKEN_AUDIENCES",
    "ERR_TOKEN_CLAIM_MISSING",
    "ERR_TOKEN_CLAIM_TYPE",
    "ERR_TOKEN_CRITICAL",
    "ERR_TOKEN_EXPIRED",
    "ERR_TOKEN_ISSUER",
    "ERR_TOKEN_KEY_ALGORITHM",
    "ERR_TOKEN_KEY_AMBIGUOUS",
    "ERR_TOKEN_KEY_NOT_FOUND",
    "ERR_TOKEN_KID_MISSING",
    "ERR_TOKEN_MALFORMED",
    "ERR_TOKEN_NOT_YET_VALID",
    "ERR_TOKEN_SIGNATURE",
    "ERR_TOKEN_TOO_LARGE",
    "ERR_TOKEN_TYPE",
];

#[test]
fn codes_are_stable() {
    let mut codes: BTreeSet<_> = every_error().iter().map(Error::code).collect();
    assert!(codes.remove("ERR_WASM_TRAP"));
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), CODES);
}

#[test]
fn messages_and_hints_are_sentences() {
    for error in every_error() {
        well_worded(&error);
        assert!(error.message().len() < 800, "{error}");
        for said in [error.message(), error.hint().into_owned()] {
            let first = said.chars().next().unwrap();
            assert!(
                first.is_uppercase() || !first.is_alphabetic() || said.starts_with("x "),
                "{said}"
            );
        }
    }
}

#[test]
fn errors_of_one_code_differ_in_their_words() {
    let all = every_error();
    let messages: BTreeSet<_> = all.iter().map(Error::message).collect();
    assert_eq!(messages.len(), all.len());
}

#[test]
fn texts_of_callers_are_shortened_and_escaped() {
    let name = format!("a\u{1b}[31m\n{}", "x".repeat(5000));
    let json = serde_json::json!({ "sub": "a", "y": 1 }).to_string();
    let twice = json.replace("\"y\":1", &format!("{0}:1,{0}:2", serde_json::Value::from(name)));
    let error = refused(convex_token::Claims::from_json(&twice), "ERR_CLAIM_DUPLICATE");
    assert!(error.to_string().len() < 400, "{error}");
    assert!(error.message().contains("\\u{1b}[31m\\n"), "{error}");
    let issuer = format!("https://a.example/ {}\r\n", "é".repeat(5000));
    let error = refused(convex_token::IssuerOptions::new(&issuer), "ERR_ISSUER_INVALID");
    assert!(error.message().chars().count() < 300, "{error}");
}

#[test]
fn errors_are_errors() {
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(Error::KeyMissing);
    assert!(error.to_string().ends_with("[ERR_KEY_MISSING]"));
}
