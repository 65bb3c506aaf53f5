//! Ed25519 (RFC 8032, section 5.1): the points and numbers of EdDSA, hazardous by themselves. `eddsa.rs`
//! is what uses them.
//!
//! Points of the curve `-x^2 + y^2 = 1 + d x^2 y^2` are added by formulas that hold for any two of them
//! (Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited", 2008, sections 3.1 and 3.3).
//!
//! Coordinates are products. Behind each line is the most that digits weigh there, or the weights of
//! what is multiplied (see [`super::residue::digits`]).

#![allow(
    clippy::indexing_slicing,
    reason = "numbers have nine digits, encodings 32 bytes, and positions among them are constants"
)]

use super::multiples::{Digit, Point, Selector};
use super::residue::digits::{
    BITS, BYTES, Columns, DIGITS, Digits, WORDS, balanced, each, from_hex, low, or_masked,
};
use super::residue::{Modulus, Residue, mask};

/// Coordinates: modulo `p = 2^255 - 19`.
#[derive(Clone, Copy)]
pub(super) struct Field;

impl Modulus for Field {
    const MODULUS: Digits =
        from_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");
    const NEGATIVE_INVERSE: i64 = 141_281_819;
    const SQUARE: Digits =
        from_hex("0000000000000000000000000000000000000000000000000000000000169000");

    #[inline(always)]
    fn reduced(mut columns: Columns) -> Digits {
        macro_rules! reduce {
            ($($at:literal)*) => {$(
                let multiple = low(low(columns[$at]) * Self::NEGATIVE_INVERSE);
                columns[$at + 1] += (columns[$at] - 19 * multiple) >> BITS;
                columns[$at + 8] += multiple << (255 - 8 * BITS);
            )*};
        }
        reduce!(0 1 2 3 4 5 6 7 8);
        balanced(each!(at => columns[DIGITS + at]))
    }
}

/// Numbers of points: modulo the order of the base point.
#[derive(Clone, Copy)]
pub(super) struct Order;

impl Modulus for Order {
    const MODULUS: Digits =
        from_hex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    const NEGATIVE_INVERSE: i64 = -229_343_717;
    const SQUARE: Digits =
        from_hex("05046df0c268f73bb1cf485fd6f9972d781a1f9babd635fcf7c28362eb5f9d12");
}

/// A number of points.
pub(super) type Scalar = Residue<Order>;

/// `2^256`, in Montgomery's form.
const HIGH: Scalar =
    Scalar::kept_hex("0328236f861347b9dd8e7a42feb7ccb96faa9fd69bed1f18184186b008c914a5");

impl Scalar {
    /// Of a little-endian number, modulo the order.
    pub(super) fn from_little_endian(mut bytes: [u8; BYTES]) -> Self {
        bytes.reverse();
        Self::reduced_from(&bytes)
    }

    /// Of a little-endian number below the order.
    pub(super) fn from_canonical(mut bytes: [u8; BYTES]) -> Option<Self> {
        bytes.reverse();
        Self::from_bytes(&bytes)
    }

    /// Of a little-endian hash of twice the length, modulo the order.
    pub(super) fn from_hash(hash: &[u8; 2 * BYTES]) -> Self {
        let (&[low, high], _) = hash.as_chunks::<BYTES>() else { return Self::ZERO };
        Self::from_little_endian(low) + Self::from_little_endian(high) * HIGH
    }
}

type FieldElement = Residue<Field>;

/// One, `d`, `2 d` and a square root of minus one, in Montgomery's form.
const ONE: FieldElement =
    FieldElement::kept_hex("00000000000000000000000000000000000000000000000000000000000004c0");
const D: FieldElement =
    FieldElement::kept_hex("10456b4e53f8a4dcb27240f78310d2021430eef5f8c52e701db17fdbe8fd4011");
const TWO_D: FieldElement =
    FieldElement::kept_hex("208ad69ca7f149b964e481ef0621a4042861ddebf18a5ce03b62ffb7d1fa8022");
const ROOT_OF_MINUS_ONE: FieldElement =
    FieldElement::kept_hex("2eed617ad8e3750dadc2d7e66c405a207eb21fb6a37d3da76b00fa9fc57b62a7");

/// A point in extended coordinates: `x / z`, `y / z`, and `t / z` is their product.
#[derive(Clone, Copy)]
pub(super) struct EdwardsPoint {
    x: FieldElement,
    y: FieldElement,
    z: FieldElement,
    t: FieldElement,
}

/// A point as a table keeps it: `y + x`, `y - x` and `2 d x y`.
#[derive(Clone, Copy)]
pub(super) struct KeptPoint {
    sum: [u64; WORDS],
    difference: [u64; WORDS],
    product: [u64; WORDS],
}

/// The neutral point, as a table would keep it: one is 2^261 there.
const NEUTRAL: KeptPoint =
    KeptPoint { sum: [19 << 6, 0, 0, 0], difference: [19 << 6, 0, 0, 0], product: [0; WORDS] };

impl EdwardsPoint {
    pub(super) const BASE: Self = Self {
        x: FieldElement::kept_hex(
            "33c46e0fcc0efa130f326d75bc96b6f394b30ac472dc913c59578aa7f3b45307",
        ),
        y: FieldElement::kept_hex(
            "6666666666666666666666666666666666666666666666666666666666666a24",
        ),
        z: ONE,
        t: FieldElement::kept_hex(
            "43038b3fd67261a8d8f5245e3078925c76f5a236c24a0dc9e112d553295d0f35",
        ),
    };

    /// The point of an encoding (RFC 8032, section 5.1.3). As other implementations do, it takes a `y`
    /// that is not below `p`, and a sign for an `x` of zero.
    pub(super) fn decompressed(encoding: &[u8; BYTES]) -> Option<Self> {
        let mut bytes = *encoding;
        bytes.reverse();
        let odd = bytes[0] >> 7;
        bytes[0] &= 0x7f;
        let y = FieldElement::reduced_from(&bytes);
        let yy = y * y;
        let mut x = root_of_quotient(yy - ONE, D * yy + ONE)?;
        if x.to_bytes()[BYTES - 1] & 1 != odd {
            x = -x;
        }
        Some(Self { x, y, z: ONE, t: x * y })
    }

    /// RFC 8032, section 5.1.2.
    pub(super) fn compressed(&self) -> [u8; BYTES] {
        let inverse = self.z.inverse();
        let (x, mut bytes) = ((self.x * inverse).to_bytes(), (self.y * inverse).to_bytes());
        bytes[0] |= x[BYTES - 1] << 7;
        bytes.reverse();
        bytes
    }

    /// Whether eight times the point is the neutral one.
    pub(super) fn is_small_order(&self) -> bool {
        // The one other point without an `x` has order two, and eight times no point has that.
        self.doubled().doubled().doubled().x.is_zero()
    }

    /// What both additions end with.
    #[inline(always)]
    fn of(e: FieldElement, f: FieldElement, g: FieldElement, h: FieldElement) -> Self {
        Self { x: e * f, y: g * h, z: f * g, t: e * h }
    }
}

/// A square root of `u / v`, if there is one, which is when `u v` has one: then `(u v)^((p - 1) / 4)` is one
/// or minus one, and `square` is `u` times that. Nothing of it is secret.
fn root_of_quotient(u: FieldElement, v: FieldElement) -> Option<FieldElement> {
    let root = u * power_of_five_eighths(u * v);
    let square = v * root * root;
    if square == u {
        Some(root)
    } else if square == -u {
        Some(root * ROOT_OF_MINUS_ONE)
    } else {
        None
    }
}

/// To the power of `(p - 5) / 8`, which is `2^252 - 3`.
fn power_of_five_eighths(base: FieldElement) -> FieldElement {
    // 250 ones, a zero and a one.
    let ones = (1..250).fold(base, |power, _| power * power * base);
    let power = ones * ones;
    power * power * base
}

/// The neutral point.
impl Default for EdwardsPoint {
    fn default() -> Self {
        Self { x: Residue::ZERO, y: ONE, z: ONE, t: Residue::ZERO }
    }
}

#[cfg(test)]
impl PartialEq for EdwardsPoint {
    fn eq(&self, other: &Self) -> bool {
        self.x * other.z == other.x * self.z && self.y * other.z == other.y * self.z
    }
}

impl std::ops::Neg for EdwardsPoint {
    type Output = Self;

    fn neg(self) -> Self {
        Self { x: -self.x, t: -self.t, ..self }
    }
}

impl std::ops::Add for EdwardsPoint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let a = (self.y - self.x) * (other.y - other.x); // 2 * 2
        let b = (self.y + self.x) * (other.y + other.x); // 2 * 2
        let c = self.t * TWO_D * other.t;
        let d = self.z * (other.z + other.z); // 1 * 2
        Self::of(b - a, d - c, d + c, b + a) // 2 each
    }
}

impl Point for EdwardsPoint {
    type Kept = KeptPoint;

    fn kept(points: &[Self]) -> Vec<KeptPoint> {
        let z: Vec<_> = points.iter().map(|point| point.z).collect();
        points
            .iter()
            .zip(FieldElement::inverses(&z))
            .map(|(point, inverse)| KeptPoint {
                sum: ((point.y + point.x) * inverse).to_words(),
                difference: ((point.y - point.x) * inverse).to_words(),
                product: (point.t * inverse * TWO_D).to_words(),
            })
            .collect()
    }

    fn doubled(self) -> Self {
        let (a, b) = (self.x * self.x, self.y * self.y);
        let c = self.z * (self.z + self.z); // 1 * 2
        let sum = self.x + self.y;
        let e = sum * sum - a - b; // 3
        let g = b - a; // 2
        Self::of(e, g - c, g, -(a + b)) // 3, 3, 2, 2
    }

    fn select(row: &[KeptPoint], magnitude: u8) -> KeptPoint {
        let zero = [0; WORDS];
        let mut chosen = KeptPoint { sum: zero, difference: zero, product: zero };
        let mut choose = |kept: &KeptPoint, mask: u64| {
            chosen.sum = or_masked(chosen.sum, kept.sum, mask);
            chosen.difference = or_masked(chosen.difference, kept.difference, mask);
            chosen.product = or_masked(chosen.product, kept.product, mask);
        };
        let selector = Selector::of(magnitude);
        choose(&NEUTRAL, selector.mask(0));
        for (multiple, kept) in (1..).zip(row) {
            choose(kept, selector.mask(multiple));
        }
        chosen
    }

    /// For a digit of zero the neutral point is selected, which adds nothing.
    fn plus(self, other: &KeptPoint, digit: Digit) -> Self {
        let sum = FieldElement::from_words(other.sum); // 2
        let difference = FieldElement::from_words(other.difference); // 2
        let product = FieldElement::from_words(other.product); // 2
        // The negative point's sum is this one's difference.
        let negative = mask(digit.negative);
        let a = (self.y - self.x) * FieldElement::either(negative, &difference, &sum); // 2 * 2
        let b = (self.y + self.x) * FieldElement::either(negative, &sum, &difference); // 2 * 2
        let c = self.t * FieldElement::either(negative, &product, &-product); // 1 * 2
        let d = self.z + self.z; // 2
        Self::of(b - a, d - c, d + c, b + a) // 2, 3, 3, 2
    }
}
