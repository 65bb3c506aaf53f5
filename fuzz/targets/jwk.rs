//! JWKs and JWK sets: private ones, public ones, sets to publish and sets as a verifier finds them.

use convex_token::json::Value;
use convex_token::key::{FoundSet, MAX_KEYS, PublicKey, PublishedSet};

use super::pasted_key;
use super::shared::{text, told};

/// More than any member of a public key takes beside what the text gave for it.
const LARGEST_KEY: usize = 512;

pub fn run(data: &[u8]) {
    let text = text(data);
    if text.trim_start().starts_with(['{', '[', '"', '\'']) {
        pasted_key::check(&text);
    }
    if let Some(key) = told(PublicKey::from_jwk(&text)) {
        let jwk = key.jwk();
        is_public(&jwk.clone().into());
        let again = PublicKey::from_jwk(&jwk.to_json()).expect("a JWK of ours");
        assert_eq!((again.kid(), again.jwk()), (key.kid(), jwk));
    }
    if let Some(set) = told(PublishedSet::read(&text)) {
        assert!(!set.keys.is_empty() && set.keys.len() <= MAX_KEYS);
        let published = set.to_json();
        let json = published.to_json();
        assert!(json.len() <= 2 * text.len() + LARGEST_KEY * set.keys.len(), "{json}");
        let keys = published.get("keys").and_then(Value::as_array).expect("keys");
        keys.iter().for_each(is_public);
        assert!(keys.iter().all(|key| key.get("kid").is_some_and(Value::is_string)));
        // Published once more, it is the same.
        let again = PublishedSet::read(&json).expect("a set of ours");
        assert_eq!(again.to_json(), published);
        if let Some(published) = told(set.to_json_as_published()) {
            let again = PublishedSet::read(&published.to_json()).expect("a set of ours");
            assert_eq!(again.to_json_as_published(), Ok(published));
        }
        // A verifier finds each of its keys.
        let found = FoundSet::read(&json).expect("a set of ours");
        let kinds = |set: &PublishedSet| -> Vec<_> {
            set.keys.iter().map(|key| (key.kid.clone(), Some(key.algorithm()))).collect()
        };
        let kinds_found =
            found.keys.iter().map(|key| (key.text("kid").map(str::to_owned), key.algorithm()));
        assert_eq!(kinds(&again), kinds_found.collect::<Vec<_>>());
    }
    if let Some(set) = told(FoundSet::read(&text)) {
        assert!(set.keys.len() <= text.len());
    }
}

/// A JWK without private members.
fn is_public(jwk: &Value) {
    for name in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
        assert!(jwk.get(name).is_none(), "{name}");
    }
}
