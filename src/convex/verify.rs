//! Verifying a token by Convex's rules (`validate_id_token` in its backend, and the verifiers that
//! it builds on), in Convex's order, so that the first check to fail is the one Convex fails at.

use super::case::{Case, Stop};
use super::check::checks;
use super::identity::identity;
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::json::Object;
use crate::key::FoundSet;
use crate::token::compact::Decoded;
use crate::token::time::Seconds;

/// What a token is checked against.
pub struct Verification<'a> {
    /// The published keys.
    pub set: &'a FoundSet,
    /// The provider; without one, that of the kind that takes the token's algorithm is assumed.
    pub provider: Option<&'a Provider>,
    /// The issuer that the token must have, if one is given.
    pub issuer: Option<&'a str>,
    /// The audience that the token must have, if one is given.
    pub audience: Option<&'a str>,
    /// How far clocks may differ; by default as the provider's kind has it.
    pub clock_tolerance: Option<Seconds>,
    /// The time of checking.
    pub now: Seconds,
}

/// A token that has passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The JOSE header.
    pub header: Object,
    /// The payload.
    pub claims: Object,
    /// The identity that a function sees.
    pub identity: Object,
}

/// Verifies a token.
///
/// # Errors
/// `ERR_TOKEN_…`, which names the first check that fails.
pub fn verify(token: &str, verification: &Verification<'_>) -> Result<Verified> {
    let providers = verification.provider.map(|provider| vec![provider]);
    let mut case = Case::new(token, providers, verification.now);
    case.issuer = verification.issuer;
    case.audience = verification.audience;
    case.clock_tolerance = verification.clock_tolerance;
    case.set = Some(Ok(verification.set));
    for check in checks(case.kind) {
        match (check.judge)(&case) {
            Ok(()) | Err(Stop::NotGiven) => {}
            Err(Stop::Refused(error)) => return Err(error),
            // What it waits for has failed before.
            Err(Stop::NotReached) => {
                return Err(Error::internal("a check was not reached"));
            }
        }
    }
    let kind = case.kind;
    let Decoded { header, claims } = case.parts.decoded()?;
    let identity = identity(kind, &claims);
    Ok(Verified { header, claims, identity })
}
