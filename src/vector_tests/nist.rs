//! NIST's vectors (CAVP): what `tests/vectors/nist/convert.mjs` has kept of them.
//! `tests/package/nist.test.mjs` goes through the same with the built module.

use rsa::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};

use super::{document, hex, list, text, vectors};
use crate::base64url;
use crate::error::Result;
use crate::key::{PrivateKey, PublicKey, read_private_keys};

fn nist(name: &str) -> Vec<Value> {
    list(&document(&vectors().join(format!("nist/{name}.json")))).to_vec()
}

/// A member of a vector, as a JWK has it.
fn encoded(value: &Value) -> String {
    base64url::encode(hex(value))
}

fn public(jwk: Value) -> Result<PublicKey> {
    PublicKey::from_jwk(&jwk.to_string())
}

fn private(jwk: Value) -> PrivateKey {
    read_private_keys(&[jwk.to_string()]).expect("a key").remove(0)
}

fn p256_jwk(vector: &Value) -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": encoded(&vector["x"]), "y": encoded(&vector["y"]) })
}

fn p256_signature(vector: &Value) -> Vec<u8> {
    [hex(&vector["r"]), hex(&vector["s"])].concat()
}

#[test]
fn rsa_signatures_of_nist_have_its_verdict() {
    for key in nist("rsa-verification") {
        for test in list(&key["tests"]) {
            let jwk = json!({ "kty": "RSA", "n": encoded(&key["n"]), "e": encoded(&test["e"]) });
            let verifies = public(jwk)
                .expect("a key")
                .verifies(&hex(&test["message"]), &hex(&test["signature"]));
            assert_eq!(verifies, test["valid"], "{test}");
        }
    }
}

/// The keys come without their primes.
#[test]
fn rsa_signs_the_messages_of_nist_as_it_does() {
    for key in nist("rsa-generation") {
        let [n, e, d] = ["n", "e", "d"].map(|name| encoded(&key[name]));
        let own = private(json!({ "kty": "RSA", "n": n, "e": e, "d": d }));
        for test in list(&key["tests"]) {
            let (message, signature) = (hex(&test["message"]), hex(&test["signature"]));
            assert_eq!(own.sign(&message).expect("a signature"), signature);
            assert!(own.public().verifies(&message, &signature));
        }
    }
}

#[test]
fn p256_signatures_of_nist_have_its_verdict() {
    for vector in nist("p256-verification") {
        let key = public(p256_jwk(&vector)).expect("a key");
        let verifies = key.verifies(&hex(&vector["message"]), &p256_signature(&vector));
        assert_eq!(verifies, vector["valid"], "{vector}");
    }
}

/// Its nonces are given, ours those of RFC 6979: the signatures differ, and both verify.
#[test]
fn p256_verifies_what_nist_signs_and_what_it_signs_with_the_same_key() {
    for vector in nist("p256-generation") {
        let mut jwk = p256_jwk(&vector);
        jwk["d"] = encoded(&vector["d"]).into();
        let (key, message) = (private(jwk), hex(&vector["message"]));
        assert!(key.public().verifies(&message, &p256_signature(&vector)));
        assert!(key.public().verifies(&message, &key.sign(&message).expect("a signature")));
    }
}

#[test]
fn p256_key_pairs_of_nist_belong_together_and_to_no_other() {
    let pairs = nist("p256-key-pairs");
    for (index, pair) in pairs.iter().enumerate() {
        for (other, with) in pairs.iter().enumerate() {
            let mut jwk = p256_jwk(pair);
            jwk["d"] = encoded(&with["d"]).into();
            let code = read_private_keys(&[jwk.to_string()]).err().map(|error| error.code());
            let expected = if index == other { None } else { Some("ERR_KEY_INCONSISTENT") };
            assert_eq!(code, expected);
        }
    }
}

#[test]
fn p256_public_keys_of_nist_read_or_are_refused_by_its_verdict() {
    for vector in nist("p256-public-keys") {
        let code = public(p256_jwk(&vector)).err().map(|error| error.code());
        let expected = if vector["valid"] == true { None } else { Some("ERR_KEY_MEMBER") };
        assert_eq!(code, expected, "{vector}");
    }
}

/// Signed as digests by another library.
#[test]
fn messages_of_nist_have_its_digests() {
    let pem =
        std::fs::read_to_string(vectors().join("keys/test-rsa-2048.pkcs8.pem")).expect("a file");
    let own = read_private_keys(&[&pem]).expect("a key").remove(0);
    let peer = rsa::RsaPrivateKey::from_pkcs8_pem(&pem).expect("a key");
    // RFC 8017, section 9.2, note 1.
    let prefix = [
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    for vector in nist("sha256") {
        let padding = rsa::Pkcs1v15Sign { hash_len: Some(32), prefix: prefix.into() };
        let signature = peer.sign(padding, &hex(&vector["digest"])).expect("a signature");
        let message = hex(&vector["message"]);
        assert!(own.public().verifies(&message, &signature), "{}", text(&vector["digest"]));
        assert_eq!(own.sign(&message).expect("a signature"), signature);
    }
}
