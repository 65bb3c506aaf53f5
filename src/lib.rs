//! Your own login, accepted by Convex.
//!
//! Convex authenticates a user by a JWT that it checks against OpenID Connect discovery or a JWK
//! set. This crate makes the keys, the set, the discovery document and the tokens, and judges a
//! token by Convex's own rules. It compiles natively and to WebAssembly with the same results; the
//! npm package `convex-token` is this crate behind a few lines of JavaScript.
//!
//! Data flows through the folders in this order, and imports point the other way only:
//!
//! | module | holds | may import |
//! | --- | --- | --- |
//! | [`algorithm`] | RS256, ES256, EdDSA over bytes | nothing of the others |
//! | [`key`] | reading and making keys, thumbprints, JWK sets | `algorithm` |
//! | [`token`] | claims, times, the header, the compact form | `key` |
//! | [`convex`] | what Convex accepts, and what a function sees | `token` |
//! | [`issuer`] | a ring of keys that issues tokens and reuses them | all of the above |
//! | `wasm` | the boundary to JavaScript | all of the above |
//!
//! ```
//! use convex_token::{Claims, Issuer, IssuerOptions, algorithm::Algorithm, key};
//!
//! # fn main() -> convex_token::Result<()> {
//! let pair = key::generate(Algorithm::EdDsa, None)?;
//! let issuer = Issuer::new(
//!     key::read_private_keys(&[&pair.private_key])?,
//!     IssuerOptions::new("https://happy-animal-123.convex.site")?,
//! )?;
//! let token = issuer.sign(&Claims::from_json(r#"{"sub":"user_1","name":"Ada"}"#)?, 1_700_000_000)?;
//! assert_eq!(token.split('.').count(), 3);
//! # Ok(())
//! # }
//! ```

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod algorithm;
mod base64;
mod base64url;
pub mod convex;
mod error;
pub mod issuer;
pub mod json;
pub mod key;
mod pasted;
mod random;
mod secret;
mod text;
#[cfg(test)]
mod timing;
pub mod token;
#[cfg(test)]
mod vector_tests;
#[cfg(target_arch = "wasm32")]
mod wasm;
mod wording;

pub use error::{Error, Result};
pub use issuer::{Issuer, IssuerOptions};
pub use secret::safe_equal;
pub use token::Claims;

/// Every sentence that the module refers to, by its name, with `{0}`, `{1}` for its values.
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
pub fn sentences() -> Vec<(String, String)> {
    let mut all = error::sentences();
    all.extend(convex::message::sentences());
    all
}
