//! Points of the curve `y^2 = x^3 - 3x + b`, by formulas that hold for any two points: equal, opposite
//! or neutral (Renes, Costello and Batina, "Complete addition formulas for prime order elliptic curves",
//! 2015, algorithms 4 to 6).
//!
//! Coordinates are products, balanced and within one times `p`. Behind each line is the most that
//! digits weigh there (see [`super::digits`]).

use subtle::{Choice, ConstantTimeEq};

use super::digits::{BYTES, Digits, WORDS, from_hex};
use super::residue::{Field, Residue};
use crate::algorithm::multiples::{Digit, Point};

type FieldElement = Residue<Field>;

/// One, `b` and the generator, in Montgomery's form.
const ONE: FieldElement = kept("0000001fffffffdfffffffffffffffffffffffe0000000000000000000000020");
const B: FieldElement = kept("8600c3bb90e90681b444157ee425dad59e00b9941086121b139bec453897bbfb");
const GENERATOR: ProjectivePoint = ProjectivePoint {
    x: kept("120beed7a6eab8cc3f6e656eec44a20eb752bf88fdb6c02f3ce61a8315228783"),
    y: kept("ae3fe314b10bb0aa5d10d11ba43e64b169571c87433c8b9bbe4a6af9d2aac150"),
    z: ONE,
};

const fn kept(hex: &str) -> FieldElement {
    FieldElement::kept(from_hex(hex))
}

/// A point: `x / z`, `y / z`. The neutral one has no `z`.
#[derive(Clone, Copy)]
pub(crate) struct ProjectivePoint {
    x: FieldElement,
    y: FieldElement,
    z: FieldElement,
}

/// A point that is not the neutral one, as a table keeps it.
#[derive(Clone, Copy)]
pub(crate) struct AffinePoint {
    x: [u64; WORDS],
    y: [u64; WORDS],
}

impl ProjectivePoint {
    pub(crate) const GENERATOR: Self = GENERATOR;

    /// The point of two big-endian coordinates, if it is on the curve.
    pub(crate) fn from_coordinates(x: &[u8; BYTES], y: &[u8; BYTES]) -> Option<Self> {
        let (x, y) = (FieldElement::from_bytes(x)?, FieldElement::from_bytes(y)?);
        let right = (x * x - three_times(ONE)) * x + B;
        (y * y == right).then_some(Self { x, y, z: ONE })
    }

    /// The coordinates, big-endian; those of the neutral point are given as zero.
    pub(crate) fn coordinates(&self) -> ([u8; BYTES], [u8; BYTES]) {
        let inverse = self.z.inverse();
        ((self.x * inverse).to_bytes(), (self.y * inverse).to_bytes())
    }

    /// The first coordinate alone, as a number.
    pub(super) fn x(&self) -> Digits {
        (self.x * self.z.inverse()).number()
    }
}

/// The neutral point.
impl Default for ProjectivePoint {
    fn default() -> Self {
        Self { x: Residue::ZERO, y: ONE, z: Residue::ZERO }
    }
}

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
        // One inverse for all of them: each one's is that of the product of all, without the others.
        let mut product = ONE;
        let mut before = Vec::with_capacity(points.len());
        for point in points {
            before.push(product);
            product = product * point.z;
        }
        let mut inverse = product.inverse();
        let mut kept: Vec<_> = points
            .iter()
            .zip(before)
            .rev()
            .map(|(point, before)| {
                let own = inverse * before;
                inverse = inverse * point.z;
                AffinePoint { x: (point.x * own).to_words(), y: (point.y * own).to_words() }
            })
            .collect();
        kept.reverse();
        kept
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
        for (multiple, AffinePoint { x, y }) in (1_u8..).zip(row) {
            // All ones or zero.
            let mask = u64::from(multiple.ct_eq(&magnitude).unwrap_u8()).wrapping_neg();
            let either = |[a, b, c, d]: [u64; WORDS], [e, f, g, h]: [u64; WORDS]| {
                [a | e & mask, b | f & mask, c | g & mask, d | h & mask]
            };
            chosen = AffinePoint { x: either(chosen.x, *x), y: either(chosen.y, *y) };
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

/// All ones or zero.
fn mask(choice: Choice) -> i64 {
    -i64::from(choice.unwrap_u8())
}
