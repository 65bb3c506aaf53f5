//! The numbers of a private key: whether they belong together, what follows from a part of them, and
//! new ones.
//!
//! Not all of this takes the same time for all keys; it runs once, on the reader's own key.

use zeroize::Zeroizing;

use super::integer::Integer;
use super::lanes::{LANES, each};
use super::moduli::{Exponents, Moduli};
use super::primes::{EXPONENT, SMALL_PRIMES, are_probably_prime, random_prime};
use super::residue;
use crate::error::Result;

/// The numbers of a private key (RFC 8017, A.1.2), big-endian, without leading zeros. Each is wiped
/// when it is dropped.
pub(crate) struct PrivateNumbers {
    pub(crate) n: Vec<u8>,
    pub(crate) e: u64,
    pub(crate) d: Zeroizing<Vec<u8>>,
    pub(crate) p: Zeroizing<Vec<u8>>,
    pub(crate) q: Zeroizing<Vec<u8>>,
    pub(crate) dp: Zeroizing<Vec<u8>>,
    pub(crate) dq: Zeroizing<Vec<u8>>,
    pub(crate) qi: Zeroizing<Vec<u8>>,
}

impl PrivateNumbers {
    /// The numbers of a key with its primes and, unless it is to be computed, `qInv`: nothing when they
    /// do not belong together. The modulus must be odd and without leading zeros.
    pub(crate) fn complete(
        n: &[u8],
        e: u64,
        d: &[u8],
        primes: [&[u8]; 2],
        coefficient: Option<&[u8]>,
    ) -> Option<Self> {
        let [p, q] = each(primes, Integer::from_bytes);
        if p.times(&q) != Integer::from_bytes(n) {
            return None;
        }
        let exponent = Integer::from_bytes(&e.to_be_bytes());
        let d = Integer::from_bytes(d);
        // RFC 8017, section 3.2: e · dP = 1 (mod (p - 1)), likewise q. No part is such by zero, where a prime
        // is one.
        let part = |prime: &Integer| {
            let order = prime.minus(1);
            let (_, part) = d.divided_by(&order);
            let (_, unit) = exponent.times(&part).divided_by(&order);
            unit.is_one().then_some(part)
        };
        let (dp, dq) = (part(&p)?, part(&q)?);
        let (_, reduced) = q.divided_by(&p);
        let qi = match coefficient {
            Some(given) => Integer::from_bytes(given),
            None => power_less_two(&reduced, &p),
        };
        // q · qInv = 1 (mod p), and qInv is less than p. Equal primes have none.
        let (_, unit) = qi.times(&reduced).divided_by(&p);
        let (_, least) = qi.divided_by(&p);
        (unit.is_one() && least == qi).then(|| Self {
            n: n.to_vec(),
            e,
            d: d.to_bytes(),
            p: p.to_bytes(),
            q: q.to_bytes(),
            dp: dp.to_bytes(),
            dq: dq.to_bytes(),
            qi: qi.to_bytes(),
        })
    }

    /// The numbers of a key without its primes.
    pub(crate) fn recover(n: &[u8], e: u64, d: &[u8]) -> Option<Self> {
        let [p, q] = recover_primes(n, e, d)?;
        Self::complete(n, e, d, [&p, &q], None)
    }

    /// The numbers of a new key with a modulus of so many bits (FIPS 186-5, A.1.3).
    pub(crate) fn generate(bits: usize) -> Result<Option<Self>> {
        let p = random_prime(bits / 2, None)?;
        let q = random_prime(bits / 2, Some(&p))?;
        let n = Integer::from_bytes(&p).times(&Integer::from_bytes(&q)).to_bytes();
        let d = private_exponent(&p, &q).to_bytes();
        // A.1.1, item 3: larger than the primes are. It is smaller once in 2^(bits / 2) keys.
        if d.len() <= p.len() {
            return Ok(None);
        }
        Ok(Self::complete(&n, u64::from(EXPONENT), &d, [&p, &q], None))
    }

    /// Whether `p` and `q` are primes, by two random bases each.
    pub(crate) fn are_of_primes(&self) -> Result<bool> {
        let mut verdict = true;
        for prime in [&self.p, &self.q] {
            verdict &= are_probably_prime([prime; LANES])? == [true; LANES];
        }
        Ok(verdict)
    }
}

/// `number^(p - 2)` by an odd `p`: the number's inverse when that is a prime, by Fermat's theorem.
fn power_less_two(number: &Integer, p: &Integer) -> Integer {
    let modulus = p.to_bytes();
    let moduli = Moduli::new([&modulus; LANES]);
    let mut columns = moduli.columns();
    let mut power = moduli.enter([&number.to_bytes(); LANES]);
    let exponents = Exponents::new([&p.minus(2).to_bytes(); LANES]);
    moduli.raise(&mut power, &exponents, &mut columns);
    moduli.leave(&mut power, &mut columns);
    Integer::from_bytes(&residue(&moduli, &power, 0, &modulus))
}

/// `e^-1` by the least common multiple `λ` of the primes less one each, `e` being [`EXPONENT`], which does
/// not divide that: `(1 + λ · k) / e`, where `k` is such that nothing remains.
pub(super) fn private_exponent(p: &[u8], q: &[u8]) -> Integer {
    let [p, q] = each([p, q], |prime| Integer::from_bytes(prime).minus(1));
    let (multiple, _) = p.times(&q).divided_by(&p.common_divisor(&q));
    let remainder = u64::from(multiple.remainder_by(EXPONENT));
    // λ^-1 = λ^(e - 2) by Fermat's theorem, where e - 2 has sixteen bits, all ones; k is the same with the
    // other sign.
    let modulus = u64::from(EXPONENT);
    let inverse = (0..16).fold(1, |power, _| power * power % modulus * remainder % modulus);
    let factor = Integer::from_bytes(&(modulus - inverse).to_be_bytes());
    let (exponent, _) =
        multiple.times(&factor).plus(1).divided_by(&Integer::from_bytes(&EXPONENT.to_be_bytes()));
    exponent
}

/// How many bases [`recover_primes`] tries: each fails for a true key with a chance of one half, so that one
/// key in 2^32 is refused. All fail for a modulus that is the power of one prime, which takes 8 s in
/// WebAssembly at the largest size; with the standard's hundred it would be 24. They are primes, because what
/// fails for two numbers fails for their product more often than not.
const RECOVERY_BASES: usize = 32;

/// The primes of a key by its exponents (NIST SP 800-56B, Appendix C.1); nothing when the exponents do
/// not belong to the modulus.
fn recover_primes(n: &[u8], e: u64, d: &[u8]) -> Option<[Zeroizing<Vec<u8>>; 2]> {
    // Step 1 and 2: k = de - 1 = r · 2^t, with r odd.
    let product = Integer::from_bytes(d).times(&Integer::from_bytes(&e.to_be_bytes()));
    if product.trailing_zeros() != Some(0) {
        return None;
    }
    let k = product.minus(1);
    let t = k.trailing_zeros()?;
    let r = k.shifted_right(t).to_bytes();
    let exponents = Exponents::new([&r; LANES]);
    let modulus = Integer::from_bytes(n);
    let minus_one = modulus.minus(1);
    // Every number to such a power is 1 by a modulus that is itself a prime.
    let (_, rest) = k.divided_by(&minus_one);
    rest.trailing_zeros()?;

    let moduli = Moduli::new([n; LANES]);
    let mut columns = moduli.columns();
    for bases in SMALL_PRIMES[..RECOVERY_BASES].chunks_exact(LANES) {
        // Step 3: square g^r until it is 1; what was squared then is a root of 1.
        let [a, b] = [bases[0].to_be_bytes(), bases[1].to_be_bytes()];
        let mut power = moduli.enter([&a, &b]);
        moduli.raise(&mut power, &exponents, &mut columns);
        let mut roots: [Option<Integer>; LANES] = [None, None];
        for _ in 0..=t {
            let mut left = power.clone();
            moduli.leave(&mut left, &mut columns);
            for (lane, root) in roots.iter_mut().enumerate() {
                let square = Integer::from_bytes(&residue(&moduli, &left, lane, n));
                let betrayer = root
                    .as_ref()
                    .filter(|root| square.is_one() && !root.is_one() && **root != minus_one);
                if let Some(root) = betrayer {
                    // Step 5: such a root betrays the primes.
                    let p = root.minus(1).common_divisor(&modulus);
                    let (q, _) = modulus.divided_by(&p);
                    return Some(larger_first([p.to_bytes(), q.to_bytes()]));
                }
                *root = Some(square);
            }
            moduli.square(&mut power, &mut columns);
        }
        if !roots.iter().flatten().all(Integer::is_one) {
            return None;
        }
    }
    None
}

fn larger_first([p, q]: [Zeroizing<Vec<u8>>; 2]) -> [Zeroizing<Vec<u8>>; 2] {
    if (p.len(), p.as_slice()) > (q.len(), q.as_slice()) { [p, q] } else { [q, p] }
}
