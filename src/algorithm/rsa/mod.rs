//! RSA's two operations on numbers (RFC 8017, section 5), hazardous by themselves: without padding they
//! protect nothing. `rs256.rs` is what uses them.
//!
//! # How it is made
//!
//! The private operation uses the Chinese remainder theorem: two powers by moduli of half the size, `p`
//! and `q`. Both are made at once, in the two lanes of a SIMD register ([`lanes`]). Digits are doubles,
//! because a SIMD multiplication of doubles is one instruction on every machine, exact as long as sums
//! stay below 2^53 ([`digits`]). On top of them is Montgomery's multiplication ([`moduli`]).
//!
//! The alternative, WebAssembly's `i64x2.extmul` on digits of 28 bits, needs fewer products, but is three
//! instructions on x86 and leaves half a register unused, and compilers turn it into a full `i64x2.mul`, which
//! is slower still: at its best it took 2.05 µs for a product by two moduli of 1,024 bits, where this takes 0.8.
//! `tests/package/constant-time.test.mjs` looks into the built module for what is promised here.
//!
//! Keys are read, checked and made with plain arithmetic on limbs ([`integer`], [`key`]), and primes
//! are found by the lanes again, two candidates side by side ([`primes`]).
//!
//! # What is promised
//!
//! The private operation's time does not depend on the key nor on the message, only on their sizes: no
//! branch and no index depends on them, and multiplying doubles that are whole numbers takes the same
//! time for all of them. Each result is raised to the public exponent and compared before it is released, so that
//! a fault on the way gives an error, never a signature from which the key follows (Boneh, DeMillo,
//! Lipton, "On the importance of checking cryptographic protocols for faults", 1997). That is done by both primes
//! side by side, which is the same as by the modulus, their product, and takes half of the time. Every
//! number of a computation is wiped after it.

#![allow(
    clippy::indexing_slicing,
    reason = "positions follow from the sizes of a key that was accepted, and the tests use every size"
)]

mod digits;
#[cfg(test)]
mod faults;
mod integer;
mod key;
mod lanes;
mod moduli;
mod primes;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod timing;

use std::cell::OnceCell;
use std::rc::Rc;

use zeroize::Zeroizing;

use digits::{add_product, fours, fours_mut, write};
use lanes::Pair;
use moduli::{Digits, Exponents, Moduli};

pub(super) use key::PrivateNumbers;

/// A public key, for RSAVP1 (RFC 8017, section 5.2.2).
pub(super) struct PublicOperation {
    modulus: Vec<u8>,
    exponent: u64,
    /// Made when it is first used: many keys of a set never are.
    moduli: OnceCell<Moduli>,
}

impl PublicOperation {
    /// The modulus as an odd big-endian number without leading zeros; the exponent may not be zero.
    pub(super) fn new(modulus: &[u8], exponent: u64) -> Self {
        Self { modulus: modulus.to_vec(), exponent, moduli: OnceCell::new() }
    }

    pub(super) fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    pub(super) fn exponent(&self) -> u64 {
        self.exponent
    }

    /// `number^e mod n`, as long as the modulus; the number must be less than it.
    pub(super) fn apply(&self, number: &[u8]) -> Vec<u8> {
        let moduli = self.moduli.get_or_init(|| Moduli::new([&self.modulus; 2]));
        let mut columns = moduli.columns();
        let mut power = moduli.enter([number; 2]);
        moduli.raise_publicly(&mut power, self.exponent, &mut columns);
        moduli.leave(&mut power, &mut columns);
        residue(moduli, &power, 0, &self.modulus)
    }
}

/// A private key, ready for RSASP1 (RFC 8017, section 5.2.1).
pub(super) struct PrivateOperation {
    /// By `p` and by `q`.
    moduli: Moduli,
    /// `dP` and `dQ`.
    exponents: Exponents,
    /// What stands for `qInv`, by `p`.
    coefficient: Digits,
    /// `q` as digits, by `p`'s lane.
    second_prime: Digits,
    public: Rc<PublicOperation>,
}

impl PrivateOperation {
    pub(super) fn new(key: &PrivateNumbers) -> Self {
        let moduli = Moduli::new([&key.p, &key.q]);
        let coefficient = moduli.enter([&key.qi, &[]]);
        let mut second_prime = Zeroizing::new(vec![Pair::ZERO; coefficient.len()]);
        digits::read(moduli.radix, [&key.q, &[]], &mut second_prime);
        moduli.radix.carry_within(&mut second_prime);
        Self {
            exponents: Exponents::new([&key.dp, &key.dq]),
            coefficient,
            second_prime,
            moduli,
            public: Rc::new(PublicOperation::new(&key.n, key.e)),
        }
    }

    pub(super) fn public(&self) -> Rc<PublicOperation> {
        Rc::clone(&self.public)
    }

    /// `number^d mod n`, as long as the modulus; the number must be less than it. Nothing when the result
    /// does not lead back to the number.
    pub(super) fn apply(&self, number: &[u8]) -> Option<Vec<u8>> {
        let moduli = &self.moduli;
        let mut columns = moduli.columns();
        // Step 2b of RSASP1: s_1 = m^dP mod p, s_2 = m^dQ mod q.
        let mut powers = moduli.enter([number; 2]);
        moduli.raise(&mut powers, &self.exponents, &mut columns);
        moduli.leave(&mut powers, &mut columns);
        // h = (s_1 - s_2) · qInv mod p
        let second = |pair: &Pair| Pair::new([pair.lanes()[1], 0.0]);
        let mut h: Digits =
            Zeroizing::new(powers.iter().map(|pair| pair.minus(second(pair))).collect());
        moduli.radix.carry_within(&mut h);
        moduli.multiply(&mut h, &self.coefficient, &mut columns);
        // s = s_2 + q · h
        columns.fill(Pair::ZERO);
        for (column, pair) in columns.iter_mut().zip(powers.iter()) {
            *column = second(pair);
        }
        add_product(fours_mut(&mut columns), fours(&h), fours(&self.second_prime));
        moduli.radix.carry_within(&mut columns);
        #[cfg(test)]
        faults::strike(&mut columns);
        let signature = residue(moduli, &columns, 0, self.public.modulus());
        self.verifies(&signature, number).then_some(signature)
    }

    /// RSAVP1 by the primes: whether `signature^e = number` by `p` and by `q`, and so by `n`. Both are read
    /// anew, so that nothing that went wrong before is taken for granted.
    fn verifies(&self, signature: &[u8], number: &[u8]) -> bool {
        let moduli = &self.moduli;
        let mut columns = moduli.columns();
        let mut power = moduli.enter([signature; 2]);
        moduli.raise_publicly(&mut power, self.public.exponent(), &mut columns);
        let wanted = moduli.enter([number; 2]);
        power.iter_mut().zip(wanted.iter()).for_each(|(digit, other)| *digit = digit.minus(*other));
        moduli.radix.carry_within(&mut power);
        moduli.leave(&mut power, &mut columns);
        // What is left is less than a modulus in size, and so is a multiple of it only when it is zero,
        // of which there is but one form.
        let squares = power.iter().fold(Pair::ZERO, |sum, digit| sum.plus(digit.times(*digit)));
        squares.lanes() == [0.0; 2]
    }
}

/// A lane's number by a modulus, as long as that; it must be less in size than the modulus.
fn residue(moduli: &Moduli, number: &[Pair], lane: usize, modulus: &[u8]) -> Vec<u8> {
    // A byte more, for the sign.
    let mut bytes = Zeroizing::new(vec![0; modulus.len() + 1]);
    write(moduli.radix, number, lane, &mut bytes);
    let Some((sign, bytes)) = bytes.split_first() else { return Vec::new() };
    let mut carry = 0u16;
    let mut residue: Vec<u8> = bytes
        .iter()
        .zip(modulus)
        .rev()
        .map(|(byte, modulus)| {
            carry += u16::from(*byte) + u16::from(modulus & sign);
            let byte = carry as u8;
            carry >>= 8;
            byte
        })
        .collect();
    residue.reverse();
    residue
}
