//! Arithmetic modulo primes of 253 to 256 bits, for both curves.
//!
//! # How it is made
//!
//! WebAssembly multiplies numbers of 64 bits, and gives the lower 64 of a product. So numbers have nine
//! digits of 29 bits, whose products are added up in 64 bits before anything is carried ([`digits`]).
//! Residues are in Montgomery's form: `x` is kept as `x * 2^261`, because to reduce a product is to add
//! multiples of the modulus then, and the primes of coordinates are made of so few powers of two that
//! hardly anything is multiplied for that. Inverses are found by division steps ([`inverse`]).
//!
//! A product is balanced, and between minus and plus one times the modulus. Sums and differences are
//! taken digit by digit, and are not reduced: [`digits`] says how far that may go.
//!
//! # What is promised
//!
//! No branch and no address depends on a number. Its digits are wiped by whoever holds them.

#![allow(
    clippy::indexing_slicing,
    reason = "every number has nine digits, and positions among them are constants"
)]

pub(super) mod digits;
mod inverse;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::ops::{Add, Mul, Neg, Sub};

use subtle::Choice;
use zeroize::Zeroize;

use digits::{
    BITS, BYTES, Columns, DIGITS, Digits, WORDS, balanced, each, from_hex, low, product, sign, sum,
    with_sign,
};
use inverse::inverse;

/// An odd prime of 253 to 256 bits.
pub(super) trait Modulus: Copy {
    /// Itself.
    const MODULUS: Digits;
    /// `-1 / MODULUS` modulo 2^29, balanced.
    const NEGATIVE_INVERSE: i64;
    /// `2^522`, the square of Montgomery's factor.
    const SQUARE: Digits;

    /// Columns divided by 2^261: to each of the lower nine, from the least significant one, the multiple
    /// of the modulus is added that makes it zero but for what it carries to the next.
    fn reduced(columns: Columns) -> Digits {
        reduced_by(columns, &Self::MODULUS, Self::NEGATIVE_INVERSE)
    }
}

/// The digits that stand for one in a plain number.
const ONE: Digits = [1, 0, 0, 0, 0, 0, 0, 0, 0];

/// A residue.
#[derive(Clone, Copy)]
pub(super) struct Residue<M>(Digits, PhantomData<M>);

impl<M: Modulus> Residue<M> {
    pub(super) const ZERO: Self = Self::kept([0; DIGITS]);

    /// Of digits that are in Montgomery's form already.
    pub(super) const fn kept(digits: Digits) -> Self {
        Self(digits, PhantomData)
    }

    /// Of a number in Montgomery's form, in hexadecimal.
    pub(super) const fn kept_hex(hex: &str) -> Self {
        Self::kept(from_hex(hex))
    }

    /// Of a plain number whose digits weigh at most 2.
    pub(super) fn of(number: &Digits) -> Self {
        Self::kept(*number).times(&M::SQUARE)
    }

    /// Of a big-endian number, if it is below the modulus.
    pub(super) fn from_bytes(bytes: &[u8; BYTES]) -> Option<Self> {
        let number = digits::from_bytes(bytes);
        (sign(&each!(at => number[at] - M::MODULUS[at])) != 0).then(|| Self::of(&number))
    }

    /// Of any big-endian number, modulo the modulus.
    pub(super) fn reduced_from(bytes: &[u8; BYTES]) -> Self {
        Self::of(&digits::from_bytes(bytes))
    }

    /// The number, from zero to below the modulus.
    pub(super) fn number(&self) -> Digits {
        // Between minus and plus 0.51 times the modulus.
        positive::<M>(&self.times(&ONE).0)
    }

    /// The number, big-endian.
    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        digits::to_bytes(&self.number())
    }

    /// The number, little-endian.
    pub(super) fn to_little_endian(self) -> [u8; BYTES] {
        let mut bytes = self.to_bytes();
        bytes.reverse();
        bytes
    }

    pub(super) fn is_zero(&self) -> bool {
        self.number().iter().fold(0, |bits, digit| bits | digit) == 0
    }

    /// The inverse of a residue that is not zero.
    pub(super) fn inverse(&self) -> Self {
        Self::of(&inverse::<M>(&self.number()))
    }

    /// The inverses of residues that are not zero, for the price of one: each one's is that of the product
    /// of all, without the others.
    pub(super) fn inverses(residues: &[Self]) -> Vec<Self> {
        let mut product = Self::of(&ONE);
        let mut inverses = Vec::with_capacity(residues.len());
        for residue in residues {
            inverses.push(product);
            product = product * *residue;
        }
        let mut inverse = product.inverse();
        for (before, residue) in inverses.iter_mut().zip(residues).rev() {
            *before = *before * inverse;
            inverse = inverse * *residue;
        }
        inverses
    }

    /// `a * b + c * d`, reduced once.
    #[inline(never)]
    pub(super) fn products(a: &Self, b: &Self, c: &Self, d: &Self) -> Self {
        Self::kept(M::reduced(sum(&product(&a.0, &b.0), &product(&c.0, &d.0))))
    }

    #[inline(never)]
    fn times(&self, other: &Digits) -> Self {
        Self::kept(M::reduced(product(&self.0, other)))
    }

    pub(super) fn digits(&self) -> &Digits {
        &self.0
    }

    /// A product as tables keep it.
    pub(super) fn to_words(self) -> [u64; WORDS] {
        digits::to_words(&positive::<M>(&self.0))
    }

    /// The residue of a table, whose digits weigh 2.
    #[inline(always)]
    pub(super) fn from_words(words: [u64; WORDS]) -> Self {
        Self::kept(digits::from_words(words))
    }
}

impl<M: Modulus> Residue<M> {
    /// The one or the other, by a mask of all zeros or all ones.
    #[inline(never)]
    pub(super) fn either(mask: i64, zeros: &Self, ones: &Self) -> Self {
        Self::kept(each!(at => zeros.0[at] ^ (zeros.0[at] ^ ones.0[at]) & mask))
    }
}

/// A number that is not below minus the modulus, and with the modulus added if it is negative.
fn positive<M: Modulus>(number: &Digits) -> Digits {
    let negative = sign(number);
    with_sign(&each!(at => number[at] + (M::MODULUS[at] & negative)))
}

impl<M: Modulus> Mul for Residue<M> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.times(&other.0)
    }
}

impl<M: Modulus> Add for Residue<M> {
    type Output = Self;

    #[inline(never)]
    fn add(self, other: Self) -> Self {
        Self::kept(each!(at => self.0[at] + other.0[at]))
    }
}

impl<M: Modulus> Sub for Residue<M> {
    type Output = Self;

    #[inline(never)]
    fn sub(self, other: Self) -> Self {
        Self::kept(each!(at => self.0[at] - other.0[at]))
    }
}

impl<M: Modulus> Neg for Residue<M> {
    type Output = Self;

    #[inline(never)]
    fn neg(self) -> Self {
        Self::kept(each!(at => -self.0[at]))
    }
}

impl<M: Modulus> PartialEq for Residue<M> {
    fn eq(&self, other: &Self) -> bool {
        (*self - *other).is_zero()
    }
}

impl<M> Zeroize for Residue<M> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// [`Modulus::reduced`] for a modulus of no particular form.
fn reduced_by(mut columns: Columns, modulus: &Digits, negative_inverse: i64) -> Digits {
    for index in 0..DIGITS {
        let multiple = low(low(columns[index]) * negative_inverse);
        for (place, digit) in modulus.iter().enumerate() {
            columns[index + place] += multiple * digit;
        }
        columns[index + 1] += columns[index] >> BITS;
    }
    balanced(each!(at => columns[DIGITS + at]))
}

/// All ones or zero.
pub(super) fn mask(choice: Choice) -> i64 {
    -i64::from(choice.unwrap_u8())
}
