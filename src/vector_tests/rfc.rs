//! The examples of RFC 7515, 7517, 7520 and 8037: each key, token and signature in them, also those that
//! Convex takes nothing of. `tests/package/rfc.test.mjs` goes through the same with the built module.

use serde_json::{Value, json};

use super::{document, jws_refusal, list, text, vectors};
use crate::base64url;
use crate::key::{PublicKey, read_private_keys};

fn examples(kind: &str) -> Vec<Value> {
    list(&document(&vectors().join("rfc/examples.json"))[kind]).to_vec()
}

#[test]
fn each_key_in_an_example_reads_or_is_refused_by_name() {
    for example in examples("keys") {
        let jwk = example["jwk"].to_string();
        let read = match text(&example["half"]) {
            "public" => PublicKey::from_jwk(&jwk).map(drop),
            _ => read_private_keys(&[jwk]).map(drop),
        };
        let code = read.err().map_or("reads", |error| error.code());
        assert_eq!(code, example["code"], "{}", example["source"]);
    }
}

#[test]
fn each_token_in_an_example_is_accepted_or_refused_by_name() {
    for example in examples("tokens") {
        let (jwk, token) = (&example["jwk"], text(&example["token"]));
        let set = json!({ "keys": [jwk] }).to_string();
        let code = jws_refusal(token, &set).unwrap_or("accepted");
        assert_eq!(code, example["code"], "{}", example["source"]);
        assert_eq!(signature_verifies(jwk, token), example["verifies"], "{}", example["source"]);
    }
}

fn signature_verifies(jwk: &Value, token: &str) -> bool {
    let Ok(key) = PublicKey::from_jwk(&jwk.to_string()) else { return false };
    let parts = token.rsplit_once('.');
    parts.is_some_and(|(input, signature)| {
        base64url::decode(signature)
            .is_some_and(|signature| key.verifies(input.as_bytes(), &signature))
    })
}

#[test]
fn the_signatures_of_examples_that_can_be_only_one_are_made() {
    for example in examples("signatures") {
        let key = read_private_keys(&[example["jwk"].to_string()]).expect("a key").remove(0);
        let signature = key.sign(text(&example["input"]).as_bytes()).expect("a signature");
        assert_eq!(base64url::encode(signature), example["signature"], "{}", example["source"]);
    }
}
