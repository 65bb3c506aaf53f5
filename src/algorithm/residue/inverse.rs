//! Inverses modulo a prime, by the division steps of Bernstein and Yang ("Fast constant-time gcd
//! computation and modular inversion", 2019), begun at one half: every number takes the same steps.
//!
//! Steps are taken 29 at a time on the lowest digits alone, where they are gathered in a matrix; then
//! that is applied to the whole numbers, whose lowest digit it makes zero.

use super::Modulus;
use super::digits::{BITS, DIGITS, Digits, high, low};

/// 590 steps bring any two numbers of 256 bits to their end (Wuille, "Bounds on divsteps iterations in
/// safegcd", 2021).
const STEPS: u32 = 590;

/// What numbers `a` and `b` become, times 2^29: `[0] * a + [1] * b`.
type Row = [i64; 2];

/// The inverse of a number between zero and the modulus, as a number whose magnitude is below eleven
/// times the modulus.
pub(super) fn inverse<M: Modulus>(number: &Digits) -> Digits {
    let (mut f, mut g) = (M::MODULUS, *number);
    // `f = d * number` and `g = e * number`, modulo the modulus.
    let (mut d, mut e) = ([0; DIGITS], [0; DIGITS]);
    e[0] = 1;
    let mut balance = -1;
    for _ in 0..STEPS.div_ceil(BITS) {
        let [to_f, to_g] = steps(&mut balance, f[0], g[0]);
        (f, g) = (applied::<M>(to_f, &f, &g, 0), applied::<M>(to_g, &f, &g, 0));
        (d, e) = (divided::<M>(to_f, &d, &e), divided::<M>(to_g, &d, &e));
    }
    // By now `g` is zero, and `f` is one or minus one.
    d.map(|digit| digit * f[0])
}

/// 29 steps on the lowest digits. `balance` is minus twice the paper's delta.
fn steps(balance: &mut i64, mut f: i64, mut g: i64) -> [Row; 2] {
    let (mut to_f, mut to_g) = ([1, 0], [0, 1]);
    for _ in 0..BITS {
        // All ones or zero: whether `g` is odd, and whether the two change places as well.
        let odd = -(g & 1);
        let swap = odd & (*balance >> (i64::BITS - 1));
        let step = |f: &mut i64, g: &mut i64| {
            let before = *g;
            *g += ((*f ^ swap) - swap) & odd;
            *f ^= (*f ^ before) & swap;
        };
        step(&mut f, &mut g);
        g >>= 1;
        for (to_f, to_g) in to_f.iter_mut().zip(&mut to_g) {
            step(to_f, to_g);
            *to_f <<= 1;
        }
        *balance = (*balance ^ swap) - swap - 2;
    }
    [to_f, to_g]
}

/// A row of the matrix applied to two numbers and some times the modulus, divided by 2^29, which leaves
/// no rest.
fn applied<M: Modulus>(row: Row, a: &Digits, b: &Digits, times: i64) -> Digits {
    let mut result = [0; DIGITS];
    let mut carry = 0;
    for index in 0..DIGITS {
        let sum = row[0] * a[index] + row[1] * b[index] + times * M::MODULUS[index] + carry;
        if index > 0 {
            result[index - 1] = low(sum);
        }
        carry = high(sum);
    }
    result[DIGITS - 1] = carry;
    result
}

/// The same modulo the modulus, for numbers that 2^29 does not divide.
fn divided<M: Modulus>(row: Row, a: &Digits, b: &Digits) -> Digits {
    let lowest = low(row[0] * a[0] + row[1] * b[0]);
    applied::<M>(row, a, b, low(lowest * M::NEGATIVE_INVERSE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn steps_are_those_of_the_paper(
            f in -(1_i64 << 28)..1 << 28,
            g in -(1_i64 << 28)..1 << 28,
            begun in -50..50_i64,
        ) {
            let f = f | 1;
            // Twice the paper's, which is a half more than a whole number.
            let mut delta = 2 * begun + 1;
            let mut balance = -delta;
            let (mut a, mut b) = (f, g);
            for _ in 0..BITS {
                (delta, a, b) = match b & 1 {
                    1 if delta > 0 => (2 - delta, b, (b - a) / 2),
                    odd => (2 + delta, a, (b + odd * a) / 2),
                };
            }
            let [to_f, to_g] = steps(&mut balance, f, g);
            prop_assert_eq!(balance, -delta);
            prop_assert_eq!([to_f, to_g].map(|row| row[0] * f + row[1] * g), [a << BITS, b << BITS]);
        }
    }
}
