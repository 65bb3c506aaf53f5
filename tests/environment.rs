//! The environment variables that deployments have: which is used, and what is said when none is.

mod common;

use common::*;
use convex_token::convex::environment::{issuer, private_key};

/// An environment of these variables.
fn of<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    |name| variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
}

#[track_caller]
fn issuer_is(variables: &[(&str, &str)], expected: &str) {
    assert_eq!(issuer(of(variables)).unwrap().as_str(), expected);
}

#[test]
fn the_private_key_is_that_of_the_authjs_guide_or_else_of_convex_auth() {
    let both = [("JWT_PRIVATE_KEY", "b"), ("CONVEX_AUTH_PRIVATE_KEY", "a")];
    assert_eq!(private_key(of(&both)).unwrap(), "a");
    assert_eq!(private_key(of(&both[..1])).unwrap(), "b");
    assert_eq!(private_key(of(&both[1..])).unwrap(), "a");
}

#[test]
fn an_empty_private_key_is_passed_over_or_named() {
    let empty = [("CONVEX_AUTH_PRIVATE_KEY", " "), ("JWT_PRIVATE_KEY", "b")];
    assert_eq!(private_key(of(&empty)).unwrap(), "b");
    let error = refused(private_key(of(&empty[..1])), "ERR_KEY_EMPTY");
    assert!(error.message().contains("CONVEX_AUTH_PRIVATE_KEY"), "{error}");
    let error = refused(private_key(of(&[("JWT_PRIVATE_KEY", "")])), "ERR_KEY_EMPTY");
    assert!(error.message().contains("JWT_PRIVATE_KEY"), "{error}");
}

#[test]
fn without_a_private_key_both_environments_are_named() {
    let error = refused(private_key(of(&[])), "ERR_KEY_MISSING");
    for shown in ["CONVEX_AUTH_PRIVATE_KEY", ".env.local", "npx convex env set"] {
        assert!(error.to_string().contains(shown), "{error}");
    }
}

#[test]
fn the_issuer_is_the_site_url() {
    issuer_is(&[("CONVEX_SITE_URL", ISSUER)], ISSUER);
    issuer_is(&[("CONVEX_SITE_URL", &format!("\"{ISSUER}/\""))], ISSUER);
    let all = [("CONVEX_SITE_URL", ISSUER), ("CONVEX_URL", "https://other-1.convex.cloud")];
    issuer_is(&all, ISSUER);
}

#[test]
fn the_issuer_follows_from_the_api_url() {
    let cloud = "https://happy-animal-123.convex.cloud";
    issuer_is(&[("NEXT_PUBLIC_CONVEX_URL", cloud)], ISSUER);
    issuer_is(&[("CONVEX_URL", cloud)], ISSUER);
    issuer_is(&[("NEXT_PUBLIC_CONVEX_URL", &format!(" '{cloud}/' "))], ISSUER);
    issuer_is(&[("CONVEX_SITE_URL", " "), ("CONVEX_URL", cloud)], ISSUER);
    issuer_is(&[("NEXT_PUBLIC_CONVEX_URL", ""), ("CONVEX_URL", cloud)], ISSUER);
    let regional = "https://happy-animal-123.eu-west-1.convex.cloud";
    issuer_is(&[("CONVEX_URL", regional)], "https://happy-animal-123.eu-west-1.convex.site");
}

#[test]
fn without_an_issuer_the_variables_are_named() {
    for variables in [&[][..], &[("CONVEX_SITE_URL", "")], &[("CONVEX_URL", " ")]] {
        let error = refused(issuer(of(variables)), "ERR_ISSUER_MISSING");
        for shown in ["CONVEX_SITE_URL", "NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"] {
            assert!(error.message().contains(shown), "{error}");
        }
    }
}

#[test]
fn an_issuer_does_not_follow_from_another_url() {
    for url in [
        "http://127.0.0.1:3210",
        "https://convex.example.com",
        "https://happy-animal-123.convex.cloud.evil.example",
        "https://happy-animal-123.convex.cloud/path",
        "https://evil.example/happy-animal-123.convex.cloud",
        "happy",
    ] {
        let error = refused(issuer(of(&[("CONVEX_URL", url)])), "ERR_ISSUER_MISSING");
        assert!(error.message().contains("CONVEX_URL"), "{error}");
    }
}

#[test]
fn a_site_url_that_is_none_is_refused() {
    let cloud = [("CONVEX_SITE_URL", "https://happy-animal-123.convex.cloud")];
    let error = refused(issuer(of(&cloud)), "ERR_ISSUER_CLOUD");
    assert!(error.hint().contains(ISSUER), "{error}");
    refused(issuer(of(&[("CONVEX_SITE_URL", HOST)])), "ERR_ISSUER_INVALID");
}
