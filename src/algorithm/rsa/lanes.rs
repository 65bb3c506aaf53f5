//! Two double-precision numbers side by side, one for each of two moduli: a SIMD register where the
//! target has one, else an array of two with the same results (IEEE 754 leaves no choice in them).
//!
//! Every operation takes the same time whatever the numbers are: they are integers, so that none is
//! subnormal. This file knows nothing of what the numbers mean.

use zeroize::DefaultIsZeroes;

pub(super) use imp::Pair;

/// How many numbers stand side by side.
pub(super) const LANES: usize = 2;

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
mod imp {
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

        /// Takes over the other's lanes where `found` is `wanted`; those lanes must be zero here.
        #[inline(always)]
        pub(in super::super) fn or_where(
            self,
            other: Self,
            [a, b]: [u64; LANES],
            wanted: u64,
        ) -> Self {
            let mask = i64x2_eq(u64x2(a, b), u64x2_splat(wanted));
            Self(v128_or(self.0, v128_and(other.0, mask)))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
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

        /// Takes over the other's lanes where `found` is `wanted`; those lanes must be zero here.
        #[inline(always)]
        pub(in super::super) fn or_where(
            self,
            Self([c, d]): Self,
            [found_a, found_b]: [u64; LANES],
            wanted: u64,
        ) -> Self {
            let Self([a, b]) = self;
            let chosen = |mine: f64, other: f64, found: u64| {
                let other = u64::conditional_select(&0, &other.to_bits(), found.ct_eq(&wanted));
                f64::from_bits(mine.to_bits() | other)
            };
            Self([chosen(a, c, found_a), chosen(b, d, found_b)])
        }
    }
}
