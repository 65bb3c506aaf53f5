//! The issuer has one spelling: an http(s) URL without a slash at its end.

mod common;

use common::*;
use convex_token::convex::IssuerUrl;
use proptest::prelude::*;

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(IssuerUrl::parse(text).unwrap().as_str(), expected, "{text:?}");
}

#[test]
fn an_issuer_is_kept_as_it_was_given() {
    for url in [
        ISSUER,
        "http://127.0.0.1:3211",
        "http://localhost",
        "https://a.example:8443/tenant/one",
        "https://a.example/A%20b",
        "https://[::1]:3211",
        "https://xn--nxasmq6b.example",
    ] {
        reads(url, url);
    }
}

#[test]
fn slashes_at_the_end_quotes_and_white_space_around_are_taken_off() {
    for text in [
        format!("{ISSUER}/"),
        format!("{ISSUER}///"),
        format!("  {ISSUER}\n"),
        format!("\"{ISSUER}\""),
        format!("'{ISSUER}/'"),
        format!("\" {ISSUER}/ \""),
        format!("'\"{ISSUER}\"'"),
    ] {
        reads(&text, ISSUER);
    }
    reads("https://a.example/tenant/", "https://a.example/tenant");
}

#[test]
fn what_is_no_issuer_is_refused() {
    for text in [
        "",
        " ",
        "\"\"",
        "https://",
        "https:///",
        "https:///path",
        "http://:3211",
        HOST,
        "ftp://a.example",
        "HTTPS://a.example",
        "wss://a.example",
        "javascript://a.example",
        "https:a.example",
        "https:/a.example",
        "https://a example",
        "https://a.example/x y",
        "https://a.example\n.evil",
        "https://a.example?x=1",
        "https://a.example#x",
        "https://a.example/?",
        "https://user@a.example",
        "https://user:pass@a.example",
        "https://\"a.example\"",
        "\"https://a.example",
        "https://a.example'",
        "https://a.example\\x",
        "https://<host>",
        "https://{host}",
        "https://a.example/\u{0}",
        "https://a.example\u{a0}x",
    ] {
        refused(IssuerUrl::parse(text), "ERR_ISSUER_INVALID");
    }
}

#[test]
fn the_deployments_api_is_refused_with_the_site_instead() {
    for (cloud, site) in [
        ("https://happy-animal-123.convex.cloud", ISSUER),
        ("https://happy-animal-123.convex.cloud/", ISSUER),
        ("\"https://happy-animal-123.convex.cloud\"", ISSUER),
        (
            "https://happy-animal-123.eu-west-1.convex.cloud",
            "https://happy-animal-123.eu-west-1.convex.site",
        ),
        ("https://a.convex.cloud:443/x", "https://a.convex.site:443/x"),
    ] {
        let error = refused(IssuerUrl::parse(cloud), "ERR_ISSUER_CLOUD");
        assert!(error.hint().contains(&format!("\"{site}\"")), "{error}");
    }
    for other in ["https://convex.cloud.example", "https://a.example/x.convex.cloud"] {
        reads(other, other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is read once reads again as it is, and is a URL to Convex.
    #[test]
    fn any_text_is_refused_in_words_or_has_one_spelling(
        text in "(https?://)?[a-z0-9.:/\\[\\]@?#\"' %\\PC]{0,30}",
    ) {
        // An error quotes the text as it is, and its wording is judged by single spaces.
        let text = text.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        match IssuerUrl::parse(&text) {
            Ok(issuer) => {
                prop_assert!(!issuer.as_str().ends_with('/'));
                let again = IssuerUrl::parse(issuer.as_str()).unwrap();
                prop_assert_eq!(issuer, again);
            }
            Err(error) => well_worded(&error),
        }
    }
}
