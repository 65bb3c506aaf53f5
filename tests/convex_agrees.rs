//! Our verifier and Convex's, side by side over loopback HTTP: the same tokens accepted, the same
//! refused, and the same identity for those accepted, member by member.

mod common;

use std::sync::LazyLock;

use common::convex::{Convex, Judgement, custom_jwt, oidc};
use common::*;
use convex_token::key::jwk_set;
use convex_token::{IssuerOptions, issuer::NotBefore};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A site that publishes all test keys.
static ALL_KEYS: LazyLock<Convex> =
    LazyLock::new(|| Convex::with_set(jwk_set(&KEYS.map(public_key)).plain()));

/// A site that publishes those that the parser behind customJwt providers knows.
static NO_EDDSA: LazyLock<Convex> =
    LazyLock::new(|| Convex::with_set(jwk_set(&["rsa-2048", "p256"].map(public_key)).plain()));

fn judge(provider: &Value, token: &str, now: i64) -> Judgement {
    let convex = if provider.get("type").is_some() { &NO_EDDSA } else { &ALL_KEYS };
    convex.judge(provider, token, now)
}

/// Cases in which one verifier accepts and the other refuses. There must be none at the end.
#[derive(Default)]
struct Disagreements(Vec<String>);

impl Disagreements {
    fn note(&mut self, judgement: &Judgement, case: &str) {
        let Judgement { ours, convexs } = judgement;
        match (ours, convexs) {
            (Ok(_), Err(refusal)) => self.0.push(format!("{case}: Convex refuses: {refusal}")),
            (Err(error), Ok(_)) => self.0.push(format!("{case}: we refuse: {error}")),
            _ => {}
        }
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

/// Each algorithm with a provider of each kind that takes it.
fn pairs() -> [(&'static str, Value); 4] {
    [
        ("rsa-2048", oidc()),
        ("rsa-2048", custom_jwt("RS256")),
        ("ed25519", oidc()),
        ("p256", custom_jwt("ES256")),
    ]
}

/// A cheap key for each kind of provider.
fn kinds() -> [(&'static str, Value); 2] {
    [("ed25519", oidc()), ("p256", custom_jwt("ES256"))]
}

fn what(name: &str, provider: &Value) -> String {
    format!("{name} with {provider}")
}

/// Claims as an issuer would set them, with others laid over them; null removes one.
fn payload_with(others: &Value) -> String {
    let mut claims = json!({
        "iss": ISSUER, "aud": "convex", "iat": NOW, "exp": NOW + 3600, "sub": "user_1",
    });
    claims.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    claims.to_string()
}

fn payload_without(name: &str) -> String {
    let mut claims: Map<String, Value> = serde_json::from_str(&payload_with(&json!({}))).unwrap();
    claims.remove(name);
    Value::Object(claims).to_string()
}

#[track_caller]
fn accepted(name: &str, provider: &Value, token: &str, now: i64) -> Map<String, Value> {
    judge(provider, token, now).accepted(&what(name, provider))
}

#[track_caller]
fn both_refuse(name: &str, provider: &Value, token: &str, now: i64, code: &str) {
    judge(provider, token, now).refused(&what(name, provider), code);
}

/// The payload is refused by both kinds of provider, by us with one code.
#[track_caller]
fn payload_refused(payload: &str, code: &str) {
    for (name, provider) in kinds() {
        both_refuse(name, &provider, &sign_payload(name, payload), NOW, code);
    }
}

// ---- Tokens of ours -------------------------------------------------------------------------

#[test]
fn our_tokens_are_accepted() {
    for (name, provider) in pairs() {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        let identity = accepted(name, &provider, &token, NOW);
        let expected = json!({
            "tokenIdentifier": format!("{ISSUER}|user_1"), "issuer": ISSUER, "subject": "user_1",
        });
        assert_eq!(Value::Object(identity), expected);
    }
}

#[test]
fn tokens_of_another_audience_are_refused() {
    for (name, provider) in pairs() {
        let issuer = issuer_with(name, options().audience("other").unwrap());
        let token = issuer.sign(&user(), NOW).unwrap();
        both_refuse(name, &provider, &token, NOW, "ERR_TOKEN_AUDIENCE");
    }
}

#[test]
fn tokens_of_another_issuer_are_refused() {
    for (name, provider) in pairs() {
        let options = IssuerOptions::new("https://other.convex.site").unwrap();
        let token = issuer_with(name, options).sign(&user(), NOW).unwrap();
        both_refuse(name, &provider, &token, NOW, "ERR_TOKEN_ISSUER");
    }
}

#[test]
fn tokens_that_another_key_signed_are_refused() {
    for (name, provider) in pairs() {
        let header = json!({ "alg": alg(name), "kid": kid(name), "typ": "JWT" }).to_string();
        let mut token = sign_texts(name, &header, &payload_with(&json!({})));
        let last = if token.ends_with("AA") { "gA" } else { "AA" };
        token.replace_range(token.len() - 6..token.len() - 4, last);
        both_refuse(name, &provider, &token, NOW, "ERR_TOKEN_SIGNATURE");
    }
}

#[test]
fn algorithms_that_a_kind_does_not_take_are_refused() {
    for (name, provider) in
        [("p256", oidc()), ("rsa-2048", custom_jwt("ES256")), ("p256", custom_jwt("RS256"))]
    {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        both_refuse(name, &provider, &token, NOW, "ERR_TOKEN_ALGORITHM");
    }
}

// ---- Times ----------------------------------------------------------------------------------

#[test]
fn an_oidc_token_is_good_until_the_second_before_it_expires() {
    for name in ["rsa-2048", "ed25519"] {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        accepted(name, &oidc(), &token, NOW + 3599);
        for late in [3600, 3601, 3605, 100_000] {
            both_refuse(name, &oidc(), &token, NOW + late, "ERR_TOKEN_EXPIRED");
        }
    }
}

#[test]
fn a_custom_jwt_is_good_until_five_seconds_after_it_expires() {
    for name in ["rsa-2048", "p256"] {
        let provider = custom_jwt(alg(name));
        let token = issuer(name).sign(&user(), NOW).unwrap();
        for late in [3599, 3600, 3601, 3604, 3605] {
            accepted(name, &provider, &token, NOW + late);
        }
        for late in [3606, 3607, 100_000] {
            both_refuse(name, &provider, &token, NOW + late, "ERR_TOKEN_EXPIRED");
        }
    }
}

#[test]
fn a_custom_jwt_is_good_from_five_seconds_before_it_was_issued() {
    for name in ["rsa-2048", "p256"] {
        let provider = custom_jwt(alg(name));
        let token = issuer(name).sign(&user(), NOW).unwrap();
        accepted(name, &provider, &token, NOW - 5);
        both_refuse(name, &provider, &token, NOW - 6, "ERR_TOKEN_NOT_YET_VALID");
        let later = issuer_with(name, options().not_before(NotBefore::After(60)));
        let token = later.sign(&user(), NOW).unwrap();
        accepted(name, &provider, &token, NOW + 55);
        both_refuse(name, &provider, &token, NOW + 54, "ERR_TOKEN_NOT_YET_VALID");
    }
}

#[test]
fn an_oidc_provider_looks_at_no_beginning() {
    for name in ["rsa-2048", "ed25519"] {
        let later = issuer_with(name, options().not_before(NotBefore::After(60)));
        accepted(name, &oidc(), &later.sign(&user(), NOW).unwrap(), NOW - 1000);
    }
}

#[test]
fn fractions_of_seconds_are_judged_alike() {
    let mut disagreements = Disagreements::default();
    for claim in ["exp", "iat", "nbf"] {
        for fraction in [0.25, 0.5, 0.75] {
            for (name, provider) in kinds() {
                let time = NOW as f64 + fraction;
                let token = sign_payload(name, &payload_with(&json!({ claim: time })));
                for later in -7..=7 {
                    let case = format!("{claim} + {fraction}, {name}, {later} s later");
                    disagreements.note(&judge(&provider, &token, NOW + later), &case);
                }
            }
        }
    }
    disagreements.none();
}

#[test]
fn times_that_are_no_numbers_are_refused() {
    for claim in ["exp", "iat", "nbf"] {
        for value in [json!("2026-08-01T10:20:30Z"), json!("1"), json!(true), json!([1]), json!({})]
        {
            payload_refused(&payload_with(&json!({ claim: value })), "ERR_TOKEN_CLAIM_TYPE");
        }
    }
}

#[test]
fn negative_times_are_refused() {
    for claim in ["exp", "iat", "nbf"] {
        payload_refused(&payload_with(&json!({ claim: -1 })), "ERR_TOKEN_CLAIM_TYPE");
    }
}

// ---- Registered claims ----------------------------------------------------------------------

#[test]
fn a_token_without_expiry_or_subject_is_refused() {
    for name in ["exp", "sub", "iss"] {
        payload_refused(&payload_without(name), "ERR_TOKEN_CLAIM_MISSING");
    }
    payload_refused(&payload_without("aud"), "ERR_TOKEN_AUDIENCE");
}

#[test]
fn only_an_oidc_provider_needs_the_time_of_issue() {
    let payload = payload_without("iat");
    let token = sign_payload("ed25519", &payload);
    both_refuse("ed25519", &oidc(), &token, NOW, "ERR_TOKEN_CLAIM_MISSING");
    let token = sign_payload("p256", &payload);
    accepted("p256", &custom_jwt("ES256"), &token, NOW);
}

#[test]
fn null_in_registered_claims_is_judged_alike() {
    let mut disagreements = Disagreements::default();
    for claim in ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"] {
        for (name, provider) in kinds() {
            let token = sign_payload(name, &payload_with(&json!({ claim: null })));
            disagreements.note(&judge(&provider, &token, NOW), &format!("{claim}, {name}"));
        }
    }
    disagreements.none();
}

#[test]
fn registered_claims_of_another_type_are_refused() {
    for (claim, values) in [
        ("iss", [json!(1), json!(["https://happy-animal-123.convex.site"])]),
        ("sub", [json!(1), json!(["user_1"])]),
        ("aud", [json!(1), json!([1])]),
        ("jti", [json!(1), json!(["x"])]),
    ] {
        for value in values {
            payload_refused(&payload_with(&json!({ claim: value })), "ERR_TOKEN_CLAIM_TYPE");
        }
    }
}

#[test]
fn one_audience_in_an_array_is_accepted() {
    for (name, provider) in pairs() {
        for audience in [json!(["convex"]), json!(["convex", "convex"])] {
            let token = sign_payload(name, &payload_with(&json!({ "aud": audience })));
            accepted(name, &provider, &token, NOW);
        }
    }
}

#[test]
fn several_audiences_are_for_custom_jwt_providers_alone() {
    for audience in [json!(["convex", "other"]), json!(["other", "convex"])] {
        let payload = payload_with(&json!({ "aud": audience }));
        for (name, provider) in pairs() {
            let token = sign_payload(name, &payload);
            match provider.get("type") {
                None => both_refuse(name, &provider, &token, NOW, "ERR_TOKEN_AUDIENCES"),
                Some(_) => drop(accepted(name, &provider, &token, NOW)),
            }
        }
    }
    payload_refused(&payload_with(&json!({ "aud": ["other", "third"] })), "ERR_TOKEN_AUDIENCE");
    payload_refused(&payload_with(&json!({ "aud": [] })), "ERR_TOKEN_AUDIENCE");
}

#[test]
fn a_custom_jwt_provider_without_an_application_takes_any_audience() {
    for name in ["rsa-2048", "p256"] {
        let mut provider = custom_jwt(alg(name));
        provider.as_object_mut().unwrap().remove("applicationID");
        for audience in [json!("other"), json!([]), json!(["a", "b"])] {
            let token = sign_payload(name, &payload_with(&json!({ "aud": audience })));
            accepted(name, &provider, &token, NOW);
        }
        accepted(name, &provider, &sign_payload(name, &payload_without("aud")), NOW);
    }
}

// ---- Spellings of the issuer ----------------------------------------------------------------

#[test]
fn a_provider_may_have_slashes_at_its_end_or_no_scheme() {
    for (name, provider) in pairs() {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        for spelling in
            [format!("{ISSUER}/"), format!("{ISSUER}//"), HOST.into(), format!("{HOST}/")]
        {
            let mut provider = provider.clone();
            let member = if provider.get("type").is_some() { "issuer" } else { "domain" };
            provider[member] = spelling.into();
            accepted(name, &provider, &token, NOW);
        }
    }
}

#[test]
fn a_provider_of_another_scheme_host_or_path_is_another() {
    for (name, provider) in kinds() {
        let token = issuer(name).sign(&user(), NOW).unwrap();
        for spelling in [
            "http://happy-animal-123.convex.site",
            "https://happy-animal-123.convex.cloud",
            "https://Happy-animal-123.convex.site",
            "https://happy-animal-123.convex.site/api",
            "https://happy-animal-123.convex.site:443",
        ] {
            let mut provider = provider.clone();
            let member = if provider.get("type").is_some() { "issuer" } else { "domain" };
            provider[member] = spelling.into();
            both_refuse(name, &provider, &token, NOW, "ERR_TOKEN_ISSUER");
        }
    }
}

/// The OIDC branch discovers the keys from the token's own issuer, and adds no scheme to it.
#[test]
fn a_tokens_issuer_without_scheme_is_for_custom_jwt_providers_alone() {
    let payload = payload_with(&json!({ "iss": HOST }));
    let token = sign_payload("p256", &payload);
    accepted("p256", &custom_jwt("ES256"), &token, NOW);
    let token = sign_payload("ed25519", &payload);
    both_refuse("ed25519", &oidc(), &token, NOW, "ERR_TOKEN_ISSUER");
}

// ---- The published set ----------------------------------------------------------------------

/// A set with one more key is judged alike, whatever that key is, unless it is damaged: the reader
/// of found sets says so, though an OIDC provider passes such a key over.
#[test]
fn sets_with_a_strange_key_are_judged_alike() {
    let mut disagreements = Disagreements::default();
    let octets = base64url([9; 32]);
    let rsa = |member: &str, value: Value| {
        let mut key = json!({ "kty": "RSA", "n": jwk("rsa-2048")["n"], "e": "AQAB" });
        key[member] = value;
        key
    };
    let ed25519 = jwk("ed25519")["x"].clone();
    for mut strange in [
        Value::Object(public_key("ed25519").jwk().plain()),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": ed25519 }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": ed25519, "alg": "Ed25519" }),
        json!({ "kty": "OKP", "crv": "X25519", "x": octets }),
        json!({ "kty": "OKP", "crv": "Ed25519" }),
        json!({ "kty": "OKP", "x": octets }),
        rsa("oth", json!(null)),
        rsa("oth", json!([])),
        rsa("oth", json!([{}])),
        rsa("oth", json!(1)),
        json!({ "kty": "oct", "k": octets, "oth": 1 }),
        json!({ "kty": "EC", "crv": "P-384", "x": octets, "y": octets, "alg": "ES384" }),
        json!({ "kty": "EC", "crv": "secp256k1", "x": octets, "y": octets }),
        json!({ "kty": "oct", "k": octets }),
        json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": octets }),
        json!({ "kty": "RSA", "e": "AQAB" }),
        json!({ "kty": "RSA", "n": jwk("rsa-2048")["n"] }),
        rsa("alg", json!("RS512")),
        rsa("alg", json!("unheard-of")),
        rsa("alg", json!(null)),
        rsa("use", json!("enc")),
        rsa("use", json!("unheard-of")),
        rsa("key_ops", json!(["unheard-of"])),
        json!({}),
    ] {
        strange["kid"] = "strange".into();
        for (name, provider) in kinds() {
            let set = json!({ "keys": [strange, public_key(name).jwk().plain()] });
            let token = sign_payload(name, &payload_with(&json!({})));
            let judgement = Convex::with_set(set).judge(&provider, &token, NOW);
            disagreements.note(&judgement, &format!("{strange}, {name}"));
        }
    }
    disagreements.none();
}

#[test]
fn one_eddsa_key_spoils_a_custom_jwt_providers_set() {
    let token = issuer("p256").sign(&user(), NOW).unwrap();
    let judgement = ALL_KEYS.judge(&custom_jwt("ES256"), &token, NOW);
    judgement.refused("a set with an EdDSA key", "ERR_PROVIDER_JWKS");
}

// ---- The header -----------------------------------------------------------------------------

#[test]
fn headers_are_judged_alike() {
    let mut disagreements = Disagreements::default();
    for header in [
        json!({}),
        json!({ "typ": "jwt" }),
        json!({ "typ": "application/jwt" }),
        json!({ "typ": "JOSE" }),
        json!({ "typ": "at+jwt" }),
        json!({ "typ": "" }),
        json!({ "typ": null }),
        json!({ "typ": 1 }),
        json!({ "cty": "JWT" }),
        json!({ "cty": "json" }),
        json!({ "cty": null }),
        json!({ "cty": 1 }),
        json!({ "crit": ["exp"] }),
        json!({ "crit": [] }),
        json!({ "crit": null }),
        json!({ "crit": 1 }),
        json!({ "kid": null }),
        json!({ "kid": 1 }),
        json!({ "kid": "" }),
        json!({ "alg": null }),
        json!({ "alg": 1 }),
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "alg": "Ed25519" }),
        json!({ "jku": "x", "x5t": [], "b64": false, "jwk": 1 }),
        json!({ "x5c": ["x"] }),
        json!({ "x5u": 1 }),
        json!({ "kid": 1, "typ": 1, "alg": 1 }),
    ] {
        for (name, provider) in kinds() {
            let mut all = json!({ "alg": alg(name), "kid": kid(name), "typ": "JWT" });
            all.as_object_mut().unwrap().extend(header.as_object().unwrap().clone());
            let token = sign_texts(name, &all.to_string(), &payload_with(&json!({})));
            disagreements.note(&judge(&provider, &token, NOW), &format!("{all}"));
        }
    }
    disagreements.none();
}

#[test]
fn headers_without_a_type_are_judged_alike() {
    let mut disagreements = Disagreements::default();
    for (name, provider) in kinds() {
        let header = json!({ "alg": alg(name), "kid": kid(name) }).to_string();
        let token = sign_texts(name, &header, &payload_with(&json!({})));
        disagreements.note(&judge(&provider, &token, NOW), name);
    }
    disagreements.none();
}

#[test]
fn texts_that_are_no_tokens_are_refused() {
    let good = sign_payload("p256", &payload_with(&json!({})));
    let (input, signature) = good.rsplit_once('.').unwrap();
    for text in ["", "a", "a.b", "a.b.c", "..", "e30.e30.", input, &format!("{good}.{signature}")] {
        for (name, provider) in kinds() {
            let judgement = judge(&provider, text, NOW);
            assert!(judgement.ours.is_err() && judgement.convexs.is_err(), "{text:?}, {name}");
        }
    }
}

// ---- Claims there twice -----------------------------------------------------------------------

/// Claims as an issuer would set them, with others behind that are written as they stand.
fn payload_and(others: &str) -> String {
    let payload = payload_with(&json!({}));
    format!("{},{others}}}", payload.strip_suffix('}').unwrap())
}

#[test]
fn a_claim_that_convex_knows_must_not_be_there_twice() {
    for (name, value) in everything().as_object().unwrap() {
        let token = |name: &str| {
            let twice = format!("{0}:{value},{0}:{value}", json!(name));
            sign_payload("ed25519", &payload_and(&twice))
        };
        let own = ["fva", "role", "admin", "age", "score", "nothing", "tags", "properties"];
        if own.contains(&name.as_str())
            || !name.is_ascii()
            || matches!(&**name, "with.dot" | "" | "__proto__")
        {
            accepted("ed25519", &oidc(), &token(name), NOW);
            continue;
        }
        both_refuse("ed25519", &oidc(), &token(name), NOW, "ERR_CLAIM_DUPLICATE");
    }
    for name in ["nonce#en", "nonce#", "auth_time#", "amr#en"] {
        let twice = format!("\"{name}\":null,\"{name}\":null");
        accepted("ed25519", &oidc(), &sign_payload("ed25519", &payload_and(&twice)), NOW);
    }
}

#[test]
fn a_part_of_an_address_that_convex_knows_must_not_be_there_twice() {
    for part in ["formatted", "street_address", "locality", "region", "postal_code", "country"] {
        let payload = payload_and(&format!(r#""address":{{"{part}":"a","{part}":"b"}}"#));
        let token = sign_payload("ed25519", &payload);
        both_refuse("ed25519", &oidc(), &token, NOW, "ERR_CLAIM_DUPLICATE");
    }
    for others in [r#""address":{"planet":1,"planet":2}"#, r#""role":{"country":1,"country":2}"#] {
        accepted("ed25519", &oidc(), &sign_payload("ed25519", &payload_and(others)), NOW);
    }
}

// ---- Keys -----------------------------------------------------------------------------------

#[test]
fn an_eddsa_key_of_another_curve_checks_no_signature() {
    for curve in ["X25519", "Ed448", "P-256"] {
        let mut set = jwk_set(&["ed25519"].map(public_key)).plain();
        set["keys"][0]["crv"] = curve.into();
        let convex = Convex::with_set(set);
        let token = issuer("ed25519").sign(&user(), NOW).unwrap();
        let judgement = convex.judge(&oidc(), &token, NOW);
        judgement.refused(curve, "ERR_KEY_MEMBER");
    }
}

// ---- The identity ---------------------------------------------------------------------------

/// A claim of each kind there is.
fn everything() -> Value {
    json!({
        "sub": "user_1",
        "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace",
        "middle_name": "King", "nickname": "ada", "preferred_username": "ada",
        "profile": "https://example.com/ada", "picture": "https://example.com/ada.png",
        "website": "https://example.com", "email": "ada@example.com", "email_verified": true,
        "gender": "female", "birthdate": "1815-12-10", "birthday": "1815-12-10",
        "zoneinfo": "Europe/London", "locale": "en-GB", "phone_number": "+44 20 7946 0000",
        "phone_number_verified": false, "updated_at": NOW, "auth_time": NOW,
        "address": { "formatted": "12 St James's Square\nLondon", "country": "GB", "planet": 3 },
        "nonce": "n", "acr": "0", "amr": ["pwd", "otp"], "azp": "convex",
        "at_hash": "x", "c_hash": "y",
        "fva": [1, -1],
        "role": "admin", "admin": true, "age": 36, "score": 0.5, "nothing": null,
        "tags": ["a", 1, null],
        "properties": { "id": "x", "deep": { "er": [1], "empty": {} }, "none": null },
        "with.dot": 1, "": "empty", "ключ": "значение", "__proto__": { "x": 1 },
    })
}

#[test]
fn an_identity_has_the_same_members_and_values() {
    for (name, provider) in pairs() {
        let claims = claims(&everything().to_string());
        let token = issuer(name).sign(&claims, NOW).unwrap();
        let identity = accepted(name, &provider, &token, NOW);
        assert_eq!(identity["role"], "admin");
        for dropped in ["jti", "iat", "exp", "aud", "fva"] {
            assert!(!identity.contains_key(dropped), "{dropped}");
        }
        if provider.get("type").is_none() {
            assert_eq!(identity["givenName"], "Ada");
            assert_eq!(identity["address"], "12 St James's Square\nLondon");
            assert_eq!(identity["updatedAt"], "2025-06-15T15:06:40+00:00");
            assert_eq!(identity["properties"]["id"], "x");
        } else {
            assert_eq!(identity["given_name"], "Ada");
            assert_eq!(identity["properties.id"], "x");
            assert_eq!(identity["properties.deep.er"], json!([1]));
            assert!(!identity.contains_key("properties"));
        }
    }
}

/// Every standard claim alone and null.
#[test]
fn each_claim_alone_and_null_gives_the_same_identity() {
    for (claim, value) in everything().as_object().unwrap() {
        for value in [value.clone(), Value::Null] {
            if claim == "sub" {
                continue;
            }
            let claims = claims(&json!({ "sub": "user_1", claim: value }).to_string());
            for (name, provider) in kinds() {
                let token = issuer(name).sign(&claims, NOW).unwrap();
                accepted(name, &provider, &token, NOW);
            }
        }
    }
}

#[test]
fn claims_with_a_language_give_the_same_identity() {
    for claim in
        ["name", "given_name", "family_name", "middle_name", "nickname", "profile", "website"]
    {
        for more in [
            json!({ format!("{claim}#en"): "x" }),
            json!({ format!("{claim}#en"): "x", claim: "y" }),
            json!({ format!("{claim}#de-CH"): "x", format!("{claim}#ja"): "y" }),
            json!({ format!("{claim}#"): "x" }),
        ] {
            for (name, provider) in kinds() {
                let token = sign_payload(name, &payload_with(&more));
                accepted(name, &provider, &token, NOW);
            }
        }
    }
}

#[test]
fn updated_at_gives_the_same_identity_in_every_form() {
    for time in [
        json!(0),
        json!(1_750_000_000),
        json!(253_402_300_800_i64),
        json!(-62_167_219_201_i64),
        json!(1.5),
        json!(1_750_000_000.25),
        json!(1_750_000_000.1),
        json!(1_750_000_000.710_132_1),
        json!(-1.75),
        // Where a double has more places than nine, its product with a billion is rounded too.
        json!(0.1),
        json!(-0.1),
        json!(0.3),
        json!(-0.3),
        json!(0.000_000_001),
        json!(-0.000_000_001),
        json!(1.1),
        json!(4.1),
        json!(-64.7),
        json!(8_388_607.999_999_999),
        json!(-8_388_607.999_999_999),
        json!(8_388_608.1),
        json!(-8_388_608.1),
        json!(-1_750_000_000.1),
        json!(-1_750_000_000.710_132_1),
        json!(-62_135_596_799.75),
        json!("2026-08-01T10:20:30Z"),
        json!("2026-08-01T10:20:30.5Z"),
        json!("2026-08-01T10:20:30.123456Z"),
        json!("2026-08-01T10:20:30.123456789Z"),
        json!("2026-08-01T12:20:30+02:00"),
        json!("2026-08-01t10:20:30z"),
        json!("2026-08-01 10:20:30Z"),
        json!("1969-12-31T23:59:59Z"),
        json!("0001-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
    ] {
        let claims = claims(&json!({ "sub": "user_1", "updated_at": time }).to_string());
        for (name, provider) in kinds() {
            accepted(name, &provider, &issuer(name).sign(&claims, NOW).unwrap(), NOW);
        }
    }
}

// ---- Any payload ----------------------------------------------------------------------------

/// Values that standard and registered claims have, rightly or wrongly.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-10_i64..10).prop_map(|offset| json!(NOW + offset)),
        (-10_i64..10).prop_map(Value::from),
        (-10.0_f64..10.0).prop_map(|offset| json!(NOW as f64 + offset)),
        prop::sample::select(vec![
            "",
            "x",
            "convex",
            "user_1",
            ISSUER,
            HOST,
            "2026-08-01T10:20:30Z",
            "2026-08-01",
            "1",
            "2026-08-01T10:20:60Z",
            "2026-08-01T10:20:30.5+14:00",
        ])
        .prop_map(Value::from),
        Just(json!([])),
        Just(json!(["convex"])),
        Just(json!(["convex", "other"])),
        Just(json!(["convex", 1])),
        Just(json!({})),
        Just(json!({ "formatted": "x" })),
        Just(json!({ "formatted": 1 })),
        Just(json!({ "formatted": null, "country": "GB" })),
        Just(json!({ "a": { "b": 1 }, "c": {} })),
    ]
}

fn any_name() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "nbf",
        "jti",
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
        "birthdate",
        "birthday",
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
        "fva",
        "role",
        "a.b",
        "",
        "#",
        "#en",
        "name#",
        "name#en",
        "name#de-CH",
        "name#not a tag!",
        "picture#en#de",
        "email#en",
        "email_verified#en",
        "updated_at#en",
        "address#en",
        "nonce#en",
        "amr#en",
        "role#en",
        "issuer",
        "subject",
        "tokenIdentifier",
        "givenName",
        "updatedAt",
    ])
    .prop_map(str::to_owned)
}

/// Claims laid over those that an issuer would set. No number is an address: in this build, where
/// `serde_json` keeps numbers' digits, it reaches Convex's parser as an object and passes for one.
fn any_claims() -> impl Strategy<Value = Map<String, Value>> {
    let claims = prop::collection::btree_map(any_name(), any_value(), 0..4);
    claims
        .prop_filter("no number for an address", |claims| {
            !claims.get("address").is_some_and(Value::is_number)
        })
        .prop_map(|claims| claims.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_payload_is_judged_alike(
        claims in any_claims(),
        kind in 0..2usize,
    ) {
        let (name, provider) = &kinds()[kind];
        let claims = Value::Object(claims);
        let judgement = judge(provider, &sign_payload(name, &payload_with(&claims)), NOW);
        let mut disagreements = Disagreements::default();
        disagreements.note(&judgement, &claims.to_string());
        disagreements.none();
        if let (Ok(ours), Ok(convexs)) = (judgement.ours, judgement.convexs) {
            prop_assert_eq!(Value::Object(ours), convexs, "{}", claims);
        }
    }

    /// What `Claims` lets through, Convex accepts.
    #[test]
    fn any_claims_that_we_sign_are_accepted(
        mut given in any_claims(),
        kind in 0..2usize,
    ) {
        given.insert("sub".to_owned(), "user_1".into());
        let (name, provider) = &kinds()[kind];
        let json = Value::Object(given).to_string();
        if let Ok(claims) = convex_token::Claims::from_json(&json) {
            let token = issuer(name).sign(&claims, NOW).unwrap();
            let judgement = judge(provider, &token, NOW);
            prop_assert!(judgement.convexs.is_ok(), "{}: {:?}", json, judgement.convexs);
            prop_assert_eq!(Value::Object(judgement.ours.unwrap()), judgement.convexs.unwrap());
        }
    }
}
