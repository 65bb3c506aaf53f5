//! Which JSON types each standard claim may have.

use serde_json::{Value, json};

use crate::with::{Judgement, claims, custom_jwt_claims, oidc_claims, refused};

/// The values that each claim is tried with, and a letter for each.
fn values() -> [(char, Value); 9] {
    [
        ('n', Value::Null),
        ('s', json!("text")),
        ('t', json!("2024-01-01T00:00:00Z")),
        ('b', json!(true)),
        ('i', json!(1)),
        ('f', json!(1.5)),
        ('a', json!(["text"])),
        ('m', json!([1])),
        ('o', json!({})),
    ]
}

/// The letters of those values with which a token is accepted.
fn accepted_types(name: &str, judge: fn(&Value) -> Judgement) -> String {
    values()
        .into_iter()
        .filter(|(_, value)| judge(&claims(json!({ name: value }))).is_ok())
        .map(|(letter, _)| letter)
        .collect()
}

#[test]
fn each_standard_claim_of_an_oidc_token_has_its_types_and_any_other_refuses_the_token() {
    let expected = [
        // Text, or null.
        ("name", "nst"),
        ("given_name", "nst"),
        ("family_name", "nst"),
        ("middle_name", "nst"),
        ("nickname", "nst"),
        ("preferred_username", "nst"),
        ("profile", "nst"),
        ("picture", "nst"),
        ("website", "nst"),
        ("email", "nst"),
        ("gender", "nst"),
        ("birthday", "nst"),
        ("birthdate", "nst"),
        ("zoneinfo", "nst"),
        ("locale", "nst"),
        ("phone_number", "nst"),
        ("nonce", "nst"),
        ("acr", "nst"),
        ("azp", "nst"),
        ("at_hash", "nst"),
        ("c_hash", "nst"),
        ("jti", "nst"),
        // A boolean, or null.
        ("email_verified", "nb"),
        ("phone_number_verified", "nb"),
        // A number, a time as text, or null.
        ("updated_at", "ntif"),
        ("auth_time", "ntif"),
        // A list of texts, or null.
        ("amr", "na"),
        // An object, or null.
        ("address", "no"),
        // Not looked at.
        ("fva", "nstbifamo"),
        ("custom", "nstbifamo"),
    ];
    for (name, letters) in expected {
        assert_eq!(accepted_types(name, oidc_claims), letters, "{name}");
    }
}

#[test]
fn only_the_registered_claims_of_a_custom_jwt_have_types() {
    for (name, letters) in [
        ("name", "nstbifamo"),
        ("email_verified", "nstbifamo"),
        ("updated_at", "nstbifamo"),
        ("amr", "nstbifamo"),
        ("address", "nstbifamo"),
        ("jti", "nst"),
        ("iss", ""),
        ("sub", "st"),
        ("nbf", "nif"),
        ("iat", "nif"),
    ] {
        assert_eq!(accepted_types(name, custom_jwt_claims), letters, "{name}");
    }
}

#[test]
fn a_wrong_type_of_a_standard_claim_says_which() {
    for (name, value, why) in [
        ("name", json!(1), "name: "),
        ("address", json!("x"), "address: "),
        ("email_verified", json!("true"), "email_verified: "),
        ("updated_at", json!("yesterday"), "`yesterday`"),
    ] {
        refused(oidc_claims(&claims(json!({ name: value }))), "InvalidAuthHeader", why);
    }
}

fn updated_at(value: Value) -> Value {
    let judgement = oidc_claims(&claims(json!({ "updated_at": value })));
    judgement.expect("accepted")["updatedAt"].clone()
}

#[test]
fn updated_at_is_shown_as_rfc_3339_in_utc() {
    assert_eq!(updated_at(json!(0)), "1970-01-01T00:00:00+00:00");
    assert_eq!(updated_at(json!(-1)), "1969-12-31T23:59:59+00:00");
    assert_eq!(updated_at(json!(1.5)), "1970-01-01T00:00:01.500+00:00");
    assert_eq!(updated_at(json!("2024-01-01T00:00:00Z")), "2024-01-01T00:00:00+00:00");
    assert_eq!(updated_at(json!("2024-01-01T01:00:00.25+01:00")), "2024-01-01T00:00:00.250+00:00");
    // Milliseconds, a common mistake, are taken for seconds.
    assert_eq!(updated_at(json!(1_704_067_200_000_i64)), "+55969-09-28T00:00:00+00:00");
}

#[test]
fn an_address_may_have_parts_but_only_the_formatted_one_shows() {
    for (address, shown) in [
        (json!({}), Value::Null),
        (json!({ "formatted": null }), Value::Null),
        (json!({ "formatted": "here" }), json!("here")),
        (json!({ "country": "UK", "planet": 3 }), Value::Null),
    ] {
        let judgement = oidc_claims(&claims(json!({ "address": address })));
        let identity = judgement.expect("accepted");
        assert_eq!(identity.get("address").cloned().unwrap_or_default(), shown);
        assert_eq!(identity.get("address").is_some(), !shown.is_null());
    }
    for address in [json!({ "formatted": 1 }), json!({ "country": ["UK"] })] {
        refused(
            oidc_claims(&claims(json!({ "address": address }))),
            "InvalidAuthHeader",
            "address: ",
        );
    }
}

#[test]
fn sub_of_an_oidc_token_is_a_text_that_may_be_empty() {
    assert_eq!(accepted_types("sub", oidc_claims), "st");
    let identity = oidc_claims(&claims(json!({ "sub": "" }))).expect("accepted");
    assert_eq!(identity["subject"], "");
}
