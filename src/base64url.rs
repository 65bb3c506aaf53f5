//! base64url without padding (RFC 7515, section 2).

use crate::base64::{self, Alphabet};

/// The base64url form of `bytes`.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    base64::encode(bytes, Alphabet::UrlSafe)
}

/// The bytes of a base64url text, or nothing when it is not one.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    base64::decode(text, Alphabet::UrlSafe)
}

/// The same, with any bits behind the last byte.
pub(crate) fn decode_leniently(text: &str) -> Option<Vec<u8>> {
    base64::decode_leniently(text, Alphabet::UrlSafe)
}
