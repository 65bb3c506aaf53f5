//! Entries of `auth.config.ts`, beside what Convex makes of them at a deploy, and `data:` URIs.

use convex_token::convex::{IssuerUrl, Provider, provider::JwksSource};
use convex_token::json::Value;
use verify_as_convex::parse_providers;
use verify_as_convex::provider::deploy;

use super::shared::{ISSUER, text, told};

pub fn run(data: &[u8]) {
    let text = text(data);
    entry(&text);
    embedded(&text);
}

/// An entry that we take and one that Convex deploys are the same.
fn entry(text: &str) {
    let ours = Provider::from_json(text);
    let ours = told(ours);
    if let Some(provider) = &ours {
        let again = Provider::from_json(&provider.to_json().to_json());
        assert_eq!(again.as_ref(), Ok(provider));
        if let Some(set) = provider.embedded_jwks() {
            assert!(set.len() <= 3 * text.len());
        }
    }
    let Ok(entry) = serde_json::from_str::<serde_json::Value>(text) else {
        assert!(ours.is_none(), "{text:?}");
        return;
    };
    let convexs = parse_providers(&serde_json::json!([entry])).and_then(|it| deploy(&it));
    // A host in percent or not in ASCII is nobody's, and refused here: reading one takes the whole of
    // the URL standard.
    let plain = text.bytes().all(|byte| (b' '..0x7f).contains(&byte) && !b"%\\".contains(&byte));
    match (&ours, &convexs) {
        (None, Ok(_)) if !plain => {}
        // The crate `serde` reads an array of an entry's values as the entry.
        (None, Ok(_)) if text.trim_start().starts_with('[') => {}
        (None, Ok(_)) => panic!("Convex deploys it, we refuse {text:?}"),
        // Which top-level domains there are is not known here.
        (Some(_), Err(refusal)) if refusal.code == "InvalidProviderDomainUrl" => {}
        (Some(_), Err(refusal)) => panic!("we take it, Convex says {refusal}: {text:?}"),
        _ => {}
    }
}

/// What is put into a `data:` URI comes out of it.
fn embedded(text: &str) {
    let Some(set @ Value::Object(_)) = Value::parse(text) else { return };
    let issuer = IssuerUrl::parse(ISSUER).expect("an issuer");
    let es256 = convex_token::algorithm::Algorithm::Es256;
    let source = JwksSource::Embedded(set);
    let Some(provider) = told(Provider::custom_jwt(&issuer, None, es256, source)) else { return };
    let found = provider.embedded_jwks().expect("a set");
    let keys = Value::parse(&found).and_then(|set| Some(set.get("keys")?.as_array()?.len()));
    assert!(keys.is_some_and(|count| count > 0), "{found}");
}
