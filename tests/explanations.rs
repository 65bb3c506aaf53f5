//! What an explanation shows beside its verdict: what each check found, what it expected, and what
//! Convex says. That the verdicts are Convex's is in `conformance.rs` and `convex_agrees.rs`.

mod common;

use base64::Engine;
use common::convex::{custom_jwt, oidc};
use common::*;
use convex_token::convex::{Circumstances, Document, Explained, Explanation, Provider, explain};
use convex_token::key::{MAX_SOURCE_BYTES, jwk_set};
use serde_json::{Value, json};

fn document(path: &str, body: String) -> Document {
    Document {
        url: Some(format!("{ISSUER}/.well-known/{path}")),
        status: Some(200),
        content_type: Some("application/json".to_owned()),
        body: Some(body),
        error: None,
    }
}

fn discovery() -> Value {
    json!({ "issuer": ISSUER, "jwks_uri": format!("{ISSUER}/.well-known/jwks.json") })
}

fn set(name: &str) -> Value {
    jwk_set([&public_key(name)]).plain()
}

/// A token with all that it is judged by, each part of which a test may change.
struct Case {
    token: String,
    providers: Vec<Value>,
    discovery: Document,
    jwks: Document,
    now: i64,
}

impl Case {
    fn of(name: &'static str, provider: Value, others: Value) -> Self {
        let mut claims = json!({
            "iss": ISSUER, "aud": "convex", "sub": "user_1", "iat": NOW - 100, "exp": NOW + 500,
        });
        claims.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
        Self {
            token: sign_payload(name, &claims.to_string()),
            providers: vec![provider],
            discovery: document("openid-configuration", discovery().to_string()),
            jwks: document("jwks.json", set(name).to_string()),
            now: NOW,
        }
    }

    fn oidc(others: Value) -> Self {
        Self::of("ed25519", oidc(), others)
    }

    fn custom_jwt(others: Value) -> Self {
        Self::of("p256", custom_jwt("ES256"), others)
    }

    fn explained(&self) -> Explanation {
        let providers: Vec<_> =
            self.providers.iter().map(|entry| Provider::from_json(&entry.to_string())).collect();
        let given = Circumstances {
            providers: Some(&providers),
            discovery: Some(&self.discovery),
            jwks: Some(&self.jwks),
            now: self.now,
            ..Circumstances::default()
        };
        explain(&self.token, &given)
    }

    #[track_caller]
    fn check(&self, name: &str) -> Explained {
        self.explained().checks.into_iter().find(|check| check.name == name).unwrap()
    }

    fn found(&self, name: &str) -> String {
        self.check(name).found
    }

    /// What Convex says for a check, which must fail.
    #[track_caller]
    fn said(&self, name: &str) -> String {
        let failure = self.check(name).failure;
        failure.expect("it fails").convex_message.expect("Convex says something")
    }
}

/// The names of some checks with what each found and expected.
#[track_caller]
fn shows(explanation: &Explanation, expected: &[(&str, &str, &str)]) {
    let known = |text: &str| {
        text.replace("ISSUER", ISSUER)
            .replace("ED25519", &kid("ed25519"))
            .replace("P256", &kid("p256"))
    };
    for (check, (name, found, expected)) in explanation.checks.iter().zip(expected) {
        assert_eq!(check.name, *name);
        assert_eq!(check.found, known(found), "{name}");
        assert_eq!(check.expected, known(expected), "{name}");
    }
    assert_eq!(explanation.checks.len(), expected.len());
}

// ---- Accepted tokens ------------------------------------------------------------------------

const ROUTING: [(&str, &str, &str); 5] = [
    ("provider", "1 in auth.config.ts", "at least one entry, each as Convex takes it"),
    (
        "payload",
        "the claims aud, exp, iat, iss, sub",
        "a JSON object in base64url, with registered claims of their types",
    ),
    ("issuer-present", r#""ISSUER""#, r#"a claim "iss""#),
    ("issuer", r#""ISSUER""#, r#""ISSUER""#),
    ("audience", r#""convex""#, r#""convex""#),
];

const FORM: &str = "three parts in base64url, joined by dots, with a JSON object as header";

#[test]
fn each_check_of_an_oidc_provider_shows_what_it_found_and_expects() {
    let own = [
        ("issuer-url", r#""ISSUER""#, "a whole URL: discovery begins there"),
        (
            "discovery",
            r#"status 200, application/json, 121 bytes, issuer "ISSUER""#,
            r#"ISSUER/.well-known/openid-configuration: status 200, application/json, the issuer "ISSUER" to the letter, a jwks_uri"#,
        ),
        (
            "jwks",
            r#"status 200, application/json, 168 bytes: "ED25519" (EdDSA)"#,
            "a JWK set, with status 200 and the type application/json or application/jwk-set+json",
        ),
        ("required-claims", "sub, exp, iat", "the claims sub, exp and iat"),
        (
            "standard-claims",
            "each of its type",
            "name, email, email_verified and so on of the types of OpenID Connect, each once",
        ),
        ("form", r#"alg "EdDSA", kid "ED25519""#, FORM),
        ("type", r#"typ "JWT""#, r#"`typ` "JWT" or none; neither `cty` nor `crit`"#),
        ("one-audience", r#""convex""#, "one audience: a string, or an array of one"),
        ("algorithm", r#""EdDSA""#, r#""RS256" or "EdDSA""#),
        (
            "key",
            r#""ED25519""#,
            r#"exactly one key of the token's algorithm; published are "ED25519" (EdDSA)"#,
        ),
        ("signature", "a signature of 64 bytes", r#"made by the key "ED25519""#),
        ("expiry", "2025-06-15T15:15:00Z (in 500 s)", "later than 2025-06-15T15:06:40Z"),
        ("not-before", "absent", "any: OIDC providers do not look at it"),
    ];
    shows(&Case::oidc(json!({})).explained(), &[&ROUTING[..], &own].concat());
}

#[test]
fn each_check_of_a_custom_jwt_provider_shows_what_it_found_and_expects() {
    let not_later = "absent, or not later than 2025-06-15T15:06:40Z, give or take 5 s";
    let own = [
        (
            "jwks",
            r#"status 200, application/json, 215 bytes: "P256" (ES256)"#,
            "a JWK set of keys that Convex knows, with status 200 and the type application/json or application/jwk-set+json, in UTF-8",
        ),
        ("form", r#"alg "ES256", kid "P256""#, FORM),
        ("type", r#"typ "JWT""#, "any: customJwt providers do not look at them"),
        ("key-id", r#""P256""#, "a `kid` in the header"),
        ("key", r#""P256""#, r#"one of the published: "P256" (ES256)"#),
        ("key-algorithm", r#""ES256""#, r#""ES256", as the key has it"#),
        ("algorithm", r#""ES256""#, r#""ES256", as the provider has it"#),
        ("signature", "a signature of 64 bytes", r#"made by the key "P256""#),
        (
            "expiry",
            "2025-06-15T15:15:00Z (in 500 s)",
            "later than 2025-06-15T15:06:40Z, give or take 5 s",
        ),
        ("not-before", "absent", not_later),
        ("issued-at", "2025-06-15T15:05:00Z (100 s ago)", not_later),
        ("required-claims", "sub, exp", "the claims sub and exp"),
    ];
    shows(&Case::custom_jwt(json!({})).explained(), &[&ROUTING[..], &own].concat());
}

// ---- Values ---------------------------------------------------------------------------------

#[test]
fn a_time_is_shown_with_how_far_away_it_is() {
    for (exp, found) in [
        (json!(NOW), "2025-06-15T15:06:40Z (now)"),
        (json!(NOW - 1), "2025-06-15T15:06:39Z (1 s ago)"),
        (json!(NOW + 1), "2025-06-15T15:06:41Z (in 1 s)"),
        (json!(NOW as f64 + 0.5), "2025-06-15T15:06:40Z (in 1 s)"),
        (json!(0), "1970-01-01T00:00:00Z (1750000000 s ago)"),
        (json!(253_402_300_799_i64), "9999-12-31T23:59:59Z (in 251652300799 s)"),
        (json!(253_402_300_800_i64), "253402300800 (in 251652300800 s)"),
        (json!(-1), "-1 (1750000001 s ago)"),
        (json!("tomorrow"), "\"tomorrow\""),
        (json!(null), "absent"),
    ] {
        assert_eq!(Case::oidc(json!({ "exp": exp })).found("expiry"), found, "{exp}");
    }
}

#[test]
fn what_is_absent_is_said_to_be() {
    let bare = json!({ "iss": null, "aud": null, "sub": null, "exp": null, "iat": null });
    let case = Case::oidc(bare);
    for (name, found) in [
        ("issuer-present", "absent"),
        ("issuer", "absent"),
        ("audience", "absent"),
        ("required-claims", "none of these"),
        ("expiry", "absent"),
    ] {
        assert_eq!(case.found(name), found, "{name}");
    }
    let mut case = Case::oidc(json!({}));
    case.token = sign_texts("ed25519", "{}", &part(&case.token, 1));
    for (name, found) in [("form", "none of these"), ("type", "none of these"), ("key", "absent")] {
        assert_eq!(case.found(name), found, "{name}");
    }
}

#[test]
fn a_claim_of_another_type_is_shown_by_its_type() {
    for (value, kind) in [
        (json!(true), "a boolean"),
        (json!(1), "a number"),
        (json!([]), "an array"),
        (json!({}), "an object"),
    ] {
        let found = Case::oidc(json!({ "name": value })).found("standard-claims");
        assert_eq!(found, format!("name: {kind}"));
    }
    let found = Case::oidc(json!({ "name": 1, "email_verified": "x" })).found("standard-claims");
    assert_eq!(found, "email_verified: a string, name: a number");
}

#[test]
fn what_cannot_be_read_is_shown_by_what_is_wrong_with_it() {
    let mut case = Case::custom_jwt(json!({}));
    let token = case.token.clone();
    let parts: Vec<_> = token.split('.').collect();
    for (text, says) in [
        (format!("{}.{}", parts[0], parts[1]), "has one dot, not two"),
        (format!("{token}.e30"), "has more than two dots"),
        (format!("*.{}.{}", parts[1], parts[2]), "its header is not base64url"),
    ] {
        case.token = text;
        let found = case.found("form");
        assert!(found.contains(says), "{found}");
    }
    case.token = format!("{}.*.{}", parts[0], parts[2]);
    let found = case.found("payload");
    assert!(found.contains("its payload is not base64url"), "{found}");
    assert_eq!(case.said("payload"), PAYLOAD);
    assert_eq!(case.found("expiry"), "absent");
}

const PAYLOAD: &str = "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts separated by dots.";

// ---- Providers ------------------------------------------------------------------------------

#[test]
fn all_providers_are_shown_and_said_where_none_takes_the_token() {
    let mut case = Case::oidc(json!({ "iss": "https://other.example", "aud": ["a", "b"] }));
    let mut without_id = custom_jwt("ES256");
    without_id.as_object_mut().unwrap().remove("applicationID");
    case.providers.push(without_id);
    assert_eq!(case.found("provider"), "2 in auth.config.ts");
    assert_eq!(case.check("issuer").expected, format!("\"{ISSUER}\""));
    assert_eq!(
        case.said("issuer"),
        format!(
            "No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your configured providers: [OIDC(domain={ISSUER}, app_id=convex), CustomJWT(issuer={ISSUER}, app_id=none)]"
        )
    );
    case.providers.remove(0);
    assert_eq!(case.found("audience"), "[\"a\",\"b\"]");
    let mut case = Case::oidc(json!({ "aud": ["a", "b"] }));
    let failure = case.check("audience").failure.unwrap();
    assert!(failure.error.message().contains("\"a\", \"b\""), "{}", failure.error);
    case.providers = vec![custom_jwt("ES256")];
    case.providers[0].as_object_mut().unwrap().remove("applicationID");
    assert_eq!(case.check("audience").expected, "any: the provider has no applicationID");
}

#[test]
fn an_entry_that_convex_does_not_take_is_told_of_first() {
    let mut case = Case::oidc(json!({}));
    case.providers.push(json!({ "applicationID": "convex" }));
    let check = case.check("provider");
    assert_eq!(check.ok, Some(false));
    let failure = check.failure.unwrap();
    assert_eq!((failure.error.code(), failure.convex_message), ("ERR_PROVIDER", None));
    case.providers.clear();
    assert_eq!(
        case.said("provider"),
        "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts."
    );
    // Before it looks for a provider, Convex reads the payload, and misses its issuer.
    let mut case = Case::oidc(json!({ "iss": null }));
    case.providers.clear();
    assert_eq!(case.check("provider").ok, Some(true));
    assert_eq!(case.check("issuer-present").ok, Some(false));
}

/// `AuthInfoModel::put`: OIDC first, then by application ID, issuer, set and algorithm.
#[test]
fn providers_are_tried_in_the_order_of_a_fresh_deployment() {
    let with = |name: &str, value: &str| {
        let mut provider = custom_jwt("ES256");
        provider[name] = value.into();
        provider
    };
    let audiences = json!({ "aud": ["convex", "another"] });
    for (first, second, found) in [
        (custom_jwt("RS256"), custom_jwt("ES256"), "\"RS256\", as the provider has it"),
        (
            with("applicationID", "another"),
            custom_jwt("RS256"),
            "\"ES256\", as the provider has it",
        ),
        (
            with("jwks", "https://a.example"),
            custom_jwt("RS256"),
            "\"ES256\", as the provider has it",
        ),
        (oidc(), with("applicationID", "another"), "\"RS256\" or \"EdDSA\""),
    ] {
        let mut case = Case::custom_jwt(audiences.clone());
        for providers in [[&first, &second], [&second, &first]] {
            case.providers = providers.map(Value::clone).to_vec();
            assert_eq!(case.check("algorithm").expected, found, "{providers:?}");
        }
    }
}

// ---- Fetched documents ----------------------------------------------------------------------

const INTERNAL: &str = "Your request couldn't be completed. Try again later.";

/// What is known of an answer tells that there was one; a text alone may be the keys.
#[test]
fn a_bare_key_is_a_set_only_where_no_answer_brought_it() {
    let mut case = Case::custom_jwt(json!({}));
    case.jwks.body =
        Some(public_key("p256").jwk().plain().into_iter().collect::<Value>().to_string());
    let url = case.jwks.url.take();
    for (url, status, ok) in [
        (None, None, true),
        (None, Some(200), false),
        (url.clone(), None, false),
        (url, Some(200), false),
    ] {
        (case.jwks.url, case.jwks.status) = (url, status);
        let check = case.check("jwks");
        assert_eq!(check.ok, Some(ok), "{:?}", case.jwks);
        assert_eq!(check.found.contains("bytes: "), !ok, "{}", check.found);
    }
    case.jwks.body = Some(set("p256").to_string());
    assert_eq!(case.check("jwks").ok, Some(true));
}

#[test]
fn an_answer_is_shown_by_its_status_type_and_length() {
    let mut case = Case::oidc(json!({}));
    case.discovery.body = None;
    case.discovery.content_type = None;
    assert_eq!(case.found("discovery"), "status 200, 0 bytes");
    case.discovery.status = None;
    case.discovery.content_type = Some(String::new());
    assert_eq!(case.found("discovery"), "no Content-Type, 0 bytes");
    case.discovery.error = Some("connect ECONNREFUSED".to_owned());
    assert_eq!(case.found("discovery"), "no answer: connect ECONNREFUSED");
    case.jwks.status = Some(404);
    case.jwks.content_type = Some("text/html".to_owned());
    case.jwks.body = Some("<!doctype html>".to_owned());
    let found = case.found("jwks");
    assert!(found.starts_with("status 404, text/html, 15 bytes: "), "{found}");
}

#[test]
fn a_failed_discovery_is_said_with_its_status_and_body() {
    let mut case = Case::oidc(json!({}));
    let failed = format!("Auth provider discovery of {ISSUER} failed");
    for (status, name) in [
        (400, "Bad Request"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not Found"),
        (405, "Method Not Allowed"),
        (429, "Too Many Requests"),
        (500, "Internal Server Error"),
        (502, "Bad Gateway"),
        (503, "Service Unavailable"),
        (504, "Gateway Timeout"),
        (418, "…"),
    ] {
        case.discovery.status = Some(status);
        case.discovery.body = Some("No matching routes found".to_owned());
        let expected = format!("{failed}: {status} {name} No matching routes found");
        assert_eq!(case.said("discovery"), expected);
        // The body of the set is not shown: it may be a set.
        case.jwks.status = Some(status);
        assert_eq!(case.said("jwks"), format!("{failed}: {status} {name} …"));
    }
    let mut case = Case::oidc(json!({}));
    case.discovery.content_type = Some("text/html".to_owned());
    assert_eq!(case.said("discovery"), format!("{failed}: 200 OK …"));
    case.discovery.error = Some("connect ECONNREFUSED".to_owned());
    assert_eq!(case.said("discovery"), failed);
}

#[test]
fn a_failed_fetch_of_a_custom_jwt_set_is_said_with_its_cause() {
    let uri = format!("{ISSUER}/.well-known/jwks.json");
    let check = "Check that the URL is correct and accessible.";
    let mut case = Case::custom_jwt(json!({}));
    case.jwks.status = Some(503);
    let expected =
        format!("Could not fetch JWKS from URL '{uri}': HTTP 503 Service Unavailable. {check}");
    assert_eq!(case.said("jwks"), expected);
    case.jwks.status = Some(200);
    for (content_type, shown) in [
        ("text/html", "text/html"),
        ("", "unknown"),
        ("application/jsön", "unknown"),
        ("application/json; charset=latin1", "application/json; charset=latin1"),
    ] {
        case.jwks.content_type = Some(content_type.to_owned());
        let expected = format!(
            "Invalid Content-Type '{shown}' when fetching JWKS from '{uri}'. Expected 'application/json' or 'application/jwk-set+json'."
        );
        assert_eq!(case.said("jwks"), expected);
    }
    case.jwks.error = Some("error sending request".to_owned());
    let expected = format!("Could not fetch JWKS from URL '{uri}': error sending request. {check}");
    assert_eq!(case.said("jwks"), expected);
    case.providers[0]["jwks"] = "".into();
    assert_eq!(case.said("jwks"), INTERNAL);
    let mut case = Case::custom_jwt(json!({}));
    case.jwks.body = Some("{".to_owned());
    let expected = format!(
        "Invalid JWKS response body from '{uri}'. The response is not valid JSON or doesn't match the expected JWKS format."
    );
    assert_eq!(case.said("jwks"), expected);
}

#[test]
fn no_set_or_an_embedded_one_is_shown_as_such() {
    let case = Case::custom_jwt(json!({}));
    let explained = |provider: Value| {
        let providers = [Provider::from_json(&provider.to_string())];
        let given =
            Circumstances { providers: Some(&providers), now: NOW, ..Circumstances::default() };
        let explanation = explain(&case.token, &given);
        explanation.checks.into_iter().find(|check| check.name == "jwks").unwrap()
    };
    let check = explained(custom_jwt("ES256"));
    assert_eq!(
        (check.ok, check.found.as_str()),
        (None, "no key set is given, so the signature cannot be checked")
    );
    let embedded = |uri: String| {
        let mut provider = custom_jwt("ES256");
        provider["jwks"] = uri.into();
        explained(provider)
    };
    let in_base64 = BASE64_STANDARD.encode(set("p256").to_string());
    let check = embedded(format!("data:application/json;base64,{in_base64}"));
    let found = format!("\"{}\" (ES256)", kid("p256"));
    assert_eq!((check.ok, check.found), (Some(true), found));
    // A URL may have tabs and line breaks anywhere, and ends with a fragment.
    let check = embedded(format!("data:application/json;ba\tse64,\n{in_base64}"));
    assert_eq!(check.ok, Some(true));
    let check = embedded(format!("data:application/json#;base64,{in_base64}"));
    assert_eq!(check.failure.unwrap().error.code(), "ERR_PROVIDER");
    for (uri, said) in [
        (
            "data:application/json;base64,*",
            "Invalid JWKS data URL. Check that the data URL is properly formatted and contains valid base64-encoded JSON.",
        ),
        ("data:application/json", INTERNAL),
    ] {
        let failure = embedded(uri.to_owned()).failure.unwrap();
        assert_eq!(failure.error.code(), "ERR_PROVIDER");
        assert_eq!(failure.convex_message.as_deref(), Some(said));
    }
}

#[test]
fn what_is_no_set_is_told_of_as_an_answer_where_one_brought_it() {
    let mut case = Case::oidc(json!({}));
    let mut code = |body: &str, fetched: bool| {
        case.jwks.status = fetched.then_some(200);
        case.jwks.url = fetched.then(|| format!("{ISSUER}/.well-known/jwks.json"));
        case.jwks.body = Some(body.to_owned());
        case.check("jwks").failure.unwrap().error.code()
    };
    assert_eq!(code("{", true), "ERR_ROUTE_JSON");
    assert_eq!(code("{", false), "ERR_KEY_DAMAGED");
    let long = " ".repeat(MAX_SOURCE_BYTES + 1);
    assert_eq!(code(&long, true), "ERR_KEY_SET_TOO_LARGE");
    assert_eq!(code(&long, false), "ERR_KEY_SET_TOO_LARGE");
}

#[test]
fn a_refused_answer_is_told_of_with_its_address() {
    let mut case = Case::oidc(json!({}));
    case.discovery.status = Some(404);
    let failure = case.check("discovery").failure.unwrap();
    let url = format!("{ISSUER}/.well-known/openid-configuration");
    assert!(failure.error.message().contains(&url), "{}", failure.error);
    case.discovery.url = None;
    let failure = case.check("discovery").failure.unwrap();
    assert!(failure.error.message().contains("the document"), "{}", failure.error);
}

#[test]
fn the_types_of_documents_are_those_that_convex_takes() {
    let takes = |custom_jwt: bool, check: &str, content_type: &str| {
        let case = if custom_jwt { Case::custom_jwt } else { Case::oidc };
        let mut case = case(json!({}));
        case.discovery.content_type = Some(content_type.to_owned());
        case.jwks.content_type = Some(content_type.to_owned());
        case.check(check).ok == Some(true)
    };
    for (content_type, of_document, of_discovered_set, of_set) in [
        ("application/json", true, true, true),
        ("Application/JSON;charset=utf-8", true, true, true),
        ("application/jwk-set+json", false, true, true),
        ("", true, true, false),
        ("text/plain", false, false, false),
        ("application/json; charset=latin1", true, true, false),
        ("application/json; charset=\"utf-8\"", true, true, true),
        ("application/json; charset=\"utf-8\" ; a=b", true, true, true),
        ("application/json; charset=\"utf-8\" a=b", true, true, false),
        ("application/json; charset=\"utf-8\"x", true, true, false),
        ("application/json; a=b; charset=utf-8; charset=latin1", true, true, true),
        ("application/json; a=b; charset=latin1; charset=utf-8", true, true, false),
        ("application/json; charset", true, true, false),
        ("application/json; =utf-8", true, true, false),
        ("application/json; a(=b", true, true, false),
        ("application/json; a=(", true, true, false),
        ("application/json; a!#$%&'*+-.^_`|~=b", true, true, true),
    ] {
        assert_eq!(takes(false, "discovery", content_type), of_document, "{content_type}");
        assert_eq!(takes(false, "jwks", content_type), of_discovered_set, "{content_type}");
        assert_eq!(takes(true, "jwks", content_type), of_set, "{content_type}");
    }
}

#[test]
fn keys_are_shown_by_name_and_algorithm() {
    let mut case = Case::custom_jwt(json!({}));
    case.jwks.status = None;
    case.jwks.url = None;
    case.jwks.body = Some(json!({ "keys": [{ "kty": "EC" }, { "kty": "AKP" }] }).to_string());
    assert_eq!(case.found("jwks"), "no `kid` (ES256), no `kid` (another)");
    case.jwks.body = Some(json!({ "keys": [] }).to_string());
    assert_eq!(case.found("jwks"), "no key");
    assert_eq!(case.check("signature").expected, "made by the published key");
}

// ---- Discovery ------------------------------------------------------------------------------

#[test]
fn a_member_of_the_discovery_document_of_another_type_is_named() {
    let explained = |members: &str| {
        let mut case = Case::oidc(json!({}));
        let body = discovery().to_string();
        case.discovery.body = Some(format!("{},{members}}}", body.strip_suffix('}').unwrap()));
        case.check("discovery")
    };
    for taken in [
        r#""scopes_supported":null"#,
        r#""scopes_supported":["openid"]"#,
        r#""response_types_supported":["code",null]"#,
        r#""request_parameter_supported":true"#,
        r#""service_documentation":"mailto:""#,
        r#""service_documentation":"https://a.example:8080/""#,
        r#""own":1,"own":2"#,
    ] {
        assert_eq!(explained(taken).ok, Some(true), "{taken}");
    }
    for (refused, name) in [
        (r#""scopes_supported":[null]"#, "scopes_supported"),
        (r#""scopes_supported":["a"],"scopes_supported":["b"]"#, "scopes_supported"),
        (r#""response_types_supported":null"#, "response_types_supported"),
        (r#""response_types_supported":[1]"#, "response_types_supported"),
        (r#""request_parameter_supported":"true""#, "request_parameter_supported"),
        (r#""service_documentation":"https://a.example:+1/""#, "service_documentation"),
        (r#""service_documentation":"here""#, "service_documentation"),
        (r#""service_documentation":"1a:here""#, "service_documentation"),
        (r#""service_documentation":"a b:here""#, "service_documentation"),
    ] {
        let failure = explained(refused).failure.unwrap_or_else(|| panic!("{refused}"));
        let message = failure.error.message();
        assert!(message.contains(&format!("`{name}`")), "{refused}: {message}");
    }
}

// ---- Keys and algorithms --------------------------------------------------------------------

/// The key that a customJwt token names is an RSA key, of some `alg` or none.
fn with_an_rsa_key(provider: &str, alg: Option<&str>) -> Case {
    let mut case = Case::custom_jwt(json!({}));
    case.providers = vec![custom_jwt(provider)];
    let mut key = public_key("rsa-2048").jwk().plain();
    key.insert("kid".to_owned(), kid("p256").into());
    key.insert("alg".to_owned(), alg.into());
    case.jwks.body = Some(json!({ "keys": [key] }).to_string());
    case
}

#[test]
fn a_key_that_cannot_be_of_the_tokens_algorithm_is_said_as_convex_says_it() {
    let kid = kid("p256");
    let decoding = format!(
        "Could not decode token. The JWT's 'kid' (key ID) header is '{kid}', does this key match any key in the provider's JWKS?"
    );
    // Convex panics over a key that names no algorithm, where the provider has the token's.
    assert_eq!(with_an_rsa_key("ES256", None).said("key-algorithm"), INTERNAL);
    assert_eq!(with_an_rsa_key("RS256", None).said("key-algorithm"), decoding);
    assert_eq!(with_an_rsa_key("ES256", Some("RS256")).said("key-algorithm"), decoding);
}

#[test]
fn a_signature_is_judged_where_the_key_says_that_it_could_have_made_it() {
    let check = |alg| with_an_rsa_key("ES256", alg).check("signature");
    let failure = check(Some("ES256")).failure.unwrap();
    assert_eq!(failure.error.code(), "ERR_TOKEN_SIGNATURE");
    for alg in [None, Some("RS256")] {
        assert_eq!(check(alg).ok, None, "{alg:?}");
    }
}

#[test]
fn an_algorithm_that_convex_does_not_know_is_no_form_of_a_token() {
    for (alg, is_known) in [
        ("HS256", true),
        ("PS512", true),
        ("A128GCM", true),
        ("none", true),
        ("HS999", false),
        ("ES", false),
        ("dir", false),
        ("RSA-OAEP", false),
        ("", false),
    ] {
        let mut case = Case::oidc(json!({}));
        let header = json!({ "alg": alg }).to_string();
        case.token = sign_texts("ed25519", &header, &part(&case.token, 1));
        assert_eq!(case.check("form").ok, Some(is_known), "{alg}");
        assert_eq!(case.check("algorithm").ok, Some(false), "{alg}");
    }
}

/// Whatever Convex lets pass: a token of ours has one spelling.
#[test]
fn without_a_provider_no_bits_stand_behind_the_last_byte_of_a_signature() {
    let mut case = Case::oidc(json!({}));
    assert_eq!(case.token.len() - case.token.rfind('.').unwrap() - 1, 86);
    let last = case.token.pop().unwrap();
    case.token.push((last as u8 + 1) as char);
    assert!(case.explained().accepted);
    let given = Circumstances { jwks: Some(&case.jwks), now: NOW, ..Circumstances::default() };
    let explanation = explain(&case.token, &given);
    let form = explanation.checks.iter().find(|check| check.name == "form").unwrap();
    assert_eq!(form.failure.as_ref().unwrap().error.code(), "ERR_TOKEN_MALFORMED");
}

// ---- Cures ----------------------------------------------------------------------------------

#[test]
fn the_cure_fits_the_cause() {
    let hint = |case: &Case, check: &str| {
        let failure = case.check(check).failure.unwrap_or_else(|| panic!("{check} passes"));
        failure.error.hint().into_owned()
    };
    let mut hints = Vec::new();
    for iss in [
        "https://happy-animal-123.convex.cloud",
        "https://HAPPY-animal-123.convex.site",
        "other.example",
        "http://happy-animal-123.convex.site",
        "https://happy-animal-123.convex.site/path",
        "https://sad-animal-456.convex.site",
        "https://other.example",
    ] {
        hints.push(hint(&Case::oidc(json!({ "iss": iss })), "issuer"));
    }
    let mut of_api = Case::oidc(json!({}));
    of_api.providers[0]["domain"] = "https://happy-animal-123.convex.cloud".into();
    hints.push(hint(&of_api, "issuer"));
    hints.push(hint(&Case::oidc(json!({ "aud": null })), "audience"));
    hints.push(hint(&Case::oidc(json!({ "aud": "other" })), "audience"));
    let mut case = Case::oidc(json!({}));
    for issuer in [format!("{ISSUER}/"), "https://other.example".to_owned()] {
        let mut document = discovery();
        document["issuer"] = issuer.into();
        case.discovery.body = Some(document.to_string());
        hints.push(hint(&case, "discovery"));
    }
    for status in [404, 500] {
        case.discovery.status = Some(status);
        hints.push(hint(&case, "discovery"));
    }
    for (index, hint) in hints.iter().enumerate() {
        assert!(!hints[..index].contains(hint), "{hint}");
    }
    // One of another letter case is also the same host, and one without a scheme is no other issuer.
    for (index, says) in [
        (0, ".convex.site"),
        (1, "letter"),
        (2, "https://"),
        (3, "http"),
        (4, "path"),
        (5, "deployment"),
        (8, "other libraries must be told"),
        (10, "slash"),
        (12, "addAuthRoutes"),
    ] {
        assert!(hints[index].contains(says), "{index}: {}", hints[index]);
    }
}

#[test]
fn at_most_five_names_of_keys_are_shown() {
    let message = |count: usize| {
        let mut case = Case::custom_jwt(json!({}));
        let keys: Vec<_> = (0..count)
            .map(|number| {
                let mut key = public_key("p256").jwk().plain();
                key.insert("kid".to_owned(), format!("k{number}").into());
                key
            })
            .collect();
        case.jwks.body = Some(json!({ "keys": keys }).to_string());
        case.check("key").failure.unwrap().error.message()
    };
    assert!(message(4).contains(r#""k0", "k1", "k2", "k3""#), "{}", message(4));
    assert!(!message(4).contains('…') && !message(5).contains('…'));
    assert!(message(6).contains(r#""k3", "k4", …"#), "{}", message(6));
}
