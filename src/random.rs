//! Random bytes from the operating system, or from `crypto.getRandomValues` in a JavaScript host.
//! There is no second source: a host without one gets [`Error::random_unavailable()`].

use crate::error::{Error, Result};

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
