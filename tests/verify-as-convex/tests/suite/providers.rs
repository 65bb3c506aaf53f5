//! The entries of `auth.config.ts`, and which of them a token is routed to.

use serde_json::{Value, json};
use verify_as_convex::{Provider, Refusal, Web, parse_providers, verify};

use crate::server::{ISSUER, JWKS, Site};
use crate::signer::Signer::{P256, Rsa};
use crate::with::{NOW, accepted, claims, custom_jwt_provider, oidc_provider, providers, refused};

fn refusal_of(list: Value) -> Refusal {
    parse_providers(&list).expect_err("could be deployed")
}

#[test]
fn the_whole_export_and_the_list_alone_are_both_read() {
    let list = json!([oidc_provider(), custom_jwt_provider("ES256")]);
    let of_list = providers(list.clone());
    assert_eq!(of_list, providers(json!({ "providers": list })));
    assert_eq!(serde_json::to_value(&of_list).unwrap(), list);
}

#[test]
fn an_oidc_provider_may_say_so_and_have_unknown_fields() {
    let list = providers(json!([
        { "type": "oidc", "domain": ISSUER, "applicationID": "convex", "note": 1 }
    ]));
    assert!(matches!(list[..], [Provider::Oidc(_)]));
}

#[test]
fn common_confusions_are_told() {
    for (provider, why) in [
        (
            json!({ "domain": ISSUER, "applicationId": "convex" }),
            "Provider at index 0 must have applicationID property spelled lowercase",
        ),
        (
            json!({ "type": "jwt", "domain": ISSUER, "applicationID": "convex" }),
            "Provider at index 0 has unexpected 'type' value 'jwt'",
        ),
        (
            json!({ "type": "customJwt", "domain": ISSUER, "applicationID": "convex" }),
            "Provider at index 0 is a customJwt so cannot have a 'domain' specified",
        ),
        (
            json!({ "issuer": ISSUER, "applicationID": "convex" }),
            "Provider at index 0 is oidc so cannot have an 'issuer' specified.",
        ),
        (json!({ "domain": ISSUER }), "did not match"),
    ] {
        let refusal = refusal_of(json!([provider]));
        assert_eq!(refusal.code, "AuthConfigNotMatchingSchemaError");
        assert!(refusal.message.contains(why), "{refusal}");
    }
}

#[test]
fn an_issuer_that_many_share_needs_an_application_id() {
    let mut provider = custom_jwt_provider("RS256");
    provider["issuer"] = "https://api.workos.com/".into();
    providers(json!([provider]));
    provider.as_object_mut().unwrap().remove("applicationID");
    assert_eq!(refusal_of(json!([provider])).code, "InsecureConfiguration");
}

#[test]
fn a_custom_jwt_provider_names_rs256_or_es256() {
    for algorithm in ["EdDSA", "RS512", "HS256", "none", "rs256"] {
        let refusal = refusal_of(json!([custom_jwt_provider(algorithm)]));
        assert_eq!(refusal.code, "AuthConfigNotMatchingSchemaError");
    }
}

#[test]
fn a_domain_is_an_http_url_or_ends_in_a_top_level_domain() {
    for domain in [
        "happy-animal-123.convex.site",
        "localhost",
        "localhost:3210",
        "http://localhost:3210",
        "http://127.0.0.1:3210",
        "https://anything",
        "example.com/path",
        "EXAMPLE.COM",
    ] {
        providers(json!([{ "domain": domain, "applicationID": "convex" }]));
    }
    for (domain, why) in [
        ("\"https://example.com\"", "starts with a double quote (\")"),
        ("ftp://example.com", "scheme should be http or https"),
        ("127.0.0.1", "Does not look like a URL"),
        ("example", "Does not look like a URL"),
        ("example.invalidtld", "Does not look like a URL"),
        ("sk_live_123", "Does not look like a URL"),
        ("", "empty host"),
        ("https://", "empty host"),
        ("exa mple.com", "invalid international domain name"),
    ] {
        let refusal = refusal_of(json!([{ "domain": domain, "applicationID": "convex" }]));
        assert_eq!(refusal.code, "InvalidProviderDomainUrl");
        let expected = format!("Invalid provider domain URL \"{domain}\": {why}");
        assert!(refusal.message.starts_with(&expected), "{refusal}");
    }
}

#[test]
fn a_domain_is_compared_as_text() {
    // A default port or capitals in the configuration match no token that lacks them.
    let token = Rsa.sign(None, &claims(json!({})));
    for domain in [
        "https://happy-animal-123.convex.site:443",
        "https://Happy-Animal-123.convex.site",
        "http://happy-animal-123.convex.site",
    ] {
        let list = providers(json!([{ "domain": domain, "applicationID": "convex" }]));
        refused(verify(&token, &list, NOW, &Web::new()), "NoAuthProvider", domain);
    }
}

#[test]
fn without_any_provider_every_token_is_refused() {
    let token = Rsa.sign(None, &claims(json!({})));
    let refusal = refused(
        verify(&token, &[], NOW, &Web::new()),
        "NoAuthProvider",
        "No auth provider found matching the given token (no providers configured). Check \
         convex/auth.config.ts.",
    );
    assert_eq!(refusal.status, 401);
}

#[test]
fn a_token_is_routed_past_the_providers_that_it_does_not_match() {
    let server = Site::of_issuer(&[Rsa.jwk(None)]).serve();
    let list = providers(json!([
        { "domain": "https://other.example.com", "applicationID": "convex" },
        { "domain": ISSUER, "applicationID": "other" },
        oidc_provider(),
    ]));
    let token = Rsa.sign(None, &claims(json!({})));
    accepted(verify(&token, &list, NOW, &server.web()));
}

#[test]
fn a_token_that_two_kinds_match_goes_to_the_oidc_one_whatever_their_order() {
    // ES256, which the other provider would have accepted.
    let token = P256.sign(Some("k1"), &claims(json!({})));
    for list in [
        json!([oidc_provider(), custom_jwt_provider("ES256")]),
        json!([custom_jwt_provider("ES256"), oidc_provider()]),
    ] {
        let server = Site::of_issuer(&[P256.jwk(Some("k1"))]).serve();
        refused(
            verify(&token, &providers(list), NOW, &server.web()),
            "Unauthenticated",
            "Disallowed signature algorithm",
        );
    }
}

#[test]
fn a_provider_without_application_id_is_tried_before_one_with() {
    // It holds no keys, so the token is refused there though the other would accept it.
    let mut keyless = custom_jwt_provider("ES256");
    keyless.as_object_mut().unwrap().remove("applicationID");
    keyless["jwks"] = "data:,{\"keys\":[]}".into();
    let server = Site::of_issuer(&[P256.jwk(Some("k1"))]).serve();
    let list = providers(json!([custom_jwt_provider("ES256"), keyless]));
    let token = P256.sign(Some("k1"), &claims(json!({})));
    refused(
        verify(&token, &list, NOW, &server.web()),
        "InvalidAuthHeader",
        "Key not found in JWKS",
    );
    assert_eq!(server.requests().len(), 0, "{JWKS} was fetched");
}
