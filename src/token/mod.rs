//! Tokens: claims, times, the header and the compact form (RFC 7515, RFC 7519).
//!
//! What lives here: from claims to the text that is signed, and from a token back to its parts. What
//! may not: which tokens Convex accepts, and why; that is `convex`. This folder imports `key` and
//! what is below it.

pub(crate) mod claims;
pub(crate) mod compact;
pub(crate) mod number;
pub(crate) mod reuse;
pub(crate) mod standard_claims;
pub mod time;

pub use claims::Claims;
pub use compact::{Decoded, decode};
pub use reuse::ReusableToken;

/// The longest token that is read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 128 * 1024;

/// The longest claims that are signed, as JSON, in bytes.
pub const MAX_CLAIMS_BYTES: usize = 64 * 1024;

/// The longest that claims may become when a customJwt provider's identity names each nested one by its
/// whole path, in bytes of names: a few long names around many short ones would be a thousand times the
/// token.
pub const MAX_PATH_BYTES: usize = 1024 * 1024;

/// How many levels deep claims may be nested. Convex's parsers stop at 128.
pub const MAX_CLAIMS_DEPTH: usize = 100;
