//! The discovery document is one that every OpenID Connect client takes.

mod common;

use common::*;
use convex_token::convex::IssuerUrl;
use convex_token::convex::discovery::{DISCOVERY_PATH, JWKS_PATH, jwks_uri, openid_configuration};
use serde_json::{Map, Value, json};

fn document(issuer: &str) -> Map<String, Value> {
    openid_configuration(&IssuerUrl::parse(issuer).unwrap()).plain()
}

#[test]
fn the_document_has_all_that_the_standard_requires() {
    let document = document(ISSUER);
    for required in [
        "issuer",
        "authorization_endpoint",
        "jwks_uri",
        "response_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
    ] {
        assert!(document.contains_key(required), "{required}");
    }
    assert_eq!(document["issuer"], ISSUER);
    assert_eq!(document["jwks_uri"], format!("{ISSUER}/.well-known/jwks.json"));
    assert_eq!(document["response_types_supported"], json!(["id_token"]));
    assert_eq!(document["subject_types_supported"], json!(["public"]));
    let algorithms = document["id_token_signing_alg_values_supported"].as_array().unwrap();
    assert!(algorithms.contains(&json!("RS256")), "OpenID Connect Discovery 1.0, section 3");
    let endpoint = document["authorization_endpoint"].as_str().unwrap();
    assert!(endpoint.starts_with(&format!("{ISSUER}/")), "{endpoint}");
}

#[test]
fn the_documents_issuer_is_that_of_tokens_letter_by_letter() {
    for spelling in [ISSUER.to_owned(), format!("{ISSUER}/"), format!(" \"{ISSUER}///\" ")] {
        let options = convex_token::IssuerOptions::new(&spelling).unwrap();
        let issuer = issuer_with("ed25519", options);
        let token = issuer.sign(&user(), NOW).unwrap();
        assert_eq!(issuer.openid_configuration().plain()["issuer"], payload(&token)["iss"]);
        assert_eq!(issuer.openid_configuration().plain(), document(&spelling));
    }
}

#[test]
fn addresses_lie_below_the_issuers_path() {
    let issuer = IssuerUrl::parse("https://a.example/tenant/one/").unwrap();
    assert_eq!(jwks_uri(&issuer), "https://a.example/tenant/one/.well-known/jwks.json");
    assert_eq!(
        (DISCOVERY_PATH, JWKS_PATH),
        ("/.well-known/openid-configuration", "/.well-known/jwks.json",)
    );
}
