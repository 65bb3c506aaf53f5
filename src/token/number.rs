//! JSON numbers by their digits, as texts have them: nothing is lost to binary fractions, and no
//! arithmetic of floating point is linked for it.

use crate::json::Value;
use crate::text::concat;

/// The most digits before the point that `seconds` reads: more than any time has.
const MAX_INTEGER_DIGITS: i64 = 15;

/// The most digits of an exponent that is computed with: one of more is far beyond all doubles.
const MAX_EXPONENT_DIGITS: usize = 18;

/// The first digits of the largest double, and the exponent of the first of them.
const LARGEST_DOUBLE: (&str, i64) = ("17976931348623157", 308);

/// A number's text, taken apart.
struct Parts<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
    exponent: &'a str,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Self { negative, integer, fraction, exponent }
    }

    /// The exponent; nothing when it has too many digits, or none.
    fn exponent(&self) -> Option<i64> {
        let (negative, digits) = match self.exponent.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, self.exponent.strip_prefix('+').unwrap_or(self.exponent)),
        };
        let significant = digits.trim_start_matches('0');
        if digits.is_empty() || significant.len() > MAX_EXPONENT_DIGITS {
            return None;
        }
        let exponent = integer(significant)?;
        Some(if negative { -exponent } else { exponent })
    }

    /// The digits before and behind the point.
    fn digits(&self) -> String {
        concat(&[self.integer, self.fraction])
    }
}

/// A number of seconds: whole ones and billionths, each without the sign.
pub(super) struct ParsedSeconds {
    pub(super) negative: bool,
    pub(super) seconds: i64,
    pub(super) billionths: u32,
}

/// A decimal number of seconds, cut off behind the billionths. It may have a sign, a fraction and an
/// exponent; nothing for other texts and for numbers of more than fifteen digits before the point.
pub(super) fn seconds(text: &str) -> Option<ParsedSeconds> {
    let parts = Parts::of(text);
    if parts.integer.is_empty() && parts.fraction.is_empty() {
        return None;
    }
    // Where the point stands, counted from the first digit.
    let exponent = i32::try_from(parts.exponent()?).ok()?;
    let point = i64::try_from(parts.integer.len()).ok()? + i64::from(exponent);
    let (mut seconds, mut billionths) = (0i64, 0u32);
    for (position, digit) in (0i64..).zip(parts.digits().chars()) {
        let digit = digit.to_digit(10)?;
        let place = point - position - 1;
        if digit == 0 || place < -9 {
            continue;
        }
        if place >= MAX_INTEGER_DIGITS {
            return None;
        }
        match u32::try_from(place) {
            Ok(place) => seconds += i64::from(digit) * 10i64.pow(place),
            Err(_) => billionths += digit * 10u32.pow((place + 9) as u32),
        }
    }
    Some(ParsedSeconds { negative: parts.negative, seconds, billionths })
}

/// The number that at most 18 digits say.
pub(super) fn integer(text: &str) -> Option<i64> {
    text.bytes().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0'))
    })
}

/// A number in a value that no double holds, and that Convex's parser stops at.
pub(crate) fn beyond_doubles(value: &Value) -> Option<&str> {
    match value {
        Value::Number(digits) if !is_double(digits) => Some(digits),
        Value::Array(items) => items.iter().find_map(beyond_doubles),
        Value::Object(members) => members.iter().find_map(|(_, value)| beyond_doubles(value)),
        _ => None,
    }
}

/// Whether a JSON number is within the range of doubles.
fn is_double(text: &str) -> bool {
    let parts = Parts::of(text);
    let digits = parts.digits();
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return true;
    }
    // An exponent too long to read is far beyond, to one side or the other.
    let Some(exponent) = parts.exponent() else {
        return parts.exponent.starts_with('-');
    };
    // Counted from the point, where the digits before it end.
    let first_place = significant.len() as i64 - parts.fraction.len() as i64 - 1;
    let first = exponent + first_place;
    let (largest, largest_exponent) = LARGEST_DOUBLE;
    let shown = significant.get(..largest.len()).unwrap_or(significant);
    first < largest_exponent || (first == largest_exponent && shown <= largest)
}
