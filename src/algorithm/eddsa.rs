//! EdDSA with Ed25519 (RFC 8032, RFC 8037).

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::ed25519::{EdwardsPoint, Scalar};
use super::multiples::Multiples;
use super::residue::digits::BYTES;
use crate::error::{Error, Result};
use crate::random;

/// The length of a private key (the seed), of a public key, and of half a signature, in bytes.
pub(crate) const KEY_BYTES: usize = BYTES;

/// The spacing of the base point's table, which all keys use: 40 KB, made with the first key.
const BASE_SPACING: usize = 2;

/// The spacing of a public key's table: 6 KB, made in half the time.
const PUBLIC_KEY_SPACING: usize = 13;

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey {
    seed: Zeroizing<[u8; KEY_BYTES]>,
    scalar: Zeroizing<Scalar>,
    /// What a nonce is hashed from, before the message.
    prefix: Zeroizing<[u8; KEY_BYTES]>,
    public: VerifyingKey,
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self> {
        Ok(Self::of(Zeroizing::new(random::bytes::<KEY_BYTES>()?)))
    }

    /// The key of a 32-byte seed (RFC 8032, section 5.1.5).
    pub(crate) fn from_seed(seed: &[u8]) -> Result<Self> {
        let seed = seed.try_into().map_err(|_| {
            Error::key_damaged("an Ed25519 private key has 32 bytes, and this has another number")
        })?;
        Ok(Self::of(Zeroizing::new(seed)))
    }

    fn of(seed: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let hash = Zeroizing::new(<[u8; 2 * KEY_BYTES]>::from(Sha512::digest(seed.as_slice())));
        let (mut low, mut prefix) =
            (Zeroizing::new([0; KEY_BYTES]), Zeroizing::new([0; KEY_BYTES]));
        let (first, second) = hash.split_at(KEY_BYTES);
        low.copy_from_slice(first);
        prefix.copy_from_slice(second);
        // RFC 8032, section 5.1.5, step 2.
        let [first, .., last] = &mut *low;
        *first &= 0xf8;
        *last = *last & 0x7f | 0x40;
        let scalar = Zeroizing::new(Scalar::from_little_endian(*low));
        let public = VerifyingKey::of(times_base(*scalar));
        Self { seed, scalar, prefix, public }
    }

    /// The seed, for export.
    pub(crate) fn seed(&self) -> &[u8; KEY_BYTES] {
        &self.seed
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    /// RFC 8032, section 5.1.6. The public key in it is always the one of this secret: with another,
    /// two signatures would give the secret away.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let nonce = Zeroizing::new(hash([&*self.prefix, message, &[]]));
        let point = times_base(*nonce).compressed();
        let challenge = hash([&point, self.public.as_bytes(), message]);
        let scalar = challenge * *self.scalar + *nonce;
        [point, scalar.to_little_endian()].concat()
    }
}

/// A public key.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    bytes: [u8; KEY_BYTES],
    point: EdwardsPoint,
    /// Of the negative point, from the first signature that is verified. Copies of the key share it.
    multiples: Arc<OnceLock<Multiples<EdwardsPoint>>>,
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for VerifyingKey {}

impl VerifyingKey {
    fn of(point: EdwardsPoint) -> Self {
        Self { bytes: point.compressed(), point, multiples: Arc::default() }
    }

    /// The key of an encoded point (RFC 8032, section 5.1.2).
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.try_into().ok()?;
        Some(Self { bytes, point: EdwardsPoint::decompressed(&bytes)?, multiples: Arc::default() })
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }

    /// RFC 8032, section 5.1.7, by the equation without a cofactor. Points of small order are
    /// refused: with them, a signature would pass for more than one message. Nothing of it is
    /// secret.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some((point, scalar)) = signature.split_at_checked(KEY_BYTES) else { return false };
        let Ok(scalar) = scalar.try_into() else { return false };
        let Some(scalar) = Scalar::from_canonical(scalar) else { return false };
        let challenge = hash([point, self.as_bytes(), message]);
        let own = self.multiples.get_or_init(|| Multiples::new(-self.point, PUBLIC_KEY_SPACING));
        let found = base().times_public(&scalar.to_little_endian())
            + own.times_public(&challenge.to_little_endian());
        found.compressed() == point && !found.is_small_order() && !self.point.is_small_order()
    }
}

/// The scalar of a SHA-512 hash.
fn hash(parts: [&[u8]; 3]) -> Scalar {
    let hash = parts.iter().fold(Sha512::new(), Sha512::chain_update).finalize();
    Scalar::from_hash(&Zeroizing::new(hash.into()))
}

/// A secret scalar times the base point.
fn times_base(scalar: Scalar) -> EdwardsPoint {
    base().times(&Zeroizing::new(scalar.to_little_endian()))
}

fn base() -> &'static Multiples<EdwardsPoint> {
    static BASE: OnceLock<Multiples<EdwardsPoint>> = OnceLock::new();
    BASE.get_or_init(|| Multiples::new(EdwardsPoint::BASE, BASE_SPACING))
}
