//! Judges a token the way Convex's backend does, and answers what `ctx.auth.getUserIdentity()`
//! would return, or why the token is refused.
//!
//! It stands on the crates that Convex stands on (`openidconnect` for OIDC providers, `biscuit` for
//! `customJwt` providers) and follows the order of Convex's own steps, so that the first failing
//! step, its code and its message are Convex's. It shares no code with the crate whose tokens it is
//! there to judge.
//!
//! The steps, each in a file of its own:
//!
//! 1. [`provider`]: the entries of `auth.config.ts` are checked, as at a deploy.
//! 2. [`route`]: the token's payload is read unverified and picks the provider.
//! 3. [`oidc`] or [`custom_jwt`]: the keys are fetched over [`http`] and the token is verified.
//! 4. [`identity`]: its claims become the object that a function sees.
//!
//! # Where the published crates differ from the forks that Convex uses
//!
//! | fork of | differs from the published crate in | made up for in |
//! | --- | --- | --- |
//! | `openidconnect` | a discovery document needs only `issuer` and `jwks_uri` | [`oidc`] |
//! | `openidconnect` | RSA and Ed25519 by AWS-LC: RSA keys of 2048 to 8192 bits, no others | [`signing_key`] |
//! | `openidconnect` | built with `accept-rfc3339-timestamps` | the same feature is on here |
//! | `biscuit` | fractional timestamps are rounded, negative ones refused | [`claims`] |
//!
//! # What is left out
//!
//! - Convex's cache of HTTP responses: every call fetches anew.
//! - The shorter messages of a deployment that redacts its errors.
//! - TLS: a host that is served over https is mapped to a local server, see [`http::Web::resolve`].
#![forbid(unsafe_code)]

pub mod claims;
pub mod custom_jwt;
pub mod http;
pub mod identity;
pub mod oidc;
pub mod provider;
pub mod refusal;
pub mod route;
pub mod signing_key;

use chrono::{DateTime, Utc};

pub use crate::http::{HttpClient, Web};
pub use crate::identity::Identity;
use crate::provider::Deployed;
pub use crate::provider::{Algorithm, CustomJwtProvider, OidcProvider, Provider, parse_providers};
pub use crate::refusal::Refusal;

/// Judges `token` against the providers of a deployment, at `now` (seconds since 1970).
///
/// Mirrors `validate_id_token` of Convex's crate `authentication`.
pub fn verify(
    token: &str,
    providers: &[Provider],
    now: u64,
    http: &dyn HttpClient,
) -> Result<Identity, Refusal> {
    let deployed = provider::deploy(providers)?;
    let now = instant(now)?;
    let (provider, issuer) = route::choose(token, &deployed)?;
    match provider {
        Deployed::Oidc { application_id, .. } => {
            oidc::verify(token, application_id, &issuer, now, http)
        }
        Deployed::CustomJwt(provider) => custom_jwt::verify(token, provider, now, http),
    }
}

/// The present, for [`verify`].
pub fn unix_now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

fn instant(now: u64) -> Result<DateTime<Utc>, Refusal> {
    i64::try_from(now)
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .ok_or_else(|| Refusal::internal("the time of the judgement is out of range"))
}
