//! The claims that OpenID Connect defines, and the JSON types that Convex's OIDC verifier takes for
//! each: a token with another type in one of them is refused as a whole. `null` counts as absent.

use serde_json::Value;

/// Human-readable claims, which may carry a language tag, as in `name#en` (OpenID Connect Core,
/// section 5.2).
pub(crate) const LOCALIZED_TEXTS: [&str; 8] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
];

/// Other claims that are strings (OpenID Connect Core, sections 2 and 5.1).
const TEXTS: [&str; 13] = [
    "preferred_username",
    "email",
    "gender",
    "birthday",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "nonce",
    "acr",
    "azp",
    "at_hash",
    "c_hash",
];

const BOOLEANS: [&str; 2] = ["email_verified", "phone_number_verified"];

/// Seconds since 1970, or an RFC 3339 text.
const TIMES: [&str; 2] = ["updated_at", "auth_time"];

const ADDRESS_MEMBERS: [&str; 6] =
    ["formatted", "street_address", "locality", "region", "postal_code", "country"];

/// Refuses a standard claim of another type than its own: its name, and what it must be.
pub(crate) fn check(name: &str, value: &Value) -> Result<(), (&'static str, &'static str)> {
    // `name#` is `name`.
    let (base, tagged) = match name.split_once('#') {
        Some((base, tag)) => (base, !tag.is_empty()),
        None => (name, false),
    };
    let Some((own, expected, fits)) = rule(base) else { return Ok(()) };
    if tagged && !LOCALIZED_TEXTS.contains(&own) && !is_id_token_claim(own) {
        return Err((own, "without a language tag"));
    }
    if (tagged && is_id_token_claim(own)) || value.is_null() || fits(value) {
        return Ok(());
    }
    Err((own, expected))
}

type Rule = (&'static str, &'static str, fn(&Value) -> bool);

/// A claim's own name, what it must be, and whether a value is.
fn rule(name: &str) -> Option<Rule> {
    let find = |names: &[&'static str]| names.iter().copied().find(|own| *own == name);
    if let Some(own) = find(&LOCALIZED_TEXTS).or_else(|| find(&TEXTS)) {
        return Some((own, "a string", Value::is_string));
    }
    if let Some(own) = find(&BOOLEANS) {
        return Some((own, "a boolean", Value::is_boolean));
    }
    if let Some(own) = find(&TIMES) {
        return Some((own, "a number of seconds since 1970, or an RFC 3339 text", is_time));
    }
    match name {
        "amr" => Some(("amr", "an array of strings", is_texts)),
        "address" => Some(("address", "an object of strings, such as { formatted }", is_address)),
        _ => None,
    }
}

/// Whether a claim is one of the ID token itself (OpenID Connect Core, section 2), which have no
/// language tags: with one, the name is nobody's.
fn is_id_token_claim(name: &str) -> bool {
    matches!(name, "nonce" | "acr" | "azp" | "at_hash" | "c_hash" | "auth_time" | "amr")
}

fn is_time(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::String(text) => super::time::parse_rfc3339(text).is_some(),
        _ => false,
    }
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

fn is_address(value: &Value) -> bool {
    let text_or_absent =
        |member: &&str| value.get(member).is_none_or(|text| text.is_string() || text.is_null());
    value.is_object() && ADDRESS_MEMBERS.iter().all(text_or_absent)
}
