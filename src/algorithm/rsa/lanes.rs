//! Two double-precision numbers side by side, one for each of two moduli: a SIMD register where the
//! target has one, else an array of two with the same results (IEEE 754 leaves no choice in them).
//!
//! Every operation takes the same time whatever the numbers are: they are integers, so that none is
//! subnormal. This file knows nothing of what the numbers mean.

use zeroize::DefaultIsZeroes;

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) use array::{Mask, Pair};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) use simd::{Mask, Pair};

/// How many numbers stand side by side.
pub(super) const LANES: usize = 2;

/// The same of each lane. An array's own `map` is several times the code.
pub(super) fn each<T, U>([a, b]: [T; LANES], mut of: impl FnMut(T) -> U) -> [U; LANES] {
    [of(a), of(b)]
}

impl DefaultIsZeroes for Pair {}

impl Pair {
    /// Nothing in either lane.
    pub(super) const ZERO: Self = Self::new([0.0; LANES]);

    /// The same number in both lanes.
    pub(super) const fn both(number: f64) -> Self {
        Self::new([number; LANES])
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self::ZERO
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd {
    use super::LANES;
    use core::arch::wasm32::{
        f64x2, f64x2_add, f64x2_extract_lane, f64x2_mul, f64x2_sub, i64x2_eq, u64x2, u64x2_splat,
        v128, v128_and, v128_or,
    };

    #[derive(Clone, Copy)]
    pub(in super::super) struct Pair(v128);

    impl Pair {
        pub(in super::super) const fn new([a, b]: [f64; LANES]) -> Self {
            Self(f64x2(a, b))
        }

        pub(in super::super) fn lanes(self) -> [f64; LANES] {
            [f64x2_extract_lane::<0>(self.0), f64x2_extract_lane::<1>(self.0)]
        }

        #[inline(always)]
        pub(in super::super) fn plus(self, other: Self) -> Self {
            Self(f64x2_add(self.0, other.0))
        }

        #[inline(always)]
        pub(in super::super) fn minus(self, other: Self) -> Self {
            Self(f64x2_sub(self.0, other.0))
        }

        #[inline(always)]
        pub(in super::super) fn times(self, other: Self) -> Self {
            Self(f64x2_mul(self.0, other.0))
        }

        /// The lanes that the mask leaves, and zero in the others.
        #[inline(always)]
        pub(in super::super) fn masked(self, mask: Mask) -> Self {
            Self(v128_and(self.0, mask.0))
        }

        /// Both in one: of each lane, one of the two must be zero.
        #[inline(always)]
        pub(in super::super) fn or(self, other: Self) -> Self {
            Self(v128_or(self.0, other.0))
        }
    }

    #[derive(Clone, Copy)]
    pub(in super::super) struct Mask(v128);

    impl Mask {
        /// Leaves the lanes in which `found` is `wanted`.
        #[inline(always)]
        pub(in super::super) fn of([a, b]: [u64; LANES], wanted: u64) -> Self {
            Self(i64x2_eq(u64x2(a, b), u64x2_splat(wanted)))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod array {
    use super::LANES;
    use subtle::{ConditionallySelectable, ConstantTimeEq};

    #[derive(Clone, Copy)]
    pub(in super::super) struct Pair([f64; LANES]);

    impl Pair {
        pub(in super::super) const fn new(numbers: [f64; LANES]) -> Self {
            Self(numbers)
        }

        pub(in super::super) fn lanes(self) -> [f64; LANES] {
            self.0
        }

        #[inline(always)]
        pub(in super::super) fn plus(self, Self([c, d]): Self) -> Self {
            let Self([a, b]) = self;
            Self([a + c, b + d])
        }

        #[inline(always)]
        pub(in super::super) fn minus(self, Self([c, d]): Self) -> Self {
            let Self([a, b]) = self;
            Self([a - c, b - d])
        }

        #[inline(always)]
        pub(in super::super) fn times(self, Self([c, d]): Self) -> Self {
            let Self([a, b]) = self;
            Self([a * c, b * d])
        }

        /// The lanes that the mask leaves, and zero in the others.
        #[inline(always)]
        pub(in super::super) fn masked(self, Mask([c, d]): Mask) -> Self {
            let Self([a, b]) = self;
            let masked = |number: f64, mask: u64| f64::from_bits(number.to_bits() & mask);
            Self([masked(a, c), masked(b, d)])
        }

        /// Both in one: of each lane, one of the two must be zero.
        #[inline(always)]
        pub(in super::super) fn or(self, Self([c, d]): Self) -> Self {
            let Self([a, b]) = self;
            let either = |a: f64, b: f64| f64::from_bits(a.to_bits() | b.to_bits());
            Self([either(a, c), either(b, d)])
        }
    }

    #[derive(Clone, Copy)]
    pub(in super::super) struct Mask([u64; LANES]);

    impl Mask {
        /// Leaves the lanes in which `found` is `wanted`.
        #[inline(always)]
        pub(in super::super) fn of(found: [u64; LANES], wanted: u64) -> Self {
            Self(found.map(|found| u64::conditional_select(&0, &u64::MAX, found.ct_eq(&wanted))))
        }
    }
}
