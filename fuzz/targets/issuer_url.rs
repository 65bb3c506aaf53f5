//! Issuers: what is taken for one is served, published and configured in one spelling.

use convex_token::convex::well_known::{Request, respond};
use convex_token::convex::{IssuerUrl, Provider, discovery, environment};
use convex_token::json::Value;

use super::shared::{fields, told};

pub fn run(data: &[u8]) {
    let [text, path, tag] = fields(data);
    let issuer = told(IssuerUrl::parse(&text));
    let variable = |wanted: &'static str| {
        let text = text.clone();
        told(environment::issuer(move |name| (name == wanted).then(|| text.clone())))
    };
    if !text.trim().is_empty() {
        assert_eq!(variable(environment::SITE_URL), issuer);
    }
    if let Some(derived) = variable(environment::API_URL[0]) {
        spelled_once(&derived);
        assert!(derived.as_str().contains(".convex.site"), "{derived:?}");
    }
    if let Some(issuer) = &issuer {
        spelled_once(issuer);
        documents(issuer, &path, &tag);
    }
}

fn spelled_once(issuer: &IssuerUrl) {
    let url = issuer.as_str();
    assert_eq!(IssuerUrl::parse(url).as_ref(), Ok(issuer));
    assert!(url.starts_with("https://") || url.starts_with("http://"), "{url}");
    assert!(!url.ends_with('/') && !url.contains(char::is_whitespace), "{url}");
    let provider = Provider::oidc(issuer, None);
    assert!(provider.matches_issuer(url) && provider.matches_issuer(&format!("{url}/")), "{url}");
}

/// The documents are where they say they are, and nowhere else but at the root.
fn documents(issuer: &IssuerUrl, path: &str, tag: &str) {
    let document = discovery::openid_configuration(issuer);
    assert_eq!(document.get("issuer"), Some(&Value::from(issuer.as_str())));
    let jwks_uri = discovery::jwks_uri(issuer);
    assert_eq!(document.get("jwks_uri"), Some(&Value::from(jwks_uri.as_str())));
    let set = || Ok::<_, ()>(Value::Array(vec![]));
    let ask = |method, path: &str, tag: Option<&str>| {
        respond(issuer, set, &Request { method, path, if_none_match: tag }).expect("an answer")
    };
    let after_host = issuer.as_str().splitn(4, '/').nth(3).unwrap_or_default();
    let own = match after_host {
        "" => discovery::JWKS_PATH.to_owned(),
        below => format!("/{below}{}", discovery::JWKS_PATH),
    };
    let answer = ask("GET", &own, None).expect("the set");
    assert_eq!((answer.status, answer.body.as_deref()), (200, Some("[]")));
    let known = answer.headers.iter().find(|(name, _)| *name == "etag").expect("a tag");
    assert_eq!(ask("GET", &own, Some(&known.1)).expect("the set").status, 304);
    let head = ask("HEAD", &own, Some(tag)).expect("the set");
    assert!(head.body.is_none() && [200, 304].contains(&head.status));
    if let Some(answer) = ask("GET", path, Some(tag)) {
        assert!(path.ends_with(discovery::JWKS_PATH) || path.ends_with(discovery::DISCOVERY_PATH));
        let echoed = answer.headers.iter().any(|(_, value)| value.contains(['\r', '\n']));
        assert!(!echoed, "{answer:?}");
    }
}
