//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2).
//!
//! The seam for the arithmetic: everything else knows a key by its [`Components`] and by the four
//! operations `generate`, `from_components`, `sign` and `verifies`. Signing and verifying use the
//! operations of [`super::rsa`]; keys are made and checked with the `rsa` crate, whose own private
//! operation is never used (it is not constant-time: RUSTSEC-2023-0071). Version 0.9, because 0.10
//! takes 100 KB more of WebAssembly.

use std::ops::RangeInclusive;
use std::rc::Rc;

use rsa::rand_core::{self, CryptoRng, RngCore};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, RsaPrivateKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::rsa::{PrivateNumbers, PrivateOperation, PublicOperation};
use crate::error::{Error, Result};
use crate::random;
use crate::secret::safe_equal;

/// The smallest modulus, in bits (RFC 7518, section 3.3).
pub(crate) const MIN_BITS: usize = 2048;

/// The largest modulus, in bits: the limit of the verifiers that Convex uses.
pub(crate) const MAX_BITS: usize = 8192;

/// The public exponents that are taken, of which only the odd ones exist; the upper limit is that
/// of the verifiers that Convex uses.
const EXPONENTS: RangeInclusive<u64> = 3..=(1 << 33) - 1;

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

/// The numbers of a private key as they are exported (RFC 8017, A.1.2), big-endian.
pub(crate) struct ExportedComponents {
    pub(crate) n: Vec<u8>,
    pub(crate) e: Vec<u8>,
    pub(crate) d: Zeroizing<Vec<u8>>,
    pub(crate) p: Zeroizing<Vec<u8>>,
    pub(crate) q: Zeroizing<Vec<u8>>,
    pub(crate) dp: Zeroizing<Vec<u8>>,
    pub(crate) dq: Zeroizing<Vec<u8>>,
    pub(crate) qi: Zeroizing<Vec<u8>>,
}

/// A private key. Its numbers are wiped when it is dropped.
pub(crate) struct SigningKey {
    numbers: RsaPrivateKey,
    operation: PrivateOperation,
}

impl SigningKey {
    /// A new key with two primes and the public exponent 65537.
    pub(crate) fn generate(bits: usize) -> Result<Self> {
        let mut random = HostRandom::default();
        let key = RsaPrivateKey::new(&mut random, bits);
        random.check()?;
        let key = key.map_err(|_| Error::Internal { what: "an RSA key could not be generated" })?;
        let numbers = export(&key)?;
        Self::new(key, &numbers)
    }

    /// The key of its numbers, refused when they do not belong together.
    pub(crate) fn from_components(components: &Components<'_>) -> Result<Self> {
        let n = integer(checked_modulus(components.n)?);
        let e = BigUint::from(checked_exponent(components.e)?);
        if components.d.len() > MAX_BITS / 8 + 1 {
            return Err(Error::KeyInconsistent);
        }
        let d = integer(components.d);
        let primes = match &components.primes {
            Some(crt) => {
                let parts = [crt.p, crt.q, crt.dp, crt.dq, crt.qi];
                if parts.iter().any(|part| part.len() > components.n.len()) {
                    return Err(Error::KeyInconsistent);
                }
                vec![integer(crt.p), integer(crt.q)]
            }
            None => recover_primes(&n, &e, &d).ok_or(Error::KeyInconsistent)?,
        };
        // Equal primes have no coefficient, and the arithmetic below does not expect them.
        if primes.first() == primes.last() {
            return Err(Error::KeyInconsistent);
        }
        let key =
            RsaPrivateKey::from_components(n, e, d, primes).map_err(|_| Error::KeyInconsistent)?;
        let numbers = export(&key)?;
        if let Some(given) = &components.primes {
            let pairs = [(&numbers.dp, given.dp), (&numbers.dq, given.dq), (&numbers.qi, given.qi)];
            if !pairs.iter().all(|(own, given)| safe_equal(own, trimmed(given))) {
                return Err(Error::KeyInconsistent);
            }
        }
        Self::new(key, &numbers)
    }

    fn new(key: RsaPrivateKey, numbers: &ExportedComponents) -> Result<Self> {
        let operation = PrivateOperation::new(&PrivateNumbers {
            n: &numbers.n,
            e: checked_exponent(&numbers.e)?,
            p: &numbers.p,
            q: &numbers.q,
            dp: &numbers.dp,
            dq: &numbers.dq,
            qi: &numbers.qi,
        });
        Ok(Self { numbers: key, operation })
    }

    /// The key's numbers, for export.
    pub(crate) fn export(&self) -> Result<ExportedComponents> {
        export(&self.numbers)
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.operation.public())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let encoded = encode(message, self.operation.public().modulus().len());
        self.operation
            .apply(&encoded)
            .ok_or(Error::Internal { what: "the RSA private operation failed its check" })
    }
}

fn export(key: &RsaPrivateKey) -> Result<ExportedComponents> {
    let missing = || Error::Internal { what: "an RSA key lost its primes" };
    let [p, q] = key.primes() else { return Err(missing()) };
    Ok(ExportedComponents {
        n: bytes(key.n()),
        e: bytes(key.e()),
        d: Zeroizing::new(bytes(key.d())),
        p: Zeroizing::new(bytes(p)),
        q: Zeroizing::new(bytes(q)),
        dp: Zeroizing::new(bytes(key.dp().ok_or_else(missing)?)),
        dq: Zeroizing::new(bytes(key.dq().ok_or_else(missing)?)),
        qi: Zeroizing::new(bytes(&key.crt_coefficient().ok_or_else(missing)?)),
    })
}

/// EMSA-PKCS1-v1_5 (RFC 8017, section 9.2): `00 01 FF … FF 00`, the algorithm's name, the digest.
fn encode(message: &[u8], length: usize) -> Vec<u8> {
    let digest = Sha256::digest(message);
    let tail = [&[0][..], &SHA256_PREFIX, &digest].concat();
    let mut encoded = vec![0xff; length];
    let (head, end) = encoded.split_at_mut(length - tail.len());
    end.copy_from_slice(&tail);
    head[..2].copy_from_slice(&[0, 1]);
    encoded
}

/// The host's randomness for the `rsa` crate, whose interface cannot fail. After a failure the
/// numbers only serve to let its loops end: what was made of them is thrown away by `check`.
#[derive(Default)]
struct HostRandom {
    failures: u64,
}

impl HostRandom {
    /// Refuses what was made when the host's source failed meanwhile.
    fn check(&self) -> Result<()> {
        if self.failures == 0 { Ok(()) } else { Err(Error::RandomUnavailable) }
    }
}

impl CryptoRng for HostRandom {}

impl RngCore for HostRandom {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if random::fill(bytes).is_err() {
            self.failures += 1;
            for (index, byte) in (0u64..).zip(bytes) {
                // Knuth's multiplier: any sequence that varies will do.
                *byte = (self.failures.wrapping_add(index).wrapping_mul(6_364_136_223_846_793_005)
                    >> 56) as u8;
            }
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> std::result::Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
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

/// The bases that `recover_primes` tries: each fails for a true key with a chance of one half.
const RECOVERY_BASES: RangeInclusive<u32> = 2..=101;

/// The primes of a key by its exponents (NIST SP 800-56B, Appendix C.1); nothing when the exponents do
/// not belong to the modulus. Not constant in time: it runs once, on the reader's own key.
fn recover_primes(n: &BigUint, e: &BigUint, d: &BigUint) -> Option<Vec<BigUint>> {
    let (zero, one) = (BigUint::from(0u8), BigUint::from(1u8));
    // Step 1 and 2: k = de - 1 = r · 2^t, with r odd.
    let k = d * e;
    if k <= one || &k % 2u8 == zero {
        return None;
    }
    let mut r = k - 1u8;
    let mut t = 0;
    while &r % 2u8 == zero {
        r >>= 1;
        t += 1;
    }
    let minus_one = n - 1u8;
    for base in RECOVERY_BASES {
        // Step 3: square g^r until it is 1; what was squared then is a root of 1.
        let mut root = BigUint::from(base).modpow(&r, n);
        for _ in 0..t {
            let square = &root * &root % n;
            if square == one && root != one && root != minus_one {
                // Step 5: such a root betrays the primes.
                let p = greatest_common_divisor(root - 1u8, n.clone());
                let q = n / &p;
                return Some(if p > q { vec![p, q] } else { vec![q, p] });
            }
            root = square;
        }
        if root != one {
            return None;
        }
    }
    None
}

/// Euclid's algorithm.
fn greatest_common_divisor(mut a: BigUint, mut b: BigUint) -> BigUint {
    while b != BigUint::from(0u8) {
        (a, b) = (b.clone(), a % b);
    }
    a
}

/// A modulus of an allowed size, checked before any arithmetic.
fn checked_modulus(n: &[u8]) -> Result<&[u8]> {
    let n = trimmed(n);
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    match bits {
        ..MIN_BITS => Err(Error::KeyTooSmall { bits }),
        MIN_BITS..=MAX_BITS if n.last().is_some_and(|last| last % 2 == 1) => Ok(n),
        MIN_BITS..=MAX_BITS => Err(Error::KeyInconsistent),
        _ => Err(Error::KeyTooLarge { bits }),
    }
}

/// A public exponent of an allowed size, checked before any arithmetic.
fn checked_exponent(e: &[u8]) -> Result<u64> {
    let e = trimmed(e);
    if e.len() > size_of::<u64>() {
        return Err(Error::KeyExponent);
    }
    let value = e.iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
    if value % 2 == 0 || !EXPONENTS.contains(&value) {
        return Err(Error::KeyExponent);
    }
    Ok(value)
}

fn integer(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

fn bytes(integer: &BigUint) -> Vec<u8> {
    integer.to_bytes_be()
}

/// The bytes without leading zeros.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}
