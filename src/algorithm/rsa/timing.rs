//! Times of RSA's private operation, by the statistics of [`crate::timing`].

use std::hint::black_box;

use super::moduli::Exponents;
use super::tests::{numbers, operation};
use crate::timing::{leaks, random_bytes, takes_as_long};

/// A number of a size, less than any modulus of it.
fn random_number(length: usize) -> Vec<u8> {
    let mut number = random_bytes(length);
    number[0] = 0;
    number
}

#[test]
#[ignore = "it measures time: see src/timing.rs"]
fn the_private_operation_takes_as_long_for_a_fixed_number_as_for_random_ones() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let operation = operation(&key);
    let fixed = vec![0; 256];
    takes_as_long(
        "private operation",
        &fixed,
        || random_number(256),
        <[u8]>::to_vec,
        |number| {
            black_box(operation.apply(number));
        },
    );
    // The same with a few more squares for each bit that is set in the last byte.
    leaks(
        "with a planted leak",
        &fixed,
        || random_number(256),
        <[u8]>::to_vec,
        |number| {
            black_box(operation.apply(number));
            let mut columns = operation.moduli.columns();
            let mut square = operation.coefficient.clone();
            for _ in 0..32 * number[255].count_ones() {
                operation.moduli.square(&mut square, &mut columns);
            }
            black_box(square);
        },
    );
}

#[test]
#[ignore = "it measures time: see src/timing.rs"]
fn a_power_takes_as_long_for_a_fixed_exponent_as_for_random_ones() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let operation = operation(&key);
    // Of the same length, with no bit set but one: a ladder that skips zeros would be far faster.
    let mut fixed = vec![0; 256];
    fixed[127] = 1;
    fixed[255] = 1;
    takes_as_long(
        "power",
        &fixed,
        || random_bytes(256),
        <[u8]>::to_vec,
        |exponents| {
            let (dp, dq) = exponents.split_at(128);
            let mut columns = operation.moduli.columns();
            let mut power = operation.coefficient.clone();
            operation.moduli.raise(&mut power, &Exponents::new([dp, dq]), &mut columns);
            black_box(power);
        },
    );
}
