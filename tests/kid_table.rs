//! Which tokens find their key in which published set, by our verifier and by Convex's side by
//! side.

mod common;

use common::convex::{Convex, custom_jwt, oidc};
use common::*;
use convex_token::issuer::KeyId;
use serde_json::{Value, json};

/// The key of a published set, with or without its `kid`. As the old guides publish it, it has no
/// `alg` either.
fn key(name: &str, with_kid: bool) -> Value {
    let mut key = Value::Object(public_key(name).jwk().plain());
    if !with_kid {
        let key = key.as_object_mut().unwrap();
        key.remove("kid");
        key.remove("alg");
    }
    key
}

/// Another key of the same type.
fn other(name: &str) -> Value {
    let algorithm = public_key(name).algorithm();
    let other = convex_token::key::generate(algorithm, None).unwrap();
    Value::Object(other.public_jwk.plain())
}

fn token(name: &str, with_kid: bool) -> String {
    let key_id = if with_kid { KeyId::Thumbprint } else { KeyId::Absent };
    issuer_with(name, options().key_id(key_id).unwrap()).sign(&user(), NOW).unwrap()
}

/// Says whether the token of a row is accepted with the set of a column.
#[track_caller]
fn row(name: &str, with_kid: bool, set: &[Value], refusal: Option<&str>) {
    let convex = Convex::with_set(json!({ "keys": set }));
    let judgement = convex.judge(&oidc(), &token(name, with_kid), NOW);
    let what = format!("{name}, kid: {with_kid}, {} keys", set.len());
    match refusal {
        None => assert_eq!(judgement.accepted(&what)["subject"], "user_1"),
        Some(code) => judgement.refused(&what, code),
    }
}

#[test]
fn a_token_without_kid_is_accepted_with_one_key_without_kid() {
    for name in ["rsa-2048", "ed25519"] {
        row(name, false, &[key(name, false)], None);
    }
}

#[test]
fn a_token_without_kid_is_accepted_with_one_key_with_kid() {
    for name in ["rsa-2048", "ed25519"] {
        row(name, false, &[key(name, true)], None);
    }
}

#[test]
fn a_token_without_kid_is_refused_with_several_keys() {
    for name in ["rsa-2048", "ed25519"] {
        row(name, false, &[key(name, true), other(name)], Some("ERR_TOKEN_KEY_AMBIGUOUS"));
        row(name, false, &[other(name), key(name, false)], Some("ERR_TOKEN_KEY_AMBIGUOUS"));
    }
}

#[test]
fn a_token_with_kid_is_refused_with_one_key_without_kid() {
    for name in ["rsa-2048", "ed25519"] {
        row(name, true, &[key(name, false)], Some("ERR_TOKEN_KEY_NOT_FOUND"));
    }
}

#[test]
fn a_token_with_kid_is_accepted_with_one_key_with_kid() {
    for name in ["rsa-2048", "ed25519"] {
        row(name, true, &[key(name, true)], None);
    }
}

#[test]
fn a_token_with_kid_is_accepted_with_several_keys_with_kid() {
    for name in ["rsa-2048", "ed25519"] {
        row(name, true, &[other(name), key(name, true)], None);
        row(name, true, &[key(name, true), other(name)], None);
    }
}

#[test]
fn keys_of_other_types_count_as_absent() {
    let others = [key("rsa-2048", true), key("p256", true)];
    row("ed25519", false, &[&others[..], &[key("ed25519", false)]].concat(), None);
    row("ed25519", true, &others, Some("ERR_TOKEN_KEY_NOT_FOUND"));
    row("ed25519", false, &others, Some("ERR_TOKEN_KEY_NOT_FOUND"));
}

#[test]
fn keys_for_other_uses_count_as_absent() {
    let mut encryption = other("ed25519");
    encryption["use"] = "enc".into();
    row("ed25519", false, &[encryption, key("ed25519", false)], None);
    let mut own = key("ed25519", true);
    own["use"] = "enc".into();
    row("ed25519", true, &[own], Some("ERR_TOKEN_KEY_NOT_FOUND"));
}

#[test]
fn a_key_for_another_algorithm_counts_as_absent() {
    let mut key = key("rsa-2048", true);
    key["alg"] = "RS512".into();
    row("rsa-2048", true, &[key], Some("ERR_TOKEN_KEY_NOT_FOUND"));
}

#[test]
fn two_keys_of_one_kid_are_ambiguous() {
    let mut twin = other("ed25519");
    twin["kid"] = kid("ed25519").into();
    row("ed25519", true, &[key("ed25519", true), twin], Some("ERR_TOKEN_KEY_AMBIGUOUS"));
}

#[test]
fn the_wrong_key_under_the_right_kid_does_not_verify() {
    let mut twin = other("ed25519");
    twin["kid"] = kid("ed25519").into();
    row("ed25519", true, &[twin], Some("ERR_TOKEN_SIGNATURE"));
}

#[test]
fn the_cure_of_a_key_without_kid_is_named() {
    let set = json!({ "keys": [key("rsa-2048", false)] });
    let judgement = Convex::with_set(set).judge(&oidc(), &token("rsa-2048", true), NOW);
    let error = judgement.ours.unwrap_err();
    assert!(error.hint().contains("keyId: false"), "{error}");
}

// ---- customJwt ------------------------------------------------------------------------------

#[test]
fn a_custom_jwt_provider_needs_a_kid_on_both_sides() {
    for name in ["rsa-2048", "p256"] {
        let provider = custom_jwt(alg(name));
        for (in_token, in_set, refusal) in [
            (true, true, None),
            (false, true, Some("ERR_TOKEN_KID_MISSING")),
            (false, false, Some("ERR_TOKEN_KID_MISSING")),
            (true, false, Some("ERR_TOKEN_KEY_NOT_FOUND")),
        ] {
            let convex = Convex::with_set(json!({ "keys": [key(name, in_set)] }));
            let judgement = convex.judge(&provider, &token(name, in_token), NOW);
            let what = format!("{name}, kid in token: {in_token}, in set: {in_set}");
            match refusal {
                None => assert_eq!(judgement.accepted(&what)["subject"], "user_1"),
                Some(code) => judgement.refused(&what, code),
            }
        }
    }
}

#[test]
fn a_custom_jwt_provider_finds_the_key_among_several() {
    for name in ["rsa-2048", "p256"] {
        let convex = Convex::with_set(json!({ "keys": [other(name), key(name, true)] }));
        convex.judge(&custom_jwt(alg(name)), &token(name, true), NOW).accepted(name);
    }
}
