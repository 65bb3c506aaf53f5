//! ES256: ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4), by `p256`. Nonces are those of
//! RFC 6979, so that no weak random source can leak the key.

use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey as P256SigningKey, VerifyingKey as P256VerifyingKey};
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::random;

/// The length of a private key and of a coordinate, in bytes.
pub(crate) const COORDINATE_BYTES: usize = 32;

/// How often a random number may miss the group's order before the source is given up: the chance
/// of one miss is below 2^-32.
const GENERATION_TRIES: usize = 8;

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey(P256SigningKey);

impl SigningKey {
    /// A new key: a random number below the group's order (FIPS 186-5, A.2.2, by rejection).
    pub(crate) fn generate() -> Result<Self> {
        for _ in 0..GENERATION_TRIES {
            let scalar = Zeroizing::new(random::bytes::<COORDINATE_BYTES>()?);
            if let Ok(key) = P256SigningKey::from_slice(scalar.as_slice()) {
                return Ok(Self(key));
            }
        }
        Err(Error::random_unavailable())
    }

    /// The key of a big-endian private number. Leading zero bytes may have been cut off.
    pub(crate) fn from_scalar(scalar: &[u8]) -> Result<Self> {
        let mut padded = Zeroizing::new([0; COORDINATE_BYTES]);
        let start = COORDINATE_BYTES.checked_sub(scalar.len());
        start
            .and_then(|start| padded.get_mut(start..))
            .ok_or_else(|| {
                Error::key_damaged("a P-256 private key has 32 bytes, and this has more")
            })?
            .copy_from_slice(scalar);
        P256SigningKey::from_slice(padded.as_slice()).map(Self).map_err(|_| {
            Error::key_damaged("the P-256 private number is zero or not below the group's order")
        })
    }

    /// The private number, big-endian, for export.
    pub(crate) fn scalar(&self) -> Zeroizing<[u8; COORDINATE_BYTES]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(*self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().to_vec()
    }
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct VerifyingKey(P256VerifyingKey);

impl VerifyingKey {
    /// The key of a point's two coordinates, big-endian; nothing when they are not on the curve.
    pub(crate) fn from_coordinates(x: &[u8], y: &[u8]) -> Option<Self> {
        if x.len() != COORDINATE_BYTES || y.len() != COORDINATE_BYTES {
            return None;
        }
        let uncompressed = [&[0x04], x, y].concat();
        Self::from_sec1(&uncompressed)
    }

    /// The key of a point in the form of SEC 1, section 2.3.3.
    pub(crate) fn from_sec1(point: &[u8]) -> Option<Self> {
        P256VerifyingKey::from_sec1_bytes(point).ok().map(Self)
    }

    /// The point, uncompressed (SEC 1, section 2.3.3): 0x04, x, y.
    pub(crate) fn to_sec1(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }

    /// The coordinates x and y, 32 bytes each, big-endian.
    pub(crate) fn coordinates(&self) -> (Vec<u8>, Vec<u8>) {
        let mut x = self.to_sec1();
        x.remove(0);
        let y = x.split_off(COORDINATE_BYTES);
        (x, y)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

/// The JWS form of a signature's two numbers: 32 bytes each, big-endian.
pub(crate) fn signature_of(r: &[u8], s: &[u8]) -> Option<Vec<u8>> {
    let mut signature = Vec::with_capacity(2 * COORDINATE_BYTES);
    for number in [r, s] {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = number.get(zeros..)?;
        let padding = COORDINATE_BYTES.checked_sub(number.len())?;
        signature.extend(std::iter::repeat_n(0, padding));
        signature.extend_from_slice(number);
    }
    Some(signature)
}
