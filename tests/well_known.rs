//! The answers at the two well-known addresses, as Convex fetches them and as caches and browsers
//! do.

mod common;

use common::*;
use convex_token::Issuer;
use convex_token::convex::well_known::{CACHE_CONTROL, Request, Response};
use convex_token::{IssuerOptions, key::jwk_set};
use serde_json::{Value, json};

const DISCOVERY: &str = "/.well-known/openid-configuration";
const JWKS: &str = "/.well-known/jwks.json";

fn ask(issuer: &Issuer, method: &str, path: &str, if_none_match: Option<&str>) -> Option<Response> {
    issuer.respond(&Request { method, path, if_none_match })
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let mut found = response.headers.iter().filter(|(found, _)| *found == name);
    let value = found.next().map(|(_, value)| value.as_str());
    assert!(found.next().is_none(), "{name} is there twice");
    value
}

#[test]
fn the_two_documents_are_served_as_convex_needs_them() {
    let issuer = issuer("rsa-2048");
    for (path, document) in
        [(DISCOVERY, Value::Object(issuer.openid_configuration())), (JWKS, issuer.jwks())]
    {
        let response = ask(&issuer, "GET", path, None).unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(header(&response, "content-type"), Some("application/json"));
        assert_eq!(header(&response, "cache-control"), Some(CACHE_CONTROL));
        assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
        assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"));
        let body: Value = serde_json::from_str(response.body.as_deref().unwrap()).unwrap();
        assert_eq!(body, document);
    }
    assert_eq!(
        CACHE_CONTROL,
        "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"
    );
}

#[test]
fn all_keys_are_served_and_no_private_member() {
    let issuer = Issuer::new(SIGNERS.map(private_key).into(), options()).unwrap();
    let body = ask(&issuer, "GET", JWKS, None).unwrap().body.unwrap();
    let served: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(served, jwk_set(&SIGNERS.map(public_key)));
    for name in SIGNERS {
        assert!(!body.contains(jwk(name)["d"].as_str().unwrap()));
    }
}

#[test]
fn other_paths_are_not_answered() {
    let issuer = issuer("ed25519");
    for path in [
        "",
        "/",
        "/.well-known",
        "/.well-known/",
        "/.well-known/jwks",
        "/.well-known/jwks.json/",
        "/x/.well-known/jwks.json",
        "/.well-known/jwks.json?x",
        "/.WELL-KNOWN/jwks.json",
        "//.well-known/jwks.json",
        "/.well-known/openid-configuration/x",
        "ä",
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            assert_eq!(ask(&issuer, method, path, None), None, "{path}");
        }
    }
}

#[test]
fn documents_lie_below_the_issuers_path_and_at_the_root() {
    let options = IssuerOptions::new("https://a.example/tenant").unwrap();
    let issuer = issuer_with("ed25519", options);
    for path in ["/tenant/.well-known/jwks.json", JWKS] {
        let body = ask(&issuer, "GET", path, None).unwrap().body.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), issuer.jwks());
    }
    for path in ["/tenantx/.well-known/jwks.json", "/tenant", "/other/.well-known/jwks.json"] {
        assert_eq!(ask(&issuer, "GET", path, None), None, "{path}");
    }
}

#[test]
fn a_known_document_is_not_sent_again() {
    let issuer = issuer("ed25519");
    for path in [DISCOVERY, JWKS] {
        let tag = header(&ask(&issuer, "GET", path, None).unwrap(), "etag").unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
            for method in ["GET", "HEAD"] {
                let response = ask(&issuer, method, path, Some(&known)).unwrap();
                assert_eq!((response.status, &response.body), (304, &None), "{known}");
                assert_eq!(header(&response, "etag"), Some(tag.as_str()));
                assert_eq!(header(&response, "cache-control"), Some(CACHE_CONTROL));
                assert_eq!(header(&response, "content-type"), None);
            }
        }
        for known in ["", "\"x\"", tag.trim_matches('"'), "w/x", "\"x\",\"y\""] {
            assert_eq!(ask(&issuer, "GET", path, Some(known)).unwrap().status, 200, "{known}");
        }
    }
}

#[test]
fn another_set_has_another_tag() {
    let tag = |name: &str| {
        header(&ask(&issuer(name), "GET", JWKS, None).unwrap(), "etag").unwrap().to_owned()
    };
    assert_eq!(tag("ed25519"), tag("ed25519"));
    assert_ne!(tag("ed25519"), tag("p256"));
}

#[test]
fn head_is_get_without_the_body() {
    let issuer = issuer("ed25519");
    for path in [DISCOVERY, JWKS] {
        let get = ask(&issuer, "GET", path, None).unwrap();
        let head = ask(&issuer, "HEAD", path, None).unwrap();
        assert_eq!((head.status, head.headers, head.body), (get.status, get.headers, None));
    }
}

#[test]
fn other_methods_are_refused_with_those_that_are_allowed() {
    let issuer = issuer("ed25519");
    for (method, status) in
        [("OPTIONS", 204), ("POST", 405), ("PUT", 405), ("DELETE", 405), ("get", 405), ("", 405)]
    {
        let response = ask(&issuer, method, JWKS, None).unwrap();
        assert_eq!((response.status, &response.body), (status, &None), "{method}");
        assert_eq!(header(&response, "allow"), Some("GET, HEAD, OPTIONS"));
        assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));
    }
}

#[test]
fn a_key_with_a_name_of_its_own_is_served_under_it() {
    let named = convex_token::issuer::KeyId::Named("mine".into());
    let issuer = issuer_with("ed25519", options().key_id(named).unwrap());
    let body = ask(&issuer, "GET", JWKS, None).unwrap().body.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["keys"][0]["kid"], json!("mine"));
}
