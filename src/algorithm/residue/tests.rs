//! Residues beside those of `crypto-bigint`, on which the curve's crate is built.

use ::p256::elliptic_curve::bigint::{NonZero, U256};
use proptest::prelude::*;
use zeroize::Zeroize;

use super::super::{ed25519, p256};
use super::digits::{BYTES, DIGITS, Digits, from_bytes, from_hex, to_bytes};
use super::{Modulus, Residue};

/// Numbers with long runs of equal bits, near powers of two and near both moduli, beside any others.
fn number() -> BoxedStrategy<U256> {
    let moduli = [
        p256::Field::MODULUS,
        p256::Order::MODULUS,
        ed25519::Field::MODULUS,
        ed25519::Order::MODULUS,
    ]
    .map(|modulus| U256::from_be_slice(&to_bytes(&modulus)));
    prop_oneof![
        2 => any::<[u8; BYTES]>().prop_map(|bytes| U256::from_be_slice(&bytes)),
        2 => proptest::array::uniform32(prop_oneof![Just(0_u8), Just(0xff), Just(0x80), Just(1)])
            .prop_map(|bytes| U256::from_be_slice(&bytes)),
        1 => (0..256_u32, -2..=2_i64).prop_map(|(bit, offset)| near(U256::ONE.shl_vartime(bit), offset)),
        1 => (0..4_usize, -3..=3_i64).prop_map(move |(index, offset)| near(moduli[index], offset)),
        // Digits of the largest magnitude, balanced or not.
        1 => (0..29_u32).prop_map(|bit| (0..9).fold(U256::ZERO, |sum, digit| {
            sum.wrapping_add(&U256::ONE.shl_vartime((29 * digit + bit).min(255)))
        })),
    ]
    .boxed()
}

fn near(number: U256, offset: i64) -> U256 {
    let distance = U256::from_u64(offset.unsigned_abs());
    if offset < 0 { number.wrapping_sub(&distance) } else { number.wrapping_add(&distance) }
}

fn bytes(number: &U256) -> [u8; BYTES] {
    number.to_be_bytes().into()
}

/// Everything that residues can do, with numbers and with sums of them that weigh as much as may be.
fn check<M: Modulus>(a: &U256, b: &U256) -> Result<(), TestCaseError> {
    let modulus = NonZero::new(U256::from_be_slice(&to_bytes(&M::MODULUS))).expect("not zero");
    let expected = |number: U256| bytes(&number);
    let (x, y) = (Residue::<M>::reduced_from(&bytes(a)), Residue::<M>::reduced_from(&bytes(b)));
    let (a_read, b) = (a.rem(&modulus), b.rem(&modulus));
    prop_assert_eq!(Residue::<M>::from_bytes(&bytes(a)).is_some(), *a < *modulus);
    let a = a_read;
    prop_assert_eq!(x.to_bytes(), expected(a));
    prop_assert_eq!(x.is_zero(), a == U256::ZERO);
    prop_assert_eq!((x * y).to_bytes(), expected(a.mul_mod(&b, &modulus)));
    prop_assert_eq!((x + y).to_bytes(), expected(a.add_mod(&b, &modulus)));
    prop_assert_eq!((x - y).to_bytes(), expected(a.sub_mod(&b, &modulus)));
    prop_assert_eq!((-x).to_bytes(), expected(U256::ZERO.sub_mod(&a, &modulus)));
    prop_assert!((x == y) == (a == b));
    // Weights of 2 * 3 + 2 * 3.
    let (sum, thrice) = (x - y, x + y + y);
    let twice = b.add_mod(&b, &modulus);
    let (sum_is, thrice_is) = (a.sub_mod(&b, &modulus), a.add_mod(&twice, &modulus));
    let product = sum_is.mul_mod(&thrice_is, &modulus);
    prop_assert_eq!(
        Residue::products(&sum, &thrice, &sum, &thrice).to_bytes(),
        expected(product.add_mod(&product, &modulus))
    );
    if a != U256::ZERO {
        prop_assert_eq!((x.inverse() * x).to_bytes(), expected(U256::ONE));
        prop_assert_eq!(
            ((-x).inverse() * x).to_bytes(),
            expected(modulus.wrapping_sub(&U256::ONE))
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn coordinates_of_p256_are_counted_as_by_crypto_bigint(a in number(), b in number()) {
        check::<p256::Field>(&a, &b)?;
    }

    #[test]
    fn scalars_of_p256_are_counted_as_by_crypto_bigint(a in number(), b in number()) {
        check::<p256::Order>(&a, &b)?;
    }

    #[test]
    fn coordinates_of_ed25519_are_counted_as_by_crypto_bigint(a in number(), b in number()) {
        check::<ed25519::Field>(&a, &b)?;
    }

    #[test]
    fn scalars_of_ed25519_are_counted_as_by_crypto_bigint(a in number(), b in number()) {
        check::<ed25519::Order>(&a, &b)?;
    }

    #[test]
    fn kept_residues_are_the_same(a in number()) {
        fn check<M: Modulus>(a: &U256) -> Result<(), TestCaseError> {
            let residue = Residue::<M>::reduced_from(&bytes(a));
            prop_assert!(Residue::from_words(residue.to_words()) == residue);
            prop_assert!(Residue::from_words((-residue).to_words()) == -residue);
            Ok(())
        }
        check::<p256::Field>(&a)?;
        check::<ed25519::Field>(&a)?;
    }

    #[test]
    fn inverses_of_many_are_those_of_each(numbers in proptest::collection::vec(number(), 0..5)) {
        let residues: Vec<_> = numbers
            .iter()
            .map(|number| Residue::<p256::Field>::reduced_from(&bytes(number)))
            .filter(|residue| !residue.is_zero())
            .collect();
        for (inverse, residue) in Residue::inverses(&residues).into_iter().zip(&residues) {
            prop_assert!(inverse == residue.inverse());
        }
    }

    #[test]
    fn settling_changes_no_residue(a in number(), b in number(), times in 1..=16_usize) {
        let (x, y) = (Residue::<p256::Field>::reduced_from(&bytes(&a)), Residue::reduced_from(&bytes(&b)));
        let sum = (1..times).fold(x, |sum, index| if index % 3 == 0 { sum - y } else { sum + x });
        prop_assert!(sum.settled() == sum);
        let digits = sum.settled().digits().map(i64::unsigned_abs);
        prop_assert!(digits.iter().all(|digit| *digit <= (1 << 28) + 16));
        // And 0.51 times the modulus, which is 2^24 there.
        prop_assert!(digits[DIGITS - 1] < (1 << 23) + (1 << 17));
    }
}

/// The largest digits of either sign in every place, at the largest weights that formulas use.
#[test]
fn no_column_overflows_at_the_largest_weights() {
    for digit in [-(1 << 28) - 16, (1 << 28) + 16] {
        let digits: Digits =
            std::array::from_fn(|index| if index < DIGITS - 1 { digit } else { digit >> 4 });
        let heavy = Residue::<p256::Field>::kept(digits.map(|digit| 3 * digit));
        let light = Residue::<p256::Field>::kept(digits.map(|digit| 2 * digit));
        let one = Residue::<p256::Field>::kept(digits);
        // 2 * 3 + 2 * 3, of equal and of opposite signs.
        assert!(Residue::products(&heavy, &light, &heavy, &light) == heavy * light + heavy * light);
        assert!(Residue::products(&heavy, &light, &-heavy, &light).is_zero());
        let eight = Residue::<p256::Field>::kept(digits.map(|digit| 8 * digit));
        assert!(eight * one == one * eight);
    }
}

#[test]
fn constants_are_what_they_are_said_to_be() {
    fn check<M: Modulus>() {
        let modulus = NonZero::new(U256::from_be_slice(&to_bytes(&M::MODULUS))).expect("not zero");
        let power =
            |exponent| (0..exponent).fold(U256::ONE, |power, _| power.add_mod(&power, &modulus));
        assert_eq!(to_bytes(&M::SQUARE), bytes(&power(522)));
        assert_eq!((M::MODULUS[0] * M::NEGATIVE_INVERSE + 1) % (1 << 29), 0);
    }
    check::<p256::Field>();
    check::<p256::Order>();
    check::<ed25519::Field>();
    check::<ed25519::Order>();
    let hex = "0123456789abcdef".repeat(4);
    assert_eq!(from_hex(&hex), from_bytes(&bytes(&U256::from_be_hex(&hex))));
}

#[test]
fn a_wiped_residue_is_zero() {
    let mut residue = Residue::<p256::Order>::reduced_from(&[7; BYTES]);
    residue.zeroize();
    assert!(residue.is_zero());
}
