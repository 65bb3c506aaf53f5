//! P-256 (SP 800-186, section 3.2.1.3): the arithmetic of ECDSA, hazardous by itself. `es256.rs` is
//! what uses it.
//!
//! # How it is made
//!
//! WebAssembly multiplies numbers of 64 bits, and gives the lower 64 of a product. So numbers have
//! nine digits of 29 bits, whose products are added up in 64 bits before anything is carried
//! ([`digits`]). Residues are in Montgomery's form ([`residue`]): modulo this field's prime, a reduction
//! takes no multiplications then, because the prime is a sum of a few powers of two, and -1 modulo a
//! digit. Inverses are found by division steps ([`inverse`]), sums of points by complete formulas
//! ([`point`]).
//!
//! # What is promised
//!
//! No branch and no address depends on a number, but for those functions whose names say "public" and
//! the tables of public points. A number's digits are wiped by whoever holds them.

#![allow(
    clippy::indexing_slicing,
    reason = "every number has nine digits, and positions among them are constants"
)]

mod digits;
mod inverse;
mod point;
mod residue;
#[cfg(test)]
mod tests;

pub(super) use digits::BYTES;
pub(super) use point::ProjectivePoint;

/// A number of points.
pub(super) type Scalar = residue::Residue<residue::Order>;

impl ProjectivePoint {
    /// The first coordinate modulo the group's order, as signatures have it.
    pub(super) fn x_as_scalar(&self) -> Scalar {
        Scalar::of(&self.x())
    }
}
