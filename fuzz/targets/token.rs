//! Tokens in compact form: taken apart and put together, verified and explained to one verdict.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use convex_token::convex::Provider;
use convex_token::json::Object;
use convex_token::key::{PrivateKey, jwk_set};
use convex_token::token::{Decoded, MAX_TOKEN_BYTES, decode};

use super::shared::{ISSUER, NOW, PEMS, choice, judged, keys_of, text, told};

thread_local! {
    /// The set of all test keys, and a provider of each kind.
    static JWKS: String = {
        let keys: Vec<PrivateKey> = PEMS.iter().flat_map(|pem| keys_of(pem)).collect();
        jwk_set(keys.iter().map(PrivateKey::public)).to_json()
    };
    static PROVIDERS: [Option<Provider>; 4] = {
        let custom = |algorithm: &str| {
            format!(
                r#"{{"type":"customJwt","issuer":"{ISSUER}","jwks":"{ISSUER}/jwks","algorithm":"{algorithm}","applicationID":"convex"}}"#
            )
        };
        let oidc = format!(r#"{{"domain":"{ISSUER}","applicationID":"convex"}}"#);
        let read = |entry: String| Provider::from_json(&entry).expect("a provider");
        [None, Some(read(oidc)), Some(read(custom("RS256"))), Some(read(custom("ES256")))]
    };
}

pub fn run(data: &[u8]) {
    let (provider, rest) = choice(data, 4);
    let token = text(rest);
    let decoded = told(decode(&token));
    if let Some(decoded) = &decoded {
        rebuilt(decoded);
    }
    let (verified, _) = PROVIDERS.with(|providers| {
        JWKS.with(|jwks| judged(&token, jwks, providers[provider].as_ref(), NOW))
    });
    if let Ok(verified) = verified {
        let decoded = decoded.expect("what is verified is decoded");
        assert_eq!((&verified.header, &verified.claims), (&decoded.header, &decoded.claims));
        assert!(token.len() <= MAX_TOKEN_BYTES);
    }
}

/// A token of what was decoded is decoded to the same.
fn rebuilt(decoded: &Decoded) {
    let part = |object: &Object| BASE64_URL_SAFE_NO_PAD.encode(object.to_json());
    let token = format!("{}.{}.", part(&decoded.header), part(&decoded.claims));
    if token.len() <= MAX_TOKEN_BYTES {
        assert_eq!(decode(&token).as_ref(), Ok(decoded));
    }
}
