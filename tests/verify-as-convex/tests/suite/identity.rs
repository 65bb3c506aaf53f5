//! The identity that a function sees.

use serde_json::{Value, json};

use crate::server::ISSUER;
use crate::signer::Signer::{P256, Rsa};
use crate::with::{
    NOW, accepted, claims, custom_jwt, custom_jwt_claims, oidc, oidc_claims, refused,
};

fn identifier() -> String {
    format!("{ISSUER}|user-1")
}

/// The identity with only the members that every one has, and `more`.
fn identity(more: Value) -> Value {
    let mut identity = json!({
        "tokenIdentifier": identifier(),
        "issuer": ISSUER,
        "subject": "user-1",
    });
    let Value::Object(more) = more else {
        panic!("an object of members");
    };
    identity.as_object_mut().unwrap().extend(more);
    identity
}

#[test]
fn the_least_identity_has_three_members() {
    assert_eq!(accepted(oidc_claims(&claims(json!({})))), identity(json!({})));
    let of_custom_jwt = accepted(custom_jwt_claims(&claims(json!({}))));
    assert_eq!(of_custom_jwt, identity(json!({})));
}

#[test]
fn the_standard_claims_of_an_oidc_token_get_names_of_their_own() {
    let claims = claims(json!({
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "nickname": "ada",
        "preferred_username": "ada1815",
        "profile": "https://example.com/ada",
        "picture": "https://example.com/ada.png",
        "website": "https://ada.example.com",
        "email": "ada@example.com",
        "email_verified": true,
        "gender": "female",
        "birthdate": "1815-12-10",
        "zoneinfo": "Europe/London",
        "locale": "en-GB",
        "phone_number": "+44 1",
        "phone_number_verified": false,
        "address": { "formatted": "12 St James's Square", "country": "UK" },
        "updated_at": 1_700_000_000,
    }));
    assert_eq!(
        accepted(oidc_claims(&claims)),
        identity(json!({
            "name": "Ada Lovelace",
            "givenName": "Ada",
            "familyName": "Lovelace",
            "nickname": "ada",
            "preferredUsername": "ada1815",
            "profileUrl": "https://example.com/ada",
            "pictureUrl": "https://example.com/ada.png",
            "websiteUrl": "https://ada.example.com",
            "email": "ada@example.com",
            "emailVerified": true,
            "gender": "female",
            "birthday": "1815-12-10",
            "timezone": "Europe/London",
            "language": "en-GB",
            "phoneNumber": "+44 1",
            "phoneNumberVerified": false,
            "address": "12 St James's Square",
            "updatedAt": "2023-11-14T22:13:20+00:00",
        }))
    );
}

#[test]
fn the_same_claims_of_a_custom_jwt_keep_their_names() {
    let extra = json!({
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "email": "ada@example.com",
        "email_verified": true,
        "updated_at": 1_700_000_000,
        "name#fr": "Ada de Lovelace",
    });
    let of_custom_jwt = accepted(custom_jwt_claims(&claims(extra.clone())));
    assert_eq!(of_custom_jwt, identity(extra));
}

#[test]
fn a_null_standard_claim_of_an_oidc_token_is_absent() {
    let mut all = json!({});
    for name in [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "email_verified",
        "gender",
        "birthday",
        "birthdate",
        "zoneinfo",
        "locale",
        "phone_number",
        "phone_number_verified",
        "address",
        "updated_at",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "azp",
        "at_hash",
        "c_hash",
        "jti",
        "nbf",
    ] {
        all[name] = Value::Null;
    }
    assert_eq!(accepted(oidc_claims(&claims(all))), identity(json!({})));
}

#[test]
fn a_null_custom_claim_stays_null() {
    let extra = json!({ "org": null });
    let of_oidc = accepted(oidc_claims(&claims(extra.clone())));
    assert_eq!(of_oidc, identity(extra.clone()));
    let of_custom_jwt = accepted(custom_jwt_claims(&claims(extra.clone())));
    assert_eq!(of_custom_jwt, identity(extra));
}

#[test]
fn a_translated_standard_claim_of_an_oidc_token_appears_nowhere() {
    let claims = claims(json!({
        "name": "Ada",
        "name#fr": "Adèle",
        "given_name#de-CH": "Adelheid",
    }));
    assert_eq!(accepted(oidc_claims(&claims)), identity(json!({ "name": "Ada" })));
}

#[test]
fn a_standard_claim_that_can_not_be_translated_is_refused_with_a_language_tag() {
    for name in ["email#en", "locale#en", "updated_at#en", "address#en"] {
        let plain = name.trim_end_matches("#en");
        refused(
            oidc_claims(&claims(json!({ name: null }))),
            "InvalidAuthHeader",
            &format!("unexpected language tag `en` for key `{plain}`"),
        );
    }
    refused(
        oidc_claims(&claims(json!({ "sub#en": "user-1" }))),
        "InvalidAuthHeader",
        "duplicate field `sub`",
    );
}

#[test]
fn an_empty_language_tag_makes_a_duplicate_of_the_claim() {
    let alone = accepted(oidc_claims(&claims(json!({ "name#": "Ada" }))));
    assert_eq!(alone, identity(json!({ "name": "Ada" })));
    refused(
        oidc_claims(&claims(json!({ "name": "Ada", "name#": "Ada" }))),
        "InvalidAuthHeader",
        "duplicate field `name`",
    );
}

#[test]
fn a_custom_claim_may_have_a_language_tag() {
    let extra = json!({ "title#en": "Countess" });
    let of_oidc = accepted(oidc_claims(&claims(extra.clone())));
    assert_eq!(of_oidc, identity(extra));
}

#[test]
fn claims_about_the_token_itself_appear_nowhere() {
    let about = claims(json!({
        "jti": "a1b2",
        "nbf": NOW - 100,
        "fva": [1, -1],
    }));
    assert_eq!(accepted(oidc_claims(&about)), identity(json!({})));
    assert_eq!(accepted(custom_jwt_claims(&about)), identity(json!({})));
}

#[test]
fn claims_about_the_login_appear_nowhere_of_an_oidc_token_but_all_of_a_custom_jwt() {
    let login = json!({
        "auth_time": 1_700_000_000,
        "nonce": "n",
        "acr": "1",
        "amr": ["pwd"],
        "azp": "app",
        "at_hash": "h",
        "c_hash": "h",
        "middle_name": "King",
        "birthday": "1815-12-10",
    });
    let of_oidc = accepted(oidc_claims(&claims(login.clone())));
    assert_eq!(of_oidc, identity(json!({})));
    let of_custom_jwt = accepted(custom_jwt_claims(&claims(login.clone())));
    assert_eq!(of_custom_jwt, identity(login));
}

#[test]
fn custom_claims_of_an_oidc_token_keep_their_shape() {
    let extra = json!({
        "org": { "id": 1, "roles": ["a", { "b": null }], "empty": {} },
        "list": [1, 2.5, "x", true, null],
        "": "nameless",
        "sid": "s",
        "a.b": 1,
    });
    let of_oidc = accepted(oidc_claims(&claims(extra.clone())));
    assert_eq!(of_oidc, identity(extra));
}

#[test]
fn nested_custom_claims_of_a_custom_jwt_are_flattened() {
    let claims = claims(json!({
        "org": { "id": 1, "plan": { "name": "pro", "fva": 1 }, "empty": {} },
        "list": [{ "a": 1 }],
        "none": {},
        "address": { "formatted": "12 St James's Square" },
    }));
    assert_eq!(
        accepted(custom_jwt_claims(&claims)),
        identity(json!({
            "org.id": 1,
            "org.plan.name": "pro",
            "org.plan.fva": 1,
            "list": [{ "a": 1 }],
            "address.formatted": "12 St James's Square",
        }))
    );
}

#[test]
fn of_two_flattened_claims_with_one_name_the_later_wins() {
    let kid = Some("k1");
    let header = r#"{"alg":"ES256","kid":"k1"}"#;
    let start = claims(json!({})).to_string();
    let start = start.trim_end_matches('}');
    for (rest, winner) in [(r#","a":{"b":1},"a.b":2}"#, 2), (r#","a.b":2,"a":{"b":1}}"#, 1)] {
        let token = P256.sign_texts(header, &format!("{start}{rest}"));
        let of_custom_jwt = accepted(custom_jwt("ES256", &[P256.jwk(kid)], &token));
        assert_eq!(of_custom_jwt, identity(json!({ "a.b": winner })));
    }
}

#[test]
fn a_custom_claim_with_the_name_of_a_member_replaces_it() {
    let extra = json!({
        "tokenIdentifier": "https://other.convex.site|admin",
        "subject": "admin",
        "issuer": { "of": "other" },
        "emailVerified": true,
    });
    let of_oidc = accepted(oidc_claims(&claims(extra.clone())));
    assert_eq!(of_oidc, extra);
    let of_custom_jwt = accepted(custom_jwt_claims(&claims(extra)));
    assert_eq!(
        of_custom_jwt,
        json!({
            "tokenIdentifier": "https://other.convex.site|admin",
            "issuer": ISSUER,
            "subject": "admin",
            "issuer.of": "other",
            "emailVerified": true,
        })
    );
}

#[test]
fn a_custom_claim_named_like_a_member_wins_over_the_standard_claim() {
    let claims = claims(json!({ "given_name": "Ada", "givenName": null }));
    assert_eq!(accepted(oidc_claims(&claims)), identity(json!({ "givenName": null })));
}

#[test]
fn the_members_come_in_the_order_of_convex() {
    let claims = claims(json!({ "z": 1, "email": "e", "b": 1, "name": "n", "a": 1 }));
    let of_oidc = accepted(oidc_claims(&claims));
    let names: Vec<&str> = of_oidc.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["tokenIdentifier", "issuer", "subject", "name", "email", "a", "b", "z"]);
}

#[test]
fn numbers_of_custom_claims_are_kept() {
    let rest = r#","big":18446744073709551615,"huge":1e400,"neg":-9007199254740993}"#;
    let start = claims(json!({})).to_string();
    let start = start.trim_end_matches('}');
    // A number that JSON has and a float has not makes the whole payload unreadable.
    let token = Rsa.sign_texts(r#"{"alg":"RS256"}"#, &format!("{start}{rest}"));
    refused(oidc(&[Rsa.jwk(None)], &token), "InvalidAuthHeader", "number out of range");
    let rest = rest.replace("1e400", "0.1");
    let token = Rsa.sign_texts(r#"{"alg":"RS256"}"#, &format!("{start}{rest}"));
    let of_oidc = accepted(oidc(&[Rsa.jwk(None)], &token));
    assert_eq!(of_oidc["big"], json!(u64::MAX));
    assert_eq!(of_oidc["huge"], json!(0.1));
    assert_eq!(of_oidc["neg"], json!(-9_007_199_254_740_993_i64));
}

#[test]
fn a_registered_claim_that_comes_twice_is_refused_and_a_custom_one_is_not() {
    let start = claims(json!({})).to_string();
    let start = start.trim_end_matches('}');
    let sign = |rest: &str| Rsa.sign_texts(r#"{"alg":"RS256"}"#, &format!("{start}{rest}"));
    refused(
        oidc(&[Rsa.jwk(None)], &sign(r#","sub":"user-2"}"#)),
        "InvalidAuthHeader",
        "duplicate field `sub`",
    );
    let of_oidc = accepted(oidc(&[Rsa.jwk(None)], &sign(r#","org":1,"org":2}"#)));
    assert_eq!(of_oidc, identity(json!({ "org": 2 })));
}
