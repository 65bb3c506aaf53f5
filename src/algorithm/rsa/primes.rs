//! Random primes for a key (FIPS 186-5, A.1.3), found by trial division and the Miller-Rabin test
//! (B.3.1), with two candidates, or one with two bases, side by side in the lanes.
//!
//! How long it takes tells how many candidates were thrown away, which says nothing of those that were
//! kept: each candidate is drawn anew. The test itself takes the same time for all candidates of a size,
//! but for how often two divides them less one.

use zeroize::Zeroizing;

use super::integer::Integer;
use super::lanes::{LANES, each};
use super::moduli::{Exponents, Moduli};
use super::residue;
use crate::error::{Error, Result};
use crate::random;

/// The public exponent of the keys that are made. It is a prime.
pub(super) const EXPONENT: u32 = 65_537;

/// How often a prime's last candidate is tested, each time by another random base. FIPS 186-5, table B.1, wants
/// an error of at most 2^-112 for primes of 1,024 bits, 2^-128 for 1,536 and 2^-144 for 2,048. By the
/// bound that its tables are computed from (Damgård, Landrock, Pomerance, "Average case error estimates
/// for the strong probable prime test", 1993) five rounds give 2^-124, 2^-155 and 2^-182 there; four would
/// give 2^-109 for the smallest. Taking candidates from the range's upper part alone costs less than one
/// bit, and trial division only throws composite ones away.
const ROUNDS: usize = 5;

/// Candidates for one prime, by its bits, before the random source is given up. FIPS 186-5 takes ten and
/// twenty of those that are in range; with a true source not one key in 10^6 needs as many.
const TRIES: usize = 40;

/// The largest 64 bits of √2: a prime of so many bits must be larger than √2 times half of its range.
const SQUARE_ROOT_OF_2: u64 = 0xb504_f333_f9de_6484;

/// How far two primes are from each other at least, in their highest 128 bits: FIPS 186-5 lets them
/// agree in less than their first hundred.
const LEAST_DISTANCE: u128 = 1 << 28;

/// Candidates are divided by the odd primes below this: more would take longer than the tests that
/// they spare.
const SIEVE_END: usize = 2048;

/// The odd primes below `SIEVE_END`.
pub(super) const SMALL_PRIMES: [u16; 308] = {
    let mut primes = [0; 308];
    let mut count = 0;
    let mut candidate: u16 = 3;
    while (candidate as usize) < SIEVE_END {
        let mut divisor = 3;
        while divisor * divisor <= candidate && !candidate.is_multiple_of(divisor) {
            divisor += 2;
        }
        if divisor * divisor > candidate {
            primes[count] = candidate;
            count += 1;
        }
        candidate += 2;
    }
    primes
};

/// A random prime of so many bits, far enough from the other one; less one, it has no divisor in common
/// with [`EXPONENT`].
pub(super) fn random_prime(bits: usize, other: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>> {
    let mut tries = TRIES * bits;
    loop {
        let pair = [
            random_candidate(bits, other, &mut tries)?,
            random_candidate(bits, other, &mut tries)?,
        ];
        let verdicts = are_probably_prime(each(pair.each_ref(), |candidate| candidate.as_slice()))?;
        for (candidate, verdict) in pair.into_iter().zip(verdicts) {
            if verdict && passes_more_rounds(&candidate)? {
                return Ok(candidate);
            }
        }
    }
}

/// What is left of [`ROUNDS`] after the first one.
fn passes_more_rounds(candidate: &[u8]) -> Result<bool> {
    for _ in 0..(ROUNDS - 1).div_ceil(LANES) {
        if are_probably_prime([candidate; LANES])? != [true; LANES] {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An odd random number in range that no small prime divides.
fn random_candidate(
    bits: usize,
    other: Option<&[u8]>,
    tries: &mut usize,
) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; bits / 8]);
    let other = other.map(highest);
    while let Some(left) = tries.checked_sub(1) {
        *tries = left;
        random::fill(&mut bytes)?;
        // The range begins above half; and no even number will do.
        bytes[0] |= 0x80;
        bytes[bits / 8 - 1] |= 1;
        let highest = highest(&bytes);
        let in_range = (highest >> 64) as u64 > SQUARE_ROOT_OF_2;
        let far = other.is_none_or(|other| highest.abs_diff(other) > LEAST_DISTANCE);
        if in_range && far && has_no_small_divisor(&Integer::from_bytes(&bytes)) {
            return Ok(bytes);
        }
    }
    // A random source that gives nothing but unfit numbers is none.
    Err(Error::random_unavailable())
}

/// The highest 128 bits of a number.
fn highest(bytes: &[u8]) -> u128 {
    bytes.iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte))
}

fn has_no_small_divisor(candidate: &Integer) -> bool {
    let mut rest = SMALL_PRIMES.as_slice();
    while let Some((first, mut others)) = rest.split_first() {
        // As many at once as have a product of one limb.
        let mut product = u32::from(*first);
        while let Some((next, beyond)) = others.split_first() {
            let Some(larger) = product.checked_mul(u32::from(*next)) else { break };
            (product, others) = (larger, beyond);
        }
        let remainder = candidate.remainder_by(product);
        let divisors = &rest[..rest.len() - others.len()];
        if divisors.iter().any(|prime| remainder.is_multiple_of(u32::from(*prime))) {
            return false;
        }
        rest = others;
    }
    candidate.remainder_by(EXPONENT) != 1
}

/// Whether odd numbers of the same length pass the Miller-Rabin test by one random base each
/// (FIPS 186-5, B.3.1).
pub(super) fn are_probably_prime(candidates: [&[u8]; LANES]) -> Result<[bool; LANES]> {
    // Step 1 and 2: w - 1 = m · 2^a, with m odd.
    let predecessors = each(candidates, |candidate| Integer::from_bytes(candidate).minus(1));
    let halvings = each(predecessors.each_ref(), |number| number.trailing_zeros().unwrap_or(0));
    let [a, b] = &predecessors;
    let odd = [a.shifted_right(halvings[0]).to_bytes(), b.shifted_right(halvings[1]).to_bytes()];
    let predecessors = each(predecessors, |number| number.to_bytes());
    // Step 4.1 and 4.2: a base from 2 to w - 2.
    let bases = [random_base(&predecessors[0])?, random_base(&predecessors[1])?];

    let moduli = Moduli::new(candidates);
    let mut columns = moduli.columns();
    let mut power = moduli.enter(each(bases.each_ref(), |base| base.as_slice()));
    let exponents = Exponents::new(each(odd.each_ref(), |odd| odd.as_slice()));
    moduli.raise(&mut power, &exponents, &mut columns);
    let mut passed = [false; LANES];
    // Step 4.4 and 4.5: the power is 1, or a square on the way is w - 1.
    for step in 0..halvings[0].max(halvings[1]) {
        let mut left = power.clone();
        moduli.leave(&mut left, &mut columns);
        for (lane, passed) in passed.iter_mut().enumerate() {
            let number = residue(&moduli, &left, lane, candidates[lane]);
            let is_one = Integer::from_bytes(&number).is_one();
            let is_minus_one = number == *predecessors[lane];
            *passed |= step < halvings[lane] && is_minus_one || step == 0 && is_one;
        }
        moduli.square(&mut power, &mut columns);
    }
    Ok(passed)
}

/// A random number from 2 to one less than the given one, which has no leading zeros.
fn random_base(end: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let mut base = Zeroizing::new(vec![0; end.len()]);
    let unused = end.first().map_or(0, |first| first.leading_zeros());
    for _ in 0..TRIES * 8 {
        random::fill(&mut base)?;
        base[0] &= u8::MAX >> unused;
        if base.as_slice() < end && highest(&base) > 1 {
            return Ok(base);
        }
    }
    Err(Error::random_unavailable())
}

#[cfg(test)]
mod tests {
    use rsa::BigUint;

    use super::*;

    #[test]
    fn candidates_are_in_range_and_no_small_prime_divides_them() {
        let mut tries = 1_000_000;
        for _ in 0..64 {
            let before = tries;
            let candidate = random_candidate(512, None, &mut tries).expect("there is randomness");
            assert!(tries < before);
            let number = BigUint::from_bytes_be(&candidate);
            assert_eq!(number.bits(), 512);
            assert_eq!(candidate.last().map(|last| last % 2), Some(1));
            assert!(&number * &number > BigUint::from(1u8) << 1023);
            let remainder = |prime: u32| &number % prime;
            assert!(
                SMALL_PRIMES.iter().all(|prime| remainder((*prime).into()) != BigUint::from(0u8))
            );
            assert!(remainder(EXPONENT) != BigUint::from(1u8));
        }
        assert!(random_candidate(512, None, &mut 0).is_err());
    }

    #[test]
    fn a_base_is_any_number_below_the_end() {
        let end = [&[0x0b][..], &[0; 31]].concat();
        let mut seen = 0;
        for _ in 0..400 {
            let base = random_base(&end).expect("there is randomness");
            assert!(base.as_slice() < end.as_slice());
            seen |= 1 << base[0];
        }
        assert_eq!(seen, (1 << 0x0b) - 1);
    }

    /// Every number without a common divisor to such a power less one is 1 by a Carmichael number, and most are
    /// halfway there already.
    #[test]
    fn a_prime_passes_by_every_base_and_a_carmichael_number_by_few() {
        let k = 0x100_0009_f600_u64;
        let carmichael =
            [6, 12, 18].map(|times| BigUint::from(times * k + 1)).iter().product::<BigUint>();
        let prime = (BigUint::from(1u8) << 127) - 1u8;
        let passes = |number: &BigUint| {
            let number = number.to_bytes_be();
            let verdicts = (0..24).map(|_| are_probably_prime([&number; LANES]));
            verdicts
                .flat_map(|verdict| verdict.expect("there is randomness"))
                .filter(|it| *it)
                .count()
        };
        assert_eq!(passes(&prime), 48);
        assert!(passes(&carmichael) < 36);
    }
}
