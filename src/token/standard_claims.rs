//! The claims that OpenID Connect defines, and the JSON types that Convex's OIDC verifier takes for
//! each: a token with another type in one of them is refused as a whole. `null` counts as absent.

use super::time::NumericDate;
use crate::json::{Object, Value};

/// Human-readable claims, which may carry a language tag, as in `name#en` (OpenID Connect Core,
/// section 5.2).
const LOCALIZED_TEXTS: [&str; 8] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "profile",
    "picture",
    "website",
];

/// Other claims about the user that are strings (OpenID Connect Core, section 5.1; `birthday` is an
/// older name of `birthdate`).
const USER_TEXTS: [&str; 9] = [
    "sub",
    "preferred_username",
    "email",
    "gender",
    "birthday",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
];

/// Claims about the token that are strings (OpenID Connect Core, section 2).
const TOKEN_TEXTS: [&str; 5] = ["nonce", "acr", "azp", "at_hash", "c_hash"];

const BOOLEANS: [&str; 2] = ["email_verified", "phone_number_verified"];

/// Seconds since 1970, or an RFC 3339 text.
const TIMES: [&str; 2] = ["updated_at", "auth_time"];

const ADDRESS_MEMBERS: [&str; 6] =
    ["formatted", "street_address", "locality", "region", "postal_code", "country"];

/// Refuses a standard claim of another type than its own: its name, and what it must be.
pub(crate) fn check(name: &str, value: &Value) -> Result<(), (&'static str, &'static str)> {
    let (base, tag) = tagged(name);
    let Some((own, expected, fits)) = rule(base) else { return Ok(()) };
    match tag {
        // Claims about the token have no tags: with one, the name is nobody's.
        Some(_) if !is_user_claim(own) => return Ok(()),
        Some(tag) if !tag.is_empty() && !LOCALIZED_TEXTS.contains(&own) => {
            return Err((own, "without a language tag"));
        }
        _ => {}
    }
    if value.is_null() || fits(value) { Ok(()) } else { Err((own, expected)) }
}

/// A claim that stands there twice: under its name, and with an empty language tag behind.
pub(crate) fn duplicate(claims: &Object) -> Option<&str> {
    let mut untagged = claims.iter().filter_map(|(name, _)| name.strip_suffix('#'));
    untagged.find(|base| is_user_claim(base) && claims.get(base).is_some())
}

/// Whether a second claim of the name stops Convex's OIDC verifier: each does that it knows.
pub(crate) fn stops_a_second(name: &str) -> bool {
    let (base, tag) = tagged(name);
    let about_token =
        tag.is_none() && (TOKEN_TEXTS.contains(&base) || matches!(base, "auth_time" | "amr"));
    about_token || is_user_claim(name)
}

/// Whether a member of the claim `address` is one that Convex's OIDC verifier knows.
pub(crate) fn is_address_member(name: &str) -> bool {
    ADDRESS_MEMBERS.contains(&name)
}

/// A claim's name and its language tag, which may be empty.
fn tagged(name: &str) -> (&str, Option<&str>) {
    match name.split_once('#') {
        Some((base, tag)) => (base, Some(tag)),
        None => (name, None),
    }
}

/// Whether a name, language tag and all, is one of a claim about the user.
pub(crate) fn is_user_claim(name: &str) -> bool {
    let known = |name: &str| {
        LOCALIZED_TEXTS.contains(&name)
            || USER_TEXTS.contains(&name)
            || BOOLEANS.contains(&name)
            || matches!(name, "updated_at" | "address")
    };
    match tagged(name) {
        (base, None | Some("")) => known(base),
        (base, Some(_)) => LOCALIZED_TEXTS.contains(&base),
    }
}

type Rule = (&'static str, &'static str, fn(&Value) -> bool);

/// A claim's own name, what it must be, and whether a value is.
fn rule(name: &str) -> Option<Rule> {
    let find = |names: &[&'static str]| names.iter().copied().find(|own| *own == name);
    let text = find(&LOCALIZED_TEXTS).or_else(|| find(&USER_TEXTS)).or_else(|| find(&TOKEN_TEXTS));
    if let Some(own) = text {
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

fn is_time(value: &Value) -> bool {
    match value {
        Value::Number(_) => NumericDate::of(value).is_some_and(NumericDate::is_in_calendar),
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
