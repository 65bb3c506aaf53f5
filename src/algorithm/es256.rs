//! ES256: ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4), with the nonces of RFC 6979.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::multiples::Multiples;
use super::nonce::Nonces;
use super::p256::{ProjectivePoint, Scalar};
use super::residue::digits::BYTES;
use crate::error::{Error, Result};
use crate::random;

/// The length of a private key and of a coordinate, in bytes.
pub(crate) const COORDINATE_BYTES: usize = BYTES;

/// How often a random number may miss the group's order before the source is given up: the chance
/// of one miss is below 2^-32.
const GENERATION_TRIES: usize = 8;

/// The spacing of the generator's table, which all keys use: 30 KB, made with the first key.
const GENERATOR_SPACING: usize = 2;

/// The spacing of a public key's table: 5 KB, made in half the time.
const PUBLIC_KEY_SPACING: usize = 13;

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey {
    secret: Zeroizing<Scalar>,
    public: VerifyingKey,
}

impl SigningKey {
    /// A new key: a random number below the group's order (FIPS 186-5, A.2.2, by rejection).
    pub(crate) fn generate() -> Result<Self> {
        for _ in 0..GENERATION_TRIES {
            let scalar = Zeroizing::new(random::bytes::<COORDINATE_BYTES>()?);
            if let Some(key) = Self::of(&scalar) {
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
        Self::of(&padded).ok_or_else(|| {
            Error::key_damaged("the P-256 private number is zero or not below the group's order")
        })
    }

    fn of(scalar: &[u8; COORDINATE_BYTES]) -> Option<Self> {
        let secret = Zeroizing::new(number_of(scalar)?);
        let public = VerifyingKey::of(&times_generator(&secret));
        Some(Self { secret, public })
    }

    /// The private number, big-endian, for export.
    pub(crate) fn scalar(&self) -> Zeroizing<[u8; COORDINATE_BYTES]> {
        Zeroizing::new(self.secret.to_bytes())
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.public.clone()
    }

    /// FIPS 186-5, section 6.4.1. Secret are the private number, the nonce and its inverse.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let digest = digest_of(message);
        let mut nonces = Nonces::new(&self.scalar(), &digest.to_bytes());
        loop {
            let nonce = number_of(&nonces.next()).map(Zeroizing::new);
            if let Some(nonce) = nonce {
                let r = times_generator(&nonce).x_as_scalar();
                let inverse = Zeroizing::new(nonce.inverse());
                let s = *inverse * (digest + r * *self.secret);
                // Never so but by a chance below 2^-254; then the next nonce is taken.
                if !r.is_zero() && !s.is_zero() {
                    return [r.to_bytes(), s.to_bytes()].concat();
                }
            }
            nonces.discard();
        }
    }
}

/// A public key.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    x: [u8; COORDINATE_BYTES],
    y: [u8; COORDINATE_BYTES],
    point: ProjectivePoint,
    /// Of the point, from the first signature that is verified. A copy of the key shares it.
    multiples: Arc<OnceLock<Multiples<ProjectivePoint>>>,
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.x == other.x && self.y == other.y
    }
}

impl Eq for VerifyingKey {}

impl VerifyingKey {
    fn of(point: &ProjectivePoint) -> Self {
        let (x, y) = point.coordinates();
        Self { x, y, point: *point, multiples: Arc::default() }
    }

    /// The key of a point's two coordinates, big-endian; nothing when they are not on the curve.
    pub(crate) fn from_coordinates(x: &[u8], y: &[u8]) -> Option<Self> {
        let (x, y) = (x.try_into().ok()?, y.try_into().ok()?);
        let point = ProjectivePoint::from_coordinates(&x, &y)?;
        Some(Self { x, y, point, multiples: Arc::default() })
    }

    /// Whether these bytes are the point, uncompressed or compressed (SEC 1, section 2.3.3).
    pub(crate) fn is_sec1(&self, bytes: &[u8]) -> bool {
        match bytes.split_first() {
            Some((0x04, coordinates)) => coordinates == [self.x, self.y].as_flattened(),
            Some((tag @ (0x02 | 0x03), x)) => {
                x == self.x && self.y.last().is_some_and(|last| last & 1 == tag & 1)
            }
            _ => false,
        }
    }

    /// The point, uncompressed (SEC 1, section 2.3.3): 0x04, x, y.
    pub(crate) fn to_sec1(&self) -> Vec<u8> {
        [[0x04].as_slice(), &self.x, &self.y].concat()
    }

    /// The coordinates x and y, 32 bytes each, big-endian.
    pub(crate) fn coordinates(&self) -> [&[u8; COORDINATE_BYTES]; 2] {
        [&self.x, &self.y]
    }

    /// FIPS 186-5, section 6.4.2. Nothing of it is secret.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some((r, s)) = numbers_of(signature) else { return false };
        let inverse = s.inverse();
        let own = self.multiples.get_or_init(|| Multiples::new(self.point, PUBLIC_KEY_SPACING));
        let point = generator().times_public(&(digest_of(message) * inverse).to_little_endian())
            + own.times_public(&(r * inverse).to_little_endian());
        // The neutral point has no x; it is given as zero, which r is not.
        point.x_as_scalar() == r
    }
}

fn digest_of(message: &[u8]) -> Scalar {
    Scalar::reduced_from(&Sha256::digest(message).into())
}

/// A number from one to below the group's order.
fn number_of(bytes: &[u8; COORDINATE_BYTES]) -> Option<Scalar> {
    Scalar::from_bytes(bytes).filter(|number| !number.is_zero())
}

/// The two numbers of a signature in its JWS form, each at least one and below the group's order.
fn numbers_of(signature: &[u8]) -> Option<(Scalar, Scalar)> {
    let (r, s) = signature.split_at_checked(COORDINATE_BYTES)?;
    Some((number_of(r.try_into().ok()?)?, number_of(s.try_into().ok()?)?))
}

/// A secret scalar times the generator.
fn times_generator(scalar: &Scalar) -> ProjectivePoint {
    generator().times(&Zeroizing::new(scalar.to_little_endian()))
}

fn generator() -> &'static Multiples<ProjectivePoint> {
    static GENERATOR: OnceLock<Multiples<ProjectivePoint>> = OnceLock::new();
    GENERATOR.get_or_init(|| Multiples::new(ProjectivePoint::GENERATOR, GENERATOR_SPACING))
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
