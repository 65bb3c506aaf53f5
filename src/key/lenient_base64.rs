//! base64 as people have it: either alphabet, with or without padding, broken into lines.

use zeroize::Zeroizing;

use crate::base64::{self, Alphabet};
use crate::text::has_any;

/// The bytes of a base64 or base64url text, white space and padding aside.
pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut dense = Zeroizing::new(String::with_capacity(text.len()));
    dense.extend(text.chars().filter(|c| !c.is_ascii_whitespace()));
    let alphabet = if has_any(&dense, "-_") { Alphabet::UrlSafe } else { Alphabet::Standard };
    let plain = dense.trim_end_matches('=');
    // Padding may be missing, but none is too much: it fills the last group of four.
    let in_group = plain.len() % 4;
    if dense.len() > plain.len() && (in_group < 2 || in_group + dense.len() - plain.len() > 4) {
        return None;
    }
    let bytes = base64::decode(plain, alphabet).map(Zeroizing::new)?;
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine;
    use ::base64::alphabet::{STANDARD, URL_SAFE};
    use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_padding_is_judged_as_elsewhere(text in "[AQg]{0,9}={0,5}[A=]?|[A-Za-z0-9+/_-]{0,6}={0,3}") {
            let lenient = GeneralPurposeConfig::new()
                .with_decode_padding_mode(DecodePaddingMode::Indifferent);
            let alphabet = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
            let expected = GeneralPurpose::new(&alphabet, lenient).decode(&text).ok();
            let found = decode(&text).map(|bytes| bytes.to_vec());
            prop_assert_eq!(found, expected.filter(|bytes| !bytes.is_empty()), "{}", text);
        }
    }
}
