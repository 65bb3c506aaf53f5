//! The discovery document (OpenID Connect Discovery 1.0, section 3).

use serde_json::{Map, Value, json};

use super::IssuerUrl;
use crate::algorithm::Algorithm;

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
pub fn openid_configuration(issuer: &IssuerUrl) -> Map<String, Value> {
    let algorithms: Vec<_> = Algorithm::ALL.into_iter().map(Algorithm::name).collect();
    let mut document = Map::new();
    for (name, value) in [
        ("issuer", json!(issuer.as_str())),
        ("jwks_uri", json!(jwks_uri(issuer))),
        ("authorization_endpoint", json!(format!("{}{AUTHORIZATION_PATH}", issuer.as_str()))),
        ("response_types_supported", json!(["id_token"])),
        ("subject_types_supported", json!(["public"])),
        ("id_token_signing_alg_values_supported", json!(algorithms)),
        ("scopes_supported", json!(["openid", "profile", "email"])),
        ("claims_supported", json!(["sub", "iss", "aud", "exp", "iat", "jti", "name", "email"])),
    ] {
        document.insert(name.to_owned(), value);
    }
    document
}
