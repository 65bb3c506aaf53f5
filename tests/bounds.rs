//! Work is bounded by what is given: what is too large is refused before it is computed with, and
//! nothing takes more than its length. Times are compared with each other, generously, so that a slow
//! machine is none the worse for it.

mod common;

use std::hint::black_box;
use std::time::Duration;

use common::*;
use convex_token::Claims;
use convex_token::convex::{IssuerUrl, Provider};
use convex_token::json::Value;
use convex_token::key::{
    FoundSet, MAX_KEYS, MAX_SOURCE_BYTES, PublicKey, PublishedSet, read_private_keys,
};
use convex_token::token::time::parse_duration;
use convex_token::token::{MAX_TOKEN_BYTES, decode};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;

/// The least processor time of some runs: what else the machine does only makes it more.
fn time<T>(operation: impl Fn() -> T) -> Duration {
    let runs = (0..5).map(|_| {
        let start = processor_time();
        black_box(operation());
        processor_time() - start
    });
    runs.min().unwrap()
}

/// What this thread has had so far, in which other programs have no part.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

/// An RSA key of so many bits that has no primes, so that reading it means to find them.
fn rsa_without_primes(bits: usize) -> String {
    let mut number = vec![0x55; bits / 8];
    number[0] = 0x80;
    let number = base64url(number);
    json!({ "kty": "RSA", "n": number, "e": "AQAB", "d": number }).to_string()
}

#[test]
fn an_rsa_key_beyond_8192_bits_is_refused_before_any_arithmetic() {
    let own = time(|| {
        let key = rsa_without_primes(2048);
        refused(read_private_keys(&[&key]), "ERR_KEY_INCONSISTENT");
    });
    for bits in [8200, 16_384, 262_144] {
        let key = rsa_without_primes(bits);
        let found = time(|| refused(read_private_keys(&[&key]), "ERR_KEY_TOO_LARGE"));
        assert!(found < own, "{bits} bits: {found:?}, 2048 bits: {own:?}");
        let public = time(|| refused(PublicKey::from_jwk(&key), "ERR_KEY_TOO_LARGE"));
        assert!(public < own, "{bits} bits: {public:?}, 2048 bits: {own:?}");
    }
}

#[test]
fn parts_longer_than_an_rsa_keys_modulus_are_refused_before_any_arithmetic() {
    let own = time(|| {
        let key = rsa_without_primes(2048);
        refused(read_private_keys(&[&key]), "ERR_KEY_INCONSISTENT");
    });
    // However many zeros stand before it.
    let mut jwk = jwk("rsa-2048");
    jwk["n"] = base64url([vec![0; 64_000], member(&jwk, "n")].concat()).into();
    for part in ["p", "q"] {
        jwk[part] = base64url(vec![0x55; 50_000]).into();
    }
    let key = jwk.to_string();
    let found = time(|| refused(read_private_keys(&[&key]), "ERR_KEY_INCONSISTENT"));
    assert!(found < own, "{found:?}, 2048 bits: {own:?}");
}

#[test]
fn a_giant_exponent_is_refused_before_any_arithmetic() {
    let key = |member: &str, bytes: usize| {
        let mut jwk = jwk("rsa-2048");
        jwk[member] = base64url(vec![0xff; bytes]).into();
        jwk.to_string()
    };
    let own = jwk("rsa-2048").to_string();
    let own = time(|| read_private_keys(&[&own]).unwrap());
    for member in ["e", "d", "p", "dp", "qi"] {
        let key = key(member, 150_000);
        let found = time(|| {
            let error = read_private_keys(&[&key]).err().unwrap();
            assert!(["ERR_KEY_EXPONENT", "ERR_KEY_INCONSISTENT"].contains(&error.code()));
        });
        // Its 200,000 characters are read, some hundred times as many as the key has.
        assert!(found < own * 100, "{member}: {found:?}, a key: {own:?}");
    }
}

#[test]
fn keys_beyond_the_most_are_not_computed_with() {
    let pem = pem("p256", "pkcs8");
    let jwk = jwk("p256").to_string();
    let set = |count: usize| format!("{{\"keys\":[{}]}}", vec![jwk.as_str(); count].join(","));
    let most = time(|| read_private_keys(&[pem.repeat(MAX_KEYS)]).unwrap());
    for text in [pem.repeat(1000), pem.repeat(MAX_KEYS + 1), set(1200), set(MAX_KEYS + 1)] {
        let found = time(|| refused(read_private_keys(&[&text]), "ERR_KEY_SET_TOO_LARGE"));
        assert!(found < most * 3, "{} bytes: {found:?}, the most keys: {most:?}", text.len());
    }
    assert_eq!(read_private_keys(&[set(MAX_KEYS)]).unwrap().len(), MAX_KEYS);
    let texts = vec![pem; 10_000];
    let found = time(|| refused(read_private_keys(&texts), "ERR_KEY_SET_TOO_LARGE"));
    assert!(found < most * 3, "{found:?}, the most keys: {most:?}");
}

#[test]
fn ten_thousand_blocks_and_ten_thousand_keys_are_refused_by_their_length_or_number() {
    let flat = "x".repeat(MAX_SOURCE_BYTES);
    let own = time(|| refused(read_private_keys(&[&flat]), "ERR_KEY_UNREADABLE"));
    let blocks = "-----BEGIN X-----\n-----END X-----\n".repeat(10_000);
    let found = time(|| refused(read_private_keys(&[&blocks]), "ERR_KEY_SET_TOO_LARGE"));
    assert!(found < own, "{found:?}, {own:?}");
    let set = format!("{{\"keys\":[{}{{}}]}}", "{},".repeat(9_999));
    let found = time(|| {
        refused(PublishedSet::read(&set), "ERR_KEY_SET_TOO_LARGE");
        refused(read_private_keys(&[&set]), "ERR_KEY_SET_TOO_LARGE");
        assert_eq!(FoundSet::read(&set).unwrap().keys.len(), 10_000);
    });
    assert!(found < own * 100, "{found:?}, {own:?}");
}

#[test]
fn a_token_of_a_megabyte_is_refused_before_it_is_decoded() {
    let token = |bytes: usize| format!("e30.{}.AAAA", "A".repeat(bytes));
    let (long, own) = (token(1_000_000), token(MAX_TOKEN_BYTES - 16));
    let own = time(|| refused(decode(&own), "ERR_TOKEN_MALFORMED"));
    let found = time(|| refused(decode(&long), "ERR_TOKEN_TOO_LARGE"));
    assert!(found < own, "{found:?}, one of the longest: {own:?}");
}

#[test]
fn a_number_of_a_hundred_thousand_digits_takes_no_longer_than_a_text() {
    let digits = "9".repeat(60_000);
    let text = format!(r#"{{"sub":"u","x":"{digits}"}}"#);
    let own = time(|| Claims::from_json(&text).unwrap());
    for number in
        [digits.clone(), format!("0.{digits}"), format!("1e{digits}"), format!("1e-{digits}")]
    {
        let text = format!(r#"{{"sub":"u","x":{number},"updated_at":{number}}}"#);
        let text = text.get(..text.len().min(120_000)).unwrap();
        let one = format!(r#"{{"sub":"u","x":{number}}}"#);
        let found = time(|| (Claims::from_json(text).is_ok(), Claims::from_json(&one).is_ok()));
        assert!(found < own * 50, "{found:?}, a text: {own:?}");
        let payload = format!(r#"{{"exp":{number},"iat":1}}"#);
        let token = format!("e30.{}.", base64url(payload));
        let found = time(|| decode(&token).is_ok());
        assert!(found < own * 50, "{found:?}, a text: {own:?}");
    }
    let duration = time(|| refused(parse_duration("expiresIn", &digits), "ERR_DURATION"));
    assert!(duration < own * 50, "{duration:?}, a text: {own:?}");
}

/// Names around many claims would stand before each of them in what a function sees.
#[test]
fn claims_that_a_functions_view_would_multiply_are_refused() {
    let inner = |count: usize| {
        let members: Vec<_> = (0..count).map(|index| format!(r#""{index}":1"#)).collect();
        format!("{{{}}}", members.join(","))
    };
    let claims = |name: usize, count: usize| {
        let name = "x".repeat(name);
        format!(r#"{{"iss":"{ISSUER}","sub":"u","{name}":{}}}"#, inner(count))
    };
    let own = |json: &str| json.replace(&format!(r#""iss":"{ISSUER}","#), "");
    assert!(Claims::from_json(&own(&claims(200, 4_000))).is_ok());
    refused(Claims::from_json(&own(&claims(20_000, 4_000))), "ERR_CLAIMS_TOO_LARGE");
    let token = |json: String| format!("e30.{}.", base64url(json));
    assert!(decode(&token(claims(200, 4_000))).is_ok());
    refused(decode(&token(claims(20_000, 4_000))), "ERR_TOKEN_MALFORMED");
}

/// Eight times the text takes about eight times as long, not sixty-four times.
#[test]
fn no_text_takes_more_than_its_length() {
    let pieces = [
        "-----BEGIN ",
        "-----END ",
        "-----BEGIN X-----",
        "-",
        "\\",
        "\\n",
        "\"",
        "'\"",
        " ",
        "=",
        "A",
        "{",
        "[",
        "{\"",
        "{\"a\":",
        "[{",
        "[[",
        "\"a\":1,",
        "{\"keys\":[",
        "{},",
        "[],",
        "1e",
        "0.",
        "\\u0000",
        ".",
        "e30.",
        "://",
        "https://",
        "/",
        "data:",
        ";base64,",
        "%",
        "%4",
        "%41",
        ",",
        "#",
        "@",
        ":",
        "\u{feff}",
        "é",
    ]; // one of each that some parser looks for
    type Parser = (&'static str, fn(&str));
    let parsers: [Parser; 9] = [
        ("keys", |text| drop(read_private_keys(&[text]))),
        ("found set", |text| drop(FoundSet::read(text))),
        ("published set", |text| drop(PublishedSet::read(text))),
        ("token", |text| drop(decode(text))),
        ("claims", |text| drop(Claims::from_json(text))),
        ("JSON", |text| drop(Value::parse(text))),
        ("issuer", |text| drop(IssuerUrl::parse(text))),
        ("duration", |text| drop(parse_duration("expiresIn", text))),
        ("data URI", |text| {
            let provider = Provider::CustomJwt {
                issuer: ISSUER.to_owned(),
                jwks: format!("data:{text}"),
                algorithm: convex_token::algorithm::Algorithm::Es256,
                application_id: None,
            };
            drop(provider.embedded_jwks());
        }),
    ];
    for (name, parse) in parsers {
        for piece in pieces {
            for before in [
                "",
                "{\"keys\":[",
                "[\"",
                "-----BEGIN PRIVATE KEY-----",
                "data:;base64,",
                "https://",
            ] {
                let text = |bytes: usize| format!("{before}{}", piece.repeat(bytes / piece.len()));
                let (short, long) = (text(8_000), text(64_000));
                let (short, long) = (time(|| parse(&short)), time(|| parse(&long)));
                let most = short * 40 + Duration::from_millis(2);
                assert!(long < most, "{name}: {before:?} and {piece:?}: {short:?}, then {long:?}");
            }
        }
    }
}
