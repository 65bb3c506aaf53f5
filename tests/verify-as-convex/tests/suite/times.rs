//! `exp`, `nbf` and `iat`, and the number formats of all three.

use serde_json::{Value, json};

use crate::signer::Signer::{P256, Rsa};
use crate::with::{
    Judgement, NOW, accepted, claims, claims_without, custom_jwt, custom_jwt_claims, oidc,
    oidc_claims, refused,
};

#[test]
fn an_oidc_token_expires_at_exp_without_tolerance() {
    accepted(oidc_claims(&claims(json!({ "exp": NOW + 1 }))));
    for exp in [NOW, NOW - 1, 0] {
        let refusal = refused(
            oidc_claims(&claims(json!({ "exp": exp }))),
            "Unauthenticated",
            "Expired: ID token expired at",
        );
        assert_eq!(
            refusal.message,
            "Could not verify OIDC token claim. Check that the token signature is valid and the \
             token hasn't expired."
        );
    }
}

#[test]
fn an_oidc_token_needs_exp_and_iat() {
    for name in ["exp", "iat"] {
        for claims in [claims_without(name), claims(json!({ name: null }))] {
            refused(oidc_claims(&claims), "InvalidAuthHeader", "Could not parse as OIDC ID token.");
        }
    }
}

#[test]
fn an_oidc_token_may_have_any_iat_and_nbf() {
    for value in [0, NOW - 1, NOW + 1_000_000, 4_102_444_800] {
        accepted(oidc_claims(&claims(json!({ "iat": value, "nbf": value }))));
    }
}

#[test]
fn a_custom_jwt_expires_five_seconds_after_exp() {
    for exp in [NOW + 1, NOW, NOW - 5] {
        accepted(custom_jwt_claims(&claims(json!({ "exp": exp }))));
    }
    refused(
        custom_jwt_claims(&claims(json!({ "exp": NOW - 6 }))),
        "InvalidAuthHeader",
        "Could not validate token: Token expired 6 seconds ago",
    );
}

#[test]
fn a_custom_jwt_may_begin_five_seconds_early() {
    for name in ["nbf", "iat"] {
        for value in [0, NOW, NOW + 5] {
            accepted(custom_jwt_claims(&claims(json!({ name: value }))));
        }
        refused(
            custom_jwt_claims(&claims(json!({ name: NOW + 6 }))),
            "InvalidAuthHeader",
            "Could not validate token: Token will be valid in 6 seconds",
        );
    }
}

/// Judges by both kinds of provider a payload in which `name` is written as this number.
fn both(name: &str, number: &str) -> [Judgement; 2] {
    let mut all = claims(json!({}));
    all[name] = Value::String("NUMBER".to_owned());
    let payload = all.to_string().replace("\"NUMBER\"", number);
    let oidc_token = Rsa.sign_texts(r#"{"alg":"RS256"}"#, &payload);
    let custom_token = P256.sign_texts(r#"{"alg":"ES256","kid":"k1"}"#, &payload);
    [
        oidc(&[Rsa.jwk(None)], &oidc_token),
        custom_jwt("ES256", &[P256.jwk(Some("k1"))], &custom_token),
    ]
}

#[test]
fn fractional_timestamps_are_accepted() {
    for (name, number) in [
        ("exp", "1750000600.25"),
        ("exp", "1.7500006e9"),
        ("iat", "1750000000.0"),
        ("nbf", "1750000000.999"),
    ] {
        for judgement in both(name, number) {
            accepted(judgement);
        }
    }
}

#[test]
fn a_custom_jwt_rounds_fractional_timestamps() {
    let [_, early] = both("exp", "1750000094.4");
    refused(early, "InvalidAuthHeader", "Token expired 6 seconds ago");
    let [_, late] = both("exp", "1750000094.5");
    accepted(late);
}

#[test]
fn an_oidc_token_expires_at_a_fractional_exp_itself() {
    accepted(both("exp", "1750000100.5")[0].clone());
    refused(both("exp", "1750000099.9")[0].clone(), "Unauthenticated", "Expired");
}

#[test]
fn a_timestamp_that_is_negative_or_no_number_or_out_of_range_is_refused_by_both() {
    for name in ["exp", "nbf", "iat"] {
        for number in [
            "-1",
            "-0.5",
            "\"1750000600\"",
            "\"2030-01-01T00:00:00Z\"",
            "true",
            "[]",
            "{}",
            "1e300",
            "9000000000000",
        ] {
            for judgement in both(name, number) {
                refused(judgement, "InvalidAuthHeader", "Could not parse JWT payload.");
            }
        }
    }
}

#[test]
fn null_stands_for_an_absent_timestamp() {
    for judgement in both("nbf", "null") {
        accepted(judgement);
    }
    accepted(both("iat", "null")[1].clone());
    refused(both("exp", "null")[1].clone(), "InvalidAuthHeader", "Missing expiry");
}
