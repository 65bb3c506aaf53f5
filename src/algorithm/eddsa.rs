//! EdDSA with Ed25519 (RFC 8032, RFC 8037), by `ed25519-dalek`.

use ed25519_dalek::{Signature, Signer};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::random;

/// The length of a private key (the seed), of a public key, and of half a signature, in bytes.
pub(crate) const KEY_BYTES: usize = 32;

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    pub(crate) fn generate() -> Result<Self> {
        let seed = Zeroizing::new(random::bytes::<KEY_BYTES>()?);
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// The key of a 32-byte seed (RFC 8032, section 5.1.5).
    pub(crate) fn from_seed(seed: &[u8]) -> Result<Self> {
        let seed = seed.try_into().map_err(|_| {
            Error::key_damaged("an Ed25519 private key has 32 bytes, and this has another number")
        })?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(seed)))
    }

    /// The seed, for export.
    pub(crate) fn seed(&self) -> &[u8; KEY_BYTES] {
        self.0.as_bytes()
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).to_bytes().to_vec()
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// The key of an encoded point (RFC 8032, section 5.1.2).
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.try_into().ok()?;
        ed25519_dalek::VerifyingKey::from_bytes(bytes).ok().map(Self)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        self.0.as_bytes()
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}
