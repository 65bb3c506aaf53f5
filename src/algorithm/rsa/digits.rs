//! Numbers as rows of signed digits in double precision, and the two things that their products are
//! made of: four rows of a multiplication at a time, and carries.
//!
//! A digit is a whole number. After [`Radix::carry`] it is at most half of the radix in size, and a
//! little more; a column of a product may then sum up so many products of two digits that the sum
//! stays below 2^53, where doubles are exact. Nothing here depends on a digit's value, neither a
//! branch nor an index.

use std::ops::RangeInclusive;

use super::lanes::{LANES, Pair};

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

    /// Makes digits of the sums in a row of columns, and returns what is carried out of it.
    #[inline(always)]
    pub(super) fn carry(self, columns: &mut [Pair]) -> Pair {
        let mut carried = [Pair::ZERO; 2];
        for column in columns {
            *column = self.settle(*column, &mut carried);
        }
        let [first, second] = carried;
        first.plus(second)
    }

    /// The same where nothing may be carried out: the last digit keeps it.
    #[inline(always)]
    pub(super) fn carry_within(self, columns: &mut [Pair]) {
        if let Some((last, others)) = columns.split_last_mut() {
            *last = last.plus(self.carry(others));
        }
    }
}

/// `columns += rows · digits`: four rows of a multiplication, each a place higher than the one before.
/// There must be three columns more than digits.
#[inline(always)]
pub(super) fn add_rows(columns: &mut [Pair], rows: &[Pair; ROWS], digits: &[Pair]) {
    let [r0, r1, r2, r3] = *rows;
    // The last three digits, which the later rows still need.
    let (mut d1, mut d2, mut d3) = (Pair::ZERO, Pair::ZERO, Pair::ZERO);
    let sum = |column: Pair, d0: Pair, d1: Pair, d2: Pair, d3: Pair| {
        column.plus(r0.times(d0)).plus(r1.times(d1)).plus(r2.times(d2).plus(r3.times(d3)))
    };
    let Some((columns, last)) = columns.split_at_mut_checked(digits.len()) else { return };
    // By fours, so that digits stay where they are instead of moving from register to register.
    let (column_fours, columns) = columns.as_chunks_mut::<4>();
    let (digit_fours, digits) = digits.as_chunks::<4>();
    for ([c0, c1, c2, c3], [e0, e1, e2, e3]) in column_fours.iter_mut().zip(digit_fours) {
        let (e0, e1, e2, e3) = (*e0, *e1, *e2, *e3);
        *c0 = sum(*c0, e0, d1, d2, d3);
        *c1 = sum(*c1, e1, e0, d1, d2);
        *c2 = sum(*c2, e2, e1, e0, d1);
        *c3 = sum(*c3, e3, e2, e1, e0);
        (d1, d2, d3) = (e3, e2, e1);
    }
    for (column, d0) in columns.iter_mut().zip(digits) {
        *column = sum(*column, *d0, d1, d2, d3);
        (d1, d2, d3) = (*d0, d1, d2);
    }
    if let [c0, c1, c2, ..] = last {
        *c0 = sum(*c0, Pair::ZERO, d1, d2, d3);
        *c1 = sum(*c1, Pair::ZERO, Pair::ZERO, d1, d2);
        *c2 = sum(*c2, Pair::ZERO, Pair::ZERO, Pair::ZERO, d1);
    }
}

/// `columns += number²` for a number of a multiple of four digits.
#[inline(always)]
pub(super) fn add_square(columns: &mut [Pair], number: &[Pair]) {
    let (fours, _) = number.as_chunks::<ROWS>();
    for (block, [a0, a1, a2, a3]) in fours.iter().enumerate() {
        let first = block * ROWS;
        // Each product of two different digits is there twice.
        let (d0, d1, d2, d3) = (a0.plus(*a0), a1.plus(*a1), a2.plus(*a2), a3.plus(*a3));
        let (square, beyond) = columns[2 * first..].split_at_mut(ROWS);
        let [c0, c1, c2, c3] = square else { return };
        *c0 = c0.plus(a0.times(*a0));
        *c1 = c1.plus(d0.times(*a1));
        *c2 = c2.plus(d0.times(*a2).plus(a1.times(*a1)));
        *c3 = c3.plus(d0.times(*a3).plus(d1.times(*a2)));
        let [c4, c5, c6, ..] = beyond else { return };
        *c4 = c4.plus(d1.times(*a3).plus(a2.times(*a2)));
        *c5 = c5.plus(d2.times(*a3));
        *c6 = c6.plus(a3.times(*a3));
        add_rows(beyond, &[d0, d1, d2, d3], &number[first + ROWS..]);
    }
}

/// `columns += a · b` for a number `a` of a multiple of four digits.
#[inline(always)]
pub(super) fn add_product(columns: &mut [Pair], a: &[Pair], b: &[Pair]) {
    let (fours, _) = a.as_chunks::<ROWS>();
    for (block, rows) in fours.iter().enumerate() {
        add_rows(&mut columns[block * ROWS..], rows, b);
    }
}

/// Writes big-endian numbers, one a lane, as digits from 0 to the radix. They must fit.
pub(super) fn read(radix: Radix, numbers: [&[u8]; LANES], digits: &mut [Pair]) {
    let mut readers = numbers.map(|number| Bits { bytes: number, buffer: 0, filled: 0 });
    for digit in digits {
        *digit = Pair::new(readers.each_mut().map(|reader| f64::from(reader.take(radix.bits))));
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
