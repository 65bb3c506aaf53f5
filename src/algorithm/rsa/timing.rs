//! Whether times tell secrets apart, by statistics (Reparaz, Balasch, Verbauwhede, "Dude, is my code constant
//! time?", 2017): two classes of inputs take turns at random, and Welch's t of their times says whether the
//! means differ. A planted leak must be found, or the test would say nothing.
//!
//! Times decide nothing in `scripts/test`, so this runs by its own command, for about 20 seconds:
//!
//! ```sh
//! cargo test -p convex-token --lib timing -- --ignored --nocapture --test-threads 1
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::moduli::Exponents;
use super::tests::{numbers, operation};
use crate::random;
use crate::secret::safe_equal;

/// How long each comparison takes.
const DURATION: Duration = Duration::from_secs(4);

/// Beyond this, means differ: by chance once in 10^20. A busy machine adds noise, which makes t smaller.
const LIMIT: f64 = 10.0;

/// The part of the times that is kept, from the shortest on: the others are interruptions.
const KEPT: f64 = 0.8;

/// Welch's t of the times of a computation on a fixed input and on random ones.
fn t_of(
    name: &str,
    fixed: &[u8],
    draw: impl Fn() -> Vec<u8>,
    mut computation: impl FnMut(&[u8]),
) -> f64 {
    let mut times: Vec<(bool, f64)> = Vec::new();
    let mut input = fixed.to_vec();
    let end = Instant::now() + DURATION;
    while Instant::now() < end {
        let [coin] = random::bytes().expect("there is randomness");
        let is_fixed = coin % 2 == 0;
        // Both are read and one is written, to the same place, so that caches know as much in both cases.
        let drawn = draw();
        let mask = if is_fixed { 0xff } else { 0 };
        for ((byte, fixed), drawn) in input.iter_mut().zip(fixed).zip(&drawn) {
            *byte = fixed & mask | drawn & !mask;
        }
        let start = Instant::now();
        computation(black_box(&input));
        times.push((is_fixed, start.elapsed().as_nanos() as f64));
    }
    let mut sorted: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let longest = sorted[(sorted.len() as f64 * KEPT) as usize];
    let class = |wanted: bool| {
        let kept = times.iter().filter(|(is_fixed, time)| *is_fixed == wanted && *time <= longest);
        let kept: Vec<f64> = kept.map(|(_, time)| *time).collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((first, first_error), (second, second_error)) = (class(true), class(false));
    let t = (first - second) / (first_error + second_error).sqrt();
    println!("{name}: t = {t:.1}, means {first:.0} and {second:.0} ns, {} times", times.len());
    t
}

fn random_bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random::fill(&mut bytes).expect("there is randomness");
    bytes
}

/// A number of a size, less than any modulus of it.
fn random_number(length: usize) -> Vec<u8> {
    let mut number = random_bytes(length);
    number[0] = 0;
    number
}

#[test]
#[ignore = "it measures time: see the top of the file"]
fn the_private_operation_takes_as_long_for_a_fixed_number_as_for_random_ones() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let operation = operation(&key);
    let fixed = vec![0; 256];
    let own = t_of(
        "private operation",
        &fixed,
        || random_number(256),
        |number| {
            black_box(operation.apply(number));
        },
    );
    assert!(own.abs() < LIMIT, "t = {own}");
    // The same with a few more squares for each bit that is set in the last byte.
    let leaking = t_of(
        "with a planted leak",
        &fixed,
        || random_number(256),
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
    assert!(leaking.abs() > LIMIT, "the planted leak was not found: t = {leaking}");
}

#[test]
#[ignore = "it measures time: see the top of the file"]
fn a_power_takes_as_long_for_a_fixed_exponent_as_for_random_ones() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let operation = operation(&key);
    // Of the same length, with no bit set but one: a ladder that skips zeros would be far faster.
    let mut fixed = vec![0; 256];
    fixed[127] = 1;
    fixed[255] = 1;
    let own = t_of(
        "power",
        &fixed,
        || random_bytes(256),
        |exponents| {
            let (dp, dq) = exponents.split_at(128);
            let mut columns = operation.moduli.columns();
            let mut power = operation.coefficient.clone();
            operation.moduli.raise(&mut power, &Exponents::new([dp, dq]), &mut columns);
            black_box(power);
        },
    );
    assert!(own.abs() < LIMIT, "t = {own}");
}

#[test]
#[ignore = "it measures time: see the top of the file"]
fn secrets_are_compared_as_fast_wherever_they_differ() {
    let secret = random_bytes(4096);
    let own = t_of(
        "safe_equal",
        &secret.clone(),
        || random_bytes(4096),
        |other| {
            black_box(safe_equal(black_box(&secret), other));
        },
    );
    assert!(own.abs() < LIMIT, "t = {own}");
    let leaking = t_of(
        "==",
        &secret.clone(),
        || random_bytes(4096),
        |other| {
            black_box(black_box(&secret).as_slice() == other);
        },
    );
    assert!(leaking.abs() > LIMIT, "the planted leak was not found: t = {leaking}");
}
