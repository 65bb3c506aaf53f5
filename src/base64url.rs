//! base64url without padding (RFC 7515, section 2), strict: no padding, no white space, and no
//! non-zero bits after the last byte, so that each value has one spelling only.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};

/// What Convex's OIDC verifier decodes header, signature and keys with.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// The base64url form of `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text, or nothing when it is not one.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The same, with any bits behind the last byte.
pub(crate) fn decode_leniently(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}
