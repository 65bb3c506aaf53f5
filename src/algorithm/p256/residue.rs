//! Arithmetic modulo a prime of 256 bits, in Montgomery's form: a residue `x` is kept as `x * 2^261`.
//!
//! A product is between minus and plus one times the modulus, and balanced. Sums and differences are
//! taken digit by digit, and not reduced: see [`super::digits`] for how far that may go.

use std::marker::PhantomData;
use std::ops::{Add, Mul, Neg, Sub};

use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

use super::digits::{
    self, BITS, BYTES, Columns, DIGITS, Digits, high, low, product, sign, sum, with_sign,
};
use super::inverse::inverse;

/// A modulus, odd, and a little below 2^256.
pub(crate) trait Modulus: Copy {
    /// Itself.
    const MODULUS: Digits;
    /// `-1 / MODULUS` modulo 2^29, balanced.
    const NEGATIVE_INVERSE: i64;
    /// `2^522`, the square of Montgomery's factor.
    const SQUARE: Digits;

    /// Adds to each of the lower columns, from the least significant one, the multiple of the modulus
    /// that makes it zero but for what it carries to the next.
    fn reduce(columns: &mut Columns);
}

/// The digits that stand for one in a plain number.
const ONE: Digits = [1, 0, 0, 0, 0, 0, 0, 0, 0];

/// A residue.
#[derive(Clone, Copy)]
pub(crate) struct Residue<M>(Digits, PhantomData<M>);

impl<M: Modulus> Residue<M> {
    pub(super) const ZERO: Self = Self::kept([0; DIGITS]);

    /// Of digits that are in Montgomery's form already.
    pub(super) const fn kept(digits: Digits) -> Self {
        Self(digits, PhantomData)
    }

    /// Of a plain number whose digits weigh at most 2.
    pub(super) fn of(number: &Digits) -> Self {
        reduced(product(number, &M::SQUARE))
    }

    /// Of a big-endian number, if it is below the modulus.
    pub(crate) fn from_bytes(bytes: &[u8; BYTES]) -> Option<Self> {
        let number = digits::from_bytes(bytes);
        let beyond = std::array::from_fn(|index| number[index] - M::MODULUS[index]);
        (sign(&beyond) != 0).then(|| Self::of(&number))
    }

    /// Of any big-endian number, modulo the modulus.
    pub(crate) fn reduced_from(bytes: &[u8; BYTES]) -> Self {
        Self::of(&digits::from_bytes(bytes))
    }

    /// The number, from zero to below the modulus.
    pub(super) fn number(&self) -> Digits {
        // Between minus and plus 0.51 times the modulus.
        let number = reduced::<M>(product(&self.0, &ONE)).0;
        let negative = sign(&number);
        with_sign(&std::array::from_fn(|index| number[index] + (M::MODULUS[index] & negative)))
    }

    /// The number, big-endian.
    pub(crate) fn to_bytes(self) -> [u8; BYTES] {
        digits::to_bytes(&self.number())
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.number().iter().fold(0, |bits, digit| bits | digit) == 0
    }

    /// The inverse of a residue that is not zero.
    pub(crate) fn inverse(&self) -> Self {
        Self::of(&inverse::<M>(&self.number()))
    }

    /// `a * b + c * d`, reduced once.
    pub(super) fn products(a: Self, b: Self, c: Self, d: Self) -> Self {
        reduced(sum(product(&a.0, &b.0), &product(&c.0, &d.0)))
    }

    #[cfg(test)]
    pub(super) fn digits(&self) -> &Digits {
        &self.0
    }

    /// The digits of a product, for keeping.
    pub(super) fn narrow(&self) -> [i32; DIGITS] {
        self.0.map(|digit| digit as i32)
    }

    pub(super) fn wide(digits: &[i32; DIGITS]) -> Self {
        Self::kept(digits.map(i64::from))
    }
}

impl<M: Modulus> ConditionallySelectable for Residue<M> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self::kept(Digits::conditional_select(&a.0, &b.0, choice))
    }
}

fn reduced<M: Modulus>(mut columns: Columns) -> Residue<M> {
    M::reduce(&mut columns);
    Residue::kept(digits::carried(&columns))
}

impl<M: Modulus> Mul for Residue<M> {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        reduced(product(&self.0, &other.0))
    }
}

impl<M: Modulus> Add for Residue<M> {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        Self::kept(std::array::from_fn(|index| self.0[index] + other.0[index]))
    }
}

impl<M: Modulus> Sub for Residue<M> {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        Self::kept(std::array::from_fn(|index| self.0[index] - other.0[index]))
    }
}

impl<M: Modulus> Neg for Residue<M> {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self::kept(self.0.map(|digit| -digit))
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

/// Coordinates: modulo `p = 2^256 - 2^224 + 2^192 + 2^96 - 1`.
#[derive(Clone, Copy)]
pub(crate) struct Field;

impl Modulus for Field {
    const MODULUS: Digits =
        digits::from_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    const NEGATIVE_INVERSE: i64 = 1;
    const SQUARE: Digits =
        digits::from_hex("000013fffffff7fffffffffffffffbffffffeffffffffc000000000000000c00");

    /// As `p` is -1 modulo 2^29, the multiple is the column itself; and as all of `p` are powers of
    /// two, there is nothing to multiply.
    fn reduce(columns: &mut Columns) {
        for index in 0..DIGITS {
            let multiple = low(columns[index]);
            columns[index + 1] += high(columns[index]);
            columns[index + 3] += multiple << (96 - 3 * BITS);
            columns[index + 6] += multiple << (192 - 6 * BITS);
            columns[index + 7] -= multiple << (224 - 7 * BITS);
            columns[index + 8] += multiple << (256 - 8 * BITS);
        }
    }
}

impl Residue<Field> {
    /// The same residue, balanced and between minus and plus 0.51 times `p`, of digits that weigh at
    /// most 16. Cheaper than a multiplication.
    #[inline]
    pub(super) fn settled(self) -> Self {
        let mut digits = self.0;
        // What is beyond 2^256, which is 2^224 - 2^192 - 2^96 + 1 here.
        let beyond = (digits[8] + (1 << 23)) >> 24;
        digits[8] -= beyond << 24;
        digits[0] += beyond;
        digits[3] -= beyond << (96 - 3 * BITS);
        digits[6] -= beyond << (192 - 6 * BITS);
        digits[7] += beyond << (224 - 7 * BITS);
        // Each carries to the next at once: what is carried into a digit is too little to matter.
        let carries = digits.map(high);
        for index in 0..DIGITS - 1 {
            digits[index] = low(digits[index]);
        }
        for index in 0..DIGITS - 1 {
            digits[index + 1] += carries[index];
        }
        Self::kept(digits)
    }
}

/// Numbers of points: modulo the order `n` of the group.
#[derive(Clone, Copy)]
pub(crate) struct Order;

impl Modulus for Order {
    const MODULUS: Digits =
        digits::from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    const NEGATIVE_INVERSE: i64 = 234_929_231;
    const SQUARE: Digits =
        digits::from_hex("84b6556a65587f0616c8e4adafb165861f11fc5bb2d31a9945e9cfeeb48d9ef5");

    fn reduce(columns: &mut Columns) {
        for index in 0..DIGITS {
            let multiple = low(low(columns[index]) * Self::NEGATIVE_INVERSE);
            for (place, digit) in Self::MODULUS.iter().enumerate() {
                columns[index + place] += multiple * digit;
            }
            columns[index + 1] += columns[index] >> BITS;
        }
    }
}
