//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2).
//!
//! The seam for the arithmetic: everything else knows a key by its [`Components`] and by the four
//! operations `generate`, `from_components`, `sign` and `verifies`. The numbers are those of
//! [`super::rsa`]; here are the limits of what is taken, and the padding.

use std::ops::Range;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::rsa::{PrivateNumbers, PrivateOperation, PublicOperation};
use crate::error::{Error, Result};
use crate::secret::safe_equal;

/// The smallest modulus, in bits (RFC 7518, section 3.3).
pub(crate) const MIN_BITS: usize = 2048;

/// The largest modulus, in bits: the limit of the verifiers that Convex uses.
pub(crate) const MAX_BITS: usize = 8192;

/// The public exponents that are taken, of which only the odd ones exist; the upper limit is that
/// of the verifiers that Convex uses.
const EXPONENTS: Range<u64> = 3..1 << 33;

/// The DER that stands before a SHA-256 in a signature (RFC 8017, section 9.2, note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The moduli that `generate` makes, in bits.
pub(crate) const GENERATED_BITS: [usize; 3] = [2048, 3072, 4096];

/// The numbers of a private key, big-endian. `primes` may be empty: they follow from the others.
pub(crate) struct Components<'a> {
    pub(crate) n: &'a [u8],
    pub(crate) e: &'a [u8],
    pub(crate) d: &'a [u8],
    pub(crate) primes: Option<CrtComponents<'a>>,
}

/// The primes of a private key and what is computed from them (RFC 8017, section 3.2), big-endian.
pub(crate) struct CrtComponents<'a> {
    pub(crate) p: &'a [u8],
    pub(crate) q: &'a [u8],
    pub(crate) dp: &'a [u8],
    pub(crate) dq: &'a [u8],
    pub(crate) qi: &'a [u8],
}

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey {
    numbers: Box<PrivateNumbers>,
    operation: Box<PrivateOperation>,
}

impl SigningKey {
    /// A new key with two primes and the public exponent 65537.
    pub(crate) fn generate(bits: usize) -> Result<Self> {
        let numbers = PrivateNumbers::generate(bits)?;
        numbers.map(Self::new).ok_or_else(|| Error::internal("an RSA key could not be generated"))
    }

    /// The key of its numbers, refused when they do not belong together.
    pub(crate) fn from_components(components: &Components<'_>) -> Result<Self> {
        let n = checked_modulus(components.n)?;
        let e = checked_exponent(components.e)?;
        let d = components.d;
        if d.len() > MAX_BITS / 8 + 1 {
            return Err(Error::key_inconsistent());
        }
        let numbers = match &components.primes {
            Some(crt) => {
                let parts = [crt.p, crt.q, crt.dp, crt.dq, crt.qi];
                if parts.iter().any(|part| part.len() > n.len()) {
                    return Err(Error::key_inconsistent());
                }
                PrivateNumbers::complete(n, e, d, [crt.p, crt.q], Some(crt.qi)).filter(|numbers| {
                    safe_equal(&numbers.dp, trimmed(crt.dp))
                        && safe_equal(&numbers.dq, trimmed(crt.dq))
                })
            }
            None => PrivateNumbers::recover(n, e, d),
        };
        numbers.map(Self::new).ok_or_else(Error::key_inconsistent)
    }

    fn new(numbers: PrivateNumbers) -> Self {
        let operation = Box::new(PrivateOperation::new(&numbers));
        Self { numbers: Box::new(numbers), operation }
    }

    /// The key's numbers, for export.
    pub(crate) fn numbers(&self) -> &PrivateNumbers {
        &self.numbers
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.operation.public())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let encoded = encode(message, self.operation.public().modulus().len());
        self.operation.apply(&encoded).ok_or_else(|| self.failure())
    }

    /// Why the operation failed its check. Whether the primes are some is asked only here: it takes as long
    /// as a signature, and a key for which it matters makes none.
    fn failure(&self) -> Error {
        match self.numbers.are_of_primes() {
            Ok(true) => Error::internal("the RSA private operation failed its check"),
            Ok(false) => Error::key_inconsistent(),
            Err(error) => error,
        }
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017, section 9.2): `00 01 FF … FF 00`, the algorithm's name, the digest. The
/// length is that of a modulus, so it is long enough.
fn encode(message: &[u8], length: usize) -> Vec<u8> {
    let digest = Sha256::digest(message);
    let tail = [&[0][..], &SHA256_PREFIX, &digest].concat();
    let mut encoded = vec![0, 1];
    encoded.resize(length.saturating_sub(tail.len()), 0xff);
    encoded.extend(tail);
    encoded
}

/// A public key.
#[derive(Clone)]
pub(crate) struct VerifyingKey(Rc<PublicOperation>);

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.modulus() == other.0.modulus() && self.0.exponent() == other.0.exponent()
    }
}

impl Eq for VerifyingKey {}

impl VerifyingKey {
    /// The key of its modulus and exponent, big-endian.
    pub(crate) fn from_components(n: &[u8], e: &[u8]) -> Result<Self> {
        let e = checked_exponent(e)?;
        Ok(Self(Rc::new(PublicOperation::new(checked_modulus(n)?, e))))
    }

    /// The modulus, big-endian, without leading zeros.
    pub(crate) fn n(&self) -> Vec<u8> {
        self.0.modulus().to_vec()
    }

    /// The public exponent, big-endian, without leading zeros.
    pub(crate) fn e(&self) -> Vec<u8> {
        trimmed(&self.0.exponent().to_be_bytes()).to_vec()
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let modulus = self.0.modulus();
        // RFC 8017, section 8.2.2: the lengths agree, and the signature is less than the modulus.
        signature.len() == modulus.len()
            && signature < modulus
            && self.0.apply(signature) == encode(message, modulus.len())
    }
}

/// A modulus of an allowed size, checked before any arithmetic.
fn checked_modulus(n: &[u8]) -> Result<&[u8]> {
    let n = trimmed(n);
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    match bits {
        ..MIN_BITS => Err(Error::key_too_small(bits)),
        MIN_BITS..=MAX_BITS if n.last().is_some_and(|last| last % 2 == 1) => Ok(n),
        MIN_BITS..=MAX_BITS => Err(Error::key_inconsistent()),
        _ => Err(Error::key_too_large(bits)),
    }
}

/// A public exponent of an allowed size, checked before any arithmetic.
fn checked_exponent(e: &[u8]) -> Result<u64> {
    let e = trimmed(e);
    if e.len() > size_of::<u64>() {
        return Err(Error::key_exponent());
    }
    let value = e.iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
    if value % 2 == 0 || !EXPONENTS.contains(&value) {
        return Err(Error::key_exponent());
    }
    Ok(value)
}

/// The bytes without leading zeros.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}
