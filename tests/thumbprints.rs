//! Thumbprints (RFC 7638) name keys, and published sets hold public members only.

mod common;

use common::*;
use convex_token::key::{FoundSet, PublicKey, PublishedSet, jwk_set, read_private_keys};
use serde_json::{Value, json};

/// The members that no published key may have (RFC 7518, section 6; RFC 8037, section 2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

#[test]
fn an_rsa_key_has_the_thumbprint_of_rfc_7638_section_3_1() {
    let vector = vector_json("rfc/rfc7638-3.1.json");
    let key = PublicKey::from_jwk(&vector["jwk"].to_string()).unwrap();
    assert_eq!(key.kid(), vector["thumbprint"]);
}

#[test]
fn an_ed25519_key_has_the_thumbprint_of_rfc_8037_appendix_a_3() {
    let vector = vector_json("rfc/rfc8037-a1.json");
    let jwk = vector["jwk"].to_string();
    assert_eq!(PublicKey::from_jwk(&jwk).unwrap().kid(), vector["thumbprint"]);
    assert_eq!(read_private_keys(&[jwk]).unwrap()[0].public().kid(), vector["thumbprint"]);
}

/// The RSA key there is the one of RFC 7638. The other key is for encryption, says its `use`.
#[test]
fn the_private_keys_of_rfc_7517_appendix_a_2_read() {
    let set = vector_json("rfc/rfc7517-a2.json");
    let rsa = read_private_keys(&[set["keys"][1].to_string()]).unwrap().remove(0);
    assert_eq!(rsa.public().kid(), vector_json("rfc/rfc7638-3.1.json")["thumbprint"]);

    let mut ec = set["keys"][0].clone();
    refused(read_private_keys(&[ec.to_string()]), "ERR_KEY_PURPOSE");
    ec["use"] = "sig".into();
    let ec_key = read_private_keys(&[ec.to_string()]).unwrap().remove(0);
    let published = ec_key.public().jwk().plain();
    assert_eq!((&published["x"], &published["y"]), (&ec["x"], &ec["y"]));
}

#[test]
fn thumbprints_are_those_that_node_computes() {
    for name in KEYS {
        assert_eq!(public_key(name).kid(), kid(name), "{name}");
    }
}

#[test]
fn a_thumbprint_depends_on_the_required_members_alone() {
    for name in KEYS {
        let mut jwk = jwk(name);
        jwk["kid"] = "another".into();
        jwk["alg"] = alg(name).into();
        jwk["x5t"] = "AQ".into();
        assert_eq!(PublicKey::from_jwk(&jwk.to_string()).unwrap().kid(), kid(name), "{name}");
    }
}

#[test]
fn leading_zeros_of_rsa_numbers_do_not_change_the_thumbprint() {
    let mut jwk = jwk("rsa-2048");
    jwk["n"] = base64url([&[0, 0], member(&jwk, "n").as_slice()].concat()).into();
    jwk["e"] = "AAEAAQ".into();
    assert_eq!(PublicKey::from_jwk(&jwk.to_string()).unwrap().kid(), kid("rsa-2048"));
}

// ---- What is published ----------------------------------------------------------------------

#[test]
fn a_published_key_has_its_type_its_members_and_its_names() {
    for (name, members) in
        [("rsa-2048", &["n", "e"][..]), ("p256", &["crv", "x", "y"]), ("ed25519", &["crv", "x"])]
    {
        let jwk = jwk(name);
        let mut expected =
            json!({ "kty": jwk["kty"], "kid": kid(name), "alg": alg(name), "use": "sig" });
        for member in members {
            expected[*member] = jwk[*member].clone();
        }
        assert_eq!(Value::Object(public_key(name).jwk().plain()), expected);
    }
}

#[test]
fn no_private_member_is_published() {
    for name in KEYS {
        let set = jwk_set([&public_key(name)]).plain();
        let text = set.to_string();
        for member in PRIVATE_MEMBERS {
            assert!(set["keys"][0].get(member).is_none(), "{name}: {member}");
            if let Some(secret) = jwk(name)[member].as_str() {
                assert!(!text.contains(secret), "{name}: {member}");
            }
        }
    }
}

#[test]
fn a_set_of_found_keys_gives_no_private_member_on() {
    let private = json!({ "keys": SIGNERS.map(jwk) });
    let published = PublishedSet::read(&private.to_string()).unwrap().to_json();
    let keys = SIGNERS.map(public_key);
    assert_eq!(published, jwk_set(&keys));
}

#[test]
fn a_set_has_each_key_once_in_its_order() {
    let [rsa, ec, okp] = SIGNERS.map(public_key);
    let set = jwk_set([&ec, &rsa, &ec, &okp, &rsa]).plain();
    let found: Vec<_> = set["keys"].as_array().unwrap().iter().map(|key| &key["kid"]).collect();
    assert_eq!(found, [ec.kid(), rsa.kid(), okp.kid()]);
    assert_eq!(set.as_object().unwrap().len(), 1);
}

#[test]
fn a_set_of_no_keys_is_a_set() {
    assert_eq!(jwk_set([]).plain(), json!({ "keys": [] }));
}

// ---- What is found --------------------------------------------------------------------------

#[test]
fn a_found_set_keeps_its_keys_names() {
    let mut named = jwk("p256");
    named["kid"] = "mine".into();
    let set = PublishedSet::read(&json!({ "keys": [named, jwk("ed25519")] }).to_string()).unwrap();
    assert_eq!(set.keys[0].kid.as_deref(), Some("mine"));
    assert_eq!(set.keys[1].kid, None);
    assert_eq!(set.to_json().plain()["keys"][0]["kid"], "mine");
    assert_eq!(set.to_json().plain()["keys"][1]["kid"], kid("ed25519"));
}

#[test]
fn a_found_set_reads_as_a_set_an_array_or_one_key() {
    let key = jwk("p256");
    for text in [json!({ "keys": [key] }), json!([key]), key] {
        assert_eq!(PublishedSet::read(&text.to_string()).unwrap().keys.len(), 1);
        assert_eq!(FoundSet::read(&text.to_string()).unwrap().keys.len(), 1);
    }
}

#[test]
fn keys_that_convex_takes_no_token_from_are_left_out_of_a_found_set() {
    let others = json!([
        { "kty": "AKP", "alg": "ML-DSA-44", "pub": "AQ" },
        { "kty": "oct", "k": "AQ" },
        { "kty": "OKP", "crv": "X25519", "x": base64url([9; 32]) },
        { "kty": "EC", "crv": "P-384", "x": "AQ", "y": "AQ" },
        {},
        jwk("ed25519"),
    ]);
    let set = PublishedSet::read(&json!({ "keys": others }).to_string()).unwrap();
    assert_eq!(set.keys.len(), 1);
    refused(PublishedSet::read(r#"{"keys":[{"kty":"oct","k":"AQ"}]}"#), "ERR_KEY_SET_EMPTY");
    refused(PublishedSet::read(r#"{"keys":[]}"#), "ERR_KEY_SET_EMPTY");
}

#[test]
fn a_damaged_key_in_a_found_set_is_refused() {
    let mut off_the_curve = jwk("p256");
    off_the_curve["x"] = base64url([7; 32]).into();
    refused(PublishedSet::read(&off_the_curve.to_string()), "ERR_KEY_MEMBER");
    for text in ["", "x", "{", "-----BEGIN PUBLIC KEY-----", "\"\""] {
        refused(PublishedSet::read(text), "ERR_KEY_DAMAGED");
    }
}

#[test]
fn a_public_key_for_another_algorithm_is_refused() {
    let mut key = jwk("rsa-2048");
    key["alg"] = "RS512".into();
    refused(PublicKey::from_jwk(&key.to_string()), "ERR_KEY_PURPOSE");
    refused(PublicKey::from_jwk(r#"{"kty":"oct","k":"AQ"}"#), "ERR_KEY_UNSUPPORTED");
    refused(
        PublicKey::from_jwk(&json!([jwk("p256"), jwk("p256")]).to_string()),
        "ERR_KEY_UNREADABLE",
    );
}
