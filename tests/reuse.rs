//! A token is handed out again until half of its life is over, and a forced refresh is always
//! fresh.

mod common;

use common::*;
use convex_token::Issuer;

fn issuer_of_tokens_that_live(seconds: i64) -> Issuer {
    issuer_with("ed25519", options().expires_in(seconds).unwrap())
}

fn user_number(number: usize) -> convex_token::Claims {
    claims(&format!(r#"{{"sub":"user_{number}"}}"#))
}

#[test]
fn the_same_claims_get_the_same_token_until_half_of_its_life_is_over() {
    for (life, last) in [(3600, 1799), (100, 49), (5, 1), (4, 1), (3, 0)] {
        let mut issuer = issuer_of_tokens_that_live(life);
        let token = issuer.token(&user(), false, NOW).unwrap();
        for later in 0..=last {
            assert_eq!(
                issuer.token(&user(), false, NOW + later).unwrap(),
                token,
                "{life}: {later}"
            );
        }
        let renewed = issuer.token(&user(), false, NOW + last + 1).unwrap();
        assert_ne!(renewed, token, "{life}");
        assert_eq!(payload(&renewed)["iat"], NOW + last + 1);
        assert_eq!(issuer.token(&user(), false, NOW + last + 1).unwrap(), renewed);
    }
}

#[test]
fn a_forced_refresh_is_always_fresh_and_then_the_one_that_is_kept() {
    let mut issuer = issuer_of_tokens_that_live(3600);
    let mut tokens = vec![issuer.token(&user(), false, NOW).unwrap()];
    for _ in 0..5 {
        let forced = issuer.token(&user(), true, NOW).unwrap();
        assert!(!tokens.contains(&forced));
        assert_eq!(issuer.token(&user(), false, NOW).unwrap(), forced);
        assert_eq!(issuer.kept_token(user().as_json(), NOW).unwrap().token, forced);
        tokens.push(forced);
    }
}

#[test]
fn signing_is_always_fresh_and_keeps_nothing() {
    let mut issuer = issuer_of_tokens_that_live(3600);
    let kept = issuer.token(&user(), false, NOW).unwrap();
    assert_ne!(issuer.sign(&user(), NOW).unwrap(), kept);
    assert_eq!(issuer.token(&user(), false, NOW).unwrap(), kept);
}

#[test]
fn other_claims_get_another_token() {
    let mut issuer = issuer_of_tokens_that_live(3600);
    let plain = issuer.token(&user(), false, NOW).unwrap();
    for other in [
        r#"{"sub":"user_2"}"#,
        r#"{"sub":"user_1","role":"admin"}"#,
        r#"{"sub":"user_1","role":null}"#,
        r#"{"sub":"user_1","n":1}"#,
        r#"{"sub":"user_1","n":1.0}"#,
    ] {
        let other = claims(other);
        let token = issuer.token(&other, false, NOW).unwrap();
        assert_ne!(token, plain);
        assert_eq!(
            payload(&token)["sub"],
            payload(&issuer.token(&other, false, NOW).unwrap())["sub"]
        );
        assert_eq!(issuer.token(&other, false, NOW).unwrap(), token);
    }
    assert_eq!(issuer.token(&user(), false, NOW).unwrap(), plain);
}

#[test]
fn a_token_from_the_future_is_not_handed_out() {
    let mut issuer = issuer_of_tokens_that_live(3600);
    let token = issuer.token(&user(), false, NOW).unwrap();
    assert_eq!(issuer.token(&user(), false, NOW - 5).unwrap(), token);
    let earlier = issuer.token(&user(), false, NOW - 6).unwrap();
    assert_ne!(earlier, token);
    assert_eq!(payload(&earlier)["iat"], NOW - 6);
}

#[test]
fn a_kept_token_is_only_looked_at() {
    let mut issuer = issuer_of_tokens_that_live(100);
    assert_eq!(issuer.kept_token(user().as_json(), NOW), None);
    let token = issuer.token(&user(), false, NOW).unwrap();
    assert_eq!(issuer.kept_token(user().as_json(), NOW + 49).unwrap().token, token);
    assert_eq!(issuer.kept_token(user().as_json(), NOW + 50), None);
    assert_eq!(issuer.kept_token(user().as_json(), NOW).unwrap().token, token);
}

#[test]
fn the_users_asked_for_last_are_kept_and_the_number_of_them_is_bounded() {
    const KEPT: usize = 500;
    let mut issuer = issuer_of_tokens_that_live(3600);
    for number in 0..KEPT + 200 {
        issuer.token(&user_number(number), false, NOW).unwrap();
    }
    let kept = (0..KEPT + 200)
        .filter(|number| issuer.kept_token(user_number(*number).as_json(), NOW).is_some());
    assert_eq!(kept.collect::<Vec<_>>(), (200..KEPT + 200).collect::<Vec<_>>());
}

#[test]
fn the_bytes_of_kept_tokens_are_bounded() {
    let mut issuer = issuer_of_tokens_that_live(3600);
    let long = "x".repeat(60_000);
    let of = |number: usize| claims(&format!(r#"{{"sub":"user_{number}","x":"{long}"}}"#));
    for number in 0..100 {
        issuer.token(&of(number), false, NOW).unwrap();
    }
    let kept =
        (0..100).filter(|number| issuer.kept_token(of(*number).as_json(), NOW).is_some()).count();
    // Of claims and tokens, which are a third longer, 8 MiB hold fewer than sixty.
    assert!((40..60).contains(&kept), "{kept}");
}
