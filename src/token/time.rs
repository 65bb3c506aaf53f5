//! Times in tokens: seconds since 1970 (RFC 7519, NumericDate), lengths of time, RFC 3339 texts.

use std::ops::Range;

use super::number;
use crate::error::{Error, Result, quoted_option};
use crate::json::Value;
use crate::text::{self, concat};

/// Seconds since 1970-01-01T00:00:00Z.
pub type Seconds = i64;

const MINUTE: Seconds = 60;
const HOUR: Seconds = 60 * MINUTE;
const DAY: Seconds = 24 * HOUR;
const WEEK: Seconds = 7 * DAY;

/// The longest length of time that is taken: a century.
const LONGEST: Seconds = 36_525 * DAY;

/// From here on, a number is taken for milliseconds, as `Date.now()` gives them: as seconds it would
/// lie in the year 5138.
const SMALLEST_MILLISECONDS: f64 = 1e11;

/// The times that are taken end with the year 9999.
const LATEST: f64 = 253_402_300_799.0;

/// A length of time: `"30s"`, `"15m"`, `"1h"`, `"7d"`, `"2 weeks"`, or seconds as digits.
///
/// ```
/// use convex_token::token::time::parse_duration;
///
/// assert_eq!(parse_duration("expiresIn", "1h"), Ok(3600));
/// assert_eq!(parse_duration("expiresIn", "1.5 hours"), Ok(5400));
/// assert_eq!(parse_duration("expiresIn", "90"), Ok(90));
/// assert!(parse_duration("expiresIn", "soon").is_err());
/// ```
///
/// # Errors
/// `ERR_DURATION`, which names the `option`.
pub fn parse_duration(option: &'static str, text: &str) -> Result<Seconds> {
    let refused = || Error::duration(option, &quoted_option(text));
    let trimmed = text.trim();
    let digits = trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = trimmed.get(digits.len()..).unwrap_or_default().trim();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = NumericDate::of_decimal(digits).filter(|_| is_number).ok_or_else(refused)?;
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => WEEK,
        _ => return Err(refused()),
    };
    let whole = number.seconds.checked_mul(unit).ok_or_else(refused)?;
    let fraction = NumericDate::from_nanos(Seconds::from(number.nanos) * unit).rounded();
    match whole.checked_add(fraction.seconds) {
        Some(seconds) if seconds <= LONGEST => Ok(seconds),
        _ => Err(refused()),
    }
}

/// A length of time as a number of seconds, which must be whole.
///
/// # Errors
/// `ERR_DURATION`, which names the `option`.
pub fn duration_from_number(option: &'static str, seconds: f64) -> Result<Seconds> {
    if seconds.fract() == 0.0 && (0.0..=LONGEST as f64).contains(&seconds) {
        Ok(seconds as Seconds)
    } else {
        let value = match seconds {
            _ if seconds.is_nan() => "NaN",
            _ if seconds < 0.0 => "negative",
            _ if seconds.fract() != 0.0 => "no whole number of seconds",
            _ => "longer than a century",
        };
        Err(Error::duration(option, value))
    }
}

/// A time as a number: seconds since 1970, or milliseconds as `Date.now()` gives them (from 10^11
/// on, which as seconds would be the year 5138). Fractions of a second are cut off.
///
/// # Errors
/// `ERR_TIME`, which names the `option`.
pub fn time_from_number(option: &'static str, number: f64) -> Result<Seconds> {
    let seconds = number / units_per_second(number);
    if (0.0..=LATEST).contains(&seconds) {
        Ok(seconds.floor() as Seconds)
    } else {
        Err(Error::time_invalid(option))
    }
}

/// How many of the units that a time is given in make a second: see [`time_from_number`].
pub fn units_per_second(number: f64) -> f64 {
    if number >= SMALLEST_MILLISECONDS { 1000.0 } else { 1.0 }
}

const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// The nanoseconds at which a leap second begins.
const LEAP_SECOND: u32 = 1_000_000_000;

/// Below it, in seconds, a time's number of billionths is one that a double holds exactly.
const EXACT_WITH_BILLIONTHS: Seconds = 1 << 23;

/// A NumericDate (RFC 7519, section 2) as a JSON text has it: seconds and nanoseconds, to the ninth
/// digit, read without binary fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NumericDate {
    /// Rounded down.
    seconds: Seconds,
    /// On top of the seconds: fewer than a second has.
    nanos: u32,
}

impl NumericDate {
    /// The time of a JSON number; nothing for any other value, or beyond what any clock shows.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(digits) => Self::of_decimal(digits),
            _ => None,
        }
    }

    pub(crate) fn from_seconds(seconds: Seconds) -> Self {
        Self { seconds, nanos: 0 }
    }

    fn from_nanos(nanos: i64) -> Self {
        let second = i64::from(NANOS_PER_SECOND);
        Self { seconds: nanos.div_euclid(second), nanos: nanos.rem_euclid(second) as u32 }
    }

    /// The time that a decimal number of seconds says.
    fn of_decimal(text: &str) -> Option<Self> {
        let number = number::seconds(text)?;
        Some(Self::of_parts(number.negative, number.seconds, number.billionths))
    }

    /// A time so far from 1970, before or after it.
    fn of_parts(negative: bool, seconds: Seconds, nanos: u32) -> Self {
        match (negative, nanos) {
            (false, _) => Self { seconds, nanos },
            (true, 0) => Self { seconds: -seconds, nanos },
            (true, _) => Self { seconds: -seconds - 1, nanos: NANOS_PER_SECOND - nanos },
        }
    }

    /// Rounded to the nearest second, as Convex's customJwt verifier takes fractions.
    pub(crate) fn rounded(self) -> Self {
        Self::from_seconds(self.seconds + Seconds::from(self.nanos >= NANOS_PER_SECOND / 2))
    }

    /// Whether the calendar that Convex computes with, that of the crate `chrono`, has the time.
    pub(crate) fn is_in_calendar(self) -> bool {
        const FIRST: Seconds = -8_334_601_228_800;
        const LAST: Seconds = 8_210_266_876_799;
        (FIRST..=LAST).contains(&self.seconds)
    }

    pub(crate) fn is_negative(self) -> bool {
        self.seconds < 0
    }

    /// The whole seconds, rounded down, and the nanoseconds on top that a double holds of the
    /// fraction: Convex computes with one, so that 0.1 s comes out a little short.
    pub(crate) fn double_parts(self) -> (Seconds, u32) {
        // What is away from 1970 on either side.
        let Self { seconds: whole, nanos: fraction } = match self.is_negative() {
            true => Self::of_parts(true, self.seconds, self.nanos),
            false => self,
        };
        if whole < EXACT_WITH_BILLIONTHS {
            let nanos = whole * Seconds::from(NANOS_PER_SECOND) + Seconds::from(fraction);
            let away = nanos as f64 / f64::from(NANOS_PER_SECOND);
            let time = if self.is_negative() { -away } else { away };
            let seconds = time.floor();
            return (seconds as Seconds, ((time - seconds) * f64::from(NANOS_PER_SECOND)) as u32);
        }
        // The bits of a double that are left for the fraction: so few that nothing is rounded later.
        let bits = f64::MANTISSA_DIGITS - (Seconds::BITS - whole.leading_zeros());
        // Rounded to the nearest such fraction. A half of one cannot come from nine digits.
        let (mut held, mut rest) = (0u64, fraction);
        for _ in 0..bits {
            rest *= 2;
            held = held << 1 | u64::from(rest >= NANOS_PER_SECOND);
            rest %= NANOS_PER_SECOND;
        }
        held += u64::from(rest >= NANOS_PER_SECOND / 2);
        let scale = 1u64 << bits;
        let nanos = |held: u64| ((held * u64::from(NANOS_PER_SECOND)) >> bits) as u32;
        let (seconds, held) = (whole + Seconds::from(held == scale), held % scale);
        match (self.is_negative(), held) {
            (false, _) => (seconds, nanos(held)),
            (true, 0) => (-seconds, 0),
            (true, _) => (-seconds - 1, nanos(scale - held)),
        }
    }

    /// Whole seconds from `earlier` to this time, rounded up: negative when this is the earlier one.
    pub(crate) fn seconds_since(self, earlier: Self) -> Seconds {
        self.seconds - earlier.seconds + Seconds::from(self.nanos > earlier.nanos)
    }
}

/// A date and time of RFC 3339 with its offset, as seconds since 1970 and nanoseconds. A leap second
/// is the second before it and nanoseconds beyond a billion, as Convex's parser has it.
pub(crate) fn parse_rfc3339(text: &str) -> Option<(Seconds, u32)> {
    let digits = |range: Range<usize>| number::integer(text.get(range)?);
    let at = |index: usize| text.as_bytes().get(index).copied();
    let separators = at(4)? == b'-'
        && at(7)? == b'-'
        && matches!(at(10)?, b'T' | b't' | b' ')
        && at(13)? == b':'
        && at(16)? == b':';
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    let (hour, minute, second) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !separators || !in_range {
        return None;
    }
    let mut rest = text.get(19..)?;
    let mut nanoseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        for place in 0..9 {
            let digit = fraction.as_bytes().get(place).filter(|_| place < length);
            nanoseconds = nanoseconds * 10 + u32::from(digit.unwrap_or(&b'0') - b'0');
        }
        rest = fraction.get(length..)?;
    }
    let second = if second == 60 {
        nanoseconds += LEAP_SECOND;
        59
    } else {
        second
    };
    let offset = match rest {
        "Z" | "z" => 0,
        _ => {
            let sign = match rest.as_bytes().first()? {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let start = text.len() - rest.len();
            let (hours, minutes) = (digits(start + 1..start + 3)?, digits(start + 4..start + 6)?);
            if rest.len() != 6 || at(start + 3)? != b':' || hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours * HOUR + minutes * MINUTE)
        }
    };
    let seconds = days_from_civil(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second;
    Some((seconds - offset, nanoseconds))
}

/// A time in UTC as RFC 3339, with `+00:00` as offset and as many fraction digits as are needed, in
/// threes: the form in which Convex hands `updatedAt` to functions.
pub(crate) fn format_rfc3339(seconds: Seconds, nanoseconds: u32) -> String {
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil_from_days(days);
    let (hour, minute, second) = (second / HOUR, second % HOUR / MINUTE, second % MINUTE);
    let (second, nanoseconds) = match nanoseconds.checked_sub(LEAP_SECOND) {
        Some(beyond) => (second + 1, beyond),
        None => (second, nanoseconds),
    };
    let fraction = match nanoseconds {
        0 => String::new(),
        n if n % 1_000_000 == 0 => padded(".", i64::from(n / 1_000_000), 3),
        n if n % 1_000 == 0 => padded(".", i64::from(n / 1_000), 6),
        n => padded(".", i64::from(n), 9),
    };
    // With a sign where `chrono` has one.
    let sign = match year {
        0..=9999 => "",
        10_000.. => "+",
        _ => "-",
    };
    concat(&[
        &padded(sign, year.abs(), 4),
        &padded("-", month, 2),
        &padded("-", day, 2),
        &padded("T", hour, 2),
        &padded(":", minute, 2),
        &padded(":", second, 2),
        &fraction,
        "+00:00",
    ])
}

/// A number of at least so many digits, at most nine, behind another text.
fn padded(before: &str, number: i64, digits: usize) -> String {
    let number = text::number(number);
    let zeros = "000000000".get(number.len()..digits.max(number.len())).unwrap_or_default();
    concat(&[before, zeros, &number])
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant's
/// `days_from_civil`: years begin in March, eras have 400 years).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a number of days from 1970-01-01: the inverse of `days_from_civil`.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
