//! A point that is multiplied often: some multiples of it, computed once, so that a product takes
//! additions and hardly any doublings (the fixed-base window method; with a spacing above one, the
//! comb of Lim and Lee). Points and their formulas are the curves'; here it is only decided which
//! points are added.
//!
//! A scalar is written in digits of [`BITS`] bits between -16 and 16. Digit `i` counts for
//! `32^i * point`. A row of the table holds 1 to 16 times `32^i * point`, for each `spacing`-th digit
//! `i`; the digits between them are reached by doubling the sum, once for all rows.

use std::ops::Add;

use subtle::{Choice, ConstantTimeEq};

/// The length of a scalar of either curve, in bytes.
const SCALAR_BYTES: usize = 32;

/// The bits of a digit.
const BITS: usize = 5;

/// The points in a row: a digit's largest magnitude.
const ROW: usize = 1 << (BITS - 1);

/// The digits of a scalar, whose last one may have a carry.
const DIGITS: usize = (8 * SCALAR_BYTES + 1).div_ceil(BITS);

/// A point, whose addition takes any two points in the same way and time: equal, opposite, or the
/// neutral one, which is the default.
pub(crate) trait Point: Copy + Default + Add<Output = Self> {
    /// A point of a table, in whatever form is soonest added.
    type Kept: Copy;

    /// None of the points is the neutral one, unless the curve can keep that too.
    fn kept(points: &[Self]) -> Vec<Self::Kept>;

    fn doubled(self) -> Self;

    /// The point of a row that a secret digit's magnitude stands for, the first one for 1; for 0, any.
    /// All of the row is read.
    fn select(row: &[Self::Kept], magnitude: u8) -> Self::Kept;

    /// The sum with a selected point, or with its negative, or the point itself where the digit is 0.
    fn plus(self, kept: &Self::Kept, digit: Digit) -> Self;
}

/// A digit, which may be secret.
#[derive(Clone, Copy)]
pub(crate) struct Digit {
    magnitude: u8,
    pub(crate) negative: Choice,
}

impl Digit {
    pub(crate) fn of(digit: i8) -> Self {
        // All ones for a negative digit, else zero.
        let sign = digit >> 7;
        Self { magnitude: ((digit ^ sign) - sign) as u8, negative: Choice::from(sign as u8 & 1) }
    }

    pub(crate) fn is_zero(self) -> Choice {
        self.magnitude.ct_eq(&0)
    }
}

/// What selects a point by a secret magnitude.
#[derive(Clone, Copy)]
pub(crate) struct Selector(u64);

impl Selector {
    pub(crate) fn of(magnitude: u8) -> Self {
        // Compilers are not to know how small it is, lest they compare and branch.
        Self(std::hint::black_box(u64::from(magnitude)))
    }

    /// All ones for the magnitude, zero for others.
    #[inline(always)]
    pub(crate) fn mask(self, magnitude: u64) -> u64 {
        ((self.0 ^ magnitude).wrapping_sub(1) as i64 >> 63) as u64
    }
}

/// Multiples of a point.
pub(crate) struct Multiples<P: Point> {
    spacing: usize,
    table: Vec<P::Kept>,
}

impl<P: Point> Multiples<P> {
    /// Of a public point. A wider spacing makes a smaller table, sooner, and slower products.
    pub(crate) fn new(point: P, spacing: usize) -> Self {
        let rows = DIGITS.div_ceil(spacing);
        let mut points = Vec::with_capacity(rows * ROW);
        let mut unit = point;
        for _ in 0..rows {
            let mut multiple = unit;
            points.push(multiple);
            for _ in 1..ROW {
                multiple = multiple + unit;
                points.push(multiple);
            }
            // The last multiple is half of what the next digit counts for.
            unit = doubled(multiple, 1 + (spacing - 1) * BITS);
        }
        Self { spacing, table: P::kept(&points) }
    }

    /// The product with a little-endian scalar, which may be secret: which points are added and
    /// which memory is read does not depend on it.
    pub(crate) fn times(&self, scalar: &[u8; SCALAR_BYTES]) -> P {
        self.sum(scalar, |sum, row, digit| {
            let digit = Digit::of(digit);
            sum.plus(&P::select(row, digit.magnitude), digit)
        })
    }

    /// As [`times`](Self::times), sooner, in a time that tells of the scalar.
    pub(crate) fn times_public(&self, scalar: &[u8; SCALAR_BYTES]) -> P {
        self.sum(scalar, |sum, row, digit| {
            let at = usize::from(digit.unsigned_abs()).checked_sub(1);
            at.and_then(|at| row.get(at)).map_or(sum, |kept| sum.plus(kept, Digit::of(digit)))
        })
    }

    fn sum(&self, scalar: &[u8; SCALAR_BYTES], add: impl Fn(P, &[P::Kept], i8) -> P) -> P {
        let digits = digits(scalar);
        let mut sum = P::default();
        for offset in (0..self.spacing).rev() {
            if offset + 1 < self.spacing {
                sum = doubled(sum, BITS);
            }
            let digits = digits.iter().skip(offset).step_by(self.spacing);
            for (row, digit) in self.table.chunks_exact(ROW).zip(digits) {
                sum = add(sum, row, *digit);
            }
        }
        sum
    }
}

/// A point, doubled several times.
fn doubled<P: Point>(point: P, times: usize) -> P {
    (0..times).fold(point, |point, _| point.doubled())
}

/// The digits of a little-endian scalar, the least significant one first.
fn digits(scalar: &[u8; SCALAR_BYTES]) -> [i8; DIGITS] {
    let mut digits = [0; DIGITS];
    let mut carry = 0;
    for (index, digit) in digits.iter_mut().enumerate() {
        let byte = |at| u16::from(scalar.get(at).copied().unwrap_or(0));
        let start = index * BITS;
        let bits = (byte(start / 8) | byte(start / 8 + 1) << 8) >> (start % 8);
        let value = (bits % (1 << BITS)) as i8 + carry;
        carry = (value + ROW as i8) >> BITS;
        *digit = value - (carry << BITS);
    }
    digits
}
