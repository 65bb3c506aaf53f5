//! base64 as people have it: either alphabet, with or without padding, broken into lines.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The bytes of a base64 or base64url text, white space and padding aside.
pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut dense = Zeroizing::new(String::with_capacity(text.len()));
    dense.extend(text.chars().filter(|c| !c.is_ascii_whitespace()));
    let engine = if dense.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    // Sized beforehand, so that no buffer with key material is left behind by growing.
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(dense.len())]);
    let length = engine.decode_slice(dense.as_bytes(), &mut bytes).ok()?;
    bytes.truncate(length);
    (length > 0).then_some(bytes)
}
