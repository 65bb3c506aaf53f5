//! The identity that `ctx.auth.getUserIdentity()` gives inside a function for an accepted token.

use super::provider::Kind;
use crate::json::{Object, Value};
use crate::text::concat;
use crate::token::standard_claims::is_user_claim;
use crate::token::time::{NumericDate, format_rfc3339, parse_rfc3339};

/// Standard claims and the identity's names for them (kind OIDC).
const NAMES: [(&str, &str); 16] = [
    ("name", "name"),
    ("given_name", "givenName"),
    ("family_name", "familyName"),
    ("nickname", "nickname"),
    ("preferred_username", "preferredUsername"),
    ("profile", "profileUrl"),
    ("picture", "pictureUrl"),
    ("website", "websiteUrl"),
    ("email", "email"),
    ("email_verified", "emailVerified"),
    ("gender", "gender"),
    ("birthdate", "birthday"),
    ("zoneinfo", "timezone"),
    ("locale", "language"),
    ("phone_number", "phoneNumber"),
    ("phone_number_verified", "phoneNumberVerified"),
];

/// Claims about the token, which Convex reads and does not hand on (kind OIDC), and those that change
/// at each refresh.
const DROPPED: [&str; 14] = [
    "iss",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "fva",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
];

/// Claims that are registered to a customJwt provider's verifier.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The identity that a function sees for a token of these claims, accepted by a provider of the
/// kind. Custom claims are laid over the identity's own members, as Convex does it.
pub fn identity(kind: Kind, claims: &Object) -> Object {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let (issuer, subject) = (text("iss"), text("sub"));
    let mut identity = Object::default();
    identity.insert("tokenIdentifier".to_owned(), concat(&[issuer, "|", subject]).into());
    identity.insert("issuer".to_owned(), issuer.into());
    identity.insert("subject".to_owned(), subject.into());
    match kind {
        Kind::Oidc => add_oidc_claims(&mut identity, claims),
        Kind::CustomJwt => {
            for (name, value) in claims {
                // Clerk's `fva` grows over time and would invalidate cached queries.
                let grows = name == "fva" && !value.is_object();
                if !grows && !REGISTERED.contains(&name.as_str()) {
                    add_flattened(&mut identity, name.clone(), value);
                }
            }
        }
    }
    identity
}

fn add_oidc_claims(identity: &mut Object, claims: &Object) {
    for (claim, name) in NAMES {
        if let Some(value) = standard(claims, claim) {
            identity.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(Value::String(address)) =
        standard(claims, "address").and_then(|a| a.get("formatted"))
    {
        identity.insert("address".to_owned(), address.clone().into());
    }
    if let Some(time) = standard(claims, "updated_at").and_then(updated_at) {
        identity.insert("updatedAt".to_owned(), time.into());
    }
    for (name, value) in claims {
        if !is_standard(name) {
            identity.insert(name.clone(), value.clone());
        }
    }
}

/// A standard claim under its name, which may end in `#`: an empty language tag is none.
fn standard<'a>(claims: &'a Object, name: &str) -> Option<&'a Value> {
    let value = claims.get(name).or_else(|| claims.get(&concat(&[name, "#"])));
    value.filter(|value| !value.is_null())
}

fn is_standard(name: &str) -> bool {
    is_user_claim(name) || DROPPED.contains(&name)
}

/// `updated_at`, seconds or RFC 3339, as RFC 3339 in UTC.
fn updated_at(value: &Value) -> Option<String> {
    if let Some(text) = value.as_str() {
        let (seconds, nanoseconds) = parse_rfc3339(text)?;
        return Some(format_rfc3339(seconds, nanoseconds));
    }
    let (seconds, nanoseconds) = NumericDate::of(value)?.double_parts();
    Some(format_rfc3339(seconds, nanoseconds))
}

/// Adds a value under its name, a nested object's members under `name.member`.
fn add_flattened(identity: &mut Object, name: String, value: &Value) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                add_flattened(identity, concat(&[&name, ".", member]), value);
            }
        }
        _ => {
            identity.insert(name, value.clone());
        }
    }
}
