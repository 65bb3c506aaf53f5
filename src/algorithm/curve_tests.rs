//! Both curves' keys beside those of their crates, and the multiplication that they stand on beside
//! that of the points' crates.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar as EdwardsScalar;
use curve25519_dalek::traits::Identity;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::elliptic_curve::ops::Reduce;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::elliptic_curve::{Curve, PrimeField};
use p256::{NistP256, ProjectivePoint, Scalar};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::multiples::{Digit, Multiples, Point};
use super::nonce::Nonces;
use super::{ed25519, eddsa, es256, p256 as own};

/// Every shape of a table: no doublings, those in use, one row.
const SPACINGS: [usize; 4] = [1, 2, 13, 52];

/// Little-endian bytes that make digits of the largest magnitude and long carries, beside any others.
fn bytes() -> BoxedStrategy<[u8; 32]> {
    let digits = |bits: [u8; 5]| {
        let mut bytes = [0_u8; 32];
        for bit in 0..256 {
            bytes[bit / 8] |= bits[bit % 5] << (bit % 8);
        }
        bytes
    };
    prop_oneof![
        4 => any::<[u8; 32]>(),
        2 => proptest::array::uniform32(prop_oneof![Just(0_u8), Just(0xff), Just(0x10), Just(0x80)]),
        1 => (0..256_usize).prop_map(|bit| {
            let mut bytes = [0; 32];
            bytes[bit / 8] = 1 << (bit % 8);
            bytes
        }),
        1 => any::<u8>().prop_map(|byte| {
            let mut bytes = [0; 32];
            bytes[0] = byte;
            bytes
        }),
        // Digits of 15, 16 and 17, which are -16 and -15 with a carry.
        1 => Just(digits([1, 1, 1, 1, 0])),
        1 => Just(digits([0, 0, 0, 0, 1])),
        1 => Just(digits([1, 0, 0, 0, 1])),
        1 => Just(digits([1; 5])),
    ]
    .boxed()
}

fn p256_scalar() -> impl Strategy<Value = Scalar> {
    let reduced = bytes().prop_map(|mut bytes| {
        bytes.reverse();
        Scalar::reduce(&p256::FieldBytes::from(bytes))
    });
    (reduced, any::<bool>()).prop_map(|(scalar, negative)| if negative { -scalar } else { scalar })
}

fn edwards_scalar() -> impl Strategy<Value = EdwardsScalar> {
    let reduced = bytes().prop_map(EdwardsScalar::from_bytes_mod_order);
    (reduced, any::<bool>()).prop_map(|(scalar, negative)| if negative { -scalar } else { scalar })
}

fn little_endian(scalar: &Scalar) -> [u8; 32] {
    let mut bytes: [u8; 32] = scalar.to_bytes().into();
    bytes.reverse();
    bytes
}

proptest! {
    #[test]
    fn p256_points_are_multiplied_as_by_their_crate(base in p256_scalar(), scalar in p256_scalar()) {
        prop_assume!(base != Scalar::ZERO);
        for point in [ProjectivePoint::GENERATOR, ProjectivePoint::GENERATOR * base] {
            let expected = own_point(&(point * scalar));
            for spacing in SPACINGS {
                let multiples = Multiples::new(own_point(&point), spacing);
                prop_assert!(multiples.times(&little_endian(&scalar)) == expected);
                prop_assert!(multiples.times_public(&little_endian(&scalar)) == expected);
            }
        }
    }

    #[test]
    fn p256_points_are_added_as_by_their_crate(
        left in p256_scalar(),
        right in p256_scalar(),
        scale in p256_scalar(),
    ) {
        let of = |scalar: Scalar| ProjectivePoint::GENERATOR * scalar;
        for right in [right, left, -left, left + left, Scalar::ZERO] {
            let (a, b) = (own_point(&of(left)), own_point(&of(right)));
            prop_assert!(a + b == own_point(&of(left + right)));
            prop_assert!(b + a == own_point(&of(left + right)));
            // Coordinates as sums leave them, not only those of a point that was read.
            let scaled = a + own_point(&of(scale)) + own_point(&of(-scale));
            prop_assert!(scaled + b == own_point(&of(left + right)));
            prop_assert!(scaled.doubled() == own_point(&of(left.double())));
            if right != Scalar::ZERO {
                let kept = own::ProjectivePoint::kept(&[b, b + b, b])[0];
                prop_assert!(scaled.plus(&kept, Digit::of(7)) == own_point(&of(left + right)));
                prop_assert!(scaled.plus(&kept, Digit::of(-7)) == own_point(&of(left - right)));
                prop_assert!(scaled.plus(&kept, Digit::of(0)) == a);
            }
        }
    }

    #[test]
    fn edwards_points_are_multiplied_as_by_their_crate(
        base in edwards_scalar(),
        torsion in 0..8_usize,
        scalar in edwards_scalar(),
    ) {
        for point in [ED25519_BASEPOINT_POINT, ED25519_BASEPOINT_POINT * base + EIGHT_TORSION[torsion]] {
            let expected = own_edwards_point(&(point * scalar));
            for spacing in SPACINGS {
                let multiples = Multiples::new(own_edwards_point(&point), spacing);
                prop_assert!(multiples.times(scalar.as_bytes()) == expected);
                prop_assert!(multiples.times_public(scalar.as_bytes()) == expected);
            }
        }
    }

    #[test]
    fn edwards_points_are_added_as_by_their_crate(
        left in edwards_scalar(),
        right in edwards_scalar(),
        torsion in (0..8_usize, 0..8_usize),
    ) {
        let left = ED25519_BASEPOINT_POINT * left + EIGHT_TORSION[torsion.0];
        let other = ED25519_BASEPOINT_POINT * right + EIGHT_TORSION[torsion.1];
        for right in [other, left, -left, left + left, EdwardsPoint::identity()] {
            let (a, b) = (own_edwards_point(&left), own_edwards_point(&right));
            let sum = own_edwards_point(&(left + right));
            prop_assert!(a + b == sum);
            prop_assert_eq!((a + b).compressed(), (left + right).compress().to_bytes());
            // Coordinates as sums leave them.
            let scaled = a + b + -b;
            prop_assert!(scaled == a && scaled + b == sum);
            prop_assert!(scaled.doubled() == own_edwards_point(&(left + left)));
            prop_assert_eq!(scaled.is_small_order(), left.is_small_order());
            let kept = ed25519::EdwardsPoint::kept(&[scaled, b, a])[1];
            prop_assert!(scaled.plus(&kept, Digit::of(7)) == sum);
            prop_assert!(scaled.plus(&kept, Digit::of(-7)) == own_edwards_point(&(left - right)));
        }
    }

    #[test]
    fn edwards_points_are_read_as_by_their_crate(encoding in bytes()) {
        let expected = CompressedEdwardsY(encoding).decompress();
        let found = ed25519::EdwardsPoint::decompressed(&encoding);
        prop_assert_eq!(found.map(|point| point.compressed()), expected.map(|point| point.compress().0));
    }

    #[test]
    fn edwards_scalars_are_counted_as_by_their_crate(
        low in bytes(),
        high in bytes(),
        other in edwards_scalar(),
    ) {
        let wide: [u8; 64] = [low, high].concat().try_into().expect("sixty-four bytes");
        let (own, expected) =
            (ed25519::Scalar::from_hash(&wide), EdwardsScalar::from_bytes_mod_order_wide(&wide));
        prop_assert_eq!(own.to_little_endian(), expected.to_bytes());
        let canonical = ed25519::Scalar::from_canonical(low).map(|scalar| scalar.to_little_endian());
        let expected_canonical = EdwardsScalar::from_canonical_bytes(low).map(|scalar| scalar.to_bytes());
        prop_assert_eq!(canonical, expected_canonical.into_option());
        let factor = ed25519::Scalar::from_little_endian(other.to_bytes());
        prop_assert_eq!((own * factor + own).to_little_endian(), (expected * other + expected).to_bytes());
    }
}

fn own_edwards_point(point: &EdwardsPoint) -> ed25519::EdwardsPoint {
    ed25519::EdwardsPoint::decompressed(&point.compress().to_bytes()).expect("a point")
}

fn own_point(point: &ProjectivePoint) -> own::ProjectivePoint {
    let point = point.to_affine().to_sec1_point(false);
    let of = |x: [u8; 32], y: [u8; 32]| own::ProjectivePoint::from_coordinates(&x, &y);
    let (x, y) = (point.x().map(|x| (*x).into()), point.y().map(|y| (*y).into()));
    x.zip(y).map_or_else(own::ProjectivePoint::default, |(x, y)| of(x, y).expect("a point"))
}

#[test]
fn zero_gives_the_neutral_point() {
    for spacing in SPACINGS {
        let p256 = Multiples::new(own::ProjectivePoint::GENERATOR, spacing);
        assert!(p256.times(&[0; 32]) == own::ProjectivePoint::default());
        assert!(p256.times_public(&[0; 32]) == own::ProjectivePoint::default());
        let neutral = ed25519::EdwardsPoint::default();
        for point in [ed25519::EdwardsPoint::BASE, neutral] {
            let edwards = Multiples::new(point, spacing);
            assert!(edwards.times(&[0; 32]) == neutral);
            assert!(edwards.times_public(&[0; 32]) == neutral);
        }
        assert!(Multiples::new(neutral, spacing).times(&[0x5a; 32]) == neutral);
    }
}

/// The largest number of 32 bytes is not a scalar of either curve, and counted right nevertheless.
#[test]
fn the_largest_bytes_are_counted_to_their_last_carry() {
    let largest = Scalar::reduce(&p256::FieldBytes::from([0xff; 32]));
    let expected = own_point(&(ProjectivePoint::GENERATOR * largest));
    for spacing in SPACINGS {
        let multiples = Multiples::new(own::ProjectivePoint::GENERATOR, spacing);
        assert!(multiples.times(&[0xff; 32]) == expected);
        assert!(multiples.times_public(&[0xff; 32]) == expected);
    }
}

#[test]
fn points_that_are_not_on_the_curve_are_none() {
    let (x, y) = own::ProjectivePoint::GENERATOR.coordinates();
    let found = |x, y| own::ProjectivePoint::from_coordinates(x, y).is_some();
    assert!(found(&x, &y));
    assert!(!found(&y, &x));
    assert!(!found(&[0; 32], &[0; 32]));
    let prime = hex(&"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff".into());
    let prime: [u8; 32] = prime.try_into().expect("thirty-two bytes");
    // Zero has a point, whose first coordinate could be written as the prime as well (SEC 1, 2.3.5).
    let root = hex(&"66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4".into());
    let root: [u8; 32] = root.try_into().expect("thirty-two bytes");
    assert!(found(&[0; 32], &root));
    assert!(!found(&prime, &root));
}

// ---- ES256 ----------------------------------------------------------------------------------

fn es256_key(scalar: &Scalar) -> (es256::SigningKey, p256::ecdsa::SigningKey) {
    let bytes = scalar.to_bytes();
    let peer = p256::ecdsa::SigningKey::from_slice(&bytes).expect("a key");
    (es256::SigningKey::from_scalar(&bytes).expect("a key"), peer)
}

fn es256_peer_verifies(peer: &p256::ecdsa::SigningKey, message: &[u8], signature: &[u8]) -> bool {
    p256::ecdsa::Signature::from_slice(signature)
        .is_ok_and(|signature| peer.verifying_key().verify(message, &signature).is_ok())
}

#[test]
fn es256_signs_as_in_rfc_6979() {
    let vectors = vectors("rfc6979-a2.5.json");
    let key = es256::SigningKey::from_scalar(&hex(&vectors["privateKey"])).expect("a key");
    let public = key.verifying_key();
    let [x, y] = public.coordinates();
    assert_eq!([*x, *y].concat(), hex(&vectors["publicKey"]));
    for case in vectors["signatures"].as_array().expect("signatures") {
        let message = case["message"].as_str().expect("a text").as_bytes();
        assert_eq!(key.sign(message), hex(&case["signature"]));
        assert!(key.verifying_key().verifies(message, &hex(&case["signature"])));
    }
}

/// Once in 2^32 times; this message of the vectors' key is one that C2SP's CCTV found.
#[test]
fn es256_takes_the_next_nonce_when_one_is_not_below_the_order() {
    let private = hex(&vectors("rfc6979-a2.5.json")["privateKey"]);
    let message = b"wv[vnX";
    let order: [u8; 32] = NistP256::ORDER.to_be_bytes().into();
    let mut nonces = Nonces::new(
        private.as_slice().try_into().expect("32 bytes"),
        &Sha256::digest(message).into(),
    );
    assert!(*nonces.next() >= order);
    let key = es256::SigningKey::from_scalar(&private).expect("a key");
    let peer = p256::ecdsa::SigningKey::from_slice(&private).expect("a key");
    let expected: p256::ecdsa::Signature = peer.sign(message);
    assert_eq!(key.sign(message), expected.to_bytes()[..]);
}

#[test]
fn es256_keys_of_opposite_points_are_different() {
    let public = |scalar: Scalar| es256_key(&scalar).0.verifying_key();
    let (one, other) = (public(Scalar::from(7_u64)), public(-Scalar::from(7_u64)));
    assert_eq!(one.coordinates()[0], other.coordinates()[0]);
    assert!(one == one.clone() && one != other);
}

proptest! {
    #[test]
    fn es256_signs_and_verifies_as_its_peer(
        secret in p256_scalar(),
        message in any::<Vec<u8>>(),
        flipped in 0..512_usize,
    ) {
        prop_assume!(secret != Scalar::ZERO);
        let (key, peer) = es256_key(&secret);
        let expected: p256::ecdsa::Signature = peer.sign(&message);
        let mut signature = key.sign(&message);
        prop_assert_eq!(&signature[..], &expected.to_bytes()[..]);
        let public = key.verifying_key();
        prop_assert_eq!(public.to_sec1(), peer.verifying_key().to_sec1_point(false).as_bytes().to_vec());
        prop_assert!(public.verifies(&message, &signature));
        prop_assert!(!public.verifies(&[&message[..], &[0]].concat(), &signature));
        signature[flipped / 8] ^= 1 << (flipped % 8);
        prop_assert!(!public.verifies(&message, &signature));
    }

    #[test]
    fn es256_agrees_with_its_peer_about_any_two_numbers(
        secret in p256_scalar(),
        r in es256_number(),
        s in es256_number(),
    ) {
        prop_assume!(secret != Scalar::ZERO);
        let (key, peer) = es256_key(&secret);
        // The point of the verification is the sum of equal points, the neutral one, or another.
        let digest = Scalar::reduce(&Sha256::digest(b"text"));
        let quotient = digest * secret.invert().expect("not zero");
        for r in [r, quotient.to_bytes().into(), (-quotient).to_bytes().into()] {
            let signature = [r, s].concat();
            let expected = es256_peer_verifies(&peer, b"text", &signature);
            prop_assert_eq!(key.verifying_key().verifies(b"text", &signature), expected);
        }
    }
}

/// Big-endian: a scalar, or around the group's order and the field's.
fn es256_number() -> impl Strategy<Value = [u8; 32]> {
    let near = |hex_digits: &'static str, offset: i8| {
        let mut bytes: [u8; 32] =
            hex(&Value::from(hex_digits)).try_into().expect("thirty-two bytes");
        bytes[31] = bytes[31].wrapping_add_signed(offset);
        bytes
    };
    let order = <Scalar as PrimeField>::MODULUS.trim_start_matches("0x");
    prop_oneof![
        3 => p256_scalar().prop_map(|scalar| scalar.to_bytes().into()),
        1 => bytes(),
        1 => (-1..=1_i8).prop_map(move |offset| near(order, offset)),
    ]
}

#[test]
fn es256_refuses_signatures_of_another_length_and_numbers_out_of_range() {
    let (key, _) = es256_key(&Scalar::from(7_u64));
    let (public, signature) = (key.verifying_key(), key.sign(b"text"));
    assert!(public.verifies(b"text", &signature));
    for length in [0, 1, 32, 63] {
        assert!(!public.verifies(b"text", &signature[..length]));
    }
    assert!(!public.verifies(b"text", &[&signature[..], &[0]].concat()));
    let order = NistP256::ORDER.to_be_bytes().into();
    for number in [[0; 32], order, [0xff; 32]] {
        assert!(!public.verifies(b"text", &[&number, &signature[32..]].concat()));
        assert!(!public.verifies(b"text", &[&signature[..32], &number].concat()));
    }
}

// ---- EdDSA ----------------------------------------------------------------------------------

#[test]
fn eddsa_signs_as_in_rfc_8032() {
    for case in vectors("rfc8032-7.1.json").as_array().expect("cases") {
        let key = eddsa::SigningKey::from_seed(&hex(&case["secretKey"])).expect("a key");
        assert_eq!(key.verifying_key().as_bytes(), &hex(&case["publicKey"])[..]);
        let message = hex(&case["message"]);
        assert_eq!(key.sign(&message), hex(&case["signature"]));
        assert!(key.verifying_key().verifies(&message, &hex(&case["signature"])));
    }
}

fn eddsa_agrees(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let peer = ed25519_dalek::VerifyingKey::from_bytes(public);
    let expected = peer.as_ref().is_ok_and(|key| {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
    });
    let own = eddsa::VerifyingKey::from_bytes(public);
    assert_eq!(own.is_some(), peer.is_ok());
    let verified = own.is_some_and(|key| key.verifies(message, signature));
    assert_eq!(verified, expected);
    verified
}

proptest! {
    #[test]
    fn eddsa_signs_and_verifies_as_its_peer(
        seed in any::<[u8; 32]>(),
        message in any::<Vec<u8>>(),
        flipped in 0..512_usize,
    ) {
        let key = eddsa::SigningKey::from_seed(&seed).expect("a key");
        let peer = ed25519_dalek::SigningKey::from_bytes(&seed);
        let mut signature = key.sign(&message);
        prop_assert_eq!(&signature[..], &peer.sign(&message).to_bytes()[..]);
        prop_assert_eq!(key.seed(), &seed);
        let public = *key.verifying_key().as_bytes();
        prop_assert_eq!(public, peer.verifying_key().to_bytes());
        prop_assert!(eddsa_agrees(&public, &message, &signature));
        prop_assert!(!eddsa_agrees(&public, &[&message[..], &[0]].concat(), &signature));
        signature[flipped / 8] ^= 1 << (flipped % 8);
        prop_assert!(!eddsa_agrees(&public, &message, &signature));
    }

    /// Keys and points with a part of small order, for which verifiers differ (RFC 8032, section 8.9),
    /// and encodings that are not canonical.
    #[test]
    fn eddsa_agrees_with_its_peer_about_any_points(
        secret in edwards_scalar(),
        nonce in edwards_scalar(),
        of_key in 0..8_usize,
        of_point in 0..8_usize,
        encoding in any::<[u8; 32]>(),
    ) {
        let key = (ED25519_BASEPOINT_POINT * secret + EIGHT_TORSION[of_key]).compress().to_bytes();
        let point = (ED25519_BASEPOINT_POINT * nonce + EIGHT_TORSION[of_point]).compress().to_bytes();
        let challenge = EdwardsScalar::from_hash(
            sha2::Sha512::new().chain_update(point).chain_update(key).chain_update(b"text"),
        );
        let scalar = (challenge * secret + nonce).to_bytes();
        eddsa_agrees(&key, b"text", &[point, scalar].concat());
        eddsa_agrees(&key, b"text", &[point, encoding].concat());
        eddsa_agrees(&encoding, b"text", &[point, scalar].concat());
        eddsa_agrees(&key, b"text", &[encoding, scalar].concat());
    }
}

#[test]
fn eddsa_refuses_points_of_small_order_and_scalars_out_of_range() {
    for torsion in EIGHT_TORSION {
        // Without the check, this passes for every message and any key of small order.
        let weak = torsion.compress().to_bytes();
        let neutral = EdwardsPoint::identity().compress().to_bytes();
        for point in [weak, neutral] {
            assert!(!eddsa_agrees(&weak, b"text", &[point, [0; 32]].concat()));
        }
    }
    let key = eddsa::SigningKey::from_seed(&[7; 32]).expect("a key");
    let public = *key.verifying_key().as_bytes();
    let signature = key.sign(b"text");
    assert!(eddsa_agrees(&public, b"text", &signature));
    // The same scalar with the group's order added (RFC 8032, section 5.1.7: it must be below it).
    let order_minus_one = (-EdwardsScalar::ONE).to_bytes();
    let mut carry = 1;
    let mut larger = signature.clone();
    for (byte, addend) in larger[32..].iter_mut().zip(order_minus_one) {
        let sum = u16::from(*byte) + u16::from(addend) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert!(!eddsa_agrees(&public, b"text", &larger));
    for length in [0, 1, 32, 63] {
        assert!(!eddsa_agrees(&public, b"text", &signature[..length]));
    }
    assert!(!eddsa_agrees(&public, b"text", &[&signature[..], &[0]].concat()));
}

fn vectors(name: &str) -> Value {
    let path = format!("{}/tests/vectors/rfc/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

fn hex(digits: &Value) -> Vec<u8> {
    let digits = digits.as_str().expect("a text").as_bytes();
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16);
    digits.chunks(2).map(|pair| byte(pair).expect("digits")).collect()
}
