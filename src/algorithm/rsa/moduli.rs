//! Arithmetic by two odd moduli of the same size side by side: Montgomery's multiplication (P. L.
//! Montgomery, "Modular multiplication without trial division", 1985) on digits in double precision.
//!
//! With `L` digits and `R = radix^L`, the reduction of `T` gives `T / R` by a modulus `m`. It takes the
//! low digits away four at a time. For all but the last four it uses a multiple of the modulus,
//! `N = m · µ` with `N ≡ -1` by `radix^4`: then `T + t · N`, `t` being the four digits, has them zero, and
//! is `T / radix^4` with `t · F` added, where `F = (N + 1) / radix^4`, so that nothing waits for a
//! multiplication by `µ`. The last four are taken away by `m` itself, which makes the result small.
//!
//! Which digits are taken away next is known as soon as the first four columns are added up, and they are
//! made then, before the other columns: their carries wait for each other, and nothing has to wait for them.
//!
//! How large numbers get: digits are signed, so `|t| ≤ radix^4 / 2`, `|µ|` likewise, `|F| ≤ m / 2`, and
//! the result of a reduction is at most `|T| / R + m / 4 + m / 2` and a little. `R` is at least 2^8 times
//! the square of the larger modulus over the smaller one, and so the product of two results reduces to less
//! than `0.76 m` in size again: no comparison with the modulus is ever needed on the way.
//!
//! The moduli, the numbers and the exponents of [`Moduli::power`] are secret, and nothing here depends
//! on their values: no branch, no index.

use zeroize::Zeroizing;

use super::digits::{self, ROWS, Radix, fours, fours_mut};
use super::lanes::{LANES, Mask, Pair, each};

/// The bits by which `R` is larger than moduli of one size, at least.
const SPARE_BITS: usize = 8;

/// The bits of an exponent that are taken at once, by a table of the powers with so many bits.
const WINDOW_BITS: usize = 5;
const WINDOWS: usize = 1 << WINDOW_BITS;

/// The numbers of one computation, wiped when they are dropped.
pub(super) type Digits = Zeroizing<Vec<Pair>>;

/// Two odd moduli.
pub(super) struct Moduli {
    pub(super) radix: Radix,
    /// `L`, a multiple of four.
    length: usize,
    modulus: Digits,
    /// `F`, for taking four digits away.
    fold: Digits,
    /// `µ`: minus one over the modulus, by `radix^4`.
    negative_inverse: Zeroizing<[Pair; ROWS]>,
    /// `R`, which is what stands for one.
    one: Digits,
    /// `R^3`, by which a reduced number becomes what stands for it.
    cube: Digits,
}

/// What an exponent is read as: a row of small numbers, the highest first, one a lane.
pub(super) struct Exponents(Zeroizing<Vec<[u64; LANES]>>);

impl Exponents {
    /// Exponents as big-endian numbers; how many bits they have is not secret.
    pub(super) fn new(exponents: [&[u8]; LANES]) -> Self {
        let bits = 8 * exponents.map(<[u8]>::len).into_iter().max().unwrap_or_default();
        let window = |exponent: &[u8], first: usize| {
            (first..first + WINDOW_BITS).rev().fold(0, |window, bit| {
                let byte = exponent.len().checked_sub(bit / 8 + 1).map_or(0, |at| exponent[at]);
                window << 1 | u64::from(byte >> (bit % 8) & 1)
            })
        };
        let windows = (0..bits.div_ceil(WINDOW_BITS)).rev();
        Self(Zeroizing::new(
            windows
                .map(|index| each(exponents, |exponent| window(exponent, index * WINDOW_BITS)))
                .collect(),
        ))
    }
}

impl Moduli {
    /// The moduli as odd big-endian numbers without leading zeros.
    pub(super) fn new(moduli: [&[u8]; LANES]) -> Self {
        let [a, b] = each(moduli, bit_length);
        let bits = a.max(b);
        let radix = Radix::for_bits(bits);
        let spare = SPARE_BITS + a.abs_diff(b);
        let length = (bits + spare).div_ceil(radix.bits as usize).next_multiple_of(ROWS);
        let zeros = || Zeroizing::new(vec![Pair::ZERO; length]);

        let mut modulus = zeros();
        digits::read(radix, moduli, &mut modulus);
        radix.carry_within(&mut modulus);

        let four_digits = (1u128 << (ROWS as u32 * radix.bits)) - 1;
        let inverses =
            Zeroizing::new(each(moduli, |modulus| negative_inverse(modulus) & four_digits));
        let inverse_bytes = Zeroizing::new(each(*inverses, u128::to_be_bytes));
        let mut negative_inverse = Zeroizing::new([Pair::ZERO; ROWS]);
        digits::read(
            radix,
            each(inverse_bytes.each_ref(), <[u8; 16]>::as_slice),
            &mut *negative_inverse,
        );
        radix.carry(&mut *negative_inverse);

        // N + 1, whose low four digits are zero.
        let mut fold = Zeroizing::new(vec![Pair::ZERO; length + ROWS]);
        digits::add_rows(fours_mut(&mut fold), &negative_inverse, fours(&modulus));
        fold[0] = fold[0].plus(Pair::both(1.0));
        radix.carry_within(&mut fold);
        let fold = Zeroizing::new(fold[ROWS..].to_vec());

        let mut ready =
            Self { radix, length, modulus, fold, negative_inverse, one: zeros(), cube: zeros() };
        let exponent = length * radix.bits as usize;
        let residues = each(moduli, |modulus| power_of_two(modulus, exponent));
        digits::read(
            radix,
            each(residues.each_ref(), |residue| residue.as_slice()),
            &mut ready.one,
        );
        radix.carry_within(&mut ready.one);

        // R^2 stands for R = 2^exponent: what stands for two, squared and doubled.
        let mut power = ready.one.clone();
        let mut columns = ready.columns();
        for bit in (0..=exponent.ilog2()).rev() {
            ready.square(&mut power, &mut columns);
            if exponent >> bit & 1 == 1 {
                power.iter_mut().for_each(|digit| *digit = digit.plus(*digit));
                radix.carry_within(&mut power);
            }
        }
        ready.square(&mut power, &mut columns);
        ready.cube = power;
        ready
    }

    /// Room for the columns of a product.
    pub(super) fn columns(&self) -> Digits {
        // Three more, into which a block of rows reaches.
        Zeroizing::new(vec![Pair::ZERO; 2 * self.length + ROWS])
    }

    /// Big-endian numbers as what stands for them. They must be less than the moduli's square.
    pub(super) fn enter(&self, numbers: [&[u8]; LANES]) -> Digits {
        let mut columns = self.columns();
        digits::read(self.radix, numbers, &mut columns);
        self.radix.carry_within(&mut columns);
        let mut number = Zeroizing::new(vec![Pair::ZERO; self.length]);
        self.reduce(&mut columns, &mut number);
        self.multiply(&mut number, &self.cube, &mut columns);
        number
    }

    /// The number that something stands for, from `-0.76 m` to `0.76 m`.
    pub(super) fn leave(&self, number: &mut Digits, columns: &mut Digits) {
        columns.fill(Pair::ZERO);
        columns[..self.length].copy_from_slice(number);
        self.reduce(columns, number);
    }

    /// `number · by / R`.
    pub(super) fn multiply(&self, number: &mut [Pair], by: &[Pair], columns: &mut [Pair]) {
        clear(columns);
        digits::add_product(fours_mut(columns), fours(number), fours(by));
        self.reduce(columns, number);
    }

    /// `number² / R`.
    pub(super) fn square(&self, number: &mut [Pair], columns: &mut [Pair]) {
        clear(columns);
        digits::add_square(fours_mut(columns), fours(number));
        self.reduce(columns, number);
    }

    /// `number^exponent`, each lane by its own exponent, in a time that depends on their lengths alone.
    pub(super) fn raise(
        &self,
        number: &mut Digits,
        Exponents(windows): &Exponents,
        columns: &mut [Pair],
    ) {
        // The first four digits of all powers, then the next four, as they are read.
        let mut table = Zeroizing::new(vec![Pair::ZERO; WINDOWS * self.length]);
        let mut power = self.one.clone();
        for index in 0..WINDOWS {
            if index > 0 {
                self.multiply(&mut power, number, columns);
            }
            let places = table.chunks_exact_mut(ROWS).skip(index).step_by(WINDOWS);
            for (place, four) in places.zip(power.chunks_exact(ROWS)) {
                place.copy_from_slice(four);
            }
        }
        let Some((first, windows)) = windows.split_first() else { return };
        choose(&table, *first, number);
        for window in windows {
            for _ in 0..WINDOW_BITS {
                self.square(number, columns);
            }
            choose(&table, *window, &mut power);
            self.multiply(number, &power, columns);
        }
    }

    /// `number^exponent` for an exponent that is not secret, and not zero.
    pub(super) fn raise_publicly(&self, number: &mut Digits, exponent: u64, columns: &mut [Pair]) {
        let base = number.clone();
        for bit in (0..exponent.ilog2()).rev() {
            self.square(number, columns);
            if exponent >> bit & 1 == 1 {
                self.multiply(number, &base, columns);
            }
        }
    }

    /// The sum of columns, divided by `R`. One copy of it is enough: a call costs nothing beside it.
    #[inline(never)]
    fn reduce(&self, columns: &mut [Pair], result: &mut [Pair]) {
        let last = self.length - ROWS;
        let [fold, other_fold @ ..] = fours(&self.fold) else { return };
        let mut carried = [Pair::ZERO, Pair::ZERO];
        let [four, rest @ ..] = fours_mut(columns) else { return };
        let mut rest = rest;
        let mut taken = self.radix.settle_four(four, &mut carried);
        for _ in 0..last / ROWS {
            let [four, others @ ..] = rest else { return };
            // What is taken away next is known from four columns on, so that its carries, which wait
            // for each other, are made while the other columns are added up.
            let before = digits::begin_rows(four, &taken, fold);
            let next = self.radix.settle_four(four, &mut carried);
            digits::continue_rows(others, &taken, before, other_fold);
            (taken, rest) = (next, others);
        }

        let columns = &mut columns[last..];
        let ([t0, t1, t2, t3], [u0, u1, u2, u3]) = (taken, *self.negative_inverse);
        if let [c0, c1, c2, c3, ..] = columns {
            (*c0, *c1, *c2, *c3) = (t0, t1, t2, t3);
        }
        let [first, second] = carried;
        columns[ROWS] = columns[ROWS].plus(first).plus(second);
        taken = [
            t0.times(u0),
            t0.times(u1).plus(t1.times(u0)),
            t0.times(u2).plus(t1.times(u1)).plus(t2.times(u0)),
            t0.times(u3).plus(t1.times(u2)).plus(t2.times(u1)).plus(t3.times(u0)),
        ];
        self.radix.carry(&mut taken);
        digits::add_rows(fours_mut(columns), &taken, fours(&self.modulus));
        let (four, others) = columns.split_at_mut(ROWS);
        others[0] = others[0].plus(self.radix.carry(four));
        self.radix.carry_into(others, result);
        #[cfg(test)]
        super::faults::strike(result);
    }
}

/// Four at a time: [`slice::fill`] writes one after another.
#[inline(always)]
fn clear(columns: &mut [Pair]) {
    fours_mut(columns).iter_mut().for_each(|four| *four = [Pair::ZERO; ROWS]);
}

/// The power of a table that is wanted, one a lane: all of it is read, and what is not wanted is masked out.
fn choose(table: &[Pair], wanted: [u64; LANES], power: &mut [Pair]) {
    let (table, _) = table.as_chunks();
    let (power, _) = power.as_chunks_mut();
    for ([c0, c1, c2, c3], powers) in power.iter_mut().zip(table.chunks_exact(WINDOWS)) {
        let (mut d0, mut d1, mut d2, mut d3) = (Pair::ZERO, Pair::ZERO, Pair::ZERO, Pair::ZERO);
        for (index, [e0, e1, e2, e3]) in (0..).zip(powers) {
            let mask = Mask::of(wanted, index);
            d0 = d0.or(e0.masked(mask));
            d1 = d1.or(e1.masked(mask));
            d2 = d2.or(e2.masked(mask));
            d3 = d3.or(e3.masked(mask));
        }
        (*c0, *c1, *c2, *c3) = (d0, d1, d2, d3);
    }
}

/// How many bits a big-endian number without leading zeros has.
fn bit_length(number: &[u8]) -> usize {
    number.first().map_or(0, |first| 8 * number.len() - first.leading_zeros() as usize)
}

/// Minus one over an odd number, by 2^128: Newton's iteration doubles the bits that are right, and an
/// odd number is its own inverse by 2^3.
fn negative_inverse(number: &[u8]) -> u128 {
    let low = number.iter().rev().take(size_of::<u128>()).rev();
    let number = low.fold(0u128, |value, byte| value << 8 | u128::from(*byte));
    let mut inverse = number;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2u128.wrapping_sub(number.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}

/// `2^exponent` by a big-endian modulus, by doubling.
fn power_of_two(modulus: &[u8], exponent: usize) -> Zeroizing<Vec<u8>> {
    const BITS: usize = u32::BITS as usize;
    // The highest whole byte's worth, which is less than the modulus for sure.
    let start = 8 * (modulus.len() - 1);
    let mut limbs = Zeroizing::new(vec![0u32; modulus.len().div_ceil(BITS / 8) + 1]);
    for (limb, chunk) in limbs.iter_mut().zip(modulus.rchunks(BITS / 8)) {
        *limb = chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte));
    }
    let modulus = limbs.clone();
    limbs.fill(0);
    limbs[start / BITS] = 1 << (start % BITS);
    for _ in start..exponent {
        double(&mut limbs, &modulus);
    }
    Zeroizing::new(limbs.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect())
}

/// Doubles a number by a modulus, both with the lowest limb first: twice the number, less the modulus
/// unless that is negative.
fn double(number: &mut [u32], modulus: &[u32]) {
    let mut difference = 0i64;
    let mut high_bit = 0;
    for (limb, modulus) in number.iter_mut().zip(modulus) {
        let doubled = *limb << 1 | high_bit;
        high_bit = *limb >> 31;
        difference += i64::from(doubled) - i64::from(*modulus);
        *limb = difference as u32;
        difference >>= 32;
    }
    // Minus one where it was too small: then the modulus is added again.
    let again = difference as u32;
    let mut carry = 0u64;
    for (limb, modulus) in number.iter_mut().zip(modulus) {
        carry += u64::from(*limb) + u64::from(*modulus & again);
        *limb = carry as u32;
        carry >>= 32;
    }
}

#[cfg(test)]
mod tests {
    use rsa::BigUint;

    use super::*;

    #[test]
    fn powers_of_two_are_right_by_any_modulus() {
        for modulus in [&[1; 16][..], &[0xff; 17], &[0x80, 0, 1], &[0x7f, 0xff, 0xff, 0xff]] {
            for exponent in 130..200 {
                let expected = (BigUint::from(1u8) << exponent) % BigUint::from_bytes_be(modulus);
                let found = power_of_two(modulus, exponent);
                assert_eq!(BigUint::from_bytes_be(&found), expected, "{modulus:?} {exponent}");
            }
        }
    }

    #[test]
    fn numbers_have_as_many_digits_as_the_largest_bit_of_a_modulus_needs() {
        for (first, bits) in [(1, 185), (2, 186), (0x7f, 191), (0x80, 192)] {
            let modulus = [&[first][..], &[1; 23]].concat();
            assert_eq!(bit_length(&modulus), bits);
        }
    }
}
