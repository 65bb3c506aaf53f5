//! Texts that are no signing key for Convex: each is refused by its name, quickly, and no error
//! shows anything of what was given.

mod common;

use base64::Engine;
use common::*;
use convex_token::Error;
use convex_token::key::{
    FoundSet, MAX_KEYS, MAX_SOURCE_BYTES, PublicKey, PublishedSet, read_private_keys,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The refusal of a text.
#[track_caller]
fn refusal(text: &str, code: &str) -> Error {
    let error = refused(read_private_keys(&[text]), code);
    shows_nothing_of(&error, text);
    error
}

/// The refusal of a file in `tests/vectors/keys/refused`, as it stands, in one line, and in base64.
#[track_caller]
fn file_refusal(name: &str, code: &str) -> Error {
    let text = vector(&format!("keys/refused/test-{name}.pem"));
    refusal(&text.replace('\n', r"\n"), code);
    refusal(&format!("\"{}\"", text.replace('\n', " ")), code);
    refusal(&BASE64_STANDARD.encode(&text), code);
    refusal(&text, code)
}

fn without(mut jwk: Value, name: &str) -> Value {
    jwk.as_object_mut().unwrap().remove(name);
    jwk
}

fn with(mut jwk: Value, name: &str, value: impl Into<Value>) -> Value {
    jwk[name] = value.into();
    jwk
}

/// The JWK with one bit of a member's bytes flipped, counted from the lowest one.
fn flipped(jwk: &Value, name: &str, bit: usize) -> Value {
    let mut bytes = member(jwk, name);
    let at = bytes.len() - 1 - bit / 8;
    bytes[at] ^= 1 << (bit % 8);
    with(jwk.clone(), name, base64url(bytes))
}

/// The numbers of an RSA test key: n, e, d, p, q, dp, dq, qi.
fn numbers(name: &str) -> [Vec<u8>; 8] {
    let jwk = jwk(name);
    ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map(|name| member(&jwk, name))
}

fn rsa_jwk(numbers: &[Vec<u8>; 8]) -> String {
    let [n, e, d, p, q, dp, dq, qi] = numbers.each_ref().map(base64url);
    json!({ "kty": "RSA", "n": n, "e": e, "d": d, "p": p, "q": q, "dp": dp, "dq": dq, "qi": qi })
        .to_string()
}

/// An RSA key of some numbers is refused as a JWK, as PKCS#1 and as PKCS#8.
#[track_caller]
fn rsa_refusal(numbers: &[Vec<u8>; 8], code: &str) -> Error {
    let pkcs1 = der::pkcs1(numbers);
    refusal(&to_pem("RSA PRIVATE KEY", &pkcs1), code);
    refusal(&to_pem("PRIVATE KEY", &der::pkcs8(&pkcs1)), code);
    refusal(&rsa_jwk(numbers), code)
}

// ---- Other things than private keys ---------------------------------------------------------

#[test]
fn nothing_is_no_key() {
    refused(read_private_keys::<&str>(&[]), "ERR_KEY_MISSING");
    for empty in ["", " ", "\n\t\r\n", "\"\"", "''", "\u{feff}", "\" \""] {
        refusal(empty, "ERR_KEY_EMPTY");
    }
}

#[test]
fn a_public_key_is_named() {
    for name in ["rsa-2048", "rsa-3072", "p256", "ed25519"] {
        file_refusal(&format!("{name}.public"), "ERR_KEY_PUBLIC");
        refusal(&without(jwk(name), "d").to_string(), "ERR_KEY_PUBLIC");
        refusal(&json!({ "keys": [without(jwk(name), "d")] }).to_string(), "ERR_KEY_PUBLIC");
    }
    file_refusal("rsa-2048.public.pkcs1", "ERR_KEY_PUBLIC");
    let public = vector("keys/refused/test-p256.public.pem");
    refusal(&format!("{}{public}", to_pem("EC PARAMETERS", &[6, 0])), "ERR_KEY_PUBLIC");
}

#[test]
fn the_bare_base64_of_a_public_key_is_named() {
    for name in ["rsa-2048", "p256", "ed25519"] {
        let pem = vector(&format!("keys/refused/test-{name}.public.pem"));
        refusal(&BASE64_STANDARD.encode(der_of(&pem)), "ERR_KEY_PUBLIC");
    }
}

#[test]
fn a_certificate_is_named() {
    file_refusal("rsa-2048.certificate", "ERR_KEY_CERTIFICATE");
    file_refusal("rsa-2048.request", "ERR_KEY_CERTIFICATE");
}

#[test]
fn the_bare_base64_of_a_certificate_is_named() {
    let pem = vector("keys/refused/test-rsa-2048.certificate.pem");
    refusal(&BASE64_STANDARD.encode(der_of(&pem)), "ERR_KEY_CERTIFICATE");
}

#[test]
fn an_encrypted_key_is_named_with_the_command_that_decrypts_it() {
    for name in ["rsa-2048.encrypted", "rsa-2048.encrypted.pkcs1", "p256.encrypted.sec1"] {
        let error = file_refusal(name, "ERR_KEY_ENCRYPTED");
        assert!(error.hint().contains("openssl pkcs8 -topk8 -nocrypt"), "{error}");
    }
}

#[test]
fn the_bare_base64_of_an_encrypted_key_is_named() {
    let pem = vector("keys/refused/test-rsa-2048.encrypted.pem");
    refusal(&BASE64_STANDARD.encode(der_of(&pem)), "ERR_KEY_ENCRYPTED");
}

#[test]
fn openssh_and_dsa_keys_are_named() {
    let error = file_refusal("ed25519.openssh", "ERR_KEY_UNSUPPORTED");
    assert!(error.message().contains("OpenSSH"), "{error}");
    let error = file_refusal("dsa.traditional", "ERR_KEY_UNSUPPORTED");
    assert!(error.message().contains("DSA"), "{error}");
    file_refusal("dsa.pkcs8", "ERR_KEY_UNSUPPORTED");
}

#[test]
fn curves_that_convex_does_not_take_are_named() {
    for (name, shown) in [
        ("p384.pkcs8", "P-384"),
        ("p384.sec1", "P-384"),
        ("p521.pkcs8", "P-521"),
        ("p521.sec1", "P-521"),
        ("secp256k1.pkcs8", "secp256k1"),
        ("secp256k1.sec1", "secp256k1"),
        ("x25519.pkcs8", "X25519"),
        ("ed448.pkcs8", "Ed448"),
        ("rsa-pss.pkcs8", "PSS"),
        ("rsa-3-primes.pkcs8", "more than two primes"),
    ] {
        let error = file_refusal(name, "ERR_KEY_UNSUPPORTED");
        assert!(error.message().contains(shown), "{name}: {error}");
    }
}

#[test]
fn a_curve_that_is_written_out_rather_than_named_is_refused() {
    file_refusal("p256.explicit-curve.pkcs8", "ERR_KEY_DAMAGED");
}

#[test]
fn a_key_whose_two_names_of_its_curve_differ_is_refused() {
    const EC_PUBLIC_KEY: [u8; 9] = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    const P_256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    const SECP256K1: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a];
    let named = |outside: &[u8], inside: &[u8]| {
        let scalar = der::element(der::OCTET_STRING, &member(&jwk("p256"), "d"));
        let sec1 = der::sequence(&[der::integer(&[1]), scalar, der::element(0xa0, inside)]);
        let algorithm = der::sequence(&[EC_PUBLIC_KEY.to_vec(), outside.to_vec()]);
        let key = der::element(der::OCTET_STRING, &sec1);
        let pkcs8 = der::sequence(&[der::integer(&[]), algorithm, key]);
        read_private_keys(&[to_pem("PRIVATE KEY", &pkcs8)])
    };
    assert_eq!(named(&P_256, &P_256).unwrap()[0].public().kid(), kid("p256"));
    refused(named(&P_256, &SECP256K1), "ERR_KEY_INCONSISTENT");
    refused(named(&SECP256K1, &P_256), "ERR_KEY_INCONSISTENT");
}

#[test]
fn jwks_of_other_types_and_curves_are_named() {
    let d = base64url([7; 48]);
    for (kty, crv) in [
        ("EC", "P-384"),
        ("EC", "P-521"),
        ("EC", "secp256k1"),
        ("OKP", "X25519"),
        ("OKP", "Ed448"),
        ("OKP", "P-256"),
        ("EC", "Ed25519"),
    ] {
        let jwk = json!({ "kty": kty, "crv": crv, "x": d, "y": d, "d": d });
        let error = refusal(&jwk.to_string(), "ERR_KEY_UNSUPPORTED");
        assert!(error.message().contains(crv), "{error}");
    }
    let multiprime = with(jwk("rsa-2048"), "oth", json!([{ "r": "AQ", "d": "AQ", "t": "AQ" }]));
    refusal(&multiprime.to_string(), "ERR_KEY_UNSUPPORTED");
}

#[test]
fn a_symmetric_jwk_is_named() {
    let secret = json!({ "kty": "oct", "k": base64url([7; 32]) });
    let error = refusal(&secret.to_string(), "ERR_KEY_UNSUPPORTED");
    assert!(error.message().contains("symmetric"), "{error}");
    refusal(&json!({ "keys": [secret] }).to_string(), "ERR_KEY_UNSUPPORTED");
    refusal(&with(secret, "d", "AQ").to_string(), "ERR_KEY_UNSUPPORTED");
}

#[test]
fn a_jwk_for_another_purpose_is_named() {
    for name in KEYS {
        for (member, value) in [
            ("use", json!("enc")),
            ("use", json!("SIG")),
            ("use", json!("")),
            ("key_ops", json!([])),
            ("key_ops", json!(["verify"])),
            ("key_ops", json!(["decrypt", "unwrapKey"])),
            ("alg", json!("RS512")),
            ("alg", json!("PS256")),
            ("alg", json!("RSA-OAEP-256")),
            ("alg", json!("ECDH-ES")),
            ("alg", json!("none")),
            ("alg", json!("")),
        ] {
            refusal(&with(jwk(name), member, value).to_string(), "ERR_KEY_PURPOSE");
        }
    }
    refusal(&with(jwk("rsa-2048"), "alg", "EdDSA").to_string(), "ERR_KEY_PURPOSE");
    refusal(&with(jwk("p256"), "alg", "RS256").to_string(), "ERR_KEY_PURPOSE");
    refusal(&with(jwk("ed25519"), "alg", "ES256").to_string(), "ERR_KEY_PURPOSE");
}

#[test]
fn a_jwk_without_one_of_its_members_is_refused_by_the_members_name() {
    for (name, members) in [
        ("rsa-2048", &["kty", "n", "e", "p", "q", "dp", "dq", "qi"][..]),
        ("p256", &["kty", "crv", "x", "y"]),
        ("ed25519", &["kty", "crv", "x"]),
    ] {
        for member in members {
            let error = refusal(&without(jwk(name), member).to_string(), "ERR_KEY_MEMBER");
            assert!(error.message().contains(&format!("\"{member}\"")), "{error}");
        }
    }
}

#[test]
fn a_jwks_member_that_is_not_base64url_is_refused_by_its_name() {
    for (name, members) in [
        ("rsa-2048", &["n", "e", "d", "p", "q", "dp", "dq", "qi"][..]),
        ("p256", &["x", "y", "d"]),
        ("ed25519", &["x", "d"]),
    ] {
        for member in members {
            let good = jwk(name)[*member].as_str().unwrap().to_owned();
            for bad in [format!("{good}="), format!(" {good}"), format!("{good}+"), "".into()] {
                let jwk = with(jwk(name), member, bad);
                refusal(&jwk.to_string(), "ERR_KEY_MEMBER");
            }
        }
    }
}

#[test]
fn json_that_is_no_jwk_is_refused() {
    for text in ["{", "[", "{\"kty\":", "{]", "[1]", "{\"keys\":1}", "{\"kty\":1}", "[[]]", "{}x"] {
        refusal(text, "ERR_KEY_DAMAGED");
    }
    for text in ["[]", "{\"keys\":[]}"] {
        refusal(text, "ERR_KEY_SET_EMPTY");
    }
    refusal(r#"{"kty":"AKP","d":"AQ"}"#, "ERR_KEY_MEMBER");
    refusal(r#"{"kty":"AKP","pub":"AQ"}"#, "ERR_KEY_MEMBER");
}

#[test]
fn a_jwk_with_a_member_twice_is_refused() {
    let jwk = jwk("ed25519").to_string();
    let twice = jwk.replacen('{', &format!(r#"{{"d":"{}","#, base64url([7; 32])), 1);
    refusal(&twice, "ERR_KEY_DAMAGED");
}

#[test]
fn an_object_of_the_hosts_own_crypto_is_named() {
    refusal("{}", "ERR_KEY_HOST_OBJECT");
}

#[test]
fn texts_that_are_no_key_are_unreadable() {
    for text in
        ["changeme!", "sk_live_(none)", "-----", "ssh-ed25519 AAAA… me@host", "ä", "\\", "\""]
    {
        refusal(text, "ERR_KEY_UNREADABLE");
    }
    refusal(&vector("keys/test-p256.parameters.pem"), "ERR_KEY_UNREADABLE");
    refusal(&to_pem("PGP PRIVATE KEY BLOCK", &[1; 64]), "ERR_KEY_UNREADABLE");
}

/// Many words happen to be base64, and what they decode to was never a key.
#[test]
fn texts_that_only_happen_to_be_base64_are_unreadable() {
    for text in ["changeme", "only some text", "my secret key"] {
        refusal(text, "ERR_KEY_UNREADABLE");
        refusal(&BASE64_STANDARD.encode(text), "ERR_KEY_UNREADABLE");
    }
    refusal(&BASE64_STANDARD.encode([0x80; 200]), "ERR_KEY_UNREADABLE");
}

#[test]
fn base64_in_base64_in_base64_is_unreadable() {
    let thrice = (0..3).fold(pem("p256", "pkcs8"), |text, _| BASE64_STANDARD.encode(text));
    refusal(&thrice, "ERR_KEY_UNREADABLE");
}

// ---- RSA numbers ----------------------------------------------------------------------------

#[test]
fn an_rsa_key_below_2048_bits_is_refused_with_its_size() {
    let error = file_refusal("rsa-1024.pkcs8", "ERR_KEY_TOO_SMALL");
    assert!(error.message().contains("1024 bits"), "{error}");
    let mut numbers = numbers("rsa-2048");
    numbers[0][0] = 0x7f;
    let error = rsa_refusal(&numbers, "ERR_KEY_TOO_SMALL");
    assert!(error.message().contains("2047 bits"), "{error}");
}

#[test]
fn an_rsa_key_above_8192_bits_is_refused_before_any_arithmetic() {
    for bytes in [8200 / 8, 16384 / 8] {
        let mut numbers = numbers("rsa-2048");
        numbers[0] = vec![0xff; bytes];
        let error = rsa_refusal(&numbers, "ERR_KEY_TOO_LARGE");
        assert!(error.message().contains(&format!("{} bits", bytes * 8)), "{error}");
    }
}

#[test]
fn public_exponents_that_are_even_or_one_or_giant_are_refused() {
    for exponent in [
        vec![0],
        vec![1],
        vec![2],
        vec![1, 0, 0],
        vec![2, 0, 0, 0, 1],
        vec![0xff; 8],
        vec![0xff; 9],
        vec![0xff; 256],
    ] {
        let mut numbers = numbers("rsa-2048");
        numbers[1] = exponent;
        rsa_refusal(&numbers, "ERR_KEY_EXPONENT");
    }
}

#[test]
fn an_even_modulus_is_refused() {
    let mut numbers = numbers("rsa-2048");
    numbers[0][255] &= 0xfe;
    rsa_refusal(&numbers, "ERR_KEY_INCONSISTENT");
}

#[test]
fn one_flipped_bit_in_any_number_of_an_rsa_key_is_refused() {
    for index in 0..8 {
        for bit in [1, 2, 9, 100, 1000] {
            let mut numbers = numbers("rsa-2048");
            let number = &mut numbers[index];
            let Some(at) = (number.len() - 1).checked_sub(bit / 8) else { continue };
            number[at] ^= 1 << (bit % 8);
            rsa_refusal(&numbers, "ERR_KEY_INCONSISTENT");
        }
    }
}

#[test]
fn rsa_numbers_that_trivially_multiply_to_the_modulus_are_refused() {
    let good = numbers("rsa-2048");
    let mut trivial = good.clone();
    trivial[3] = good[0].clone();
    trivial[4] = vec![1];
    rsa_refusal(&trivial, "ERR_KEY_INCONSISTENT");
    trivial.swap(3, 4);
    rsa_refusal(&trivial, "ERR_KEY_INCONSISTENT");
    for index in 2..8 {
        let mut zero = good.clone();
        zero[index] = vec![0];
        rsa_refusal(&zero, "ERR_KEY_INCONSISTENT");
    }
}

/// n = p², for which no exponent gives every message back, and q has no inverse modulo p.
#[test]
fn an_rsa_key_of_one_prime_twice_is_refused() {
    let mut numbers = numbers("rsa-2048");
    let p = rsa::BigUint::from_bytes_be(&numbers[3]);
    numbers[0] = (&p * &p).to_bytes_be();
    numbers[2] = numbers[5].clone();
    numbers[4] = numbers[3].clone();
    numbers[6] = numbers[5].clone();
    rsa_refusal(&numbers, "ERR_KEY_INCONSISTENT");
}

#[test]
fn rsa_numbers_longer_than_the_modulus_are_refused() {
    for index in 2..8 {
        let mut numbers = numbers("rsa-2048");
        numbers[index] = vec![0xff; 2000];
        rsa_refusal(&numbers, "ERR_KEY_INCONSISTENT");
    }
}

#[test]
fn an_rsa_key_without_primes_whose_exponents_do_not_fit_is_refused() {
    let jwk = jwk("rsa-2048");
    let bare = json!({ "kty": "RSA", "n": jwk["n"], "e": jwk["e"], "d": jwk["d"] });
    for (name, bit) in [("d", 0), ("d", 1), ("d", 1000), ("n", 1), ("n", 1000), ("e", 1)] {
        refusal(&flipped(&bare, name, bit).to_string(), "ERR_KEY_INCONSISTENT");
    }
    refusal(&with(bare.clone(), "d", "AQ").to_string(), "ERR_KEY_INCONSISTENT");
    refusal(&with(bare, "d", "AA").to_string(), "ERR_KEY_INCONSISTENT");
}

#[test]
fn a_negative_number_is_no_rsa_key() {
    let der = der_of(&pem("rsa-2048", "pkcs1"));
    // The modulus begins with a zero byte, for its highest bit is set: without it, it is negative.
    let modulus = der.windows(4).position(|window| window == [0x02, 0x82, 0x01, 0x01]).unwrap();
    assert_eq!(der[modulus + 4], 0);
    let mut negative = der;
    negative[modulus + 3] = 0;
    negative.remove(modulus + 4);
    let length = u16::from_be_bytes([negative[2], negative[3]]) - 1;
    negative[2..4].copy_from_slice(&length.to_be_bytes());
    refusal(&to_pem("RSA PRIVATE KEY", &negative), "ERR_KEY_DAMAGED");
    // The least negative number of its length begins with 0x80.
    negative[modulus + 4] = 0x80;
    refusal(&to_pem("RSA PRIVATE KEY", &negative), "ERR_KEY_DAMAGED");
}

/// RFC 8017, A.1.2: with version 0 there are no numbers of further primes.
#[test]
fn an_rsa_key_of_two_primes_with_a_third_behind_them_is_damaged() {
    let mut fields = vec![der::integer(&[])];
    fields.extend(numbers("rsa-2048").iter().map(|number| der::integer(number)));
    fields.push(der::sequence(&[]));
    refusal(&to_pem("RSA PRIVATE KEY", &der::sequence(&fields)), "ERR_KEY_DAMAGED");
}

/// X.690, 8.1.3 and 10.1. What a key's attributes hold makes it as long as is wanted.
#[test]
fn a_length_is_read_in_its_shortest_form_only() {
    let key = der_of(&pem("ed25519", "pkcs8"));
    let of_length = |length: usize| {
        let fields = &key[2..];
        let filler = length - fields.len();
        let attributes = match filler {
            ..0x82 => vec![0xa0, filler as u8 - 2],
            _ => vec![0xa0, 0x81, filler as u8 - 3],
        };
        [fields, &attributes, &vec![7; filler - attributes.len()]].concat()
    };
    let read = |length: &[u8], content: &[u8]| {
        read_private_keys(&[to_pem("PRIVATE KEY", &[&[0x30], length, content].concat())])
    };
    for (count, shortest, others) in [
        (0x7f, &[0x7f][..], &[&[0x81, 0x7f][..], &[0x82, 0, 0x7f]][..]),
        (0x80, &[0x81, 0x80], &[&[0x80], &[0x82, 0, 0x80], &[0x83, 0, 0, 0x80]]),
        (0xff, &[0x81, 0xff], &[&[0x82, 0, 0xff]]),
        (0x100, &[0x82, 1, 0], &[&[0x83, 0, 1, 0]]),
    ] {
        let content = of_length(count);
        assert_eq!(content.len(), count);
        let keys = read(shortest, &content).unwrap_or_else(|error| panic!("{count}: {error}"));
        assert_eq!(keys[0].public().kid(), kid("ed25519"));
        for other in others {
            refused(read(other, &content), "ERR_KEY_DAMAGED");
        }
    }
}

// ---- Curves ---------------------------------------------------------------------------------

#[test]
fn one_flipped_bit_in_the_public_half_of_a_curves_key_is_refused() {
    for (name, members) in [("p256", &["x", "y"][..]), ("ed25519", &["x"])] {
        for member in members {
            for bit in [0, 1, 7, 100, 255] {
                let flipped = flipped(&jwk(name), member, bit);
                let Err(error) = read_private_keys(&[flipped.to_string()]) else {
                    panic!("{name}: {member}, bit {bit}")
                };
                // Most changes leave the curve; those that do not are another key's public half.
                let codes = ["ERR_KEY_MEMBER", "ERR_KEY_INCONSISTENT"];
                assert!(codes.contains(&error.code()), "{error}");
            }
        }
    }
}

#[test]
fn one_flipped_bit_in_the_private_half_of_a_curves_key_is_refused() {
    for name in ["p256", "ed25519"] {
        for bit in [0, 1, 7, 100, 250] {
            refusal(&flipped(&jwk(name), "d", bit).to_string(), "ERR_KEY_INCONSISTENT");
        }
    }
}

#[test]
fn the_public_half_of_another_key_is_refused() {
    let other = convex_token::key::generate(convex_token::algorithm::Algorithm::Es256, None);
    let other = other.unwrap().public_jwk.plain();
    let mixed = with(with(jwk("p256"), "x", other["x"].clone()), "y", other["y"].clone());
    refusal(&mixed.to_string(), "ERR_KEY_INCONSISTENT");
    let rfc = vector_json("rfc/rfc8037-a1.json")["jwk"]["x"].clone();
    refusal(&with(jwk("ed25519"), "x", rfc).to_string(), "ERR_KEY_INCONSISTENT");
    let rfc = vector("rfc/rfc8410-10.3.pem");
    let mut der = der_of(&rfc.lines().skip(1).collect::<Vec<_>>().join("\n"));
    *der.last_mut().unwrap() ^= 1;
    refusal(&to_pem("PRIVATE KEY", &der), "ERR_KEY_INCONSISTENT");
}

#[test]
fn a_sec1_key_with_another_public_key_is_refused() {
    let key = jwk("p256");
    let [x, y, d] = ["x", "y", "d"].map(|name| member(&key, name));
    let refuses = |point: &[u8]| {
        let pem = to_pem("EC PRIVATE KEY", &der::sec1(&d, point));
        refusal(&pem, "ERR_KEY_INCONSISTENT");
    };
    let (right, left) = (2 + (y[31] & 1), 3 - (y[31] & 1));
    let point = |tag: u8, coordinates: &[&[u8]]| [&[tag], coordinates.concat().as_slice()].concat();
    assert!(
        read_private_keys(&[to_pem("EC PRIVATE KEY", &der::sec1(&d, &point(right, &[&x])))])
            .is_ok()
    );
    let mut other = x.clone();
    other[0] ^= 1;
    for (tag, coordinates) in [
        (left, &[x.as_slice()][..]),
        (right, &[&other]),
        (right, &[&x, &y]),
        (right, &[&x[1..]]),
        (right, &[]),
        (4, &[&x]),
        (4, &[&y, &x]),
        (4, &[&other, &y]),
        // The hybrid form (SEC 1 has it no more), and the neutral point.
        (4 + right, &[&x, &y]),
        (0, &[]),
    ] {
        refuses(&point(tag, coordinates));
    }
}

#[test]
fn a_private_number_outside_of_its_range_is_refused() {
    // The order of P-256 (SEC 2, section 2.4.2), and what is above it.
    let order = "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE";
    for d in [base64url([0; 32]), base64url([0]), order.into(), base64url([0xff; 32])] {
        refusal(&with(jwk("p256"), "d", d).to_string(), "ERR_KEY_DAMAGED");
    }
    refusal(&with(jwk("p256"), "d", base64url([1; 33])).to_string(), "ERR_KEY_DAMAGED");
    for length in [1, 31, 33, 64] {
        let d = base64url(vec![7; length]);
        refusal(&with(jwk("ed25519"), "d", d).to_string(), "ERR_KEY_DAMAGED");
    }
}

/// Of P-256 keys, whose DER holds both halves, no bit can change without notice.
#[test]
fn a_p256_key_with_any_bit_flipped_is_refused_or_the_same_key() {
    for pem in pems("p256") {
        let der = der_of(&pem);
        for bit in 0..der.len() * 8 {
            let mut flipped = der.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(keys) = read_private_keys(&[to_pem("PRIVATE KEY", &flipped)]) {
                assert_eq!(keys[0].public().kid(), kid("p256"), "bit {bit}");
            }
        }
    }
}

#[test]
fn an_rsa_key_with_a_bit_of_any_byte_flipped_is_refused_or_the_same_key() {
    let der = der_of(&pem("rsa-2048", "pkcs8"));
    for byte in 0..der.len() {
        let mut flipped = der.clone();
        flipped[byte] ^= 1 << (byte % 8);
        if let Ok(keys) = read_private_keys(&[to_pem("PRIVATE KEY", &flipped)]) {
            assert_eq!(keys[0].public().kid(), kid("rsa-2048"), "byte {byte}");
        }
    }
}

// ---- Cut values -----------------------------------------------------------------------------

#[test]
fn a_pem_that_lost_a_line_is_named() {
    for name in KEYS {
        for pem in pems(name) {
            let lines: Vec<&str> = pem.lines().collect();
            let (first, last) = (lines[0], lines[lines.len() - 1]);
            let body = lines[1..lines.len() - 1].join("\n");
            for cut in [
                // Cut at the first line break, as dotenv readers do without quotes.
                first.to_owned(),
                format!("\"{first}"),
                format!("{first}\n{body}"),
                format!("{first}\n{}", lines[1]),
                format!("{first}\n{body}\n-----END"),
                format!("{body}\n{last}"),
                format!("{first}\n{body}\n-----END SOMETHING ELSE-----"),
                "-----BEGIN".to_owned(),
                "-----BEGIN PRIVATE".to_owned(),
                last.to_owned(),
            ] {
                let error = refusal(&cut, "ERR_KEY_TRUNCATED");
                assert!(error.hint().contains("quotes"), "{error}");
            }
        }
    }
}

#[test]
fn a_pem_cut_anywhere_is_refused() {
    for name in SIGNERS {
        for pem in pems(name) {
            for end in 0..pem.trim_end().len() {
                let cut = &pem[..end];
                let Err(error) = read_private_keys(&[cut]) else { panic!("{name}: {end}") };
                shows_nothing_of(&error, cut);
            }
        }
    }
}

#[test]
fn a_pem_with_a_part_of_its_body_missing_is_damaged() {
    for name in KEYS {
        for pem in pems(name) {
            let der = der_of(&pem);
            let label = pem.split("-----").nth(1).unwrap().trim_start_matches("BEGIN ");
            for length in [1, 4, 10, der.len() / 2, der.len() - 1] {
                refusal(&to_pem(label, &der[..length]), "ERR_KEY_DAMAGED");
            }
            refusal(&to_pem(label, &[der.as_slice(), &[0]].concat()), "ERR_KEY_DAMAGED");
            refusal(&to_pem(label, &[]), "ERR_KEY_DAMAGED");
            refusal(&pem.replacen("M", "*", 1), "ERR_KEY_DAMAGED");
        }
    }
}

#[test]
fn bare_base64_that_was_cut_is_damaged() {
    for name in KEYS {
        let der = der_of(&pem(name, "pkcs8"));
        refusal(&BASE64_STANDARD.encode(&der[..der.len() - 3]), "ERR_KEY_DAMAGED");
    }
}

// ---- Sizes ----------------------------------------------------------------------------------

#[test]
fn too_long_a_text_is_refused() {
    let padded = |length: usize| {
        let pem = pem("ed25519", "pkcs8");
        format!("{}{pem}", " ".repeat(length - pem.len()))
    };
    assert!(read_private_keys(&[padded(MAX_SOURCE_BYTES)]).is_ok());
    let error = refusal(&padded(MAX_SOURCE_BYTES + 1), "ERR_KEY_SET_TOO_LARGE");
    assert!(error.message().contains("longer than 256 KB"), "{error}");
    refusal(&"{".repeat(MAX_SOURCE_BYTES + 1), "ERR_KEY_SET_TOO_LARGE");
}

#[test]
fn too_long_a_set_is_refused() {
    let key = jwk("ed25519").to_string();
    let padded = |length: usize| format!("{key}{}", " ".repeat(length - key.len()));
    assert_eq!(PublishedSet::read(&padded(MAX_SOURCE_BYTES)).unwrap().keys.len(), 1);
    assert_eq!(FoundSet::read(&padded(MAX_SOURCE_BYTES)).unwrap().keys.len(), 1);
    for longer in [1, 1000] {
        let text = padded(MAX_SOURCE_BYTES + longer);
        refused(PublishedSet::read(&text), "ERR_KEY_SET_TOO_LARGE");
        refused(FoundSet::read(&text).map(drop), "ERR_KEY_SET_TOO_LARGE");
    }
}

#[test]
fn too_many_keys_are_refused() {
    let key = jwk("ed25519");
    refusal(&json!(vec![key.clone(); MAX_KEYS + 1]).to_string(), "ERR_KEY_SET_TOO_LARGE");
    refusal(&pem("ed25519", "pkcs8").repeat(MAX_KEYS + 1), "ERR_KEY_SET_TOO_LARGE");
    let several = vec![key.to_string(); MAX_KEYS + 1];
    refused(read_private_keys(&several), "ERR_KEY_SET_TOO_LARGE");
    let set = PublishedSet::read(&json!(vec![key.clone(); MAX_KEYS]).to_string());
    assert_eq!(set.unwrap().keys.len(), MAX_KEYS);
    let set = PublishedSet::read(&json!(vec![key; MAX_KEYS + 1]).to_string());
    refused(set, "ERR_KEY_SET_TOO_LARGE");
}

#[test]
fn deeply_nested_json_is_refused() {
    for (open, close) in [("[", "]"), (r#"{"keys":["#, "]}"), (r#"{"x5c":"#, "}")] {
        let depth = 20_000;
        let text = format!("{}{}", open.repeat(depth), close.repeat(depth));
        assert!(read_private_keys(&[&text]).is_err());
        assert!(PublishedSet::read(&text).is_err());
        assert!(PublicKey::from_jwk(&text).is_err());
    }
}

// ---- Any text -------------------------------------------------------------------------------

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_refused_in_words(text in "\\PC{0,80}") {
        let error = read_private_keys(&[&text]).err().expect("no key");
        well_worded(&error);
        shows_nothing_of(&error, &text);
    }

    #[test]
    fn any_bytes_in_a_pem_are_refused_in_words(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let error = read_private_keys(&[to_pem("PRIVATE KEY", &bytes)]).err().expect("no key");
        well_worded(&error);
    }

    /// A few characters of a key's text are replaced: it is refused without words of it, or, where
    /// only white space or a seed changed, read.
    #[test]
    fn any_scratched_key_is_refused_without_showing_it(
        name in prop::sample::select(&SIGNERS[..]),
        scratches in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..4),
    ) {
        for text in [pem(name, "pkcs8"), jwk(name).to_string()] {
            let mut characters: Vec<char> = text.chars().collect();
            for (index, character) in &scratches {
                let at = index.index(characters.len());
                characters[at] = *character;
            }
            let scratched: String = characters.into_iter().collect();
            if let Err(error) = read_private_keys(&[&scratched]) {
                well_worded(&error);
                shows_nothing_of(&error, &text);
            }
        }
    }
}
