//! Keys are read in every form that people have them in, and every form gives the same key. What is
//! refused instead is in `refused_keys.rs`.

mod common;

use base64::Engine;
use common::*;
use convex_token::algorithm::Algorithm;
use convex_token::key::{MAX_KEYS, generate, read_private_keys};
use serde_json::{Value, json};

/// The thumbprints of the private keys in a text.
#[track_caller]
fn kids(text: &str) -> Vec<String> {
    let keys = read_private_keys(&[text]).unwrap_or_else(|error| panic!("{error}"));
    keys.iter().map(|key| key.public().kid().to_owned()).collect()
}

/// Every test key in every form of PEM gives the same key after it was written another way.
#[track_caller]
fn every_pem_reads(written: impl Fn(&str) -> String) {
    for name in KEYS {
        for pem in pems(name) {
            assert_eq!(kids(&written(&pem)), [kid(name)], "{name}");
        }
    }
}

/// The same for JWKs.
#[track_caller]
fn every_jwk_reads(written: impl Fn(&Value) -> String) {
    for name in KEYS {
        assert_eq!(kids(&written(&jwk(name))), [kid(name)], "{name}");
    }
}

/// Lines of 76 characters, as `base64` writes them.
fn wrapped(base64: &str) -> String {
    let lines: Vec<&str> =
        base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\n")
}

// ---- PEM ------------------------------------------------------------------------------------

#[test]
fn a_pem_reads_as_openssl_writes_it() {
    every_pem_reads(str::to_owned);
}

#[test]
fn line_breaks_may_be_written_out_once_or_twice() {
    every_pem_reads(|pem| pem.replace('\n', r"\n"));
    every_pem_reads(|pem| pem.replace('\n', r"\\n"));
    every_pem_reads(|pem| pem.replace('\n', r"\r\n"));
    every_pem_reads(|pem| pem.replace('\n', r"\\r\\n"));
}

#[test]
fn a_line_break_may_be_both_written_out_and_there() {
    every_pem_reads(|pem| pem.replace('\n', "\\n\n"));
    every_pem_reads(|pem| pem.replace('\n', "\\\n"));
}

#[test]
fn line_breaks_may_be_spaces_or_tabs_or_missing() {
    every_pem_reads(|pem| pem.replace('\n', " "));
    every_pem_reads(|pem| pem.replace('\n', "\t"));
    every_pem_reads(|pem| pem.replace('\n', ""));
}

#[test]
fn line_breaks_may_be_those_of_other_systems() {
    every_pem_reads(|pem| pem.replace('\n', "\r\n"));
    every_pem_reads(|pem| pem.replace('\n', "\r"));
    every_pem_reads(|pem| pem.replace('\n', "\n\n"));
}

#[test]
fn lines_may_be_indented() {
    every_pem_reads(|pem| pem.replace('\n', "\n      "));
}

#[test]
fn quotes_of_any_kind_may_stand_around() {
    for quote in ['"', '\'', '`'] {
        every_pem_reads(|pem| format!("{quote}{pem}{quote}"));
        every_pem_reads(|pem| format!("  {quote} {} {quote}\n", pem.replace('\n', r"\n")));
    }
    every_pem_reads(|pem| format!("'\"{}\"'", pem.replace('\n', r"\n")));
    every_pem_reads(|pem| format!("\"'{pem}'\""));
}

#[test]
fn quotes_around_may_be_written_out_too() {
    every_pem_reads(|pem| format!("\\\"{}\\\"", pem.replace('\n', r"\\n")));
}

#[test]
fn a_byte_order_mark_may_come_first() {
    every_pem_reads(|pem| format!("\u{feff}{pem}"));
    every_pem_reads(|pem| format!("\u{feff}\"{}\"", pem.replace('\n', r"\n")));
}

#[test]
fn a_whole_line_of_a_dotenv_file_reads() {
    every_pem_reads(|pem| format!("CONVEX_AUTH_PRIVATE_KEY=\"{}\"", pem.replace('\n', r"\n")));
}

#[test]
fn text_around_a_block_is_passed_over() {
    every_pem_reads(|pem| {
        format!("Bag Attributes\n    friendlyName: me\nKey: <none>\n{pem}\n# end")
    });
}

#[test]
fn a_pem_label_may_be_that_of_another_form() {
    every_pem_reads(|pem| to_pem("PRIVATE KEY", &der_of(pem)));
    every_pem_reads(|pem| to_pem("RSA PRIVATE KEY", &der_of(pem)));
    every_pem_reads(|pem| to_pem("EC PRIVATE KEY", &der_of(pem)));
}

// ---- base64 ---------------------------------------------------------------------------------

#[test]
fn the_base64_of_a_whole_pem_reads_in_both_alphabets_padded_or_not() {
    every_pem_reads(|pem| BASE64_STANDARD.encode(pem));
    every_pem_reads(|pem| BASE64_STANDARD.encode(pem).replace('=', ""));
    every_pem_reads(|pem| BASE64_URL_SAFE.encode(pem));
    every_pem_reads(|pem| BASE64_URL_SAFE_NO_PAD.encode(pem));
}

#[test]
fn the_base64_of_a_whole_pem_reads_in_lines_and_in_quotes() {
    every_pem_reads(|pem| wrapped(&BASE64_STANDARD.encode(pem)) + "\n");
    every_pem_reads(|pem| wrapped(&BASE64_STANDARD.encode(pem)).replace('\n', r"\n"));
    every_pem_reads(|pem| format!("\"{}\"", BASE64_STANDARD.encode(pem)));
    every_pem_reads(|pem| format!("\u{feff}'{}'", BASE64_URL_SAFE.encode(pem)));
}

#[test]
fn what_is_in_base64_may_have_its_own_marks() {
    every_pem_reads(|pem| BASE64_STANDARD.encode(pem.replace('\n', r"\n")));
    every_pem_reads(|pem| BASE64_STANDARD.encode(format!("\u{feff}\"{pem}\"")));
    every_pem_reads(|pem| BASE64_STANDARD.encode(BASE64_STANDARD.encode(pem)));
}

#[test]
fn the_bare_base64_of_the_der_reads() {
    every_pem_reads(|pem| BASE64_STANDARD.encode(der_of(pem)));
    every_pem_reads(|pem| BASE64_STANDARD.encode(der_of(pem)).replace('=', ""));
    every_pem_reads(|pem| BASE64_URL_SAFE.encode(der_of(pem)));
    every_pem_reads(|pem| BASE64_URL_SAFE_NO_PAD.encode(der_of(pem)));
    every_pem_reads(|pem| wrapped(&BASE64_STANDARD.encode(der_of(pem))));
    every_pem_reads(|pem| format!("\"{}\"", BASE64_STANDARD.encode(der_of(pem))));
    every_pem_reads(|pem| wrapped(&BASE64_STANDARD.encode(der_of(pem))).replace('\n', r"\n"));
}

// ---- JWK ------------------------------------------------------------------------------------

#[test]
fn a_jwk_reads_compact_and_pretty() {
    every_jwk_reads(Value::to_string);
    every_jwk_reads(|jwk| serde_json::to_string_pretty(jwk).unwrap());
    every_jwk_reads(|jwk| format!("\u{feff}\n{jwk}\n"));
}

#[test]
fn a_jwk_reads_with_quotes_around() {
    every_jwk_reads(|jwk| format!("'{jwk}'"));
    every_jwk_reads(|jwk| format!("\"{jwk}\""));
}

#[test]
fn a_jwk_reads_with_its_quotes_escaped() {
    every_jwk_reads(|jwk| jwk.to_string().replace('"', r#"\""#));
    every_jwk_reads(|jwk| format!("\"{}\"", jwk.to_string().replace('"', r#"\""#)));
    every_jwk_reads(|jwk| json!([jwk]).to_string().replace('"', r#"\""#));
    every_jwk_reads(|jwk| json!({ "keys": [jwk] }).to_string().replace('"', r#"\""#));
}

#[test]
fn a_pretty_jwk_reads_as_a_json_string() {
    every_jwk_reads(|jwk| {
        let pretty = serde_json::to_string_pretty(jwk).unwrap();
        Value::from(pretty).to_string()
    });
}

#[test]
fn a_jwk_reads_in_base64() {
    every_jwk_reads(|jwk| BASE64_STANDARD.encode(jwk.to_string()));
    every_jwk_reads(|jwk| BASE64_URL_SAFE_NO_PAD.encode(jwk.to_string()));
}

#[test]
fn a_set_and_an_array_of_jwks_read() {
    every_jwk_reads(|jwk| json!({ "keys": [jwk] }).to_string());
    every_jwk_reads(|jwk| json!([jwk]).to_string());
}

#[test]
fn all_keys_of_a_set_read_in_their_order() {
    let jwks: Vec<_> = KEYS.into_iter().map(jwk).collect();
    let expected: Vec<_> = KEYS.into_iter().map(kid).collect();
    assert_eq!(kids(&json!({ "keys": jwks }).to_string()), expected);
    assert_eq!(kids(&json!(jwks).to_string()), expected);
}

#[test]
fn a_sets_public_keys_beside_a_private_one_are_passed_over() {
    let mut public = jwk("ed25519");
    public.as_object_mut().unwrap().remove("d");
    let set = json!({ "keys": [public, jwk("p256")] });
    assert_eq!(kids(&set.to_string()), [kid("p256")]);
}

#[test]
fn an_rsa_jwk_needs_only_its_modulus_and_exponents() {
    for name in ["rsa-2048", "rsa-3072"] {
        let jwk = jwk(name);
        let bare = json!({ "kty": "RSA", "n": jwk["n"], "e": jwk["e"], "d": jwk["d"] });
        assert_eq!(kids(&bare.to_string()), [kid(name)], "{name}");
    }
}

/// RFC 8017, section 3.1: any exponent below n that is the inverse modulo the least common multiple
/// of p - 1 and q - 1. Older tools take the one modulo their product, which may be larger.
#[test]
fn an_rsa_key_may_have_any_private_exponent_that_is_one() {
    let mut jwk = jwk("rsa-2048");
    let number = |name| rsa::BigUint::from_bytes_be(&member(&jwk, name));
    let [p_minus_1, q_minus_1] = ["p", "q"].map(|name| number(name) - 1u8);
    let least_common_multiple = &p_minus_1 * &q_minus_1 / gcd(p_minus_1, q_minus_1);
    let larger = number("d") + least_common_multiple;
    assert!(larger < number("n"));
    jwk["d"] = base64url(larger.to_bytes_be()).into();
    assert_eq!(kids(&jwk.to_string()), [kid("rsa-2048")]);
    for name in ["p", "q", "dp", "dq", "qi"] {
        jwk.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(kids(&jwk.to_string()), [kid("rsa-2048")]);
}

fn gcd(mut left: rsa::BigUint, mut right: rsa::BigUint) -> rsa::BigUint {
    while right != rsa::BigUint::from(0u8) {
        (left, right) = (right.clone(), left % right);
    }
    left
}

#[test]
fn an_rsa_key_may_have_its_primes_in_either_order() {
    let mut jwk = jwk("rsa-2048");
    let number = |name| rsa::BigUint::from_bytes_be(&member(&jwk, name));
    let (p, q) = (number("p"), number("q"));
    // Fermat: q^(p-2) is the inverse of q modulo p. Swapped, it is that of p modulo q.
    let inverse = p.modpow(&(&q - 2u8), &q);
    let [p, q, dp, dq] = ["p", "q", "dp", "dq"].map(|name| jwk[name].clone());
    for (name, value) in [("p", q), ("q", p), ("dp", dq), ("dq", dp)] {
        jwk[name] = value;
    }
    jwk["qi"] = base64url(inverse.to_bytes_be()).into();
    assert_eq!(kids(&jwk.to_string()), [kid("rsa-2048")]);
}

#[test]
fn numbers_of_an_rsa_jwk_may_have_leading_zeros() {
    let mut jwk = jwk("rsa-2048");
    for name in ["n", "e", "d", "p", "q", "dp", "dq", "qi"] {
        jwk[name] = base64url([&[0], member(&jwk, name).as_slice()].concat()).into();
    }
    assert_eq!(kids(&jwk.to_string()), [kid("rsa-2048")]);
}

#[test]
fn members_that_mean_nothing_here_are_passed_over() {
    for name in KEYS {
        let mut jwk = jwk(name);
        let more = json!({
            "kid": "mine", "alg": alg(name), "use": "sig", "key_ops": ["verify", "sign"],
            "ext": true, "x5c": ["MII"], "x5t": null, "nbf": 1,
            "p": jwk.get("p"), "crv": jwk.get("crv"),
        });
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(kids(&jwk.to_string()), [kid(name)], "{name}");
    }
}

#[test]
fn an_ed25519_jwk_may_name_its_algorithm_as_rfc_9864_does() {
    let mut jwk = jwk("ed25519");
    jwk["alg"] = "Ed25519".into();
    assert_eq!(kids(&jwk.to_string()), [kid("ed25519")]);
}

// ---- Several in one value -------------------------------------------------------------------

#[test]
fn all_blocks_of_a_value_read_in_their_order() {
    let value = pem("p256", "sec1") + &pem("rsa-2048", "pkcs1") + &pem("ed25519", "pkcs8");
    let expected = ["p256", "rsa-2048", "ed25519"].map(kid);
    assert_eq!(kids(&value), expected);
    assert_eq!(kids(&value.replace('\n', r"\n")), expected);
    assert_eq!(kids(&value.replace('\n', " ")), expected);
    assert_eq!(kids(&BASE64_STANDARD.encode(value)), expected);
}

#[test]
fn all_values_read_in_their_order() {
    let values = [pem("p256", "pkcs8"), jwk("ed25519").to_string()];
    let keys = read_private_keys(&values).unwrap();
    let found: Vec<_> = keys.iter().map(|key| key.public().kid()).collect();
    assert_eq!(found, [kid("p256"), kid("ed25519")]);
}

#[test]
fn other_blocks_beside_a_private_key_are_passed_over() {
    let key = pem("rsa-2048", "pkcs8");
    for other in [
        vector("keys/refused/test-rsa-2048.certificate.pem"),
        vector("keys/refused/test-rsa-2048.public.pem"),
        vector("keys/refused/test-rsa-2048.request.pem"),
    ] {
        assert_eq!(kids(&format!("{key}{other}")), [kid("rsa-2048")]);
        assert_eq!(kids(&format!("{other}{key}")), [kid("rsa-2048")]);
    }
}

#[test]
fn the_curves_parameters_beside_its_key_are_passed_over() {
    let value = vector("keys/test-p256.parameters.pem") + &pem("p256", "sec1");
    assert_eq!(kids(&value), [kid("p256")]);
    assert_eq!(kids(&value.replace('\n', r"\n")), [kid("p256")]);
}

#[test]
fn as_many_keys_as_are_allowed_read() {
    let set = json!({ "keys": vec![jwk("ed25519"); MAX_KEYS] });
    assert_eq!(kids(&set.to_string()).len(), MAX_KEYS);
}

// ---- What the standards allow beside --------------------------------------------------------

#[test]
fn an_ed25519_pkcs8_may_have_attributes_and_the_public_key() {
    assert_eq!(kids(&vector("rfc/rfc8410-10.3.pem")).len(), 1);
}

#[test]
fn a_sec1_key_may_leave_out_its_public_key() {
    let sec1 = der::sec1(&member(&jwk("p256"), "d"), &[]);
    assert_eq!(kids(&to_pem("EC PRIVATE KEY", &sec1)), [kid("p256")]);
}

/// SEC 1, section 2.3.3. Compressed, a point has one coordinate and says which of two it is.
#[test]
fn a_sec1_key_may_have_its_public_key_compressed() {
    let mut tags = Vec::new();
    for number in 1..=8 {
        let scalar = [&[0; 31][..], &[number]].concat();
        let key = p256::ecdsa::SigningKey::from_slice(&scalar).unwrap();
        for compress in [false, true] {
            let point = key.verifying_key().to_sec1_point(compress);
            tags.push(point.as_bytes()[0]);
            let sec1 = to_pem("EC PRIVATE KEY", &der::sec1(&scalar, point.as_bytes()));
            assert_eq!(kids(&sec1), kids(&to_pem("EC PRIVATE KEY", &der::sec1(&scalar, &[]))));
        }
    }
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags, [2, 3, 4]);
}

#[test]
fn a_p256_jwk_may_leave_out_leading_zeros_of_its_private_number() {
    // The private number 1: its public point is the curve's generator (SEC 2, section 2.4.2).
    let generator = p256::ecdsa::SigningKey::from_slice(&[&[0; 31][..], &[1]].concat()).unwrap();
    let point = generator.verifying_key().to_sec1_point(false);
    let (x, y) = (&point.as_bytes()[1..33], &point.as_bytes()[33..]);
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y), "d": base64url([1]),
    });
    assert_eq!(kids(&jwk.to_string()).len(), 1);
}

// ---- Writing and making ---------------------------------------------------------------------

#[test]
fn a_key_is_written_as_openssl_writes_it() {
    for name in KEYS {
        for form in pems(name) {
            let key = read_private_keys(&[form]).unwrap().remove(0);
            assert_eq!(*key.to_pkcs8_pem(), pem(name, "pkcs8"), "{name}");
            assert_eq!(key.algorithm().name(), alg(name));
        }
    }
}

#[test]
fn an_rsa_key_without_its_primes_is_written_with_them() {
    let jwk = jwk("rsa-2048");
    let bare = json!({ "kty": "RSA", "n": jwk["n"], "e": jwk["e"], "d": jwk["d"] });
    let key = read_private_keys(&[bare.to_string()]).unwrap().remove(0);
    assert_eq!(kids(&key.to_pkcs8_pem()), [kid("rsa-2048")]);
}

#[test]
fn a_new_key_is_of_its_algorithm_and_reads_again() {
    for (algorithm, kty) in
        [(Algorithm::Rs256, "RSA"), (Algorithm::Es256, "EC"), (Algorithm::EdDsa, "OKP")]
    {
        let pair = generate(algorithm, None).unwrap();
        assert_eq!(pair.algorithm, algorithm);
        assert_eq!(pair.public_jwk.plain()["kty"], kty);
        assert_eq!(pair.public_jwk.plain()["alg"], algorithm.name());
        assert_eq!(pair.public_jwk.plain()["kid"], pair.kid.as_str());
        assert_eq!(pair.jwks.plain(), json!({ "keys": [pair.public_jwk.plain()] }));
        assert_eq!(kids(&pair.private_key), [pair.kid.as_str()]);
        assert!(pair.private_key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert!(pair.private_key.ends_with("\n-----END PRIVATE KEY-----\n"));
    }
}

#[test]
fn a_new_rsa_key_has_the_length_that_was_asked_for() {
    for (asked, bits) in [(None, 2048), (Some(2048), 2048), (Some(3072), 3072)] {
        let pair = generate(Algorithm::Rs256, asked).unwrap();
        let n = member(&Value::Object(pair.public_jwk.plain()), "n");
        assert_eq!((n.len() * 8, n[0] >= 0x80), (bits, true));
        assert_eq!(pair.public_jwk.plain()["e"], "AQAB");
    }
}

#[test]
fn two_new_keys_differ() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let (one, two) = (generate(algorithm, None).unwrap(), generate(algorithm, None).unwrap());
        assert_ne!(one.kid, two.kid);
        assert_ne!(one.private_key, two.private_key);
    }
}

#[test]
fn an_rsa_key_of_another_length_is_not_made() {
    for bits in [0, 512, 1024, 2047, 2049, 8192, usize::MAX] {
        refused(generate(Algorithm::Rs256, Some(bits)), "ERR_MODULUS_LENGTH");
    }
}

#[test]
fn a_written_pem_has_not_grown_and_left_copies_behind() {
    for name in KEYS {
        let pem = private_key(name).to_pkcs8_pem();
        assert_eq!(pem.capacity(), pem.len(), "{name}");
    }
}
