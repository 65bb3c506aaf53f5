//! Comparing secrets.

use subtle::{Choice, ConstantTimeEq};

/// Whether two secrets are equal, in a time that depends on the longer one's length alone: neither
/// on how many bytes agree, nor on which secret is the right one.
///
/// Secret here: the contents of both. Not secret: their lengths.
///
/// ```
/// assert!(convex_token::safe_equal(b"correct horse", b"correct horse"));
/// assert!(!convex_token::safe_equal(b"correct horse", b"correct"));
/// ```
pub fn safe_equal(left: &[u8], right: &[u8]) -> bool {
    let at = |secret: &[u8], index: usize| secret.get(index).copied().unwrap_or(0);
    let mut equal = Choice::from(u8::from(left.len() == right.len()));
    for index in 0..left.len().max(right.len()) {
        equal &= at(left, index).ct_eq(&at(right, index));
    }
    equal.into()
}
