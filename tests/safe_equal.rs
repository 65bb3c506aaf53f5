//! Comparing secrets gives what comparing texts gives, for any lengths.

use convex_token::safe_equal;
use proptest::prelude::*;

#[test]
fn equal_secrets_are_equal() {
    for secret in [&b""[..], b"a", b"correct horse battery staple", &[0; 1000], &[0xff; 33]] {
        assert!(safe_equal(secret, secret));
        assert!(safe_equal(secret, &Vec::from(secret)));
    }
}

#[test]
fn secrets_that_differ_anywhere_are_not_equal() {
    let secret = [7u8; 100];
    for index in 0..secret.len() {
        for bit in 0..8 {
            let mut other = secret;
            other[index] ^= 1 << bit;
            assert!(!safe_equal(&secret, &other), "{index}, bit {bit}");
        }
    }
}

#[test]
fn a_beginning_of_a_secret_is_not_the_secret() {
    let secret = b"correct horse";
    for length in 0..secret.len() {
        assert!(!safe_equal(secret, &secret[..length]), "{length}");
        assert!(!safe_equal(&secret[..length], secret), "{length}");
    }
}

#[test]
fn zero_bytes_at_the_end_count() {
    assert!(!safe_equal(b"", b"\0"));
    assert!(!safe_equal(b"a", b"a\0"));
    assert!(!safe_equal(b"a\0\0", b"a"));
    assert!(!safe_equal(&[0; 256], &[]));
    assert!(!safe_equal(&[0; 300], &[0; 44]), "lengths that are equal modulo 256");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_two_texts_compare_as_texts_do(
        left in prop::collection::vec(0u8..3, 0..6),
        right in prop::collection::vec(0u8..3, 0..6),
    ) {
        prop_assert_eq!(safe_equal(&left, &right), left == right);
    }
}
