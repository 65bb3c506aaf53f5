//! The discovery document (OpenID Connect Discovery 1.0, section 3).

use super::IssuerUrl;
use crate::algorithm::Algorithm;
use crate::json::{Object, Value};

/// Where a relying party looks for the discovery document, below the issuer.
pub const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";

/// Where this crate serves the JWK set, below the issuer.
pub const JWKS_PATH: &str = "/.well-known/jwks.json";

/// An authorization endpoint that nothing answers at: the document must name one, and Convex never
/// asks for it, because it is given tokens and does not fetch them.
const AUTHORIZATION_PATH: &str = "/oauth/authorize";

/// The address of an issuer's JWK set.
pub fn jwks_uri(issuer: &IssuerUrl) -> String {
    format!("{}{JWKS_PATH}", issuer.as_str())
}

/// The whole discovery document of an issuer: all that the standard requires, so that not only
/// Convex, which needs less, but every OpenID Connect client takes it.
pub fn openid_configuration(issuer: &IssuerUrl) -> Object {
    let texts = |texts: &[&str]| Value::from(texts);
    let url = |path: &str| Value::String([issuer.as_str(), path].concat());
    Object::from([
        ("issuer", url("")),
        ("jwks_uri", url(JWKS_PATH)),
        ("authorization_endpoint", url(AUTHORIZATION_PATH)),
        ("response_types_supported", texts(&["id_token"])),
        ("subject_types_supported", texts(&["public"])),
        ("id_token_signing_alg_values_supported", texts(&Algorithm::ALL.map(Algorithm::name))),
        ("scopes_supported", texts(&["openid", "profile", "email"])),
        ("claims_supported", texts(&["sub", "iss", "aud", "exp", "iat", "jti", "name", "email"])),
    ])
}
