//! What several targets have in common: test keys, refusals, verdicts.

use std::borrow::Cow;

use convex_token::convex::{
    Circumstances, Document, Explanation, Provider, Verification, Verified, explain, verify,
};
use convex_token::key::{FoundSet, PrivateKey, read_private_keys};
use convex_token::{Error, Issuer, IssuerOptions, Result};

pub const ISSUER: &str = "https://happy-animal-123.convex.site";
pub const NOW: i64 = 1_750_000_000;

/// A test key of each algorithm, in PEM.
pub const PEMS: [&str; 3] = [
    include_str!("../../tests/vectors/keys/test-rsa-2048.pkcs8.pem"),
    include_str!("../../tests/vectors/keys/test-p256.pkcs8.pem"),
    include_str!("../../tests/vectors/keys/test-ed25519.pkcs8.pem"),
];

/// More than any message and hint take together: texts that are quoted in them are shortened.
const LONGEST_ERROR: usize = 4096;

/// The bytes as a text. What is no UTF-8 is replaced, so that every input says something.
pub fn text(data: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// The texts between record separators, as many as are asked for.
pub fn fields<const N: usize>(data: &[u8]) -> [String; N] {
    let mut fields = data.splitn(N, |byte| *byte == 0x1e);
    std::array::from_fn(|_| text(fields.next().unwrap_or_default()).into_owned())
}

/// The first byte, as a choice among so many, and the rest.
pub fn choice(data: &[u8], of: usize) -> (usize, &[u8]) {
    data.split_first().map_or((0, data), |(first, rest)| (usize::from(*first) % of, rest))
}

pub fn keys_of(pem: &str) -> Vec<PrivateKey> {
    read_private_keys(&[pem]).expect("a test key")
}

pub fn issuer_with(pem: &str) -> Issuer {
    let options = IssuerOptions::new(ISSUER).expect("an issuer");
    Issuer::new(keys_of(pem), options).expect("an issuer")
}

/// An error is of a code that callers are told, and bounded.
pub fn is_told(error: &Error) {
    let (code, message, hint) = (error.code(), error.message(), error.hint());
    assert!(code.starts_with("ERR_") && code != "ERR_INTERNAL", "{error}");
    assert!(!message.is_empty() && !hint.is_empty(), "{code}");
    assert!(message.len() + hint.len() < LONGEST_ERROR, "{code}: {} bytes", message.len());
    assert!(!message.chars().chain(hint.chars()).any(char::is_control), "{error:?}");
}

/// The result of a call, whose error must be one that callers are told.
pub fn told<T>(result: Result<T>) -> Option<T> {
    result.map_err(|error| is_told(&error)).ok()
}

/// Nothing of a private key stands in an error: no sixteen characters of a long run of base64.
pub fn shows_nothing_of(error: &Error, secret: &str) {
    let shown = format!("{error} {error:?}");
    if shown.len() > 4 * LONGEST_ERROR {
        return;
    }
    let in_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    for run in secret.split(|c| !in_base64(c)).filter(|run| run.len() >= 48) {
        for window in run.as_bytes().windows(16).step_by(8) {
            let window = std::str::from_utf8(window).expect("ASCII");
            assert!(!shown.contains(window), "{window:?} is in: {shown}");
        }
    }
}

/// Verifies and explains a token by the same; both must come to the same verdict, for one reason.
pub fn judged(
    token: &str,
    jwks: &str,
    provider: Option<&Provider>,
    now: i64,
) -> (Result<Verified>, Explanation) {
    let set = FoundSet::read(jwks);
    let verified = set.and_then(|set| {
        let verification = Verification {
            set: &set,
            provider,
            issuer: None,
            audience: None,
            clock_tolerance: None,
            now,
        };
        verify(token, &verification)
    });
    let providers = provider.map(|provider| vec![Ok(provider.clone())]);
    let document = Document { body: Some(jwks.to_owned()), ..Document::default() };
    let given = Circumstances {
        providers: providers.as_deref(),
        jwks: Some(&document),
        now,
        ..Circumstances::default()
    };
    let explanation = explain(token, &given);
    is_bounded(&explanation);
    assert_eq!(explanation.accepted, verified.is_ok(), "{verified:?} {explanation:#?}");
    let failing = explanation.checks.iter().find_map(|check| check.failure.as_ref());
    if let Err(error) = &verified {
        is_told(error);
        let code = failing.map(|failure| failure.error.code());
        // A set that cannot be read stops verifying before any check.
        let unread = error.code().starts_with("ERR_KEY_");
        assert!(unread || code == Some(error.code()), "{error}: {explanation:#?}");
    } else {
        assert!(failing.is_none());
    }
    (verified, explanation)
}

/// What an explanation shows is bounded, whatever it explains.
pub fn is_bounded(explanation: &Explanation) {
    for check in &explanation.checks {
        let shown = check.found.len() + check.expected.len();
        assert!(shown < 4 * LONGEST_ERROR, "{}: {shown} bytes", check.name);
        assert_eq!(check.failure.is_some(), check.ok == Some(false), "{}", check.name);
        if let Some(failure) = &check.failure {
            is_told(&failure.error);
        }
    }
    let fails = explanation.checks.iter().any(|check| check.failure.is_some());
    assert!(!(explanation.accepted && fails));
}
