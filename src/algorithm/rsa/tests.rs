//! The arithmetic beside that of another library, with digits and carries at their extremes.

use proptest::prelude::*;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, RsaPrivateKey};
use zeroize::Zeroizing;

use super::super::rs256::{Components, CrtComponents, SigningKey, VerifyingKey};
use super::faults::{self, Fault};
use super::integer::Integer;
use super::key::private_exponent;
use super::moduli::{Exponents, Moduli};
use super::primes::{are_probably_prime, random_prime};
use super::{PrivateNumbers, PrivateOperation, PublicOperation, residue};

/// Sizes of moduli in bytes: the primes of all keys there are, and the moduli themselves.
const SIZES: [usize; 8] = [16, 64, 127, 128, 192, 256, 384, 512];

/// Bytes that make the largest and the smallest digits, and long chains of carries, beside any others.
fn extreme_bytes(length: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => proptest::collection::vec(any::<u8>(), length),
        1 => proptest::collection::vec(prop_oneof![Just(0u8), Just(0xff), Just(0x7f), Just(0x80)], length),
        1 => Just(vec![0xff; length]),
        1 => Just([vec![0x80], vec![0; length - 1]].concat()),
        1 => (0..length).prop_map(move |at| {
            let mut bytes = vec![0; length];
            bytes[at] = 1;
            bytes
        }),
    ]
}

/// An odd modulus whose first byte is not zero.
fn modulus(length: usize) -> impl Strategy<Value = Vec<u8>> {
    extreme_bytes(length).prop_map(|mut bytes| {
        bytes[0] |= 1;
        *bytes.last_mut().expect("a modulus is not empty") |= 1;
        bytes
    })
}

fn big(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

/// Bytes of a number, as many as asked for.
fn sized(number: &BigUint, length: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; length - bytes.len()], bytes].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn products_and_squares_by_two_moduli_are_right(
        (p, q, a, b) in (0..SIZES.len(), 0..2usize).prop_flat_map(|(size, less)| {
            let size = SIZES[size];
            (modulus(size), modulus(size - less), extreme_bytes(size - less), extreme_bytes(size - less))
        })
    ) {
        let moduli = Moduli::new([&p, &q]);
        let mut columns = moduli.columns();
        for squared in [false, true] {
            let mut product = moduli.enter([&a, &b]);
            let other = moduli.enter([&b, &a]);
            if squared {
                moduli.square(&mut product, &mut columns);
            } else {
                moduli.multiply(&mut product, &other, &mut columns);
            }
            moduli.leave(&mut product, &mut columns);
            for (index, (modulus, [own, other])) in
                [(&p, [&a, &b]), (&q, [&b, &a])].into_iter().enumerate()
            {
                let other = if squared { own } else { other };
                let expected = big(own) * big(other) % big(modulus);
                let found = residue(&moduli, &product, index, modulus);
                prop_assert_eq!(found, sized(&expected, modulus.len()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn powers_by_moduli_of_different_sizes_are_right(
        (p, q, base, dp, dq) in (16usize..160, 16usize..160).prop_flat_map(|(first, second)| (
            modulus(first),
            modulus(second),
            extreme_bytes(first.min(second)),
            extreme_bytes(first),
            extreme_bytes(second),
        ))
    ) {
        let moduli = Moduli::new([&p, &q]);
        let mut columns = moduli.columns();
        let mut power = moduli.enter([&base; 2]);
        moduli.raise(&mut power, &Exponents::new([&dp, &dq]), &mut columns);
        moduli.leave(&mut power, &mut columns);
        for (index, (modulus, exponent)) in [(&p, &dp), (&q, &dq)].into_iter().enumerate() {
            let expected = big(&base).modpow(&big(exponent), &big(modulus));
            let found = residue(&moduli, &power, index, modulus);
            prop_assert_eq!(found, sized(&expected, modulus.len()));
        }
    }

    #[test]
    fn the_public_operation_is_right_at_every_size_of_key(
        (n, number) in prop_oneof![Just(256usize), Just(257), Just(384), Just(512), Just(1024)]
            .prop_flat_map(|size| (modulus(size), extreme_bytes(size))),
        exponent in prop_oneof![Just(3u64), Just(65_537), Just((1 << 33) - 1)],
    ) {
        let number = sized(&(big(&number) % big(&n)), n.len());
        let expected = big(&number).modpow(&BigUint::from(exponent), &big(&n));
        let found = PublicOperation::new(&n, exponent).apply(&number);
        prop_assert_eq!(found, sized(&expected, n.len()));
    }
}

/// The numbers of a key of the tests, big-endian: n, p, q, dP, dQ, qInv.
pub(super) fn numbers(file: &str) -> [Vec<u8>; 6] {
    use rsa::pkcs8::DecodePrivateKey;
    let path = format!("{}/tests/vectors/keys/{file}", env!("CARGO_MANIFEST_DIR"));
    let pem = std::fs::read_to_string(path).expect("the vector is there");
    let key = RsaPrivateKey::from_pkcs8_pem(&pem).expect("the vector is a key");
    let coefficient = key.crt_coefficient().expect("a key has a coefficient");
    let crt = || (key.dp().expect("a key has dP"), key.dq().expect("a key has dQ"));
    [key.n(), &key.primes()[0], &key.primes()[1], crt().0, crt().1, &coefficient]
        .map(BigUint::to_bytes_be)
}

pub(super) fn operation([n, p, q, dp, dq, qi]: &[Vec<u8>; 6]) -> PrivateOperation {
    let secret = |number: &Vec<u8>| Zeroizing::new(number.clone());
    PrivateOperation::new(&PrivateNumbers {
        n: n.clone(),
        e: 65_537,
        d: Zeroizing::default(),
        p: secret(p),
        q: secret(q),
        dp: secret(dp),
        dq: secret(dq),
        qi: secret(qi),
    })
}

#[test]
fn the_private_operation_undoes_the_public_one_for_numbers_at_the_edges() {
    for file in ["test-rsa-2048.pkcs8.pem", "test-rsa-3072.pkcs8.pem"] {
        let key = numbers(file);
        let operation = operation(&key);
        let [n, p, q, ..] = &key;
        let one = BigUint::from(1u8);
        let edges = [
            BigUint::from(0u8),
            one.clone(),
            BigUint::from(2u8),
            big(p),
            big(q),
            big(p) * (big(q) - &one),
            big(n) - &one,
            big(n) >> 1,
        ];
        for number in edges {
            let number = sized(&number, n.len());
            let signature = operation.apply(&number).expect("the check passes");
            assert_eq!(operation.public().apply(&signature), number, "{file}");
        }
    }
}

#[test]
fn a_flipped_bit_of_any_number_of_a_key_never_gives_a_signature() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let number = [vec![0], vec![0x5a; 255]].concat();
    assert!(operation(&key).apply(&number).is_some());
    for part in 1..key.len() {
        for bit in [1, 77, 511, 1020] {
            let mut faulty = key.clone();
            let last = faulty[part].len() - 1;
            faulty[part][last - bit / 8] ^= 1 << (bit % 8);
            assert!(operation(&faulty).apply(&number).is_none(), "part {part}, bit {bit}");
        }
    }
}

#[test]
fn a_fault_on_the_way_never_gives_a_wrong_signature() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let number = [vec![0], vec![0x5a; 255]].concat();
    let operation = operation(&key);
    let (right, results) = faults::with(None, || operation.apply(&number));
    let right = right.expect("the check passes");
    let mut refused = 0;
    // Everywhere from the first number to the check itself, in all digits and lanes.
    for (round, after) in (0..results).step_by(7).chain(results - 40..results).enumerate() {
        let fault =
            Fault { after, digit: round % 43, lane: round % 2, bit: [0, 1, 11, 22][round / 2 % 4] };
        let (signature, _) = faults::with(Some(fault), || operation.apply(&number));
        match signature {
            // In a power of the table that this key does not use, or in a lane that no one reads.
            Some(signature) => assert_eq!(signature, right, "after {after}"),
            None => refused += 1,
        }
    }
    assert!(refused > results / 7 * 9 / 10, "{refused} of {results}");
}

/// 65537 is a prime that does not divide the order: one of its multiples and one more is.
fn inverse_of_65537(order: &BigUint) -> Vec<u8> {
    let mut multiple = BigUint::from(1u8);
    while &multiple % 65_537u32 != BigUint::from(0u8) {
        multiple += order;
    }
    (multiple / 65_537u32).to_bytes_be()
}

#[test]
fn primes_of_different_sizes_make_a_key_whichever_is_larger() {
    let one = BigUint::from(1u8);
    for bits in [[1024, 1024], [1088, 960], [960, 1088], [1536, 512], [512, 1536]] {
        let [p, q] = bits.map(|bits| big(&random_prime(bits, None).expect("there is randomness")));
        let n = &p * &q;
        let d = inverse_of_65537(&((&p - &one) * (&q - &one)));
        let primes = [p.to_bytes_be(), q.to_bytes_be()];
        let key = PrivateNumbers::complete(
            &n.to_bytes_be(),
            65_537,
            &d,
            primes.each_ref().map(Vec::as_slice),
            None,
        );
        let operation = PrivateOperation::new(&key.expect("the numbers belong together"));
        let length = n.to_bytes_be().len();
        for number in [&n - &one, &n >> 1, &n >> 13, p.clone(), q.clone()] {
            let signature = operation.apply(&sized(&number, length)).expect("the check passes");
            assert_eq!(big(&signature), number.modpow(&big(&d), &n), "{bits:?}");
        }
    }
}

#[test]
fn a_modulus_that_is_a_prime_has_no_primes_to_recover() {
    let [_, p, ..] = numbers("test-rsa-2048.pkcs8.pem");
    let d = inverse_of_65537(&(big(&p) - 1u8));
    assert!(PrivateNumbers::recover(&p, 65_537, &d).is_none());
}

fn integer(bytes: &[u8]) -> Integer {
    Integer::from_bytes(bytes)
}

fn shown(integer: &Integer) -> BigUint {
    big(&integer.to_bytes())
}

/// Numbers of any length, also none.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![9 => (1usize..300).prop_flat_map(extreme_bytes), 1 => Just(Vec::new())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whole_numbers_are_those_of_another_library(
        a in any_bytes(),
        b in any_bytes(),
        small in prop_oneof![Just(1u32), Just(2), Just(65_537), Just(u32::MAX), 1..u32::MAX],
        bits in 0usize..200,
    ) {
        let (x, y) = (big(&a), big(&b));
        let (own, other) = (integer(&a), integer(&b));
        prop_assert_eq!(own.to_bytes().to_vec(), if a.iter().all(|byte| *byte == 0) { vec![] } else { x.to_bytes_be() });
        prop_assert_eq!(shown(&own.times(&other)), &x * &y);
        prop_assert_eq!(shown(&own.plus(small)), &x + small);
        if x >= BigUint::from(small) {
            prop_assert_eq!(shown(&own.minus(small)), &x - small);
        }
        prop_assert_eq!(shown(&own.shifted_right(bits)), &x >> bits);
        prop_assert_eq!(BigUint::from(own.remainder_by(small)), &x % small);
        let zero = BigUint::from(0u8);
        prop_assert_eq!(own.trailing_zeros().is_none(), x == zero);
        if let Some(zeros) = own.trailing_zeros() {
            prop_assert_eq!((&x >> zeros) % 2u8, BigUint::from(1u8));
            prop_assert_eq!((&x >> zeros) << zeros, x.clone());
        }
        let (quotient, remainder) = own.divided_by(&other);
        if y == zero {
            prop_assert_eq!(shown(&remainder), x.clone());
        } else {
            prop_assert_eq!(shown(&quotient), &x / &y);
            prop_assert_eq!(shown(&remainder), &x % &y);
            // The estimates of a quotient's digits are farthest off next to a multiple.
            for near in [own.times(&other), own.times(&other).plus(1)] {
                let (quotient, remainder) = near.divided_by(&other);
                prop_assert_eq!(shown(&quotient), shown(&near) / &y);
                prop_assert_eq!(shown(&remainder), shown(&near) % &y);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn common_divisors_divide_both(a in any_bytes(), b in any_bytes(), c in any_bytes()) {
        let zero = BigUint::from(0u8);
        let (a, b) = (integer(&a).times(&integer(&c)), integer(&b).times(&integer(&c)));
        let divisor = shown(&a.common_divisor(&b));
        let (mut x, mut y) = (shown(&a), shown(&b));
        while y != zero {
            (x, y) = (y.clone(), x % y);
        }
        prop_assert_eq!(divisor, x);
    }
}

#[test]
fn a_new_key_is_as_the_standard_wants_it() {
    for bits in [2048, 3072] {
        let key = PrivateNumbers::generate(bits).expect("there is randomness").expect("a key");
        let one = BigUint::from(1u8);
        let [n, d, p, q] = [&key.n, &*key.d, &*key.p, &*key.q].map(|bytes| big(bytes));
        assert_eq!((n.bits(), p.bits(), q.bits()), (bits, bits / 2, bits / 2));
        assert_eq!(&p * &q, n);
        assert_eq!(key.e, 65_537);
        assert!(key.are_of_primes().expect("there is randomness"));
        // FIPS 186-5, A.1.1: the exponent by the least common multiple, the primes' size and distance.
        let (a, b) = (&p - &one, &q - &one);
        let divisor = shown(&integer(&a.to_bytes_be()).common_divisor(&integer(&b.to_bytes_be())));
        let multiple = &a * &b / divisor;
        assert_eq!(&d * 65_537u32 % &multiple, one);
        assert!(d < multiple && d > &one << (bits / 2));
        for prime in [&p, &q] {
            assert!(prime * prime > &one << (bits - 1), "less than half of the square root of two");
            // Fermat's test, by another library.
            for base in [2u8, 3, 5, 7] {
                assert_eq!(BigUint::from(base).modpow(&(prime - &one), prime), one);
            }
        }
        let distance = if p > q { &p - &q } else { &q - &p };
        assert!(distance > one << (bits / 2 - 100));
    }
}

#[test]
fn numbers_that_are_no_primes_fail_the_test() {
    let key = numbers("test-rsa-2048.pkcs8.pem");
    let [_, p, q, ..] = &key;
    assert_eq!(are_probably_prime([p, q]).expect("there is randomness"), [true; 2]);
    let composite = product_of_halves(p, q);
    assert_eq!(composite.len(), p.len());
    assert_eq!(are_probably_prime([&composite, p]).expect("randomness"), [false, true]);
    assert_eq!(are_probably_prime([p, &composite]).expect("randomness"), [true, false]);
}

/// A number as long as the primes that is none itself.
fn product_of_halves(p: &[u8], q: &[u8]) -> Vec<u8> {
    let half = |of: &[u8]| ((big(of) >> 513) << 1) + 1u8;
    (half(p) * half(q)).to_bytes_be()
}

#[test]
fn a_key_whose_primes_are_none_signs_nothing_and_is_told() {
    let [_, p, q, ..] = &numbers("test-rsa-2048.pkcs8.pem");
    let composite = &product_of_halves(p, q);
    let n = (big(p) * big(composite)).to_bytes_be();
    let d = private_exponent(p, composite).to_bytes();
    let complete = |primes: [&[u8]; 2], qi| PrivateNumbers::complete(&n, 65_537, &d, primes, qi);
    let last = complete([p, composite], None).expect("its numbers agree with each other");
    // qInv · composite = 1 (mod p) gives what times p is 1 (mod composite).
    let qi = big(composite) - (big(&last.qi) * big(composite) - 1u8) / big(p);
    let first = complete([composite, p], Some(&qi.to_bytes_be())).expect("they agree");
    for numbers in [&last, &first] {
        assert!(!numbers.are_of_primes().expect("there is randomness"));
        let [e, d] = [&[1, 0, 1][..], &numbers.d];
        let PrivateNumbers { p, q, dp, dq, qi, .. } = numbers;
        let primes = Some(CrtComponents { p, q, dp, dq, qi });
        let key = SigningKey::from_components(&Components { n: &n, e, d, primes }).expect("a key");
        assert_eq!(key.sign(b"message").expect_err("refused").code(), "ERR_KEY_INCONSISTENT");
    }
}

#[test]
fn what_is_no_product_of_two_different_primes_is_no_key() {
    let [_, p, ..] = &numbers("test-rsa-2048.pkcs8.pem");
    let d = inverse_of_65537(&(big(p) - 1u8));
    let square = (big(p) * big(p)).to_bytes_be();
    for (n, primes) in [(p, [&p[..], &[1]]), (p, [&[1], &p[..]]), (&square, [&p[..]; 2])] {
        for coefficient in [None, Some(&[1][..])] {
            assert!(PrivateNumbers::complete(n, 65_537, &d, primes, coefficient).is_none());
        }
    }
}

#[test]
fn primes_are_recovered_when_the_first_bases_betray_none_the_larger_one_first() {
    // Of both, three is a residue or of none, and five as well; seven is one of the second alone.
    let primes = [(0xc0_u128 << 120) + 0x50b, (0xc0_u128 << 120) + 0x1db];
    let [p, q] = primes.map(BigUint::from);
    let d = inverse_of_65537(&((&p - 1u8) * (&q - 1u8)));
    let found = PrivateNumbers::recover(&(&p * &q).to_bytes_be(), 65_537, &d).expect("a key");
    assert_eq!([big(&found.p), big(&found.q)], [p, q]);
    assert_eq!(big(&found.d), big(&d));
}

fn padded(number: &[u8], length: usize) -> Vec<u8> {
    [vec![0; length - number.len()], number.to_vec()].concat()
}

#[test]
fn leading_zeros_of_a_keys_parts_are_read_as_far_as_the_largest_key_may_have() {
    let [n, p, q, dp, dq, qi] = &numbers("test-rsa-2048.pkcs8.pem");
    let d = private_exponent(p, q).to_bytes();
    let reads = |of_d, of_parts| {
        let [p, q, dp, dq, qi] = &[p, q, dp, dq, qi].map(|part| padded(part, of_parts));
        let primes = Some(CrtComponents { p, q, dp, dq, qi });
        let d = &padded(&d, of_d);
        SigningKey::from_components(&Components { n, e: &[1, 0, 1], d, primes }).is_ok()
    };
    assert!(reads(1025, n.len()));
    assert!(!reads(1026, n.len()));
    assert!(!reads(1025, n.len() + 1));
}

#[test]
fn public_keys_are_the_same_when_both_of_their_numbers_are() {
    let [n, other] = ["test-rsa-2048.pkcs8.pem", "test-rsa-3072.pkcs8.pem"].map(|file| {
        let [n, ..] = numbers(file);
        n
    });
    let key = |n: &[u8], e: &[u8]| VerifyingKey::from_components(n, e).expect("a key");
    assert!(key(&n, &[1, 0, 1]) == key(&padded(&n, 300), &[0, 1, 0, 1]));
    assert!(key(&n, &[1, 0, 1]) != key(&n, &[3]));
    assert!(key(&n, &[1, 0, 1]) != key(&other, &[1, 0, 1]));
}

#[test]
fn even_moduli_and_exponents_out_of_range_are_refused() {
    let [mut n, ..] = numbers("test-rsa-2048.pkcs8.pem");
    let reads = |n: &[u8], e: u128| VerifyingKey::from_components(n, &e.to_be_bytes()).is_ok();
    for (e, taken) in
        [(1, false), (3, true), (4, false), ((1 << 33) - 1, true), ((1 << 33) + 1, false)]
    {
        assert_eq!(reads(&n, e), taken, "{e}");
        assert!(!reads(&n, e + (1 << 64)), "{e}");
    }
    n[255] ^= 1;
    assert!(!reads(&n, 65_537));
}
