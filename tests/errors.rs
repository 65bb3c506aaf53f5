//! Errors: codes that callers rely on, sentences that people read, and nothing of a caller's
//! secrets.

mod common;
#[path = "common/every_error.rs"]
mod every_error;

use std::collections::BTreeSet;

use base64::Engine;
use common::*;
use convex_token::{Error, IssuerOptions};
use every_error::every_error;

/// The codes that callers may have written into their programs. One may be added; none may go.
const CODES: [&str; 70] = [
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
    "ERR_DISCOVERY_ISSUER",
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
    "ERR_ROUTE_JSON",
    "ERR_ROUTE_STATUS",
    "ERR_ROUTE_TYPE",
    "ERR_SIGNATURE_REJECTED",
    "ERR_SIGNER",
    "ERR_SIGNER_FAILED",
    "ERR_SIGNER_LATE",
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
    "ERR_UNREACHABLE",
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
    let name = format!("a\u{1b}[31m\n\t\r\0\u{9f}{}", "x".repeat(5000));
    let json = serde_json::json!({ "sub": "a", "y": 1 }).to_string();
    let twice = json.replace("\"y\":1", &format!("{0}:1,{0}:2", serde_json::Value::from(name)));
    let error = refused(convex_token::Claims::from_json(&twice), "ERR_CLAIM_DUPLICATE");
    assert!(error.to_string().len() < 400, "{error}");
    assert!(error.message().contains(r"a\u{1b}[31m\n\t\r\u{0}\u{9f}xx"), "{error}");
    let issuer = format!("https://a.example/ {}\r\n", "é".repeat(5000));
    let error = refused(IssuerOptions::new(&issuer), "ERR_ISSUER_INVALID");
    assert!(error.message().chars().count() < 300, "{error}");
}

#[test]
fn errors_are_errors() {
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(Error::key_missing());
    assert!(error.to_string().ends_with("[ERR_KEY_MISSING]"));
    assert_eq!(format!("{error:?}"), error.to_string());
}

/// Each call that quotes an option, given a text that is none.
fn given_as_an_option(text: &str) -> Vec<Error> {
    use convex_token::algorithm::Algorithm;
    use convex_token::convex::provider::Kind;
    use convex_token::convex::{Verification, environment, verify};
    use convex_token::key::{FoundSet, read_private_keys};
    use convex_token::token::time::parse_duration;
    let environment = environment::issuer(|name| (name == "CONVEX_URL").then(|| text.to_owned()));
    let member = |name| {
        let mut jwk = jwk("ed25519");
        jwk[name] = text.into();
        // Of a PEM that stands in there, the key is read.
        read_private_keys(&[jwk.to_string()]).err()
    };
    let token = issuer("ed25519").sign(&user(), NOW).unwrap();
    let set = FoundSet::of([&public_key("ed25519")]);
    let expecting = |issuer, audience| {
        let (provider, clock_tolerance, now) = (None, None, NOW);
        let set = &set;
        let verification = Verification { set, provider, issuer, audience, clock_tolerance, now };
        verify(&token, &verification).unwrap_err()
    };
    let members = ["crv", "use", "alg"].into_iter().filter_map(member);
    let options = [
        IssuerOptions::new(text).unwrap_err(),
        environment.unwrap_err(),
        Algorithm::from_name(text).unwrap_err(),
        Kind::from_name(text).unwrap_err(),
        parse_duration("expiresIn", text).unwrap_err(),
        expecting(Some(text), None),
        expecting(None, Some(text)),
    ];
    // Base64 may pass for a host and its path.
    let deployment = IssuerOptions::new(&format!("https://{text}.convex.cloud")).err();
    options.into_iter().chain(members).chain(deployment).collect()
}

#[test]
fn a_key_in_the_place_of_an_option_is_not_shown() {
    let lines = |pem: &str| pem.lines().filter(|line| !line.contains("--")).collect::<String>();
    for name in KEYS {
        let (pem, jwk) = (pem(name, "pkcs8"), jwk(name));
        let one_line = lines(&pem);
        let set = serde_json::json!({ "keys": [jwk] }).to_string();
        let texts = [
            pem.replace('\n', "\\n"),
            pem.replace('\n', " "),
            pem.replace('\n', ""),
            format!("\"{pem}\""),
            format!("CONVEX_AUTH_PRIVATE_KEY=\"{pem}\""),
            one_line,
            BASE64_STANDARD.encode(&pem),
            jwk.to_string(),
            set.replace('"', "\\\""),
            pem,
        ];
        for text in texts {
            for error in given_as_an_option(&text) {
                shows_nothing_of(&error, &text.replace("CONVEX_AUTH_PRIVATE_KEY", ""));
            }
        }
    }
}

#[test]
fn options_that_are_no_keys_are_shown() {
    use convex_token::algorithm::Algorithm;
    let thumbprint = kid("rsa-2048");
    // Each line of a key has more characters than the longest run that is shown.
    let run = "x".repeat(48);
    for text in ["happy-animal-123.convex.site/api/auth/v1", &thumbprint, &run, "ACME+/-=.kty"] {
        for error in [
            IssuerOptions::new(text).unwrap_err(),
            Algorithm::from_name(text).unwrap_err(),
            convex_token::token::time::parse_duration("expiresIn", text).unwrap_err(),
        ] {
            assert!(error.message().contains(&format!("\"{text}\"")), "{error}");
        }
    }
    for error in given_as_an_option(&format!("{run}x")) {
        assert!(!error.message().contains(&run), "{error}");
    }
}
