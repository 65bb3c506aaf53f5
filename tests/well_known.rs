//! The answers at the two well-known addresses, as Convex fetches them and as caches and browsers
//! do.

mod common;

use common::*;
use convex_token::Issuer;
use convex_token::convex::well_known::{CACHE_CONTROL, Request, Response};
use convex_token::convex::{IssuerUrl, well_known};
use convex_token::key::{PublishedSet, jwk_set};
use convex_token::{Error, IssuerOptions};
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
    for (path, document) in [
        (DISCOVERY, Value::Object(issuer.openid_configuration().plain())),
        (JWKS, issuer.jwks().plain()),
    ] {
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
    assert_eq!(served, jwk_set(&SIGNERS.map(public_key)).plain());
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
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), issuer.jwks().plain());
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

/// What is served of a published set.
fn republished(set: &Value) -> Result<Value, Error> {
    Ok(PublishedSet::read(&set.to_string())?.to_json_as_published()?.plain())
}

#[test]
fn a_published_set_is_served_under_the_names_that_it_gives_and_no_others() {
    let jwk = |name: &str, changes: Value| {
        let mut jwk = public_key(name).jwk().plain();
        for (member, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => jwk.remove(member),
                value => jwk.insert(member.clone(), value.clone()),
            };
        }
        Value::Object(jwk)
    };
    let set = json!({ "keys": [
        jwk("rsa-2048", json!({ "kid": null, "alg": null })),
        jwk("rsa-3072", json!({ "kid": "mine" })),
        jwk("p256", json!({})),
        jwk("ed25519", json!({ "alg": "Ed25519" })),
    ] });
    assert_eq!(republished(&set).unwrap(), set);
}

#[test]
fn of_a_published_set_only_public_members_of_keys_for_signatures_are_served() {
    let mut private: Vec<Value> = SIGNERS.map(jwk).into();
    for (member, value) in [("x5c", json!(["x"])), ("key_ops", json!(["sign"])), ("oth", json!(1))]
    {
        private[0][member] = value;
    }
    private.push(json!({ "kty": "oct", "k": "c2VjcmV0" }));
    private.push(json!({ "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "d": "AA" }));
    let mut encryption = jwk("rsa-2048");
    encryption["use"] = json!("enc");
    private.push(encryption.clone());
    let served = republished(&json!({ "keys": private })).unwrap();
    let keys = served["keys"].as_array().unwrap();
    assert_eq!(keys.len(), SIGNERS.len());
    for key in keys {
        for member in key.as_object().unwrap().keys() {
            assert!(
                ["kty", "n", "e", "crv", "x", "y", "kid", "use", "alg"].contains(&member.as_str()),
                "{member}"
            );
        }
    }
    assert_eq!(republished(&json!({ "keys": [encryption] })).unwrap_err(), Error::key_set_empty());
}

#[test]
fn a_set_that_cannot_be_had_is_asked_for_only_when_it_is_to_be_served() {
    let issuer = IssuerUrl::parse("https://a.example").unwrap();
    let ask = |method, path| {
        let request = Request { method, path, if_none_match: None };
        well_known::respond(&issuer, || Err("no set"), &request)
    };
    for method in ["GET", "HEAD"] {
        assert_eq!(ask(method, JWKS), Err("no set"));
        assert_eq!(ask(method, DISCOVERY).unwrap().unwrap().status, 200);
    }
    assert_eq!(ask("OPTIONS", JWKS).unwrap().unwrap().status, 204);
    assert_eq!(ask("POST", JWKS).unwrap().unwrap().status, 405);
    assert_eq!(ask("GET", "/other"), Ok(None));
}
