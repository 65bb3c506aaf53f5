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
    getrandom::fill(bytes).map_err(|_| Error::random_unavailable())
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
