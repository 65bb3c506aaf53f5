//! Claims: what is taken is signed as it came, and verified with the same values.

use convex_token::convex::identity;
use convex_token::convex::provider::Kind;
use convex_token::json::Object;
use convex_token::token::MAX_CLAIMS_BYTES;
use convex_token::{Claims, Issuer};

use super::shared::{NOW, PEMS, issuer_with, text, told};

/// What the issuer says of its own accord.
const ISSUED: [&str; 6] = ["iss", "aud", "iat", "exp", "nbf", "jti"];

thread_local! {
    static ISSUER: Issuer = issuer_with(PEMS[2]);
}

pub fn run(data: &[u8]) {
    let text = text(data);
    let Some(claims) = told(Claims::from_json(&text)) else { return };
    assert_eq!(claims.as_json(), text.trim());
    assert!(claims.as_json().len() <= MAX_CLAIMS_BYTES);
    let object = Object::parse(claims.as_json()).expect("an object");
    assert!(object.get("sub").and_then(|sub| sub.as_str()).is_some_and(|sub| !sub.is_empty()));
    ISSUER.with(|issuer| {
        let token = issuer.sign(&claims, NOW).expect("a token");
        let verified = issuer.verify(&token, NOW).expect("a token of ours");
        for (name, value) in &object {
            assert!(!ISSUED.contains(&name.as_str()), "{name}");
            assert_eq!(verified.claims.get(name), Some(value), "{name}");
        }
        let count = verified.claims.iter().count();
        assert_eq!(count, object.iter().count() + ISSUED.len() - 1);
        for kind in [Kind::Oidc, Kind::CustomJwt] {
            let identity = identity(kind, &verified.claims);
            assert_eq!(identity.get("subject"), object.get("sub"));
            assert_eq!(identity.get("issuer"), verified.claims.get("iss"));
        }
    });
}
