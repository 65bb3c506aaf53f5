//! Whole numbers of any size, for what is done once a key: reading it, checking it, making it. What is
//! done once a signature is in [`super::moduli`].
//!
//! How many limbs a number has is not secret. No branch and no index depends on the limbs' values,
//! except in [`Integer::common_divisor`], and where a number gets shorter by a leading zero. Division uses
//! the machine's, whose time may depend on the operands on older processors.

use zeroize::Zeroizing;

const LIMB_BITS: usize = u32::BITS as usize;
const LIMB_BYTES: usize = LIMB_BITS / 8;

/// How often a divisor still fits after its multiple by the estimated digit was taken away: the estimate
/// is the quotient of the two highest limbs by the divisor's highest one and one more, which is too small by
/// less than `radix / highest + 2`, and the highest one is at least half of the radix.
const CORRECTIONS: usize = 3;

/// A number of limbs, the lowest first, the highest of which is not zero. Wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Integer(Zeroizing<Vec<u32>>);

impl Integer {
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let limb = |chunk: &[u8]| chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte));
        Self::trimmed(Zeroizing::new(bytes.rchunks(LIMB_BYTES).map(limb).collect()))
    }

    /// Big-endian, without leading zeros.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let zeros = self.0.last().map_or(0, |last| last.leading_zeros() / 8);
        let mut bytes = Zeroizing::new(vec![0; self.0.len() * LIMB_BYTES]);
        for (chunk, limb) in bytes.chunks_exact_mut(LIMB_BYTES).zip(self.0.iter().rev()) {
            chunk.copy_from_slice(&limb.to_be_bytes());
        }
        Zeroizing::new(bytes[zeros as usize..].to_vec())
    }

    fn trimmed(mut limbs: Zeroizing<Vec<u32>>) -> Self {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self(limbs)
    }

    pub(super) fn is_one(&self) -> bool {
        self.0.as_slice() == [1]
    }

    /// How often two divides it; nothing for zero.
    pub(super) fn trailing_zeros(&self) -> Option<usize> {
        let at = self.0.iter().position(|limb| *limb != 0)?;
        Some(at * LIMB_BITS + self.0[at].trailing_zeros() as usize)
    }

    /// Less a small number, which must not be larger.
    pub(super) fn minus(&self, small: u32) -> Self {
        let mut limbs = self.0.clone();
        let mut borrowed = small;
        for limb in limbs.iter_mut() {
            let (difference, borrow) = limb.overflowing_sub(borrowed);
            (*limb, borrowed) = (difference, u32::from(borrow));
        }
        Self::trimmed(limbs)
    }

    /// With a small number more.
    pub(super) fn plus(&self, small: u32) -> Self {
        let mut limbs = Zeroizing::new(vec![0; self.0.len() + 1]);
        let mut carry = u64::from(small);
        for (limb, own) in limbs.iter_mut().zip(self.0.iter().chain([&0])) {
            carry += u64::from(*own);
            *limb = carry as u32;
            carry >>= LIMB_BITS;
        }
        Self::trimmed(limbs)
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        let mut limbs = Zeroizing::new(vec![0; self.0.len() + other.0.len()]);
        for (at, factor) in self.0.iter().enumerate() {
            let mut carry = 0;
            let columns = limbs[at..].iter_mut();
            for (column, limb) in columns.zip(other.0.iter().chain([&0])) {
                carry += u64::from(*column) + u64::from(*factor) * u64::from(*limb);
                *column = carry as u32;
                carry >>= LIMB_BITS;
            }
        }
        Self::trimmed(limbs)
    }

    /// Without its lowest bits.
    pub(super) fn shifted_right(&self, bits: usize) -> Self {
        let limbs = self.0.get(bits / LIMB_BITS..).unwrap_or_default();
        let mut shifted = Zeroizing::new(limbs.to_vec());
        let mut higher = 0;
        for limb in shifted.iter_mut().rev() {
            let both = higher << LIMB_BITS | u64::from(*limb);
            higher = u64::from(*limb);
            *limb = (both >> (bits % LIMB_BITS)) as u32;
        }
        Self::trimmed(shifted)
    }

    /// Quotient and remainder. There is no quotient by zero: then all remains.
    pub(super) fn divided_by(&self, divisor: &Self) -> (Self, Self) {
        let size = divisor.0.len();
        let steps = (self.0.len() + 1).saturating_sub(size);
        let Some(highest) = divisor.0.last() else {
            return (Self(Zeroizing::default()), self.clone());
        };
        // Both shifted, so that the divisor's highest bit is set.
        let shift = highest.leading_zeros();
        let divisor = shifted_left(&divisor.0, shift);
        let divisor = &divisor[..size];
        let estimator = u64::from(divisor[size - 1]) + 1;
        let mut remainder = shifted_left(&self.0, shift);
        let mut quotient = Zeroizing::new(vec![0; steps]);
        for (at, digit) in quotient.iter_mut().enumerate().rev() {
            let window = &mut remainder[at..=at + size];
            let highest = u64::from(window[size]) << LIMB_BITS | u64::from(window[size - 1]);
            let estimate = (highest / estimator) as u32;
            *digit = estimate;
            subtract_multiple(window, divisor, estimate);
            for _ in 0..CORRECTIONS {
                let missing = subtract_multiple(window, divisor, 1);
                add_masked(window, divisor, missing);
                *digit += 1 - (missing & 1);
            }
        }
        let remainder = Self::trimmed(remainder).shifted_right(shift as usize);
        (Self::trimmed(quotient), remainder)
    }

    /// The remainder by a small number, which may not be zero.
    pub(super) fn remainder_by(&self, small: u32) -> u32 {
        let small = u64::from(small);
        let step = |remainder: u64, limb: &u32| (remainder << LIMB_BITS | u64::from(*limb)) % small;
        self.0.iter().rev().fold(0, step) as u32
    }

    /// The greatest common divisor, by Euclid's algorithm, whose time depends on the numbers.
    pub(super) fn common_divisor(&self, other: &Self) -> Self {
        let (mut larger, mut smaller) = (self.clone(), other.clone());
        while !smaller.0.is_empty() {
            let (_, remainder) = larger.divided_by(&smaller);
            (larger, smaller) = (smaller, remainder);
        }
        larger
    }
}

/// With one limb more.
fn shifted_left(limbs: &[u32], bits: u32) -> Zeroizing<Vec<u32>> {
    let mut shifted = Zeroizing::new(vec![0; limbs.len() + 1]);
    shifted[..limbs.len()].copy_from_slice(limbs);
    let mut lower = 0;
    for limb in shifted.iter_mut() {
        let both = u64::from(*limb) << LIMB_BITS | lower;
        lower = u64::from(*limb);
        *limb = (both << bits >> LIMB_BITS) as u32;
    }
    shifted
}

/// `window -= limbs · factor`, with one limb more in the window; all ones when it was too small.
fn subtract_multiple(window: &mut [u32], limbs: &[u32], factor: u32) -> u32 {
    let mut carry = 0;
    let mut missing = false;
    for (own, limb) in window.iter_mut().zip(limbs.iter().chain([&0])) {
        let product = u64::from(*limb) * u64::from(factor) + carry;
        (*own, missing) = own.overflowing_sub(product as u32);
        carry = (product >> LIMB_BITS) + u64::from(missing);
    }
    u32::from(missing).wrapping_neg()
}

/// `window += limbs` where the mask is all ones.
fn add_masked(window: &mut [u32], limbs: &[u32], mask: u32) {
    let mut carry = 0;
    for (own, limb) in window.iter_mut().zip(limbs.iter().chain([&0])) {
        carry += u64::from(*own) + u64::from(limb & mask);
        *own = carry as u32;
        carry >>= LIMB_BITS;
    }
}
