//! `data:` URIs (RFC 2397), in which a customJwt provider can carry its JWK set.

use crate::base64::{self, Alphabet};
use crate::text::{concat, has_any, rsplit_once};

/// A JSON text as a data URI, in base64.
pub(super) fn encode_json(json: &str) -> String {
    concat(&["data:application/json;base64,", &base64::encode(json, Alphabet::Standard)])
}

/// Whether a text means to be a data URI.
pub(super) fn is_data_uri(text: &str) -> bool {
    let scheme = text.trim_start_matches(|c: char| c <= ' ').get(..5);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// What stands before and behind the comma.
fn parts(text: &str) -> Option<(String, &str)> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let (scheme, rest) = text.split_once(':')?;
    let (media_type, data) = rest.split_once(',')?;
    let is_data = dense(scheme, is_ignored).eq_ignore_ascii_case("data");
    (is_data && !has_any(media_type, "#")).then(|| (dense(media_type, is_ignored), data))
}

/// Tabs and line breaks, which URLs may have anywhere.
fn is_ignored(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r')
}

fn dense(text: &str, leave_out: fn(char) -> bool) -> String {
    text.chars().filter(|c| !leave_out(*c)).collect()
}

/// The data of a data URI, as text; nothing when it is damaged. The media type does not matter. Reads
/// what Convex's crate `data-url` does, by the Fetch standard.
pub(super) fn decode(uri: &str) -> Option<String> {
    let (media_type, data) = parts(uri)?;
    let data = dense(data.split('#').next().unwrap_or_default(), is_ignored);
    let bytes = percent_decode(&data);
    let is_base64 = rsplit_once(&media_type, b';').is_some_and(|(_, last)| {
        last.trim_start_matches(' ').trim_end_matches([' ']).eq_ignore_ascii_case("base64")
    });
    if !is_base64 {
        return String::from_utf8(bytes).ok();
    }
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let dense = dense(&text, |c| c.is_ascii_whitespace());
    let padding = match dense.len() % 4 {
        0 => dense.len() - dense.trim_end_matches('=').len(),
        _ => 0,
    };
    if padding > 2 {
        return None;
    }
    // The bits behind the last byte do not matter.
    let unpadded = dense.get(..dense.len() - padding)?;
    String::from_utf8(base64::decode_leniently(unpadded, Alphabet::Standard)?).ok()
}

/// The bytes of a text with `%41` for some of them; a `%` without two hex digits stands for itself.
fn percent_decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |index: usize| after.get(index).and_then(|digit| char::from(*digit).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}
