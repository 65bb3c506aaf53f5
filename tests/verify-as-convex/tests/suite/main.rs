//! The verifier's own tests: tokens by an independent signer, keys and discovery documents over real
//! HTTP from a loopback server. Each test is named after the sentence that it shows.
#![forbid(unsafe_code)]

mod command_line;
mod custom_jwt;
mod fetching;
mod identity;
mod oidc;
mod providers;
mod server;
mod signer;
mod standard_claims;
mod times;
mod with;
