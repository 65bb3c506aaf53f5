//! What an issuer's server answers: discovery documents, JWK sets, content types, `data:` URIs. A valid
//! token is judged by it here and by `verify-as-convex`, which must come to the same verdict.

use convex_token::Claims;
use convex_token::convex::{Circumstances, Document, Provider, explain};
use serde_json::json;
use verify_as_convex::http::{Stored, StoredAnswer};
use verify_as_convex::parse_providers;

use super::shared::{ISSUER, NOW, PEMS, choice, fields, is_bounded, issuer_with};

const DISCOVERY: &str = "/.well-known/openid-configuration";

thread_local! {
    /// A token for each kind of provider.
    static TOKENS: [String; 2] = [PEMS[2], PEMS[1]].map(|pem| {
        let claims = Claims::from_json(r#"{"sub":"user_1"}"#).expect("claims");
        issuer_with(pem).sign(&claims, NOW).expect("a token")
    });
}

/// Answers whose form the two tell in another way, or that one of the two cannot be given.
fn is_comparable(text: &str) -> bool {
    // With this build's `serde_json` a number beyond all doubles is one, and a number is an object
    // inside.
    !text.contains("$serde_json")
        && !text.bytes().any(|byte| matches!(byte, b'e' | b'E') && has_exponent(text))
}

fn has_exponent(text: &str) -> bool {
    text.as_bytes()
        .windows(2)
        .any(|pair| pair[0].is_ascii_digit() && matches!(pair[1], b'e' | b'E'))
}

pub fn run(data: &[u8]) {
    let (kind, rest) = choice(data, 3);
    let [discovery_type, discovery, jwks_type, jwks] = fields(rest);
    let jwks_uri = format!("{ISSUER}/jwks");
    let provider = match kind {
        0 => json!({ "domain": ISSUER, "applicationID": "convex" }),
        1 => {
            json!({ "type": "customJwt", "issuer": ISSUER, "jwks": jwks_uri, "algorithm": "ES256" })
        }
        // The set's text stands for the URI.
        _ => json!({ "type": "customJwt", "issuer": ISSUER, "jwks": jwks, "algorithm": "ES256" }),
    };
    let document = |url: String, content_type: &str, body: &str| Document {
        url: Some(url),
        status: Some(200),
        content_type: Some(content_type.to_owned()),
        body: Some(body.to_owned()),
        error: None,
    };
    let discovered = document(format!("{ISSUER}{DISCOVERY}"), &discovery_type, &discovery);
    let found = document(jwks_uri.clone(), &jwks_type, &jwks);
    let own = Provider::from_json(&provider.to_string());
    let embeds = kind == 2;
    if embeds && !own.as_ref().is_ok_and(|own| own.embedded_jwks().is_some()) {
        return;
    }
    let providers = [own];
    let given = Circumstances {
        providers: Some(&providers),
        discovery: Some(&discovered),
        jwks: if embeds { None } else { Some(&found) },
        now: NOW,
        ..Circumstances::default()
    };
    let token = TOKENS.with(|tokens| tokens[usize::from(kind != 0)].clone());
    let ours = explain(&token, &given);
    is_bounded(&ours);

    let header_is_possible =
        |text: &str| text.bytes().all(|byte| byte == b'\t' || (b' '..0x7f).contains(&byte));
    let possible = header_is_possible(&discovery_type) && header_is_possible(&jwks_type);
    if !possible || !is_comparable(&discovery) || !is_comparable(&jwks) {
        return;
    }
    // Convex goes where the document leads; only one place answers here.
    let stored = |content_type: &str, body: &str| StoredAnswer {
        status: 200,
        headers: (!content_type.is_empty())
            .then(|| ("content-type".to_owned(), content_type.to_owned()))
            .into_iter()
            .collect(),
        body: body.to_owned(),
    };
    let web = Stored::default()
        .with(format!("{ISSUER}{DISCOVERY}"), stored(&discovery_type, &discovery))
        .with(jwks_uri.clone(), stored(&jwks_type, &jwks));
    let providers = parse_providers(&json!([provider])).expect("a provider");
    let convexs = verify_as_convex::verify(&token, &providers, NOW as u64, &web);
    if kind == 0 {
        let uri = serde_json::from_str::<serde_json::Value>(&discovery)
            .ok()
            .and_then(|document| document.get("jwks_uri")?.as_str().map(str::to_owned));
        if uri.as_deref() != Some(&jwks_uri) {
            return;
        }
    }
    assert_eq!(ours.accepted, convexs.is_ok(), "{convexs:?} {provider} {ours:#?}");
}
