//! base64url without padding (RFC 7515, section 2), strict: no padding, no white space, and no
//! non-zero bits after the last byte, so that each value has one spelling only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The base64url form of `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text, or nothing when it is not one.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
