//! What the tests have in common: providers, claims, and judging in one call.

use serde_json::{Value, json};
use verify_as_convex::{Provider, Refusal, parse_providers, verify};

use crate::server::{HOST, ISSUER, JWKS, Response, Site};
use crate::signer::Signer;

/// The time of every judgement.
pub const NOW: u64 = 1_750_000_100;
pub const APPLICATION: &str = "convex";

pub type Judgement = Result<Value, Refusal>;

/// The claims that both kinds of provider are content with, and `more`, which may replace them.
pub fn claims(more: Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER,
        "sub": "user-1",
        "aud": APPLICATION,
        "iat": NOW - 100,
        "exp": NOW + 500,
    });
    let Value::Object(more) = more else {
        panic!("an object of claims");
    };
    claims.as_object_mut().expect("an object").extend(more);
    claims
}

pub fn claims_without(name: &str) -> Value {
    let mut claims = claims(json!({}));
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

pub fn oidc_provider() -> Value {
    json!({ "domain": HOST, "applicationID": APPLICATION })
}

pub fn custom_jwt_provider(algorithm: &str) -> Value {
    json!({
        "type": "customJwt",
        "issuer": ISSUER,
        "jwks": format!("{ISSUER}{JWKS}"),
        "algorithm": algorithm,
        "applicationID": APPLICATION,
    })
}

pub fn providers(list: Value) -> Vec<Provider> {
    parse_providers(&list).expect("providers that can be deployed")
}

/// Judges a token by an OIDC provider whose site this is.
pub fn oidc_at(site: Site, token: &str) -> Judgement {
    let server = site.serve();
    verify(token, &providers(json!([oidc_provider()])), NOW, &server.web())
}

/// Judges a token by an OIDC provider with these keys.
pub fn oidc(keys: &[Value], token: &str) -> Judgement {
    oidc_at(Site::of_issuer(keys), token)
}

/// Judges claims, signed as by the old guides, by an OIDC provider.
pub fn oidc_claims(claims: &Value) -> Judgement {
    oidc(&[Signer::Rsa.jwk(None)], &Signer::Rsa.sign(None, claims))
}

/// Judges a token by a `customJwt` provider with these keys.
pub fn custom_jwt(algorithm: &str, keys: &[Value], token: &str) -> Judgement {
    let site = Site::new().with(JWKS, Response::json(&json!({ "keys": keys })));
    custom_jwt_at(site, algorithm, token)
}

/// Judges a token by a `customJwt` provider whose site this is.
pub fn custom_jwt_at(site: Site, algorithm: &str, token: &str) -> Judgement {
    let server = site.serve();
    let providers = providers(json!([custom_jwt_provider(algorithm)]));
    verify(token, &providers, NOW, &server.web())
}

/// Judges claims, signed by a key with an id, by a `customJwt` provider.
pub fn custom_jwt_claims(claims: &Value) -> Judgement {
    let token = Signer::P256.sign(Some("k1"), claims);
    custom_jwt("ES256", &[Signer::P256.jwk(Some("k1"))], &token)
}

/// The identity of an accepted token.
#[track_caller]
pub fn accepted(judgement: Judgement) -> Value {
    judgement.unwrap_or_else(|refusal| panic!("refused: {refusal}"))
}

/// The refusal of a refused token, whose text must hold `part` somewhere.
#[track_caller]
pub fn refused(judgement: Judgement, code: &str, part: &str) -> Refusal {
    let refusal = judgement.expect_err("accepted");
    assert_eq!(refusal.code, code, "{refusal}");
    assert!(refusal.to_string().contains(part), "{part:?} is not in: {refusal}");
    refusal
}
