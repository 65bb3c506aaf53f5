//! Lengths of time, times as numbers, and the times that an identity shows.

use convex_token::convex::identity;
use convex_token::convex::provider::Kind;
use convex_token::json::{Object, Value};
use convex_token::token::time::{duration_from_number, parse_duration, time_from_number};

use super::shared::{text, told};

/// A century in seconds, the longest that is taken.
const CENTURY: i64 = 36_525 * 86_400;

pub fn run(data: &[u8]) {
    let text = text(data);
    duration(&text);
    if let Some(bytes) = data.first_chunk() {
        number(f64::from_le_bytes(*bytes));
    }
    if let Ok(found) = text.trim().parse::<f64>() {
        number(found);
    }
    shown(Value::String(text.clone().into_owned()));
    if let Some(number @ Value::Number(_)) = Value::parse(&text) {
        shown(number);
    }
}

fn duration(text: &str) {
    let Some(seconds) = told(parse_duration("expiresIn", text)) else { return };
    assert!((0..=CENTURY).contains(&seconds), "{text:?}");
    assert_eq!(parse_duration("expiresIn", &seconds.to_string()), Ok(seconds));
    // In binary fractions it is nearly the same.
    let trimmed = text.trim();
    let digits = trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = match trimmed[digits.len()..].trim().bytes().next() {
        None | Some(b's' | b'S') => 1.0,
        Some(b'm' | b'M') => 60.0,
        Some(b'h' | b'H') => 3600.0,
        Some(b'd' | b'D') => 86_400.0,
        _ => 604_800.0,
    };
    let expected = digits.parse::<f64>().expect("a number") * unit;
    assert!((expected - seconds as f64).abs() <= 0.500_001, "{text:?}: {seconds} {expected}");
}

fn number(number: f64) {
    if let Some(seconds) = told(duration_from_number("expiresIn", number)) {
        assert!(seconds as f64 == number && seconds <= CENTURY, "{number}");
    }
    if let Some(seconds) = told(time_from_number("now", number)) {
        assert!((0..=253_402_300_799).contains(&seconds), "{number}");
        let unit = if number >= 1e11 { 1000.0 } else { 1.0 };
        assert!((number / unit - seconds as f64).abs() <= 1.0, "{number}");
    }
}

/// The time that a function sees for the claim `updated_at`, which is seen the same when it is given
/// once more.
fn shown(claim: Value) {
    let shown = |claim: Value| {
        let claims = Object::from([("updated_at", claim)]);
        let identity = identity(Kind::Oidc, &claims);
        identity.get("updatedAt").and_then(Value::as_str).map(str::to_owned)
    };
    let Some(time) = shown(claim) else { return };
    assert!((25..=40).contains(&time.len()) && time.ends_with("+00:00"), "{time}");
    // A year of more than four digits is none of RFC 3339.
    if !time.starts_with(['+', '-']) {
        assert_eq!(shown(Value::String(time.clone())), Some(time));
    }
}
