//! An issuer's life: its options, and what it is asked for, one thing after another. What it signs is
//! valid wherever it is judged, what is changed about it is not.

use convex_token::convex::Verified;
use convex_token::convex::provider::Kind;
use convex_token::issuer::{KeyId, NotBefore};
use convex_token::{Claims, Issuer, IssuerOptions, Result};

use super::shared::{NOW, PEMS, choice, fields, issuer_with, judged, keys_of, told};

pub fn run(data: &[u8]) {
    let (key, rest) = choice(data, 3);
    let (second_key, rest) = choice(rest, 4);
    let [url, audience, key_id, claims, steps] = fields(rest);
    let Some(mut options) = told(IssuerOptions::new(&url)) else { return };
    if !audience.is_empty() {
        let Some(with) = told(options.audience(&audience)) else { return };
        options = with;
    }
    let key_id = match key_id.as_str() {
        "" => KeyId::Thumbprint,
        "-" => KeyId::Absent,
        name => KeyId::Named(name.to_owned()),
    };
    let Some(options) = told(options.key_id(key_id)) else { return };
    // RSA takes a while, and one in so many is enough.
    let key = if key == 0 && steps.len() % 8 != 0 { 2 } else { key };
    let second = PEMS.get(second_key).filter(|_| second_key > 0);
    let keys =
        || -> Vec<_> { [PEMS[key]].into_iter().chain(second.copied()).flat_map(keys_of).collect() };
    let claims = told(Claims::from_json(&claims));
    let claims = claims.unwrap_or(Claims::from_json(r#"{"sub":"user_1"}"#).expect("claims"));
    let mut now = NOW;
    let mut life = 3600;
    let issuer = |keys, options: &IssuerOptions, life| {
        let options = options.clone().expires_in(life).expect("a life");
        Issuer::new(keys, options.not_before(NotBefore::After(0))).expect("an issuer")
    };
    let mut own = issuer(keys(), &options, life);
    let mut last: Option<(String, i64)> = None;
    for step in steps.bytes().take(24) {
        match step % 6 {
            0 => now += i64::from(step) * 7,
            1 => {
                life = 3 + i64::from(step) * 11;
                own = issuer(keys(), &options, life);
            }
            2 => last = Some((own.sign(&claims, now).expect("a token"), now)),
            3 => {
                let token = own.token(&claims, false, now).expect("a token");
                // It is handed out again, and has half of its life left at least.
                assert_eq!(own.token(&claims, false, now).as_ref(), Ok(&token));
                is_valid(own.verify(&token, now + life / 2 - 1));
                let fresh = own.token(&claims, true, now).expect("a token");
                assert_ne!(fresh, token);
                last = Some((fresh, now));
            }
            4 => {
                let Some((token, signed)) = &last else { continue };
                valid(&own, token, *signed);
            }
            _ => {
                let Some((token, signed)) = &last else { continue };
                let at = (usize::from(step) * 31) % token.len();
                let mut other = token.clone().into_bytes();
                other[at] = if other[at] == b'A' { b'B' } else { b'A' };
                let other = String::from_utf8(other).expect("ASCII");
                assert!(told(own.verify(&other, *signed)).is_none(), "{other}");
            }
        }
    }
    let Some((token, signed)) = last else { return };
    is_valid(own.verify(&token, signed));
    // Another issuer's key does not pass.
    let other = issuer_with(PEMS[(key + 1) % 3]);
    if second_key == 0 {
        assert!(told(other.verify(&token, signed)).is_none());
    }
}

/// A token of ours is valid by our own verdict, and by each provider that we would have configured.
fn valid(issuer: &Issuer, token: &str, now: i64) {
    is_valid(issuer.verify(token, now));
    let jwks = issuer.jwks().to_json();
    for (kind, embed) in [(Kind::Oidc, false), (Kind::CustomJwt, true), (Kind::CustomJwt, false)] {
        let Some(provider) = told(issuer.provider(Some(kind), embed)) else { continue };
        let jwks = provider.embedded_jwks().unwrap_or_else(|| jwks.clone());
        is_valid(judged(token, &jwks, Some(&provider), now).0);
    }
}

/// Only for want of a `kid` may a token of ours be refused: customJwt providers need one, and without
/// one several keys cannot be told apart.
fn is_valid(verified: Result<Verified>) {
    if let Err(error) = verified {
        let unnamed = ["ERR_TOKEN_KID_MISSING", "ERR_TOKEN_KEY_AMBIGUOUS"];
        assert!(unnamed.contains(&error.code()), "{error}");
    }
}
