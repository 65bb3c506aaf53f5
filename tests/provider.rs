//! Entries of `auth.config.ts`: made, read, and how they match an issuer.

mod common;

use base64::Engine;
use common::*;
use convex_token::Issuer;
use convex_token::algorithm::Algorithm;
use convex_token::convex::provider::{JwksSource, Kind};
use convex_token::convex::{IssuerUrl, Provider};
use convex_token::key::jwk_set;
use serde_json::{Value, json};

fn site() -> IssuerUrl {
    IssuerUrl::parse(ISSUER).unwrap()
}

fn read(entry: &Value) -> Result<Provider, convex_token::Error> {
    Provider::from_json(&entry.to_string())
}

/// The set in a data URI.
fn embedded(provider: &Provider) -> Value {
    serde_json::from_str(&provider.embedded_jwks().unwrap()).unwrap()
}

#[test]
fn an_oidc_entry_has_domain_and_application() {
    let entry = json!({ "domain": ISSUER, "applicationID": "convex" });
    assert_eq!(Provider::oidc(&site(), None).to_json().plain(), *entry.as_object().unwrap());
    assert_eq!(read(&entry).unwrap().to_json().plain(), *entry.as_object().unwrap());
    let other = Provider::oidc(&site(), Some("my app"));
    assert_eq!(other.application_id(), Some("my app"));
    assert_eq!((other.kind(), other.issuer()), (Kind::Oidc, ISSUER));
    assert_eq!(other.embedded_jwks(), None);
}

#[test]
fn a_custom_jwt_entry_has_issuer_set_algorithm_and_application() {
    let provider =
        Provider::custom_jwt(&site(), None, Algorithm::Es256, JwksSource::WellKnown).unwrap();
    let entry = json!({
        "type": "customJwt", "issuer": ISSUER, "jwks": format!("{ISSUER}/.well-known/jwks.json"),
        "algorithm": "ES256", "applicationID": "convex",
    });
    assert_eq!(provider.to_json().plain(), *entry.as_object().unwrap());
    assert_eq!(read(&entry).unwrap(), provider);
    assert_eq!(provider.kind(), Kind::CustomJwt);
}

#[test]
fn a_custom_jwt_entry_may_be_read_without_application_but_is_never_made_so() {
    let entry = json!({
        "type": "customJwt", "issuer": ISSUER, "jwks": "https://x.example/j", "algorithm": "RS256",
    });
    let provider = read(&entry).unwrap();
    assert_eq!(provider.application_id(), None);
    assert_eq!(provider.to_json().plain(), *entry.as_object().unwrap());
}

#[test]
fn an_entry_for_the_verifier_beside_us_is_one_that_it_reads() {
    let set = jwk_set(&SIGNERS.map(public_key));
    for provider in [
        Provider::oidc(&site(), None),
        Provider::custom_jwt(&site(), None, Algorithm::Rs256, JwksSource::WellKnown).unwrap(),
        Provider::custom_jwt(&site(), None, Algorithm::Es256, JwksSource::Embedded(set)).unwrap(),
    ] {
        let entries = json!({ "providers": [provider.to_json().plain()] });
        assert_eq!(verify_as_convex::parse_providers(&entries).unwrap().len(), 1);
    }
}

#[test]
fn an_embedded_set_needs_no_route_and_is_accepted_by_convex() {
    for name in ["rsa-2048", "p256"] {
        let issuer = issuer(name);
        let provider = issuer.provider(Some(Kind::CustomJwt), true).unwrap();
        assert_eq!(embedded(&provider), issuer.jwks().plain());
        let entry = provider.to_json().plain();
        assert!(entry["jwks"].as_str().unwrap().starts_with("data:application/json;base64,"));
        let providers = verify_as_convex::parse_providers(&json!([entry])).unwrap();
        let token = issuer.sign(&user(), NOW).unwrap();
        let now = NOW.unsigned_abs();
        let identity =
            verify_as_convex::verify(&token, &providers, now, &verify_as_convex::Web::new());
        assert_eq!(identity.unwrap()["subject"], "user_1");
    }
}

#[test]
fn only_keys_of_the_entrys_algorithm_are_embedded() {
    let set = jwk_set(&SIGNERS.map(public_key));
    for (algorithm, name) in [(Algorithm::Rs256, "rsa-2048"), (Algorithm::Es256, "p256")] {
        let source = JwksSource::Embedded(set.clone());
        let provider = Provider::custom_jwt(&site(), None, algorithm, source).unwrap();
        assert_eq!(embedded(&provider), jwk_set([&public_key(name)]).plain());
    }
    for wrong in
        [jwk_set([&public_key("ed25519")]).plain(), json!({ "keys": [] }), json!({}), json!([])]
    {
        let source = JwksSource::Embedded(own(&wrong));
        let made = Provider::custom_jwt(&site(), None, Algorithm::Rs256, source);
        refused(made.map(drop), "ERR_KEY_SET_EMPTY");
    }
}

#[test]
fn a_sets_address_is_http_or_data() {
    let made = |url: &str| {
        Provider::custom_jwt(&site(), None, Algorithm::Rs256, JwksSource::Url(url.to_owned()))
    };
    for url in [
        "https://keys.example/jwks",
        "http://127.0.0.1:3211/jwks",
        "data:application/json;base64,e30=",
        "data:application/json,%7B%7D",
        "data:,{}",
        "DATA:text/plain;base64,e30",
    ] {
        assert!(made(url).is_ok(), "{url}");
    }
    for url in
        ["", "keys.example/jwks", "ftp://x.example/j", "/jwks", "data:e30=", "data:;base64,!"]
    {
        refused(made(url).map(drop), "ERR_PROVIDER");
    }
}

#[test]
fn data_uris_are_read_as_browsers_read_them() {
    let set = r#"{"keys":[]}"#;
    let base64 = BASE64_STANDARD.encode(set);
    for uri in [
        format!("data:application/json;base64,{base64}"),
        format!("data:application/json;charset=utf-8;base64,{base64}"),
        format!("data:;base64,{base64}"),
        format!("data:text/plain;base64,{}", base64.replace('=', "%3D")),
        format!("data:text/plain;base64,{}", base64.trim_end_matches('=')),
        format!("Data:application/json;BASE64,{base64}#fragment"),
        format!("data:application/json,{set}"),
        "data:,%7b%22keys%22:%5B%5D%7D".to_owned(),
    ] {
        let entry = json!({
            "type": "customJwt", "issuer": ISSUER, "algorithm": "RS256", "jwks": uri,
        });
        assert_eq!(read(&entry).unwrap().embedded_jwks().as_deref(), Some(set), "{uri}");
    }
}

#[test]
fn each_kind_takes_its_algorithms() {
    for (kind, takes) in [
        (Kind::Oidc, [Algorithm::Rs256, Algorithm::EdDsa]),
        (Kind::CustomJwt, [Algorithm::Rs256, Algorithm::Es256]),
    ] {
        for algorithm in Algorithm::ALL {
            let good = takes.contains(&algorithm);
            assert_eq!(kind.takes(algorithm), good, "{kind:?} {algorithm:?}");
            match kind.check(algorithm) {
                Ok(()) => assert!(good),
                refusal => drop(refused(refusal, "ERR_PROVIDER_ALGORITHM")),
            }
        }
        assert_eq!(Kind::from_name(kind.name()), Ok(kind));
    }
    for name in ["", "OIDC", "customjwt", "jwt"] {
        refused(Kind::from_name(name), "ERR_PROVIDER");
    }
}

#[test]
fn an_issuers_entry_is_of_the_kind_that_takes_its_algorithm() {
    for (name, kind) in
        [("rsa-2048", Kind::Oidc), ("ed25519", Kind::Oidc), ("p256", Kind::CustomJwt)]
    {
        assert_eq!(issuer(name).provider(None, false).unwrap().kind(), kind, "{name}");
    }
    let wrong = issuer("p256").provider(Some(Kind::Oidc), false);
    let error = refused(wrong.map(drop), "ERR_PROVIDER_ALGORITHM");
    assert!(error.hint().contains("customJwt"), "{error}");
    let wrong = issuer("ed25519").provider(Some(Kind::CustomJwt), true);
    let error = refused(wrong.map(drop), "ERR_PROVIDER_ALGORITHM");
    assert!(error.hint().contains("OIDC"), "{error}");
}

#[test]
fn an_issuers_entry_has_its_audience() {
    let issuer = issuer_with("p256", options().audience("my app").unwrap());
    assert_eq!(issuer.provider(None, true).unwrap().application_id(), Some("my app"));
}

#[test]
fn an_issuer_with_an_eddsa_key_has_no_custom_jwt_entry_unless_the_set_is_embedded() {
    let keys = || vec![private_key("p256"), private_key("ed25519")];
    let issuer = Issuer::new(keys(), options()).unwrap();
    refused(issuer.provider(Some(Kind::CustomJwt), false).map(drop), "ERR_PROVIDER_JWKS");
    let provider = issuer.provider(Some(Kind::CustomJwt), true).unwrap();
    assert_eq!(embedded(&provider), jwk_set([&public_key("p256")]).plain());
}

fn with(entry: &Value, name: &str, value: Value) -> Value {
    let mut entry = entry.clone();
    entry.as_object_mut().unwrap().insert(name.to_owned(), value);
    entry
}

/// Else every token of every customer of that issuer would do.
#[test]
fn an_issuer_that_many_share_is_refused_without_an_application() {
    let shared = json!({
        "type": "customJwt", "jwks": "https://x.example/j", "algorithm": "RS256",
        "issuer": "https://api.workos.com",
    });
    for issuer in ["https://api.workos.com", "https://api.workos.com/"] {
        let entry = with(&shared, "issuer", json!(issuer));
        let error = refused(read(&entry).map(drop), "ERR_PROVIDER");
        assert!(error.message().contains("many share"), "{error}");
        assert!(read(&with(&entry, "applicationID", json!("client_1"))).is_ok());
    }
    let tenant = "https://api.workos.com/user_management/client_1";
    assert!(read(&with(&shared, "issuer", json!(tenant))).is_ok());
}

#[test]
fn an_entry_without_a_member_is_refused_by_its_name() {
    let custom = json!({
        "type": "customJwt", "issuer": ISSUER, "jwks": "https://x.example/j", "algorithm": "RS256",
    });
    for member in ["issuer", "jwks", "algorithm"] {
        let mut entry = custom.clone();
        entry.as_object_mut().unwrap().remove(member);
        let error = refused(read(&entry).map(drop), "ERR_PROVIDER");
        assert!(error.message().contains(&format!("`{member}`")), "{error}");
    }
    for (entry, shown) in [
        (json!({}), "`domain`"),
        (json!({ "domain": ISSUER }), "`applicationID`"),
        (json!({ "domain": ISSUER, "applicationId": "convex" }), "`applicationID`"),
        (json!({ "domain": 1, "applicationID": "convex" }), "`domain`"),
        (json!({ "type": "saml", "domain": ISSUER, "applicationID": "convex" }), "`type`"),
        (with(&custom, "domain", json!(ISSUER)), "`issuer`"),
        (with(&custom, "applicationID", json!(1)), "`applicationID`"),
    ] {
        let error = refused(read(&entry).map(drop), "ERR_PROVIDER");
        assert!(error.message().contains(shown), "{error}");
    }
}

#[test]
fn an_entry_of_an_algorithm_that_is_not_taken_is_refused() {
    for (algorithm, code) in
        [("EdDSA", "ERR_PROVIDER_ALGORITHM"), ("HS256", "ERR_ALGORITHM"), ("", "ERR_ALGORITHM")]
    {
        let entry = json!({
            "type": "customJwt", "issuer": ISSUER, "jwks": "https://x.example/j",
            "algorithm": algorithm,
        });
        refused(read(&entry).map(drop), code);
    }
}

#[test]
fn issuers_are_one_but_for_a_missing_scheme_and_slashes_at_the_end() {
    let matches = |domain: &str, issuer: &str| {
        let entry = json!({ "domain": domain, "applicationID": "convex" });
        read(&entry).unwrap().matches_issuer(issuer)
    };
    for (domain, issuer) in [
        ("https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example", "https://a.example//"),
        ("a.example", "https://a.example"),
        ("a.example/", "https://a.example/"),
        ("https://a.example", "a.example"),
        ("http://127.0.0.1:3211", "http://127.0.0.1:3211/"),
    ] {
        assert!(matches(domain, issuer), "{domain} {issuer}");
    }
    for (domain, issuer) in [
        ("https://a.example", "http://a.example"),
        ("a.example", "http://a.example"),
        ("https://a.example", "https://b.example"),
        ("https://a.example", "https://A.example"),
        ("https://a.example", "https://a.example.evil"),
        ("https://a.example", "https://a.example/x"),
        ("https://a.example", "https://a.example:443"),
        ("https://a.example", ""),
    ] {
        assert!(!matches(domain, issuer), "{domain} {issuer}");
    }
}

#[test]
fn an_issuer_may_have_another_url_in_its_path() {
    for issuer in
        ["https://x.example/?next=https://", "https://x.example://y z", "x.example/http://%"]
    {
        let provider = read(&json!({ "domain": issuer, "applicationID": "convex" }));
        assert_eq!(provider.map(|provider| provider.issuer().to_owned()).as_deref(), Ok(issuer));
    }
    let own = json!({ "domain": "https:///http://x.example", "applicationID": "convex" });
    refused(
        read(&json!({ "domain": "https://%://x.example", "applicationID": "c" })),
        "ERR_PROVIDER",
    );
    assert!(read(&own).is_ok());
}
