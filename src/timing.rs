//! Whether times tell secrets apart, by statistics (Reparaz, Balasch, Verbauwhede, "Dude, is my code constant
//! time?", 2017): two classes of inputs take turns at random, and Welch's t of their times says whether the
//! means differ. A planted leak must be found, or the test would say nothing.
//!
//! `tests/package/timing.test.mjs` has the same of the built module. Here times decide nothing in
//! `scripts/test`; it runs by its own command, for about a minute:
//!
//! ```sh
//! cargo test -p convex-token --lib timing -- --ignored --nocapture --test-threads 1
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::random;
use crate::secret::safe_equal;

/// How long each comparison takes.
const DURATION: Duration = Duration::from_secs(4);

/// Beyond this, means differ: by chance once in 10^20. A busy machine adds noise, which makes t smaller.
const LIMIT: f64 = 10.0;

/// The part of the times that is kept, from the shortest on: the others are interruptions.
const KEPT: f64 = 0.8;

/// Welch's t of the times of a computation on what is made ready of a fixed input and of random ones.
fn t_of<Ready>(
    name: &str,
    fixed: &[u8],
    draw: impl Fn() -> Vec<u8>,
    ready: impl Fn(&[u8]) -> Ready,
    mut computation: impl FnMut(&Ready),
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
        let made = ready(&input);
        let start = Instant::now();
        computation(black_box(&made));
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

/// What is given to [`t_of`] takes as long for the fixed input as for random ones.
pub(crate) fn takes_as_long<Ready>(
    name: &str,
    fixed: &[u8],
    draw: impl Fn() -> Vec<u8>,
    ready: impl Fn(&[u8]) -> Ready,
    computation: impl FnMut(&Ready),
) {
    let t = t_of(name, fixed, draw, ready, computation);
    assert!(t.abs() < LIMIT, "t = {t}");
}

/// What is given to [`t_of`] has a leak planted in it, which is found.
pub(crate) fn leaks<Ready>(
    name: &str,
    fixed: &[u8],
    draw: impl Fn() -> Vec<u8>,
    ready: impl Fn(&[u8]) -> Ready,
    computation: impl FnMut(&Ready),
) {
    let t = t_of(name, fixed, draw, ready, computation);
    assert!(t.abs() > LIMIT, "the planted leak was not found: t = {t}");
}

pub(crate) fn random_bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random::fill(&mut bytes).expect("there is randomness");
    bytes
}

#[test]
#[ignore = "it measures time: see the top of the file"]
fn secrets_are_compared_as_fast_wherever_they_differ() {
    let secret = random_bytes(4096);
    let draw = || random_bytes(4096);
    takes_as_long("safe_equal", &secret, draw, <[u8]>::to_vec, |other| {
        black_box(safe_equal(black_box(&secret), other));
    });
    leaks("==", &secret, draw, <[u8]>::to_vec, |other| {
        black_box(black_box(&secret).as_slice() == other);
    });
}
