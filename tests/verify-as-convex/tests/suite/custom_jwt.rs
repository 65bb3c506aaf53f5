//! Tokens of `customJwt` providers: algorithms, choice of the key, header, issuer and audience.

use serde_json::{Value, json};
use verify_as_convex::verify;

use crate::server::{ISSUER, JWKS, Response, Site};
use crate::signer::Signer::{Ed25519, OtherRsa, P256, Rsa};
use crate::with::{
    NOW, accepted, claims, claims_without, custom_jwt, custom_jwt_at, custom_jwt_claims,
    custom_jwt_provider, providers, refused,
};

fn plain() -> Value {
    claims(json!({}))
}

#[test]
fn a_custom_jwt_provider_accepts_rs256() {
    let token = Rsa.sign(Some("k1"), &plain());
    let identity = accepted(custom_jwt("RS256", &[Rsa.jwk(Some("k1"))], &token));
    assert_eq!(identity["subject"], "user-1");
}

#[test]
fn a_custom_jwt_provider_accepts_es256() {
    let token = P256.sign(Some("k1"), &plain());
    accepted(custom_jwt("ES256", &[P256.jwk(Some("k1"))], &token));
}

#[test]
fn a_custom_jwt_provider_refuses_an_eddsa_token() {
    let token = Ed25519.sign(Some("k1"), &plain());
    for algorithm in ["RS256", "ES256"] {
        refused(
            custom_jwt(algorithm, &[Ed25519.jwk(Some("k1"))], &token),
            "InvalidAuthHeader",
            "unknown variant `EdDSA`",
        );
    }
}

#[test]
fn a_key_with_alg_eddsa_makes_the_whole_set_unreadable() {
    let mut eddsa = Ed25519.jwk(Some("k2"));
    eddsa["alg"] = "EdDSA".into();
    let token = Rsa.sign(Some("k1"), &plain());
    refused(
        custom_jwt("RS256", &[Rsa.jwk(Some("k1")), eddsa], &token),
        "InvalidAuthHeader",
        "Invalid JWKS response body from 'https://happy-animal-123.convex.site/.well-known/jwks.json'",
    );
}

#[test]
fn an_ed25519_key_without_alg_leaves_the_set_readable() {
    let token = Rsa.sign(Some("k1"), &plain());
    let keys = [Ed25519.jwk(Some("k2")), Rsa.jwk(Some("k1"))];
    accepted(custom_jwt("RS256", &keys, &token));
}

#[test]
fn a_key_of_an_unknown_type_or_with_padding_makes_the_whole_set_unreadable() {
    let token = Rsa.sign(Some("k1"), &plain());
    let unknown = json!({ "kty": "AKP", "kid": "k2", "pub": "" });
    let mut padded = Rsa.jwk(Some("k2"));
    padded["e"] = "AAEAAQ==".into();
    for bad in [unknown, padded] {
        refused(
            custom_jwt("RS256", &[Rsa.jwk(Some("k1")), bad], &token),
            "InvalidAuthHeader",
            "Invalid JWKS response body",
        );
    }
}

#[test]
fn a_token_without_kid_is_refused() {
    refused(
        custom_jwt("RS256", &[Rsa.jwk(None)], &Rsa.sign(None, &plain())),
        "InvalidAuthHeader",
        "JWT may be missing a 'kid' (key ID) header.; Header is missing kid",
    );
}

#[test]
fn a_kid_that_no_key_of_the_set_has_is_refused() {
    for keys in [vec![Rsa.jwk(None)], vec![Rsa.jwk(Some("k2"))], vec![]] {
        refused(
            custom_jwt("RS256", &keys, &Rsa.sign(Some("k1"), &plain())),
            "InvalidAuthHeader",
            "The JWT's 'kid' (key ID) header is 'k1', does this key match any key in the \
             provider's JWKS?; Key not found in JWKS",
        );
    }
}

#[test]
fn of_two_keys_with_one_kid_the_first_is_used() {
    let token = Rsa.sign(Some("k1"), &plain());
    let mut keys = [Rsa.jwk(Some("k1")), OtherRsa.jwk(Some("k1"))];
    accepted(custom_jwt("RS256", &keys, &token));
    keys.reverse();
    refused(custom_jwt("RS256", &keys, &token), "InvalidAuthHeader", "Invalid signature");
}

#[test]
fn typ_is_not_looked_at() {
    for header in [
        json!({ "alg": "RS256", "kid": "k1" }),
        json!({ "alg": "RS256", "kid": "k1", "typ": "at+jwt" }),
        json!({ "alg": "RS256", "kid": "k1", "typ": "anything", "cty": "JWT", "crit": ["exp"] }),
    ] {
        let token = Rsa.sign_texts(&header.to_string(), &plain().to_string());
        accepted(custom_jwt("RS256", &[Rsa.jwk(Some("k1"))], &token));
    }
}

#[test]
fn the_algorithms_of_provider_and_header_must_agree() {
    let token = Rsa.sign(Some("k1"), &plain());
    refused(
        custom_jwt("ES256", &[Rsa.jwk(Some("k1"))], &token),
        "InvalidAuthHeader",
        "unexpected algorithm",
    );
}

#[test]
fn the_alg_of_a_key_must_be_absent_or_null_or_the_tokens() {
    let token = Rsa.sign(Some("k1"), &plain());
    let mut key = Rsa.jwk(Some("k1"));
    for value in [json!("RS256"), Value::Null] {
        key["alg"] = value;
        accepted(custom_jwt("RS256", std::slice::from_ref(&key), &token));
    }
    key["alg"] = "RS512".into();
    refused(custom_jwt("RS256", &[key], &token), "InvalidAuthHeader", "unexpected algorithm");
}

#[test]
fn the_use_of_a_key_is_not_looked_at() {
    let token = Rsa.sign(Some("k1"), &plain());
    let mut key = Rsa.jwk(Some("k1"));
    key["use"] = "enc".into();
    accepted(custom_jwt("RS256", &[key], &token));
}

#[test]
fn rsa_keys_of_2048_to_8192_bits_are_taken() {
    for (file, taken) in [
        (include_str!("../keys/rsa-1024.json"), false),
        (include_str!("../keys/rsa-8192.json"), true),
    ] {
        let fixture: Value = serde_json::from_str(file).unwrap();
        let token = fixture["token"].as_str().unwrap();
        let judgement = custom_jwt("RS256", &[fixture["key"].clone()], token);
        assert_eq!(judgement.is_ok(), taken, "{judgement:?}");
    }
}

#[test]
fn several_audiences_are_accepted_if_one_matches() {
    accepted(custom_jwt_claims(&claims(json!({ "aud": ["other", "convex"] }))));
}

#[test]
fn another_audience_or_none_matches_no_custom_jwt_provider() {
    for claims in
        [claims(json!({ "aud": "other" })), claims(json!({ "aud": [] })), claims_without("aud")]
    {
        refused(
            custom_jwt_claims(&claims),
            "NoAuthProvider",
            "[CustomJWT(issuer=https://happy-animal-123.convex.site, app_id=convex)]",
        );
    }
}

#[test]
fn without_application_id_any_audience_or_none_is_accepted() {
    let mut provider = custom_jwt_provider("ES256");
    for absent in [false, true] {
        if absent {
            provider.as_object_mut().unwrap().remove("applicationID");
        } else {
            provider["applicationID"] = Value::Null;
        }
        let list = providers(json!([provider]));
        for claims in [claims(json!({ "aud": "other" })), claims_without("aud")] {
            let keys = json!({ "keys": [P256.jwk(Some("k1"))] });
            let server = Site::new().with(JWKS, Response::json(&keys)).serve();
            let token = P256.sign(Some("k1"), &claims);
            accepted(verify(&token, &list, NOW, &server.web()));
        }
    }
}

#[test]
fn an_issuer_without_scheme_or_with_slashes_is_accepted_and_kept_as_it_is() {
    for issuer in ["happy-animal-123.convex.site", "https://happy-animal-123.convex.site//"] {
        let identity = accepted(custom_jwt_claims(&claims(json!({ "iss": issuer }))));
        assert_eq!(identity["issuer"], issuer);
        assert_eq!(identity["tokenIdentifier"], format!("{issuer}|user-1"));
    }
}

#[test]
fn another_issuer_matches_no_custom_jwt_provider() {
    for issuer in ["https://other.convex.site", "http://happy-animal-123.convex.site"] {
        refused(
            custom_jwt_claims(&claims(json!({ "iss": issuer }))),
            "NoAuthProvider",
            "configured providers",
        );
    }
}

#[test]
fn sub_and_exp_are_required() {
    for (name, why) in [("sub", "Missing subject"), ("exp", "Missing expiry")] {
        refused(custom_jwt_claims(&claims_without(name)), "InvalidAuthHeader", why);
    }
}

#[test]
fn iat_and_nbf_and_jti_may_be_absent() {
    accepted(custom_jwt_claims(&claims_without("iat")));
}

#[test]
fn an_altered_token_is_refused() {
    let token = P256.sign(Some("k1"), &plain());
    let other = P256.sign(Some("k1"), &claims(json!({ "sub": "user-2" })));
    let (start, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    refused(
        custom_jwt("ES256", &[P256.jwk(Some("k1"))], &format!("{start}.{signature}")),
        "InvalidAuthHeader",
        "Invalid signature",
    );
}

#[test]
fn a_data_uri_serves_as_key_set_whatever_its_media_type_and_encoding() {
    let keys = json!({ "keys": [P256.jwk(Some("k1"))] }).to_string();
    let token = P256.sign(Some("k1"), &plain());
    let base64 = {
        use base64::Engine as _;
        base64::prelude::BASE64_STANDARD.encode(&keys)
    };
    for uri in [
        format!("data:application/json;base64,{base64}"),
        format!("data:text/plain;charset=utf-8;base64,{base64}"),
        format!("data:,{}", keys.replace('"', "%22")),
        format!("data:,{keys}"),
    ] {
        let mut provider = custom_jwt_provider("ES256");
        provider["jwks"] = uri.into();
        let list = providers(json!([provider]));
        // Nothing is fetched.
        let web = verify_as_convex::Web::new();
        accepted(verify(&token, &list, NOW, &web));
    }
}

#[test]
fn a_data_uri_that_is_not_base64_is_refused() {
    let mut provider = custom_jwt_provider("ES256");
    provider["jwks"] = "data:application/json;base64,!!!".into();
    let list = providers(json!([provider]));
    let token = P256.sign(Some("k1"), &plain());
    refused(
        verify(&token, &list, NOW, &verify_as_convex::Web::new()),
        "InvalidAuthHeader",
        "Invalid JWKS data URL.",
    );
}

#[test]
fn the_key_set_may_lie_on_another_host_than_the_issuer() {
    let keys = json!({ "keys": [P256.jwk(Some("k1"))] });
    let server = Site::new().with("/keys", Response::json(&keys)).serve();
    let mut provider = custom_jwt_provider("ES256");
    provider["jwks"] = format!("{}/keys", server.base).into();
    let list = providers(json!([provider]));
    let token = P256.sign(Some("k1"), &plain());
    accepted(verify(&token, &list, NOW, &verify_as_convex::Web::new()));
}

#[test]
fn no_discovery_document_is_fetched() {
    let keys = json!({ "keys": [P256.jwk(Some("k1"))] });
    let server = Site::new().with(JWKS, Response::json(&keys)).serve();
    let list = providers(json!([custom_jwt_provider("ES256")]));
    let token = P256.sign(Some("k1"), &plain());
    accepted(verify(&token, &list, NOW, &server.web()));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_key_set_that_is_no_json_is_refused() {
    let mut response = Response::json(&Value::Null);
    response.body = "<html>".to_owned();
    refused(
        custom_jwt_at(Site::new().with(JWKS, response), "ES256", &P256.sign(Some("k1"), &plain())),
        "InvalidAuthHeader",
        &format!("Invalid JWKS response body from '{ISSUER}{JWKS}'"),
    );
}
