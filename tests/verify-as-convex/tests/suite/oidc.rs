//! Tokens of OIDC providers: algorithms, choice of the key, header, issuer and audience.

use serde_json::{Value, json};

use crate::server::{DISCOVERY, ISSUER, JWKS, Response, Site, discovery_document};
use crate::signer::Signer::{self, Ed25519, OtherRsa, P256, Rsa};
use crate::with::{
    NOW, accepted, claims, claims_without, oidc, oidc_at, oidc_claims, oidc_provider, providers,
    refused,
};

fn plain() -> Value {
    claims(json!({}))
}

#[test]
fn an_oidc_provider_accepts_rs256() {
    let identity = accepted(oidc(&[Rsa.jwk(Some("k1"))], &Rsa.sign(Some("k1"), &plain())));
    assert_eq!(identity["subject"], "user-1");
}

#[test]
fn an_oidc_provider_accepts_eddsa() {
    accepted(oidc(&[Ed25519.jwk(Some("k1"))], &Ed25519.sign(Some("k1"), &plain())));
}

#[test]
fn an_oidc_provider_refuses_es256() {
    refused(
        oidc(&[P256.jwk(Some("k1"))], &P256.sign(Some("k1"), &plain())),
        "Unauthenticated",
        "Disallowed signature algorithm: algorithm `ES256`",
    );
}

#[test]
fn an_oidc_provider_refuses_an_unsigned_token() {
    let token = Rsa.sign_texts(r#"{"alg":"none","typ":"JWT"}"#, &plain().to_string());
    refused(oidc(&[Rsa.jwk(None)], &token), "Unauthenticated", "No signature found");
}

#[test]
fn an_oidc_provider_refuses_the_signature_of_another_key() {
    let token = OtherRsa.sign(Some("k1"), &plain());
    refused(oidc(&[Rsa.jwk(Some("k1"))], &token), "Unauthenticated", "Crypto error: bad signature");
}

#[test]
fn an_oidc_provider_refuses_rsa_keys_below_2048_bits() {
    let fixture: Value = serde_json::from_str(include_str!("../keys/rsa-1024.json")).unwrap();
    let token = fixture["token"].as_str().unwrap();
    refused(oidc(&[fixture["key"].clone()], token), "Unauthenticated", "bad signature");
}

#[test]
fn an_oidc_provider_accepts_rsa_keys_up_to_8192_bits() {
    let fixture: Value = serde_json::from_str(include_str!("../keys/rsa-8192.json")).unwrap();
    let token = fixture["token"].as_str().unwrap();
    accepted(oidc(&[fixture["key"].clone()], token));
}

#[test]
fn without_kid_in_the_token_one_key_without_kid_is_used() {
    accepted(oidc(&[Rsa.jwk(None)], &Rsa.sign(None, &plain())));
}

#[test]
fn without_kid_in_the_token_one_key_with_kid_is_used() {
    accepted(oidc(&[Rsa.jwk(Some("k1"))], &Rsa.sign(None, &plain())));
}

#[test]
fn without_kid_in_the_token_several_keys_are_ambiguous() {
    refused(
        oidc(&[Rsa.jwk(Some("k1")), OtherRsa.jwk(Some("k2"))], &Rsa.sign(None, &plain())),
        "Unauthenticated",
        "Ambiguous key identification",
    );
}

#[test]
fn with_kid_in_the_token_a_key_without_kid_does_not_match() {
    refused(
        oidc(&[Rsa.jwk(None)], &Rsa.sign(Some("k1"), &plain())),
        "Unauthenticated",
        "No matching key found",
    );
}

#[test]
fn with_kid_in_the_token_the_key_with_that_kid_is_used() {
    let keys = [OtherRsa.jwk(Some("k2")), Rsa.jwk(Some("k1"))];
    accepted(oidc(&keys[1..], &Rsa.sign(Some("k1"), &plain())));
    accepted(oidc(&keys, &Rsa.sign(Some("k1"), &plain())));
}

#[test]
fn two_keys_with_the_kid_of_the_token_are_ambiguous() {
    refused(
        oidc(&[Rsa.jwk(Some("k1")), OtherRsa.jwk(Some("k1"))], &Rsa.sign(Some("k1"), &plain())),
        "Unauthenticated",
        "Ambiguous key identification",
    );
}

#[test]
fn keys_of_another_type_do_not_make_a_set_ambiguous() {
    accepted(oidc(&[Rsa.jwk(None), Ed25519.jwk(None), P256.jwk(None)], &Rsa.sign(None, &plain())));
}

#[test]
fn a_key_of_the_set_that_is_not_understood_is_passed_over() {
    let odd = json!({ "kty": "AKP", "kid": "k1", "alg": "ML-DSA-44", "pub": "" });
    accepted(oidc(&[odd, Rsa.jwk(Some("k1"))], &Rsa.sign(Some("k1"), &plain())));
}

fn with(signer: Signer, member: &str, value: Value) -> Value {
    let mut jwk = signer.jwk(Some("k1"));
    jwk[member] = value;
    jwk
}

#[test]
fn the_use_of_a_key_must_be_absent_or_null_or_sig() {
    let token = Rsa.sign(Some("k1"), &plain());
    for value in [json!("sig"), Value::Null] {
        accepted(oidc(&[with(Rsa, "use", value)], &token));
    }
    for value in ["enc", "SIG", ""] {
        refused(
            oidc(&[with(Rsa, "use", value.into())], &token),
            "Unauthenticated",
            "No matching key found",
        );
    }
}

#[test]
fn the_alg_of_a_key_must_be_absent_or_null_or_the_tokens() {
    let token = Rsa.sign(Some("k1"), &plain());
    for value in [json!("RS256"), Value::Null] {
        accepted(oidc(&[with(Rsa, "alg", value)], &token));
    }
    for value in ["RS512", "PS256", "none", "unheard-of"] {
        refused(
            oidc(&[with(Rsa, "alg", value.into())], &token),
            "Unauthenticated",
            "No matching key found",
        );
    }
}

#[test]
fn the_key_ops_of_a_key_are_not_looked_at() {
    let token = Rsa.sign(Some("k1"), &plain());
    accepted(oidc(&[with(Rsa, "key_ops", json!(["sign"]))], &token));
}

#[test]
fn numbers_of_a_key_may_have_leading_zeros_but_no_padding() {
    let token = Rsa.sign(Some("k1"), &plain());
    accepted(oidc(&[with(Rsa, "e", "AAEAAQ".into())], &token));
    refused(
        oidc(&[with(Rsa, "e", "AAEAAQ==".into())], &token),
        "Unauthenticated",
        "RSA exponent `e` is missing",
    );
}

#[test]
fn the_typ_of_the_header_may_be_absent_or_jwt_or_jose() {
    for typ in ["JWT", "jwt", "application/jwt", "JOSE", "application/jose"] {
        let header = json!({ "alg": "RS256", "typ": typ });
        let token = Rsa.sign_texts(&header.to_string(), &plain().to_string());
        accepted(oidc(&[Rsa.jwk(None)], &token));
    }
    let token = Rsa.sign_texts(r#"{"alg":"RS256"}"#, &plain().to_string());
    accepted(oidc(&[Rsa.jwk(None)], &token));
}

#[test]
fn another_typ_of_the_header_is_refused() {
    for typ in ["at+jwt", "JOSE+JSON", "application/jwt;v=1", ""] {
        let header = json!({ "alg": "RS256", "typ": typ });
        let token = Rsa.sign_texts(&header.to_string(), &plain().to_string());
        refused(
            oidc(&[Rsa.jwk(None)], &token),
            "Unauthenticated",
            "unexpected or unsupported JWT type",
        );
    }
}

#[test]
fn cty_and_crit_in_the_header_are_refused() {
    for (member, value, why) in [
        ("cty", json!("JWT"), "nested JWT's"),
        ("cty", json!("json"), "content type"),
        ("crit", json!(["exp"]), "critical JWT header fields"),
        ("crit", json!([]), "critical JWT header fields"),
    ] {
        let mut header = json!({ "alg": "RS256" });
        header[member] = value;
        let token = Rsa.sign_texts(&header.to_string(), &plain().to_string());
        refused(oidc(&[Rsa.jwk(None)], &token), "Unauthenticated", why);
    }
}

#[test]
fn unknown_members_of_the_header_are_not_looked_at() {
    let header = r#"{"alg":"RS256","jku":1,"x5t":[],"b64":false}"#;
    let token = Rsa.sign_texts(header, &plain().to_string());
    accepted(oidc(&[Rsa.jwk(None)], &token));
}

#[test]
fn one_audience_may_stand_in_an_array() {
    accepted(oidc_claims(&claims(json!({ "aud": ["convex"] }))));
}

#[test]
fn an_oidc_provider_refuses_several_audiences() {
    refused(
        oidc_claims(&claims(json!({ "aud": ["convex", "other"] }))),
        "Unauthenticated",
        "Invalid audiences: `other` is not a trusted audience",
    );
}

#[test]
fn an_oidc_provider_accepts_its_audience_twice() {
    accepted(oidc_claims(&claims(json!({ "aud": ["convex", "convex"] }))));
}

#[test]
fn another_audience_or_none_matches_no_oidc_provider() {
    for claims in [
        claims(json!({ "aud": "other" })),
        claims(json!({ "aud": "Convex" })),
        claims(json!({ "aud": [] })),
        claims(json!({ "aud": null })),
        claims_without("aud"),
    ] {
        refused(
            oidc_claims(&claims),
            "NoAuthProvider",
            "[OIDC(domain=https://happy-animal-123.convex.site, app_id=convex)]",
        );
    }
}

#[test]
fn another_issuer_matches_no_oidc_provider() {
    refused(
        oidc_claims(&claims(json!({ "iss": "https://other.convex.site" }))),
        "NoAuthProvider",
        "No auth provider found matching the given token. Check",
    );
}

#[test]
fn a_token_without_issuer_is_refused() {
    refused(
        oidc_claims(&claims_without("iss")),
        "InvalidAuthHeader",
        "Missing issuer claim ('iss') in JWT payload.",
    );
}

#[test]
fn an_issuer_without_scheme_is_routed_to_an_oidc_provider_but_fails_there() {
    let refusal = refused(
        oidc_claims(&claims(json!({ "iss": "happy-animal-123.convex.site" }))),
        "InternalServerError",
        "relative URL without a base",
    );
    assert_eq!(refusal.status, 500);
}

#[test]
fn a_trailing_slash_of_the_domain_does_not_matter() {
    let token = Rsa.sign(None, &plain());
    for domain in ["https://happy-animal-123.convex.site/", "happy-animal-123.convex.site///"] {
        let server = Site::of_issuer(&[Rsa.jwk(None)]).serve();
        let mut provider = oidc_provider();
        provider["domain"] = domain.into();
        let list = providers(json!([provider]));
        accepted(verify_as_convex::verify(&token, &list, NOW, &server.web()));
    }
}

#[test]
fn a_trailing_slash_of_the_issuer_must_be_that_of_the_discovery_document() {
    let slashed = Rsa.sign(None, &claims(json!({ "iss": format!("{ISSUER}/") })));
    refused(
        oidc(&[Rsa.jwk(None)], &slashed),
        "AuthProviderDiscoveryFailed",
        "unexpected issuer URI `https://happy-animal-123.convex.site` (expected \
         `https://happy-animal-123.convex.site/`)",
    );
    let mut document = discovery_document();
    document["issuer"] = format!("{ISSUER}/").into();
    let site = Site::of_issuer(&[Rsa.jwk(None)]).with(DISCOVERY, Response::json(&document));
    let identity = accepted(oidc_at(site, &slashed));
    assert_eq!(identity["tokenIdentifier"], format!("{ISSUER}/|user-1"));
}

#[test]
fn an_issuer_with_a_path_is_discovered_beneath_it() {
    let issuer = format!("{ISSUER}/auth");
    let mut document = discovery_document();
    document["issuer"] = issuer.clone().into();
    let server = Site::new()
        .with(&format!("/auth{DISCOVERY}"), Response::json(&document))
        .with(JWKS, Response::json(&json!({ "keys": [Rsa.jwk(None)] })))
        .serve();
    let provider = json!({ "domain": issuer, "applicationID": "convex" });
    let token = Rsa.sign(None, &claims(json!({ "iss": issuer })));
    let list = providers(json!([provider]));
    accepted(verify_as_convex::verify(&token, &list, NOW, &server.web()));
}

#[test]
fn a_token_that_is_no_token_is_refused_before_a_provider_is_sought() {
    for token in ["", "a", "a.b", "!.!.!", "e30.W10.e30", "e30.e30=.e30"] {
        refused(oidc(&[Rsa.jwk(None)], token), "InvalidAuthHeader", "Could not parse JWT payload.");
    }
}

#[test]
fn a_token_of_two_or_four_parts_is_refused_after_the_discovery() {
    let token = Rsa.sign(None, &plain());
    let two = token.rsplit_once('.').unwrap().0;
    for token in [two.to_owned(), format!("{token}.e30")] {
        refused(
            oidc(&[Rsa.jwk(None)], &token),
            "InvalidAuthHeader",
            "Could not parse as OIDC ID token.",
        );
    }
}
