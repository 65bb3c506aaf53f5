//! What is fuzzed: each target is a function of some bytes that panics when something that must hold
//! of them does not. libFuzzer drives them from `fuzz/fuzz_targets`, and `tests/fuzz.rs` for a moment
//! at each run of the tests.
//!
//! They know the crate as its callers do: a private parser is reached the way in which a caller's text
//! reaches it.

pub mod base64;
pub mod claims;
pub mod der;
pub mod documents;
pub mod issuer;
pub mod issuer_url;
pub mod json;
pub mod jwk;
pub mod pasted_key;
pub mod provider;
mod shared;
pub mod times;
pub mod token;

/// A target: it panics when something does not hold.
pub type Target = fn(&[u8]);

/// All of them, by their names.
pub const ALL: [(&str, Target); 12] = [
    ("base64", base64::run),
    ("claims", claims::run),
    ("der", der::run),
    ("documents", documents::run),
    ("issuer", issuer::run),
    ("issuer_url", issuer_url::run),
    ("json", json::run),
    ("jwk", jwk::run),
    ("pasted_key", pasted_key::run),
    ("provider", provider::run),
    ("times", times::run),
    ("token", token::run),
];
