//! Arithmetic modulo a prime of 256 bits, in Montgomery's form: a residue `x` is kept as `x * 2^261`.
//!
//! A product is between minus and plus one times the modulus, and balanced. Sums and differences are
//! taken digit by digit, and not reduced: see [`super::digits`] for how far that may go.

use std::marker::PhantomData;
use std::ops::{Add, Mul, Neg, Sub};

use zeroize::Zeroize;

use super::digits::{
    self, BITS, BYTES, Columns, DIGITS, Digits, WORDS, balanced, each, high, low, product, sign,
    sum, with_sign,
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

    /// Columns divided by 2^261: to each of the lower nine, from the least significant one, the multiple
    /// of the modulus is added that makes it zero but for what it carries to the next.
    fn reduced(columns: Columns) -> Digits;
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
        Self::kept(*number).times(&M::SQUARE)
    }

    /// Of a big-endian number, if it is below the modulus.
    pub(crate) fn from_bytes(bytes: &[u8; BYTES]) -> Option<Self> {
        let number = digits::from_bytes(bytes);
        (sign(&each!(at => number[at] - M::MODULUS[at])) != 0).then(|| Self::of(&number))
    }

    /// Of any big-endian number, modulo the modulus.
    pub(crate) fn reduced_from(bytes: &[u8; BYTES]) -> Self {
        Self::of(&digits::from_bytes(bytes))
    }

    /// The number, from zero to below the modulus.
    pub(super) fn number(&self) -> Digits {
        // Between minus and plus 0.51 times the modulus.
        positive::<M>(&self.times(&ONE).0)
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
    #[inline(never)]
    pub(super) fn products(a: &Self, b: &Self, c: &Self, d: &Self) -> Self {
        Self::kept(M::reduced(sum(&product(&a.0, &b.0), &product(&c.0, &d.0))))
    }

    #[inline(never)]
    fn times(&self, other: &Digits) -> Self {
        Self::kept(M::reduced(product(&self.0, other)))
    }

    #[cfg(test)]
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
    #[inline(always)]
    fn reduced(mut columns: Columns) -> Digits {
        macro_rules! reduce {
            ($($at:literal)*) => {$(
                let multiple = low(columns[$at]);
                columns[$at + 1] += high(columns[$at]);
                columns[$at + 3] += multiple << (96 - 3 * BITS);
                columns[$at + 6] += multiple << (192 - 6 * BITS);
                columns[$at + 7] -= multiple << (224 - 7 * BITS);
                columns[$at + 8] += multiple << (256 - 8 * BITS);
            )*};
        }
        reduce!(0 1 2 3 4 5 6 7 8);
        balanced(each!(at => columns[DIGITS + at]))
    }
}

impl Residue<Field> {
    /// The same residue, balanced and between minus and plus 0.51 times `p`, of digits that weigh at
    /// most 16. Cheaper than a multiplication.
    #[inline(never)]
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
        let carried = each!(at => if at == 0 { 0 } else { high(digits[at - 1]) });
        Self::kept(
            each!(at => carried[at] + if at < DIGITS - 1 { low(digits[at]) } else { digits[at] }),
        )
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

    fn reduced(mut columns: Columns) -> Digits {
        for index in 0..DIGITS {
            let multiple = low(low(columns[index]) * Self::NEGATIVE_INVERSE);
            for (place, digit) in Self::MODULUS.iter().enumerate() {
                columns[index + place] += multiple * digit;
            }
            columns[index + 1] += columns[index] >> BITS;
        }
        balanced(each!(at => columns[DIGITS + at]))
    }
}
