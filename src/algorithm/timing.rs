//! Times of both curves, by the statistics of [`crate::timing`].
//!
//! What is fixed is extreme: the number one, nearly all of whose digits are zero, and a nonce with
//! sixteen leading zero bits, by some hundred of which a key is found (Howgrave-Graham and Smart,
//! "Lattice attacks on digital signature schemes", 2001).

use std::hint::black_box;

use sha2::{Digest, Sha256, Sha512};

use super::ed25519::{self, EdwardsPoint};
use super::multiples::{Multiples, Point};
use super::nonce::Nonces;
use super::p256::{self, ProjectivePoint};
use super::residue::digits::BYTES;
use super::{eddsa, es256};
use crate::timing::{leaks, random_bytes, takes_as_long};

/// The spacing of the tables that keys sign with.
const SPACING: usize = 2;

/// The number one, in the byte order of P-256's keys.
const ONE: [u8; BYTES] = {
    let mut one = [0; BYTES];
    one[BYTES - 1] = 1;
    one
};

fn array(bytes: &[u8]) -> [u8; BYTES] {
    bytes.try_into().expect("a number has 32 bytes")
}

/// A random number below the order of either curve.
fn random_number() -> Vec<u8> {
    let mut number = random_bytes(BYTES);
    number[0] &= 0x0f;
    number
}

/// The first message that a fixed key signs with a nonce of sixteen leading zero bits.
fn message_of_a_short_nonce(nonce: impl Fn(&[u8]) -> [u8; BYTES]) -> Vec<u8> {
    // Of Ed25519's, three of them are zero anyway.
    let is_short = |message: &Vec<u8>| nonce(message)[..2] == [0, 0];
    let messages = (0..u32::MAX).map(|count| count.to_be_bytes().to_vec());
    messages.into_iter().find(is_short).expect("one message in 65,536 has one")
}

/// The nonce of a P-256 key, big-endian.
fn p256_nonce(key: &[u8; BYTES], message: &[u8]) -> [u8; BYTES] {
    *Nonces::new(key, &Sha256::digest(message).into()).next()
}

/// The nonce of an Ed25519 seed, big-endian.
fn ed25519_nonce(seed: &[u8; BYTES], message: &[u8]) -> [u8; BYTES] {
    let prefix = &Sha512::digest(seed)[BYTES..];
    let hash = Sha512::new().chain_update(prefix).chain_update(message).finalize();
    ed25519::Scalar::from_hash(&hash.into()).to_bytes()
}

fn reversed(number: &[u8; BYTES]) -> [u8; BYTES] {
    let mut reversed = *number;
    reversed.reverse();
    reversed
}

fn points_are_multiplied_alike<P: Point>(curve: &str, generator: P) {
    let multiples = Multiples::new(generator, SPACING);
    let ready = |number: &[u8]| reversed(&array(number));
    takes_as_long(&format!("{curve}, a product"), &ONE, random_number, ready, |number| {
        black_box(multiples.times(number));
    });
    // As verifying has it: digits of zero are skipped, and points are looked up.
    let name = format!("{curve}, zeros skipped");
    leaks(&name, &ONE, random_number, ready, |number| {
        black_box(multiples.times_public(number));
    });
}

#[test]
#[ignore = "it measures time: see src/timing.rs"]
fn a_point_is_multiplied_as_fast_by_one_as_by_random_numbers() {
    points_are_multiplied_alike("P-256", ProjectivePoint::GENERATOR);
    points_are_multiplied_alike("Ed25519", EdwardsPoint::BASE);
}

#[test]
#[ignore = "it measures time: see src/timing.rs"]
fn one_is_inverted_as_fast_as_random_numbers() {
    let ready = |number: &[u8]| p256::Scalar::reduced_from(&array(number));
    takes_as_long("P-256, an inverse", &ONE, random_number, ready, |number| {
        black_box(number.inverse());
    });
    // With a few steps of Euclid's algorithm, as many as the number takes.
    leaks("with a planted leak", &ONE, random_number, ready, |number| {
        black_box(number.inverse());
        let bytes = number.to_bytes();
        let last = bytes.last_chunk().copied().expect("a number has 32 bytes");
        let (mut number, mut rest) = (u64::MAX, u64::from_be_bytes(last));
        while rest != 0 {
            (number, rest) = (rest, number % rest);
        }
        black_box(number);
    });
}

/// Signing one message by a fixed key, whose nonce for it is short, and by random keys.
fn keys_sign_alike<Key, P: Point>(
    curve: &str,
    fixed: &[u8; BYTES],
    generator: P,
    read: impl Fn(&[u8]) -> Key,
    nonce: impl Fn(&[u8; BYTES], &[u8]) -> [u8; BYTES],
    sign: impl Fn(&Key, &[u8]) -> Vec<u8>,
) {
    let message = message_of_a_short_nonce(|message| nonce(fixed, message));
    takes_as_long(&format!("{curve}, a signature"), fixed, random_number, &read, |key| {
        black_box(sign(key, &message));
    });
    // With a product that skips the nonce's zeros.
    let multiples = Multiples::new(generator, SPACING);
    let ready = |key: &[u8]| (read(key), reversed(&nonce(&array(key), &message)));
    leaks("with a planted leak", fixed, random_number, ready, |(key, nonce)| {
        black_box(sign(key, &message));
        black_box(multiples.times_public(nonce));
    });
}

#[test]
#[ignore = "it measures time: see src/timing.rs"]
fn a_key_of_p256_signs_as_fast_whatever_it_and_its_nonce_are() {
    let read = |key: &[u8]| es256::SigningKey::from_scalar(key).expect("a number is a key");
    let sign = es256::SigningKey::sign;
    keys_sign_alike("P-256", &ONE, ProjectivePoint::GENERATOR, read, p256_nonce, sign);
}

#[test]
#[ignore = "it measures time: see src/timing.rs"]
fn a_key_of_ed25519_signs_as_fast_whatever_it_and_its_nonce_are() {
    let read = |seed: &[u8]| eddsa::SigningKey::from_seed(seed).expect("a seed is a key");
    let sign = eddsa::SigningKey::sign;
    keys_sign_alike("Ed25519", &ONE, EdwardsPoint::BASE, read, ed25519_nonce, sign);
}
