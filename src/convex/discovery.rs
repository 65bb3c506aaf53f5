//! The discovery document (OpenID Connect Discovery 1.0, section 3).

use super::IssuerUrl;
use super::custom_jwt_set::is_texts;
use super::issuer_url::is_url;
use crate::algorithm::Algorithm;
use crate::json::{Object, Value};
use crate::text::concat;

/// Where a relying party looks for the discovery document, below the issuer.
pub const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";

/// Where this crate serves the JWK set, below the issuer.
pub const JWKS_PATH: &str = "/.well-known/jwks.json";

/// An authorization endpoint that nothing answers at: the document must name one, and Convex never
/// asks for it, because it is given tokens and does not fetch them.
const AUTHORIZATION_PATH: &str = "/oauth/authorize";

/// The address of an issuer's JWK set.
pub fn jwks_uri(issuer: &IssuerUrl) -> String {
    concat(&[issuer.as_str(), JWKS_PATH])
}

/// The whole discovery document of an issuer: all that the standard requires, so that not only
/// Convex, which needs less, but every OpenID Connect client takes it.
pub fn openid_configuration(issuer: &IssuerUrl) -> Object {
    let texts = |texts: &[&str]| Value::from(texts);
    let url = |path: &str| Value::String(concat(&[issuer.as_str(), path]));
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

/// The JSON type of a member of the document.
enum Type {
    /// A URL.
    Url,
    /// An array of strings.
    Texts,
    /// An array of anything.
    Items,
    /// A boolean.
    Bool,
}

/// The members that Convex reads (`ProviderMetadata` of `openidconnect`), by their types. Each may be
/// absent, and all but the lists that it has a default for may be null.
const MEMBERS: [(Type, &[&str]); 4] = [
    (
        Type::Url,
        &[
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "registration_endpoint",
            "service_documentation",
            "op_policy_uri",
            "op_tos_uri",
        ],
    ),
    (
        Type::Texts,
        &[
            "response_types_supported",
            "subject_types_supported",
            "scopes_supported",
            "response_modes_supported",
            "grant_types_supported",
            "acr_values_supported",
            "token_endpoint_auth_methods_supported",
            "display_values_supported",
            "claim_types_supported",
            "claims_supported",
            "claims_locales_supported",
            "ui_locales_supported",
        ],
    ),
    (
        Type::Items,
        &[
            "id_token_signing_alg_values_supported",
            "id_token_encryption_alg_values_supported",
            "id_token_encryption_enc_values_supported",
            "userinfo_signing_alg_values_supported",
            "userinfo_encryption_alg_values_supported",
            "userinfo_encryption_enc_values_supported",
            "request_object_signing_alg_values_supported",
            "request_object_encryption_alg_values_supported",
            "request_object_encryption_enc_values_supported",
            "token_endpoint_auth_signing_alg_values_supported",
        ],
    ),
    (
        Type::Bool,
        &[
            "claims_parameter_supported",
            "request_parameter_supported",
            "request_uri_parameter_supported",
            "require_request_uri_registration",
        ],
    ),
];

/// The members that must not be null.
const NOT_NULL: [&str; 3] = [
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
];

/// The name of a member that stops Convex: of another type than its own, or there twice.
pub(super) fn misfit(document: &Object, overridden: &[(String, Value)]) -> Option<&'static str> {
    let names = MEMBERS.iter().flat_map(|(of, names)| names.iter().map(move |name| (of, *name)));
    let fits = |of: &Type, name: &str, value: &Value| match of {
        _ if value.is_null() => !NOT_NULL.contains(&name),
        Type::Url => value.as_str().is_some_and(is_url),
        Type::Texts if name == "response_types_supported" => value
            .as_array()
            .is_some_and(|items| items.iter().all(|it| it.is_string() || it.is_null())),
        Type::Texts => is_texts(value),
        Type::Items => value.as_array().is_some(),
        Type::Bool => value.is_boolean(),
    };
    let is_twice = |name: &str| overridden.iter().any(|(other, _)| other == name);
    let mut misfits = names.filter(|(of, name)| {
        is_twice(name) || document.get(name).is_some_and(|value| !fits(of, name, value))
    });
    let required = ["issuer", "jwks_uri"].into_iter().find(|name| is_twice(name));
    required.or_else(|| misfits.next().map(|(_, name)| name))
}
