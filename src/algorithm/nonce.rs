//! Nonces of ECDSA by RFC 6979, section 3.2, with SHA-256 and P-256: they follow from the key and the
//! message, so that no weak random source can leak the key.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The length of a SHA-256 hash, and of a number of P-256.
const BYTES: usize = 32;

/// The length of a block of SHA-256.
const BLOCK_BYTES: usize = 64;

type Secret = Zeroizing<[u8; BYTES]>;

/// Nonces, one after the other, for when one is not below the group's order.
pub(super) struct Nonces {
    key: Hmac,
    value: Secret,
}

impl Nonces {
    /// Those of a private number and a hash modulo the order, both big-endian.
    pub(super) fn new(private: &[u8; BYTES], hash: &[u8; BYTES]) -> Self {
        let mut nonces = Self { key: Hmac::new(&[0; BYTES]), value: Zeroizing::new([1; BYTES]) };
        nonces.turn(&[&[0], private, hash]);
        nonces.turn(&[&[1], private, hash]);
        nonces
    }

    /// The next candidate, big-endian.
    pub(super) fn next(&mut self) -> Secret {
        self.value = self.key.of(&[self.value.as_slice()]);
        self.value.clone()
    }

    /// What comes after a candidate that does not do.
    pub(super) fn discard(&mut self) {
        self.turn(&[&[0]]);
    }

    fn turn(&mut self, seed: &[&[u8]]) {
        let key = self.key.of(&[&[self.value.as_slice()], seed].concat());
        self.key = Hmac::new(&key);
        self.value = self.key.of(&[self.value.as_slice()]);
    }
}

/// HMAC (RFC 2104) with SHA-256, by a key that is as long as a hash. It begins with a block for each of
/// two hashes, which are taken once.
struct Hmac {
    inner: Sha256,
    outer: Sha256,
}

impl Hmac {
    fn new(key: &[u8; BYTES]) -> Self {
        let begun = |pad: u8| {
            let mut block = Zeroizing::new([pad; BLOCK_BYTES]);
            for (byte, key) in block.iter_mut().zip(key) {
                *byte ^= key;
            }
            Sha256::new().chain_update(block.as_slice())
        };
        Self { inner: begun(0x36), outer: begun(0x5c) }
    }

    fn of(&self, parts: &[&[u8]]) -> Secret {
        let inner = parts.iter().fold(self.inner.clone(), Sha256::chain_update);
        let inner = Zeroizing::new(<[u8; BYTES]>::from(inner.finalize()));
        let outer = self.outer.clone().chain_update(inner.as_slice());
        Zeroizing::new(outer.finalize().into())
    }
}
