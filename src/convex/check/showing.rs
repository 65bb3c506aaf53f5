//! What is found and what is expected, as the person reads it.

use super::judging::{form, own_algorithm, tolerance};
use crate::convex::case::{Case, Stop};
use crate::convex::provider::Provider;
use crate::error::{quote, quoted, quoted_option};
use crate::json::Value;
use crate::text::{concat, listed, number};
use crate::token::time::{NumericDate, Seconds, format_rfc3339};

pub(super) const FORM: &str =
    "three parts in base64url, joined by dots, with a JSON object as header";
pub(super) const TYPE: &str = "`typ` \"JWT\" or none; neither `cty` nor `crit`";

pub(super) fn or(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// A value as it is shown, shortened.
pub(super) fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| quote(&value.to_json()))
}

pub(super) fn claim(case: &Case<'_>, name: &str) -> String {
    shown(case.claim(name))
}

pub(super) fn parameter(case: &Case<'_>, name: &str) -> String {
    shown(case.parameter(name))
}

pub(super) fn text<'c>(case: &'c Case<'_>, name: &str) -> &'c str {
    case.claim(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn shown_claims(case: &Case<'_>, names: &[&str]) -> String {
    let there = names.iter().filter(|name| case.claim(name).is_some());
    or(listed(there.map(|name| (*name).to_owned()), ", "), "none of these")
}

pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

pub(super) fn shown_audiences(case: &Case<'_>) -> String {
    let audiences = case.audiences();
    or(listed(audiences.iter().map(|one| quoted(one)), ", "), "absent")
}

/// What the providers want, or the option of the call.
pub(super) fn any_of<'a>(
    case: &Case<'a>,
    member: fn(&'a Provider) -> Option<&'a str>,
    option: Option<&'a str>,
    any: &str,
) -> String {
    let providers = case.providers.iter().flatten().copied();
    let mut texts: Vec<_> = providers.filter_map(member).chain(option).collect();
    texts.dedup();
    or(listed(texts.iter().take(5).map(|one| quoted_option(one)), " or "), any)
}

pub(super) fn shown_set(case: &Case<'_>) -> String {
    let answer = case.set_answer.map(|answer| concat(&[&answer.shown(), ": "])).unwrap_or_default();
    match &case.set {
        None => "no key set is given, so the signature cannot be checked".to_owned(),
        Some(Err(error)) => concat(&[&answer, &error.message()]),
        Some(Ok(_)) => concat(&[&answer, &shown_kids(case)]),
    }
}

pub(super) fn shown_kids(case: &Case<'_>) -> String {
    let Ok(set) = case.set() else { return "none".to_owned() };
    let keys = set.keys.iter().take(5).map(|key| {
        let kid = key.text("kid").map_or("no `kid`".to_owned(), quoted);
        concat(&[&kid, " (", &quote(own_algorithm(key)), ")"])
    });
    or(listed(keys, ", "), "no key")
}

pub(super) fn shown_form(case: &Case<'_>) -> String {
    match form(case) {
        Err(Stop::Refused(error)) => error.message(),
        _ => shown_header(case, &["alg", "kid"]),
    }
}

pub(super) fn shown_type(case: &Case<'_>) -> String {
    shown_header(case, &["typ", "cty", "crit"])
}

fn shown_header(case: &Case<'_>, names: &[&str]) -> String {
    let there = names.iter().filter(|name| case.parameter(name).is_some());
    let shown = there.map(|name| concat(&[name, " ", &parameter(case, name)]));
    or(listed(shown, ", "), "none of these")
}

pub(super) fn shown_signature(case: &Case<'_>) -> String {
    let length = case.parts.signature.as_ref().map_or(0, Vec::len);
    concat(&["a signature of ", &number(length as i64), " bytes"])
}

pub(super) fn by_the_key(case: &Case<'_>) -> String {
    let kid = case.key().ok().and_then(|key| key.text("kid"));
    kid.map_or("made by the published key".to_owned(), |kid| {
        concat(&["made by the key ", &quoted(kid)])
    })
}

pub(super) fn shown_time(case: &Case<'_>, name: &str) -> String {
    match case.time(name) {
        Ok(Some(time)) => {
            let (seconds, _) = time.double_parts();
            let away = time.seconds_since(NumericDate::from_seconds(case.now));
            let when = match away {
                0 => "now".to_owned(),
                ..0 => concat(&[&number(-away), " s ago"]),
                _ => concat(&["in ", &number(away), " s"]),
            };
            concat(&[&utc(seconds), " (", &when, ")"])
        }
        _ => claim(case, name),
    }
}

/// A time in UTC, or the number itself where no calendar has it.
fn utc(seconds: Seconds) -> String {
    const LAST: Seconds = 253_402_300_799;
    if (0..=LAST).contains(&seconds) {
        let time = format_rfc3339(seconds, 0);
        concat(&[time.strip_suffix("+00:00").unwrap_or_default(), "Z"])
    } else {
        number(seconds)
    }
}

pub(super) fn later_than(case: &Case<'_>, tolerance: Seconds) -> String {
    let zone = match tolerance {
        0 => String::new(),
        _ => concat(&[", give or take ", &number(tolerance), " s"]),
    };
    concat(&["later than ", &utc(case.now), &zone])
}

pub(super) fn not_later_than(case: &Case<'_>) -> String {
    let tolerance = number(tolerance(case));
    concat(&["absent, or not later than ", &utc(case.now), ", give or take ", &tolerance, " s"])
}
