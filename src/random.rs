//! Random bytes from the operating system, or from `crypto.getRandomValues` in a JavaScript host.
//! There is no second source: a host without one gets [`Error::random_unavailable()`].

use std::cell::RefCell;

use crate::error::{Error, Result};

/// The number of random bytes in a token's id.
const TOKEN_ID_BYTES: usize = 16;

/// So many ids are drawn at once: asking the host takes longer than making the rest of a payload.
const DRAWN_AT_ONCE: usize = 16;

thread_local! {
    static TOKEN_IDS: RefCell<Vec<[u8; TOKEN_ID_BYTES]>> = const { RefCell::new(Vec::new()) };
}

/// `N` fresh random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills a buffer with fresh random bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|_| Error::random_unavailable())?;
    if is_stuck(bytes) { Err(Error::random_unavailable()) } else { Ok(()) }
}

/// Whether a source that gave these bytes gives the same byte each time, as one does that leaves the
/// buffer as it was. Of sixteen true random bytes, that is said once in 2^120 times; of fewer, never.
fn is_stuck(bytes: &[u8]) -> bool {
    bytes.len() >= TOKEN_ID_BYTES && bytes.iter().all(|byte| bytes.first() == Some(byte))
}

/// Random bytes that name a token. They need not be secret, only new: keys are never made of them.
pub(crate) fn token_id() -> Result<[u8; TOKEN_ID_BYTES]> {
    TOKEN_IDS.with_borrow_mut(|ids| {
        if ids.is_empty() {
            let drawn = bytes::<{ TOKEN_ID_BYTES * DRAWN_AT_ONCE }>()?;
            ids.extend_from_slice(drawn.as_chunks().0);
        }
        ids.pop().ok_or_else(Error::random_unavailable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_gives_one_byte_only_is_none() {
        assert!(is_stuck(&[0; 32]) && is_stuck(&[0xff; TOKEN_ID_BYTES]));
        let mut bytes = [7; 32];
        bytes[31] = 6;
        assert!(!is_stuck(&bytes) && !is_stuck(&[0; TOKEN_ID_BYTES - 1]) && !is_stuck(&[]));
    }
}
