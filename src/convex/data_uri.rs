//! `data:` URIs (RFC 2397), in which a customJwt provider can carry its JWK set.

use crate::base64::{self, Alphabet};
use crate::text::concat;

/// A JSON text as a data URI, in base64.
pub(super) fn encode_json(json: &str) -> String {
    concat(&["data:application/json;base64,", &base64::encode(json, Alphabet::Standard)])
}

/// Whether a text is a data URI.
pub(super) fn is_data_uri(text: &str) -> bool {
    text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// The data of a data URI, as text; nothing when it is none. The media type does not matter.
pub(super) fn decode(uri: &str) -> Option<String> {
    if !is_data_uri(uri) {
        return None;
    }
    let (media_type, data) = uri.get(5..)?.split_once(',')?;
    let data = data.split('#').next().unwrap_or_default();
    let bytes = percent_decode(data);
    let base64 = media_type
        .rsplit(';')
        .next()
        .is_some_and(|parameter| parameter.trim().eq_ignore_ascii_case("base64"));
    if !base64 {
        return String::from_utf8(bytes).ok();
    }
    let dense: String =
        bytes.iter().map(|byte| char::from(*byte)).filter(|c| !c.is_ascii_whitespace()).collect();
    let unpadded = dense.trim_end_matches('=');
    String::from_utf8(base64::decode(unpadded, Alphabet::Standard)?).ok()
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
