//! How discovery documents and key sets are fetched: status, content type, redirects, hosts.

use serde_json::{Value, json};
use verify_as_convex::{Web, verify};

use crate::server::{DISCOVERY, HOST, ISSUER, JWKS, Response, Site, discovery_document};
use crate::signer::Signer::{P256, Rsa};
use crate::with::{
    Judgement, NOW, accepted, claims, custom_jwt_at, oidc_at, oidc_provider, providers, refused,
};

fn keys() -> Value {
    json!({ "keys": [Rsa.jwk(Some("k1"))] })
}

fn token() -> String {
    Rsa.sign(Some("k1"), &claims(json!({})))
}

fn issuer_with(path: &str, response: Response) -> Judgement {
    let site = Site::of_issuer(&[Rsa.jwk(Some("k1"))]).with(path, response);
    oidc_at(site, &token())
}

fn custom_jwt_with(response: Response) -> Judgement {
    custom_jwt_at(Site::new().with(JWKS, response), "RS256", &token())
}

fn untyped(body: &Value) -> Response {
    let mut response = Response::json(body);
    response.headers.clear();
    response
}

#[test]
fn a_discovery_document_needs_only_issuer_and_jwks_uri() {
    let document = json!({ "issuer": ISSUER, "jwks_uri": format!("{ISSUER}{JWKS}") });
    accepted(issuer_with(DISCOVERY, Response::json(&document)));
}

#[test]
fn the_discovery_document_of_the_official_samples_is_enough() {
    let document = json!({
        "issuer": ISSUER,
        "jwks_uri": format!("{ISSUER}{JWKS}"),
        "authorization_endpoint": format!("{ISSUER}/oauth/authorize"),
    });
    accepted(issuer_with(DISCOVERY, Response::json(&document)));
}

#[test]
fn a_null_authorization_endpoint_is_as_good_as_none() {
    let document = json!({
        "issuer": ISSUER,
        "jwks_uri": format!("{ISSUER}{JWKS}"),
        "authorization_endpoint": null,
    });
    accepted(issuer_with(DISCOVERY, Response::json(&document)));
}

#[test]
fn a_discovery_document_of_wrong_types_is_refused() {
    for (member, value) in [
        ("issuer", Value::Null),
        ("jwks_uri", json!("keys.json")),
        ("authorization_endpoint", json!("")),
        ("response_types_supported", Value::Null),
        ("response_types_supported", json!("code")),
        ("subject_types_supported", json!([1])),
        ("id_token_signing_alg_values_supported", json!("RS256")),
        ("scopes_supported", json!("openid")),
        ("claims_parameter_supported", json!("true")),
        ("token_endpoint", json!("/token")),
    ] {
        let mut document = discovery_document();
        document[member] = value;
        let refusal = refused(
            issuer_with(DISCOVERY, Response::json(&document)),
            "AuthProviderDiscoveryFailed",
            "Failed to parse server response",
        );
        assert_eq!(refusal.status, 400);
    }
}

#[test]
fn a_sparse_discovery_document_of_wrong_types_is_refused_too() {
    let mut response = Response::json(&Value::Null);
    for body in [
        format!(r#"{{"issuer":"{ISSUER}","jwks_uri":"{ISSUER}{JWKS}","scopes_supported":1}}"#),
        format!(r#"{{"issuer":"{ISSUER}","issuer":"{ISSUER}","jwks_uri":"{ISSUER}{JWKS}"}}"#),
        format!(r#"{{"issuer":"{ISSUER}"}}"#),
        "{}".to_owned(),
        "[]".to_owned(),
        "<html>".to_owned(),
    ] {
        response.body = body;
        refused(
            issuer_with(DISCOVERY, response.clone()),
            "AuthProviderDiscoveryFailed",
            "Failed to parse server response",
        );
    }
}

#[test]
fn an_unknown_algorithm_in_the_discovery_document_is_passed_over() {
    let mut document = discovery_document();
    document["id_token_signing_alg_values_supported"] = json!(["ML-DSA-44"]);
    accepted(issuer_with(DISCOVERY, Response::json(&document)));
}

#[test]
fn the_algorithms_of_the_discovery_document_do_not_bind() {
    let mut document = discovery_document();
    document["id_token_signing_alg_values_supported"] = json!(["ES256"]);
    accepted(issuer_with(DISCOVERY, Response::json(&document)));
}

#[test]
fn a_discovery_document_is_application_json_or_of_no_type() {
    for content_type in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=iso-8859-1",
    ] {
        let response = Response::typed(content_type, &discovery_document());
        accepted(issuer_with(DISCOVERY, response));
    }
    accepted(issuer_with(DISCOVERY, untyped(&discovery_document())));
}

#[test]
fn a_discovery_document_of_another_type_is_refused() {
    for content_type in
        ["text/plain", "application/jwk-set+json", "application/json ; charset=utf-8", "text/html"]
    {
        let response = Response::typed(content_type, &discovery_document());
        let refusal = refused(
            issuer_with(DISCOVERY, response),
            "AuthProviderDiscoveryFailed",
            "Unexpected response Content-Type",
        );
        // Convex shows the status and the body, not the reason.
        assert_eq!(
            refusal.message,
            format!("Auth provider discovery of {ISSUER} failed: 200 OK {}", discovery_document())
        );
        assert_eq!(refusal.status, 400);
    }
}

#[test]
fn the_key_set_of_an_oidc_provider_is_json_or_jwk_set_or_of_no_type() {
    for content_type in
        ["application/json", "application/jwk-set+json", "application/jwk-set+json; charset=latin1"]
    {
        accepted(issuer_with(JWKS, Response::typed(content_type, &keys())));
    }
    accepted(issuer_with(JWKS, untyped(&keys())));
    refused(
        issuer_with(JWKS, Response::typed("text/plain", &keys())),
        "AuthProviderDiscoveryFailed",
        "Unexpected response Content-Type",
    );
}

#[test]
fn the_key_set_of_a_custom_jwt_provider_is_json_or_jwk_set_in_utf_8() {
    for content_type in [
        "application/json",
        "APPLICATION/JSON",
        "application/jwk-set+json",
        "application/json; charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/json; v=1",
    ] {
        accepted(custom_jwt_with(Response::typed(content_type, &keys())));
    }
}

#[test]
fn the_key_set_of_a_custom_jwt_provider_is_of_no_other_type() {
    for content_type in [
        "text/plain",
        "application/octet-stream",
        "application/json; charset=latin1",
        "application/json; charset=utf8",
        "json",
    ] {
        refused(
            custom_jwt_with(Response::typed(content_type, &keys())),
            "InvalidAuthHeader",
            &format!(
                "Invalid Content-Type '{content_type}' when fetching JWKS from '{ISSUER}{JWKS}'. \
                 Expected 'application/json' or 'application/jwk-set+json'."
            ),
        );
    }
    refused(
        custom_jwt_with(untyped(&keys())),
        "InvalidAuthHeader",
        "Invalid Content-Type 'unknown'",
    );
}

fn with_status(status: &'static str, body: &str) -> Response {
    let mut response = Response::json(&Value::Null);
    response.status = status;
    response.body = body.to_owned();
    response
}

#[test]
fn a_discovery_with_another_status_than_200_fails_with_a_status_of_its_kind() {
    for (status, answered) in [
        ("201 Created", 400),
        ("204 No Content", 400),
        ("400 Bad Request", 400),
        ("401 Unauthorized", 401),
        ("403 Forbidden", 403),
        ("404 Not Found", 404),
        ("410 Gone", 400),
        ("429 Too Many Requests", 429),
        ("500 Internal Server Error", 503),
        ("502 Bad Gateway", 503),
    ] {
        for path in [DISCOVERY, JWKS] {
            let body = if status.starts_with("204") { "" } else { "oh no" };
            let refusal = refused(
                issuer_with(path, with_status(status, body)),
                "AuthProviderDiscoveryFailed",
                &format!("Auth provider discovery of {ISSUER} failed: {status} {body}"),
            );
            assert_eq!(refusal.status, answered, "{status}");
        }
    }
}

#[test]
fn a_key_set_of_a_custom_jwt_provider_with_another_status_than_200_is_refused() {
    for status in ["204 No Content", "404 Not Found", "500 Internal Server Error"] {
        let refusal = refused(
            custom_jwt_with(with_status(status, "")),
            "InvalidAuthHeader",
            &format!("Could not fetch JWKS from URL '{ISSUER}{JWKS}': HTTP {status}. Check"),
        );
        assert_eq!(refusal.status, 401);
    }
}

#[test]
fn a_server_that_is_not_there_is_a_refusal() {
    let web = Web::new().resolve(HOST, "http://127.0.0.1:1").unwrap();
    let list = providers(json!([oidc_provider()]));
    let refusal = refused(
        verify(&token(), &list, NOW, &web),
        "AuthProviderDiscoveryFailed",
        "Request failed",
    );
    assert_eq!(refusal.status, 400);
}

#[test]
fn https_without_a_mapped_host_is_a_refusal() {
    let list = providers(json!([oidc_provider()]));
    refused(
        verify(&token(), &list, NOW, &Web::new()),
        "AuthProviderDiscoveryFailed",
        "only http is spoken here",
    );
}

#[test]
fn redirects_are_followed() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let site = Site::of_issuer(&[Rsa.jwk(Some("k1"))])
            .with(DISCOVERY, Response::redirect(status, "/elsewhere"))
            .with("/elsewhere", Response::json(&discovery_document()))
            .with(JWKS, Response::redirect(status, &format!("{ISSUER}/keys")))
            .with("/keys", Response::json(&keys()));
        accepted(oidc_at(site, &token()));
    }
}

#[test]
fn ten_redirects_are_followed_and_no_more() {
    for hops in [10, 11] {
        let mut site = Site::new();
        for hop in 1..=hops {
            let to = format!("/{hop}");
            let from = if hop == 1 { JWKS.to_owned() } else { format!("/{}", hop - 1) };
            site = site.with(&from, Response::redirect("302 Found", &to));
        }
        site = site.with(&format!("/{hops}"), Response::json(&keys()));
        let judgement = custom_jwt_at(site, "RS256", &token());
        if hops == 10 {
            accepted(judgement);
        } else {
            refused(judgement, "InvalidAuthHeader", "too many redirects");
        }
    }
}

#[test]
fn a_redirect_without_location_is_a_response_like_another() {
    refused(custom_jwt_with(with_status("302 Found", "")), "InvalidAuthHeader", "HTTP 302 Found");
}

#[test]
fn a_request_keeps_its_host_and_asks_for_json() {
    let server = Site::of_issuer(&[Rsa.jwk(Some("k1"))]).serve();
    let list = providers(json!([oidc_provider()]));
    accepted(verify(&token(), &list, NOW, &server.web()));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for (request, path) in requests.iter().zip([DISCOVERY, JWKS]) {
        let request = request.to_lowercase();
        let lines: Vec<&str> = request.lines().collect();
        assert_eq!(lines[0], format!("get {path} http/1.1"));
        assert_eq!(lines.iter().filter(|line| line.starts_with("host:")).count(), 1, "{request}");
        assert!(lines.contains(&format!("host: {HOST}").as_str()), "{request}");
        assert!(lines.contains(&"accept: application/json"), "{request}");
        assert!(lines.contains(&"user-agent: convex/1.0"), "{request}");
    }
}

#[test]
fn a_host_can_be_mapped_for_one_port_alone() {
    let keys = json!({ "keys": [P256.jwk(Some("k1"))] });
    let server = Site::new().with("/keys", Response::json(&keys)).serve();
    let token = P256.sign(Some("k1"), &claims(json!({})));
    let list = providers(json!([{
        "type": "customJwt",
        "issuer": ISSUER,
        "jwks": "https://keys.example:8443/keys",
        "algorithm": "ES256",
    }]));
    let web = Web::new();
    let web = web.resolve("keys.example:8443", &server.base).unwrap();
    accepted(verify(&token, &list, NOW, &web));
    let web = Web::new().resolve("keys.example:443", &server.base).unwrap();
    refused(verify(&token, &list, NOW, &web), "InvalidAuthHeader", "Could not fetch JWKS");
}
