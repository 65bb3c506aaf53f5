//! The checks that Convex makes of a token, in its order: one list for each kind of provider.
//! Verifying stops at the first that fails; explaining goes through all of them.

mod custom_jwt;
mod judging;
mod oidc;
mod routing;
mod showing;
mod words;

use super::case::{Case, Judged};
use super::provider::{Kind, Provider};
use crate::error::Error;
use custom_jwt::CUSTOM_JWT;
use oidc::OIDC;
use routing::ROUTING;

/// One check.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) judge: fn(&Case<'_>) -> Judged,
    /// What the token, the set or the document has.
    pub(super) found: fn(&Case<'_>) -> String,
    /// What Convex wants.
    pub(super) expected: fn(&Case<'_>) -> String,
    /// What Convex says when it fails.
    pub(super) message: fn(&Case<'_>, &Error) -> Option<String>,
}

/// The checks of a case, in Convex's order.
pub(super) fn checks(kind: Kind) -> impl Iterator<Item = &'static Check> {
    let own: &'static [Check] = match kind {
        Kind::Oidc => OIDC,
        Kind::CustomJwt => CUSTOM_JWT,
    };
    ROUTING.iter().chain(own)
}

/// The names of all checks with what each kind of provider expects, by an example, for the
/// documentation: kind, name, expectation.
pub fn expectations() -> Vec<(&'static str, &'static str, String)> {
    const ISSUER: &str = "https://happy-animal-123.convex.site";
    let payload = crate::base64url::encode(format!("{{\"iss\":\"{ISSUER}\"}}"));
    let token = format!("e30.{payload}.");
    let (issuer, id) = (ISSUER.to_owned(), super::DEFAULT_AUDIENCE.to_owned());
    let providers = [
        Provider::Oidc { domain: issuer.clone(), application_id: id.clone() },
        Provider::CustomJwt {
            jwks: format!("{issuer}{}", super::discovery::JWKS_PATH),
            issuer,
            algorithm: crate::algorithm::Algorithm::Es256,
            application_id: Some(id),
        },
    ];
    let mut rows = Vec::new();
    for provider in &providers {
        let case = Case::new(&token, Some(vec![provider]), 0);
        let kind = provider.kind();
        rows.extend(checks(kind).map(|check| (kind.name(), check.name, (check.expected)(&case))));
    }
    rows
}
