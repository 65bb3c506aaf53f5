//! P-256 (SP 800-186, section 3.2.1.3): the points and numbers of ECDSA, hazardous by themselves.
//! `es256.rs` is what uses them.
//!
//! Points of the curve `y^2 = x^3 - 3x + b` are added by formulas that hold for any two of them: equal,
//! opposite or neutral (Renes, Costello and Batina, "Complete addition formulas for prime order elliptic
//! curves", 2015, algorithms 4 to 6).
//!
//! Coordinates are products. Behind each line is the most that digits weigh there, or the weights of
//! what is multiplied (see [`super::residue::digits`]).

#![allow(
    clippy::indexing_slicing,
    reason = "numbers have nine digits, encodings 32 bytes, and positions among them are constants"
)]

use super::multiples::{Digit, Point, Selector};
use super::residue::digits::{
    BITS, BYTES, Columns, DIGITS, Digits, WORDS, balanced, each, from_hex, high, low, or_masked,
};
use super::residue::{Modulus, Residue, mask};

/// Coordinates: modulo `p = 2^256 - 2^224 + 2^192 + 2^96 - 1`.
#[derive(Clone, Copy)]
pub(super) struct Field;

impl Modulus for Field {
    const MODULUS: Digits =
        from_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    const NEGATIVE_INVERSE: i64 = 1;
    const SQUARE: Digits =
        from_hex("000013fffffff7fffffffffffffffbffffffeffffffffc000000000000000c00");

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
        let mut digits = *self.digits();
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
pub(super) struct Order;

impl Modulus for Order {
    const MODULUS: Digits =
        from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    const NEGATIVE_INVERSE: i64 = 234_929_231;
    const SQUARE: Digits =
        from_hex("84b6556a65587f0616c8e4adafb165861f11fc5bb2d31a9945e9cfeeb48d9ef5");
}

/// A number of points.
pub(super) type Scalar = Residue<Order>;

type FieldElement = Residue<Field>;

/// One and `b`, in Montgomery's form.
const ONE: FieldElement =
    FieldElement::kept_hex("0000001fffffffdfffffffffffffffffffffffe0000000000000000000000020");
const B: FieldElement =
    FieldElement::kept_hex("8600c3bb90e90681b444157ee425dad59e00b9941086121b139bec453897bbfb");

/// A point: `x / z`, `y / z`. The neutral one has no `z`.
#[derive(Clone, Copy)]
pub(super) struct ProjectivePoint {
    x: FieldElement,
    y: FieldElement,
    z: FieldElement,
}

/// A point that is not the neutral one, as a table keeps it.
#[derive(Clone, Copy)]
pub(super) struct AffinePoint {
    x: [u64; WORDS],
    y: [u64; WORDS],
}

impl ProjectivePoint {
    pub(super) const GENERATOR: Self = Self {
        x: FieldElement::kept_hex(
            "120beed7a6eab8cc3f6e656eec44a20eb752bf88fdb6c02f3ce61a8315228783",
        ),
        y: FieldElement::kept_hex(
            "ae3fe314b10bb0aa5d10d11ba43e64b169571c87433c8b9bbe4a6af9d2aac150",
        ),
        z: ONE,
    };

    /// The point of two big-endian coordinates, if it is on the curve.
    pub(super) fn from_coordinates(x: &[u8; BYTES], y: &[u8; BYTES]) -> Option<Self> {
        let (x, y) = (FieldElement::from_bytes(x)?, FieldElement::from_bytes(y)?);
        let right = (x * x - three_times(ONE)) * x + B;
        (y * y == right).then_some(Self { x, y, z: ONE })
    }

    /// The coordinates, big-endian; those of the neutral point are given as zero.
    pub(super) fn coordinates(&self) -> ([u8; BYTES], [u8; BYTES]) {
        let inverse = self.z.inverse();
        ((self.x * inverse).to_bytes(), (self.y * inverse).to_bytes())
    }

    /// The first coordinate modulo the group's order, as signatures have it.
    pub(super) fn x_as_scalar(&self) -> Scalar {
        Scalar::of(&(self.x * self.z.inverse()).number())
    }
}

/// The neutral point.
impl Default for ProjectivePoint {
    fn default() -> Self {
        Self { x: Residue::ZERO, y: ONE, z: Residue::ZERO }
    }
}

#[cfg(test)]
impl PartialEq for ProjectivePoint {
    fn eq(&self, other: &Self) -> bool {
        self.x * other.z == other.x * self.z && self.y * other.z == other.y * self.z
    }
}

fn three_times(element: FieldElement) -> FieldElement {
    element + element + element
}

/// The end of both additions, of what they begin with: with `i` and `j` for the points, `xx` and `yy`
/// are `xi * xj` and `yi * yj`, `xy` is `xi * yj + xj * yi` and so on; `b_zz` is `b * zz`, `three_zz`
/// is `3 * zz`.
#[inline]
fn added(
    [xx, yy]: [FieldElement; 2],
    [xy, yz, xz]: [FieldElement; 3],
    [b_zz, three_zz]: [FieldElement; 2],
) -> ProjectivePoint {
    let part = three_times(xz - b_zz).settled(); // 12, then 1
    let (minus, plus) = (yy - part, yy + part); // 2
    let other = three_times(B * xz - (three_zz + xx)).settled(); // 15, then 1
    let last = (three_times(xx) - three_zz).settled(); // 6, then 1
    ProjectivePoint {
        x: FieldElement::products(&plus, &xy, &-yz, &other), // 2 * 3 + 3 * 1
        y: FieldElement::products(&plus, &minus, &last, &other), // 2 * 2 + 1 * 1
        z: FieldElement::products(&minus, &yz, &xy, &last),  // 2 * 3 + 3 * 1
    }
}

/// Algorithm 4.
impl std::ops::Add for ProjectivePoint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (xx, yy, zz) = (self.x * other.x, self.y * other.y, self.z * other.z);
        let xy = (self.x + self.y) * (other.x + other.y) - (xx + yy); // 3
        let yz = (self.y + self.z) * (other.y + other.z) - (yy + zz); // 3
        let xz = (self.x + self.z) * (other.x + other.z) - (xx + zz); // 3
        added([xx, yy], [xy, yz, xz], [B * zz, three_times(zz)])
    }
}

impl Point for ProjectivePoint {
    type Kept = AffinePoint;

    fn kept(points: &[Self]) -> Vec<AffinePoint> {
        let z: Vec<_> = points.iter().map(|point| point.z).collect();
        points
            .iter()
            .zip(FieldElement::inverses(&z))
            .map(|(point, inverse)| AffinePoint {
                x: (point.x * inverse).to_words(),
                y: (point.y * inverse).to_words(),
            })
            .collect()
    }

    /// Algorithm 6.
    fn doubled(self) -> Self {
        let Self { x, y, z } = self;
        let (xx, yy, zz) = (x * x, y * y, z * z);
        let (xy, xz, yz) = (x * y, x * z, y * z);
        let (xy, xz, yz) = (xy + xy, xz + xz, yz + yz); // 2
        let part = three_times(B * zz - xz).settled(); // 9, then 1
        let (minus, plus) = (yy - part, yy + part); // 2
        let three_zz = three_times(zz); // 3
        let other = three_times(B * xz - (three_zz + xx)).settled(); // 15, then 1
        let last = three_times(xx) - three_zz; // 6
        Self {
            x: FieldElement::products(&minus, &xy, &-other, &yz), // 2 * 2 + 1 * 2
            y: FieldElement::products(&plus, &minus, &last, &other), // 2 * 2 + 6 * 1
            z: (yz + yz + yz + yz) * yy,                          // 8 * 1
        }
    }

    fn select(row: &[AffinePoint], magnitude: u8) -> AffinePoint {
        let mut chosen = AffinePoint { x: [0; WORDS], y: [0; WORDS] };
        let selector = Selector::of(magnitude);
        for (multiple, AffinePoint { x, y }) in (1..).zip(row) {
            let mask = selector.mask(multiple);
            chosen =
                AffinePoint { x: or_masked(chosen.x, *x, mask), y: or_masked(chosen.y, *y, mask) };
        }
        chosen
    }

    /// Algorithm 5.
    fn plus(self, other: &AffinePoint, digit: Digit) -> Self {
        let (x, y) = (FieldElement::from_words(other.x), FieldElement::from_words(other.y)); // 2
        let y = FieldElement::either(mask(digit.negative), &y, &-y); // 2
        let (xx, yy) = (self.x * x, self.y * y);
        let xy = (self.x + self.y) * (x + y) - (xx + yy); // 3
        let yz = y * self.z + self.y; // 2
        let xz = x * self.z + self.x; // 2
        let sum = added([xx, yy], [xy, yz, xz], [B * self.z, three_times(self.z)]);
        let zero = mask(digit.is_zero());
        Self {
            x: FieldElement::either(zero, &sum.x, &self.x),
            y: FieldElement::either(zero, &sum.y, &self.y),
            z: FieldElement::either(zero, &sum.z, &self.z),
        }
    }
}
