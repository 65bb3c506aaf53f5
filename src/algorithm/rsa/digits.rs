//! Numbers as rows of signed digits in double precision, and the two things that their products are
//! made of: four rows of a multiplication at a time, and carries.
//!
//! A digit is a whole number. After [`Radix::carry`] it is at most half of the radix in size, and a
//! little more; a column of a product may then sum up so many products of two digits that the sum
//! stays below 2^53, where doubles are exact. Nothing here depends on a digit's value, neither a
//! branch nor an index.

use std::ops::RangeInclusive;

use super::lanes::{LANES, Pair, each};

/// How many rows of a product are made at once: more would not fit a machine's registers.
pub(super) const ROWS: usize = 4;

/// The largest sum of magnitudes that doubles carry exactly, as a power of two.
const EXACT_BITS: u32 = 53;

/// The bits that a digit may have: 22 suffice for the largest keys, and more than 24 for none.
const DIGIT_BITS: RangeInclusive<u32> = 22..=24;

/// A power of two, the worth of one place.
#[derive(Clone, Copy)]
pub(super) struct Radix {
    /// The bits of a digit.
    pub(super) bits: u32,
    /// Adding it and taking it away rounds to a multiple of the radix.
    rounder: Pair,
    /// One over the radix.
    inverse: Pair,
}

impl Radix {
    /// The largest radix in which a product of numbers of so many bits, and what is added to it in a
    /// reduction, stays exact: at most two times as many products of digits as a number has digits.
    pub(super) fn for_bits(bits: usize) -> Self {
        let fits = |digit_bits: &u32| {
            let products = 2 * (bits / *digit_bits as usize + 2);
            (products as u64) < 1 << (EXACT_BITS - 2 * (digit_bits - 1))
        };
        let bits = DIGIT_BITS.rev().find(fits).unwrap_or(*DIGIT_BITS.start());
        let radix = (1u64 << bits) as f64;
        Self {
            bits,
            // 1.5 · 2^52 · radix: there the space between two doubles is the radix itself.
            rounder: Pair::both((3u64 << (EXACT_BITS - 2)) as f64 * radix),
            inverse: Pair::both(1.0 / radix),
        }
    }

    /// A number as its digit and the carry to the next place.
    #[inline(always)]
    fn split(self, number: Pair) -> (Pair, Pair) {
        let high = number.plus(self.rounder).minus(self.rounder);
        (number.minus(high), high.times(self.inverse))
    }

    /// Two rounds of carries, all places of a round at once, with what was carried in; returns the
    /// digit.
    #[inline(always)]
    pub(super) fn settle(self, number: Pair, carried: &mut [Pair; 2]) -> Pair {
        let [first, second] = carried;
        let (low, high) = self.split(number);
        let once = low.plus(*first);
        *first = high;
        let (low, high) = self.split(once);
        let twice = low.plus(*second);
        *second = high;
        twice
    }

    /// The digits of four columns.
    #[inline(always)]
    pub(super) fn settle_four(self, &[c0, c1, c2, c3]: &Four, carried: &mut [Pair; 2]) -> Four {
        let d0 = self.settle(c0, carried);
        let d1 = self.settle(c1, carried);
        let d2 = self.settle(c2, carried);
        let d3 = self.settle(c3, carried);
        [d0, d1, d2, d3]
    }

    /// Makes digits of the sums in a row of columns, and returns what is carried out of it.
    #[inline(always)]
    pub(super) fn carry(self, columns: &mut [Pair]) -> Pair {
        let mut carried = [Pair::ZERO, Pair::ZERO];
        for column in columns {
            *column = self.settle(*column, &mut carried);
        }
        let [first, second] = carried;
        first.plus(second)
    }

    /// The digits of as many columns. The last one keeps what would be carried out.
    #[inline(always)]
    pub(super) fn carry_into(self, columns: &[Pair], digits: &mut [Pair]) {
        let mut carried = [Pair::ZERO, Pair::ZERO];
        let Some((last, digits)) = digits.split_last_mut() else { return };
        let mut columns = columns.iter();
        for (digit, column) in digits.iter_mut().zip(&mut columns) {
            *digit = self.settle(*column, &mut carried);
        }
        let [first, second] = carried;
        if let Some(column) = columns.next() {
            *last = column.plus(first).plus(second);
        }
    }

    /// The same where nothing may be carried out: the last digit keeps it.
    #[inline(always)]
    pub(super) fn carry_within(self, columns: &mut [Pair]) {
        if let Some((last, others)) = columns.split_last_mut() {
            *last = last.plus(self.carry(others));
        }
    }
}

/// Four places. Rows are gone through by fours, so that digits stay where they are instead of moving from
/// register to register, and are taken apart into them once: with the stock standard library that is a call each time.
pub(super) type Four = [Pair; ROWS];

/// A row of a multiple of four digits.
#[inline(always)]
pub(super) fn fours(digits: &[Pair]) -> &[Four] {
    let (fours, _) = digits.as_chunks();
    fours
}

/// A row of a multiple of four columns.
#[inline(always)]
pub(super) fn fours_mut(columns: &mut [Pair]) -> &mut [Four] {
    let (fours, _) = columns.as_chunks_mut();
    fours
}

/// `columns += rows · digits`: four rows of a multiplication, each a place higher than the one before.
/// There must be four columns more than digits, of which three are used.
#[inline(always)]
pub(super) fn add_rows(columns: &mut [Four], rows: &Four, digits: &[Four]) {
    continue_rows(columns, rows, [Pair::ZERO, Pair::ZERO, Pair::ZERO], digits);
}

/// The first four columns of [`add_rows`], and which digits the later ones need of them.
#[inline(always)]
pub(super) fn begin_rows(columns: &mut Four, rows: &Four, digits: &Four) -> [Pair; 3] {
    let mut before = [Pair::ZERO, Pair::ZERO, Pair::ZERO];
    add_four_columns(columns, rows, &mut before, digits);
    before
}

/// Four columns of four rows. `before` are the last three digits, which the later rows still need, the
/// last one first.
#[inline(always)]
fn add_four_columns(
    [c0, c1, c2, c3]: &mut Four,
    rows: &Four,
    before: &mut [Pair; 3],
    &[e0, e1, e2, e3]: &Four,
) {
    let [d1, d2, d3] = *before;
    *c0 = add_column(*c0, rows, [e0, d1, d2, d3]);
    *c1 = add_column(*c1, rows, [e1, e0, d1, d2]);
    *c2 = add_column(*c2, rows, [e2, e1, e0, d1]);
    *c3 = add_column(*c3, rows, [e3, e2, e1, e0]);
    *before = [e3, e2, e1];
}

#[inline(always)]
fn add_column(column: Pair, rows: &Four, digits: Four) -> Pair {
    let ([r0, r1, r2, r3], [d0, d1, d2, d3]) = (*rows, digits);
    column.plus(r0.times(d0)).plus(r1.times(d1)).plus(r2.times(d2).plus(r3.times(d3)))
}

/// [`add_rows`] for all columns after those that it began with.
#[inline(always)]
pub(super) fn continue_rows(
    columns: &mut [Four],
    rows: &Four,
    mut before: [Pair; 3],
    digits: &[Four],
) {
    // A copy, which the compiler need not read anew after each column that is written.
    let rows = &{ *rows };
    for (columns, digits) in columns.iter_mut().zip(digits) {
        add_four_columns(columns, rows, &mut before, digits);
    }
    let ([_, r1, r2, r3], [d1, d2, d3]) = (*rows, before);
    if let Some([c0, c1, c2, _]) = columns.get_mut(digits.len()) {
        *c0 = c0.plus(r1.times(d1)).plus(r2.times(d2).plus(r3.times(d3)));
        *c1 = c1.plus(r2.times(d1).plus(r3.times(d2)));
        *c2 = c2.plus(r3.times(d1));
    }
}

/// `columns += number²`.
#[inline(always)]
pub(super) fn add_square(mut columns: &mut [Four], mut number: &[Four]) {
    while let [[a0, a1, a2, a3], higher @ ..] = number {
        // Each product of two different digits is there twice.
        let (d0, d1, d2, d3) = (a0.plus(*a0), a1.plus(*a1), a2.plus(*a2), a3.plus(*a3));
        let [[c0, c1, c2, c3], beyond @ ..] = columns else { return };
        *c0 = c0.plus(a0.times(*a0));
        *c1 = c1.plus(d0.times(*a1));
        *c2 = c2.plus(d0.times(*a2).plus(a1.times(*a1)));
        *c3 = c3.plus(d0.times(*a3).plus(d1.times(*a2)));
        let [[c4, c5, c6, _], ..] = beyond else { return };
        *c4 = c4.plus(d1.times(*a3).plus(a2.times(*a2)));
        *c5 = c5.plus(d2.times(*a3));
        *c6 = c6.plus(a3.times(*a3));
        add_rows(beyond, &[d0, d1, d2, d3], higher);
        // The square of the next one is eight columns further on.
        let [_, next @ ..] = beyond else { return };
        (columns, number) = (next, higher);
    }
}

/// `columns += a · b`.
#[inline(always)]
pub(super) fn add_product(mut columns: &mut [Four], a: &[Four], b: &[Four]) {
    for rows in a {
        add_rows(columns, rows, b);
        let [_, next @ ..] = columns else { return };
        columns = next;
    }
}

/// Writes big-endian numbers, one a lane, as digits from 0 to the radix. They must fit.
pub(super) fn read(radix: Radix, numbers: [&[u8]; LANES], digits: &mut [Pair]) {
    let mut readers = each(numbers, |number| Bits { bytes: number, buffer: 0, filled: 0 });
    for digit in digits {
        *digit = Pair::new(each(readers.each_mut(), |reader| f64::from(reader.take(radix.bits))));
    }
}

/// The bits of a big-endian number, the lowest first.
struct Bits<'a> {
    bytes: &'a [u8],
    buffer: u64,
    filled: u32,
}

impl Bits<'_> {
    /// The next bits, at most 32.
    fn take(&mut self, bits: u32) -> u32 {
        while self.filled < bits {
            let byte = match self.bytes.split_last() {
                Some((last, others)) => {
                    self.bytes = others;
                    *last
                }
                None => 0,
            };
            self.buffer |= u64::from(byte) << self.filled;
            self.filled += 8;
        }
        let taken = self.buffer & ((1 << bits) - 1);
        self.buffer >>= bits;
        self.filled -= bits;
        taken as u32
    }
}

/// Writes one lane's number, which may be negative, as bytes in two's complement, big-endian. Digits
/// beyond the bytes must be what the sign makes of them.
pub(super) fn write(radix: Radix, digits: &[Pair], lane: usize, bytes: &mut [u8]) {
    let mask = (1i64 << radix.bits) - 1;
    let (mut carry, mut buffer, mut filled) = (0i64, 0u64, 0u32);
    let mut digits = digits.iter();
    for byte in bytes.iter_mut().rev() {
        if filled < 8 {
            let digit = digits.next().map_or(0, |pair| pair.lanes()[lane] as i64);
            let sum = digit + carry;
            carry = sum >> radix.bits;
            buffer |= ((sum & mask) as u64) << filled;
            filled += radix.bits;
        }
        *byte = buffer as u8;
        buffer >>= 8;
        filled -= 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_as_large_as_keeps_the_products_of_a_number_exact() {
        // 62 digits of 24 bits, with two more and twice, are 2^7 products of 2^46; 254 of 23 are 2^9 of 2^44.
        for (bits, of_a_digit) in
            [(1024, 24), (1487, 24), (1488, 23), (5841, 23), (5842, 22), (8192, 22)]
        {
            assert_eq!(Radix::for_bits(bits).bits, of_a_digit, "{bits}");
        }
    }
}
