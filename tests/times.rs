//! Times: lengths in words and numbers, moments in seconds and milliseconds, RFC 3339 as an
//! identity shows it.

mod common;

use common::*;
use convex_token::convex::identity;
use convex_token::convex::provider::Kind;
use convex_token::token::time::{duration_from_number, parse_duration, time_from_number};
use serde_json::{Value, json};

const CENTURY: i64 = 36_525 * 86_400;

#[track_caller]
fn lasts(text: &str, seconds: i64) {
    assert_eq!(parse_duration("expiresIn", text), Ok(seconds), "{text:?}");
}

#[test]
fn every_unit_has_its_length() {
    for (units, seconds) in [
        (&["s", "sec", "secs", "second", "seconds"][..], 1),
        (&["m", "min", "mins", "minute", "minutes"], 60),
        (&["h", "hr", "hrs", "hour", "hours"], 3600),
        (&["d", "day", "days"], 86_400),
        (&["w", "week", "weeks"], 604_800),
    ] {
        for unit in units {
            lasts(&format!("2{unit}"), 2 * seconds);
            lasts(&format!("2 {unit}"), 2 * seconds);
            lasts(&format!("  2  {unit}\n"), 2 * seconds);
            lasts(&format!("2{}", unit.to_uppercase()), 2 * seconds);
            lasts(&format!("1.5 {unit}"), if seconds == 1 { 2 } else { seconds * 3 / 2 });
        }
    }
}

#[test]
fn digits_alone_are_seconds() {
    lasts("90", 90);
    lasts("0", 0);
    lasts("007", 7);
    lasts(" 3600 ", 3600);
}

#[test]
fn fractions_are_rounded_to_the_second() {
    lasts("0.4s", 0);
    lasts("0.5s", 1);
    lasts("1.49 s", 1);
    lasts("2.50", 3);
    lasts(".5h", 1800);
    lasts("1.h", 3600);
    lasts("0.1 days", 8640);
    lasts("0.0001 weeks", 60);
}

#[test]
fn digits_beyond_the_billionths_and_zeros_before_the_first_count_for_nothing() {
    lasts("1.49999999999999999999 s", 1);
    lasts("1.50000000000000000001 s", 2);
    lasts("0.00000000000000000009 s", 0);
    lasts("000000000000000000007 s", 7);
}

#[test]
fn a_century_is_the_longest() {
    lasts("36525 days", CENTURY);
    lasts(&CENTURY.to_string(), CENTURY);
    for text in ["36526 days", &(CENTURY + 1).to_string(), "5218 weeks", "999999999999999w"] {
        refused(parse_duration("expiresIn", text), "ERR_DURATION");
    }
}

#[test]
fn what_is_no_length_of_time_is_refused_by_the_options_name() {
    for text in [
        "",
        " ",
        "h",
        "soon",
        "-1h",
        "- 1 h",
        "+1h",
        "1e3",
        "1e3s",
        "1h30m",
        "1 h 30",
        "1,5h",
        "1..5h",
        "1.5.5h",
        ".",
        ". h",
        "1y",
        "1 month",
        "1ms",
        "1µs",
        "1 h.",
        "0x10",
        "١h",
        "Infinity",
        "NaN",
        "1_000",
        "1\u{a0}h",
        "9999999999999999999999999999999999999999999",
    ] {
        let error = refused(parse_duration("notBefore", text), "ERR_DURATION");
        assert!(error.message().contains("`notBefore`"), "{error}");
    }
}

#[test]
fn a_length_as_a_number_is_whole_seconds() {
    for (number, seconds) in [(0.0, 0), (1.0, 1), (3600.0, 3600), (CENTURY as f64, CENTURY)] {
        assert_eq!(duration_from_number("expiresIn", number), Ok(seconds));
    }
    for (number, why) in [
        (-1.0, "negative"),
        (-0.5, "negative"),
        (f64::NEG_INFINITY, "negative"),
        (0.5, "no whole number of seconds"),
        (3600.25, "no whole number of seconds"),
        (CENTURY as f64 + 1.0, "longer than a century"),
        (1e300, "longer than a century"),
        (f64::NAN, "NaN"),
    ] {
        let error = refused(duration_from_number("expiresIn", number), "ERR_DURATION");
        assert!(error.message().contains(&format!("is {why}")), "{number}: {error}");
    }
    refused(duration_from_number("expiresIn", f64::INFINITY), "ERR_DURATION");
}

#[test]
fn a_moment_is_seconds_below_ten_to_the_eleven_and_milliseconds_from_there() {
    for (number, seconds) in [
        (0.0, 0),
        (0.9, 0),
        (1_750_000_000.0, 1_750_000_000),
        (1_750_000_000.999, 1_750_000_000),
        (99_999_999_999.0, 99_999_999_999),
        (99_999_999_999.9, 99_999_999_999),
        (100_000_000_000.0, 100_000_000),
        (1_750_000_000_000.0, 1_750_000_000),
        (1_750_000_000_999.0, 1_750_000_000),
        (253_402_300_799_000.0, 253_402_300_799),
    ] {
        assert_eq!(time_from_number("now", number), Ok(seconds), "{number}");
    }
}

#[test]
fn what_is_no_moment_is_refused_by_the_options_name() {
    for number in [
        -1.0,
        -0.5,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e300,
        253_402_300_800_000.0,
        1_750_000_000_000_000.0,
    ] {
        let error = refused(time_from_number("now", number), "ERR_TIME");
        assert!(error.message().contains("`now`"), "{error}");
    }
}

// ---- RFC 3339, as `updatedAt` of an identity ------------------------------------------------

fn updated_at(value: Value) -> Option<String> {
    let claims = json!({ "iss": ISSUER, "sub": "a", "updated_at": value });
    let identity = identity(Kind::Oidc, own(&claims).as_object().unwrap()).plain();
    identity.get("updatedAt").map(|time| time.as_str().unwrap().to_owned())
}

#[track_caller]
fn shows(value: impl Into<Value>, expected: &str) {
    let value = value.into();
    assert_eq!(updated_at(value.clone()).as_deref(), Some(expected), "{value}");
}

#[test]
fn seconds_are_shown_in_rfc_3339() {
    shows(0, "1970-01-01T00:00:00+00:00");
    shows(1_750_000_000, "2025-06-15T15:06:40+00:00");
    shows(951_782_399, "2000-02-28T23:59:59+00:00");
    shows(951_782_400, "2000-02-29T00:00:00+00:00");
    shows(951_868_800, "2000-03-01T00:00:00+00:00");
    shows(4_107_542_400_i64, "2100-03-01T00:00:00+00:00");
    shows(-1, "1969-12-31T23:59:59+00:00");
    shows(253_402_300_799_i64, "9999-12-31T23:59:59+00:00");
    shows(253_402_300_800_i64, "+10000-01-01T00:00:00+00:00");
    shows(-62_167_219_201_i64, "-0001-12-31T23:59:59+00:00");
}

#[test]
fn fractions_of_seconds_are_shown_in_threes() {
    shows(1.5, "1970-01-01T00:00:01.500+00:00");
    shows(1.25, "1970-01-01T00:00:01.250+00:00");
    shows("1970-01-01T00:00:01.5Z", "1970-01-01T00:00:01.500+00:00");
    shows("1970-01-01T00:00:01.000001Z", "1970-01-01T00:00:01.000001+00:00");
    shows("1970-01-01T00:00:01.0000001Z", "1970-01-01T00:00:01.000000100+00:00");
    shows("1970-01-01T00:00:01.1234567891Z", "1970-01-01T00:00:01.123456789+00:00");
    shows("1970-01-01T00:00:01.000Z", "1970-01-01T00:00:01+00:00");
    shows(number("1.000000001"), "1970-01-01T00:00:01.000000001+00:00");
    shows(number("-1.75"), "1969-12-31T23:59:58.250+00:00");
    // A double has no bits left for so many nines.
    shows(number("8210266876798.999999999"), "+262142-12-31T23:59:59+00:00");
}

#[test]
fn numbers_may_have_exponents() {
    shows(number("1.75e9"), "2025-06-15T15:06:40+00:00");
    shows(number("17500000005E-1"), "2025-06-15T15:06:40.500+00:00");
    shows(number("0.175e+10"), "2025-06-15T15:06:40+00:00");
}

/// A number with its digits.
fn number(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap()
}

#[test]
fn times_of_other_zones_are_shown_in_utc() {
    shows("2026-08-01T12:20:30+02:00", "2026-08-01T10:20:30+00:00");
    shows("2026-08-01T00:20:30-23:59", "2026-08-02T00:19:30+00:00");
    shows("2026-01-01T00:00:00+00:01", "2025-12-31T23:59:00+00:00");
    shows("2026-08-01T10:20:30-00:00", "2026-08-01T10:20:30+00:00");
    shows("2026-08-01t10:20:30z", "2026-08-01T10:20:30+00:00");
    shows("2024-02-29T00:00:00Z", "2024-02-29T00:00:00+00:00");
    shows("2000-02-29T00:00:00Z", "2000-02-29T00:00:00+00:00");
    shows("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00");
}

#[test]
fn leap_seconds_are_shown_as_such() {
    shows("2016-12-31T23:59:60Z", "2016-12-31T23:59:60+00:00");
    shows("2017-01-01T01:29:60.25+01:30", "2016-12-31T23:59:60.250+00:00");
}

#[test]
fn texts_that_are_no_time_are_not_shown() {
    for text in [
        "",
        "now",
        "2026",
        "2026-08-01",
        "2026-08-01T10:20",
        "2026-08-01T10:20:30",
        "20260801T102030Z",
        "2026-13-01T10:20:30Z",
        "2026-00-01T10:20:30Z",
        "2026-02-29T10:20:30Z",
        "2100-02-29T10:20:30Z",
        "2026-04-31T10:20:30Z",
        "2026-08-00T10:20:30Z",
        "2026-08-01T24:00:00Z",
        "2026-08-01T10:60:30Z",
        "2026-08-01T10:20:61Z",
        "2026-08-01T10:20:30.Z",
        "2026-08-01T10:20:30+2:00",
        "2026-08-01T10:20:30+0200",
        "2026-08-01T10:20:30+02-00",
        "2026-08-01T10:20:30+02:000",
        "2026-08-01T10:20:30+02:00:00",
        "2026-08-01T10:20:30+24:00",
        "2026-08-01T10:20:30+02:60",
        "2026-08-01T10:20:30Z ",
        " 2026-08-01T10:20:30Z",
        "2026-08-01T10:20:30Zx",
        "2026/08/01T10:20:30Z",
        "2026/08-01T10:20:30Z",
        "2026-08/01T10:20:30Z",
        "2026-08-01_10:20:30Z",
        "2026-08-01T10_20:30Z",
        "2026-08-01T10:20_30Z",
        "+026-08-01T10:20:30Z",
        "2026-08-01T10:20:30,5Z",
        "２026-08-01T10:20:30Z",
        "2026-08-01T1é:20:30Z",
    ] {
        assert_eq!(updated_at(text.into()), None, "{text:?}");
    }
}

#[test]
fn other_values_are_not_shown() {
    for value in [json!(null), json!(true), json!([]), json!({})] {
        assert_eq!(updated_at(value.clone()), None, "{value}");
    }
}
