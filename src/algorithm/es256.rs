//! ES256: ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4), on the arithmetic of `p256`. Nonces
//! are those of RFC 6979, so that no weak random source can leak the key.

use std::sync::{Arc, OnceLock};

use p256::elliptic_curve::Curve;
use p256::elliptic_curve::ops::{Invert, Reduce};
use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{
    FieldBytes, NistP256, NonZeroScalar, ProjectivePoint, PublicKey, Scalar, SecretKey, U256,
};
use rfc6979::KGenerator;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::multiples::Multiples;
use crate::error::{Error, Result};
use crate::random;

/// The length of a private key and of a coordinate, in bytes.
pub(crate) const COORDINATE_BYTES: usize = 32;

/// How often a random number may miss the group's order before the source is given up: the chance
/// of one miss is below 2^-32.
const GENERATION_TRIES: usize = 8;

/// The spacing of the generator's table, which all keys use: 40 KB, made with the first key.
const GENERATOR_SPACING: usize = 2;

/// The spacing of a public key's table: 6 KB, made in half the time.
const PUBLIC_KEY_SPACING: usize = 13;

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey {
    secret: SecretKey,
    public: VerifyingKey,
}

impl SigningKey {
    /// A new key: a random number below the group's order (FIPS 186-5, A.2.2, by rejection).
    pub(crate) fn generate() -> Result<Self> {
        for _ in 0..GENERATION_TRIES {
            let scalar = Zeroizing::new(random::bytes::<COORDINATE_BYTES>()?);
            if let Some(key) = Self::of(scalar.as_slice()) {
                return Ok(key);
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
        Self::of(padded.as_slice()).ok_or_else(|| {
            Error::key_damaged("the P-256 private number is zero or not below the group's order")
        })
    }

    fn of(scalar: &[u8]) -> Option<Self> {
        let secret = SecretKey::from_slice(scalar).ok()?;
        let point = times_generator(&secret.to_nonzero_scalar());
        let public = PublicKey::from_affine(point.to_affine()).ok()?;
        Some(Self { secret, public: VerifyingKey::of(public) })
    }

    /// The private number, big-endian, for export.
    pub(crate) fn scalar(&self) -> Zeroizing<[u8; COORDINATE_BYTES]> {
        Zeroizing::new(self.secret.to_bytes().into())
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    /// FIPS 186-5, section 6.4.1, with the nonces of RFC 6979, section 3.2. Secret are the private
    /// number, the nonce and its inverse.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let digest = Sha256::digest(message);
        let secret = self.secret.to_nonzero_scalar();
        let order = NistP256::ORDER;
        let mut nonces =
            KGenerator::<Sha256, U256>::new(&self.secret.to_bytes(), &digest, &[], &order);
        loop {
            let mut nonce = FieldBytes::default();
            nonces.fill_next_k(&mut nonce);
            let Some(nonce) = NonZeroScalar::from_repr(nonce).into_option() else { continue };
            let r = Scalar::reduce(&times_generator(&nonce).to_affine().x());
            let s = *nonce.invert() * (Scalar::reduce(&digest) + r * *secret);
            // Never so but by a chance below 2^-254; then the next nonce is taken.
            if r != Scalar::ZERO && s != Scalar::ZERO {
                return [r.to_bytes(), s.to_bytes()].concat();
            }
        }
    }
}

/// A public key.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    key: PublicKey,
    /// Of its point, from the first signature that is verified. A copy of the key shares it.
    multiples: Arc<OnceLock<Multiples<ProjectivePoint>>>,
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for VerifyingKey {}

impl VerifyingKey {
    fn of(key: PublicKey) -> Self {
        Self { key, multiples: Arc::default() }
    }

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
        PublicKey::from_sec1_bytes(point).ok().map(Self::of)
    }

    /// The point, uncompressed (SEC 1, section 2.3.3): 0x04, x, y.
    pub(crate) fn to_sec1(&self) -> Vec<u8> {
        self.key.to_sec1_point(false).as_bytes().to_vec()
    }

    /// The coordinates x and y, 32 bytes each, big-endian.
    pub(crate) fn coordinates(&self) -> (Vec<u8>, Vec<u8>) {
        let mut x = self.to_sec1();
        x.remove(0);
        let y = x.split_off(COORDINATE_BYTES);
        (x, y)
    }

    /// FIPS 186-5, section 6.4.2. Nothing of it is secret.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some((r, s)) = numbers_of(signature) else { return false };
        let inverse = *s.invert();
        let digest = Scalar::reduce(&Sha256::digest(message));
        let own = self
            .multiples
            .get_or_init(|| Multiples::new(self.key.to_projective(), PUBLIC_KEY_SPACING));
        let point = generator().times_public(&little_endian(&(digest * inverse)))
            + own.times_public(&little_endian(&(*r * inverse)));
        // The neutral point has no x; it is given as zero, which r is not.
        Scalar::reduce(&point.to_affine().x()) == *r
    }
}

/// The two numbers of a signature in its JWS form, each at least one and below the group's order.
fn numbers_of(signature: &[u8]) -> Option<(NonZeroScalar, NonZeroScalar)> {
    let (r, s) = signature.split_at_checked(COORDINATE_BYTES)?;
    let number =
        |bytes: &[u8]| NonZeroScalar::from_repr(FieldBytes::try_from(bytes).ok()?).into_option();
    Some((number(r)?, number(s)?))
}

/// A secret scalar times the generator.
fn times_generator(scalar: &Scalar) -> ProjectivePoint {
    generator().times(&little_endian(scalar))
}

fn generator() -> &'static Multiples<ProjectivePoint> {
    static GENERATOR: OnceLock<Multiples<ProjectivePoint>> = OnceLock::new();
    GENERATOR.get_or_init(|| Multiples::new(ProjectivePoint::GENERATOR, GENERATOR_SPACING))
}

fn little_endian(scalar: &Scalar) -> Zeroizing<[u8; COORDINATE_BYTES]> {
    let mut bytes = Zeroizing::new(<[u8; COORDINATE_BYTES]>::from(scalar.to_bytes()));
    bytes.reverse();
    bytes
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
