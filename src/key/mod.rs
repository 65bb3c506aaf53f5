//! Keys as people have them: reading every text form, making new ones, thumbprints and JWK sets
//! (RFC 7517, RFC 7638, RFC 7468, RFC 5958, RFC 8017, RFC 5915).
//!
//! What lives here: from text to a key and back. What may not: tokens, claims, or anything of
//! Convex. This folder imports `algorithm` only.

mod der;
mod found_set;
mod generate;
mod jwk;
mod jwk_set;
mod lenient_base64;
mod pem;
mod recent;
mod source;

pub use found_set::{FoundKey, FoundSet};
pub use generate::{KeyPair, generate};
pub use jwk::PublicKey;
pub use jwk_set::{PublishedKey, PublishedSet, jwk_set};
pub use recent::RecentlyRead;
pub use source::read_private_keys;

use zeroize::Zeroizing;

use crate::algorithm::{Algorithm, SigningKey, es256};
use crate::error::{Error, Result};

/// The longest text that is read as keys, in bytes: room for a set of the largest keys.
pub const MAX_SOURCE_BYTES: usize = 256 * 1024;

/// The most keys that one value may hold.
pub const MAX_KEYS: usize = 64;

pub(crate) fn too_large() -> Error {
    Error::key_set_too_large(MAX_KEYS, MAX_SOURCE_BYTES / 1024)
}

/// The JWS form (RFC 7518, section 3.4) of an ECDSA signature in DER, as key management services
/// give it; nothing when it is none.
pub(crate) fn ecdsa_signature_from_der(der: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = der::read_ecdsa_signature(der)?;
    es256::signature_of(r, s)
}

/// A private key with its public half. Its numbers are wiped when it is dropped.
pub struct PrivateKey {
    signing: SigningKey,
    public: PublicKey,
}

impl PrivateKey {
    pub(crate) fn new(signing: SigningKey) -> Self {
        let public = PublicKey::new(signing.verifying_key());
        Self { signing, public }
    }

    /// The algorithm that the key signs with: an RSA key RS256, a P-256 key ES256, Ed25519 EdDSA.
    pub fn algorithm(&self) -> Algorithm {
        self.signing.algorithm()
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key as PKCS#8 in PEM (RFC 5958, RFC 7468): one spelling of whatever form it was read in.
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        pem::encode("PRIVATE KEY", &der::write_pkcs8(&self.signing))
    }

    /// The JWS signature of a message.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.signing.sign(message)
    }
}
