//! base64url and base64 beside the crate `base64`: what is one, and which bytes it stands for.

use std::cell::RefCell;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use convex_token::convex::Provider;
use convex_token::issuer::PreparedToken;
use convex_token::{Issuer, IssuerOptions, token};

use super::shared::{ISSUER, PEMS, keys_of, text};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

thread_local! {
    static SIGNER: RefCell<Issuer> = {
        let options = IssuerOptions::new(ISSUER).expect("an issuer");
        let key = keys_of(PEMS[2])[0].public().clone();
        RefCell::new(Issuer::with_external_signer(key, options))
    };
}

pub fn run(data: &[u8]) {
    encoded(data);
    let text = text(data);
    if !text.contains('.') {
        decoded(&text);
    }
    embedded(&text);
}

/// Any bytes, as the signature of a token.
fn encoded(bytes: &[u8]) {
    let prepared = PreparedToken { signing_input: "e30.e30".into(), issued_at: 0, expires_at: 1 };
    let token = SIGNER
        .with_borrow_mut(|it| it.finish_verified(&prepared, bytes, None, 0))
        .expect("a signer that is not late");
    assert_eq!(token, format!("e30.e30.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)));
    if token.len() < token::MAX_TOKEN_BYTES {
        assert!(token::decode(&token).is_ok());
    }
}

/// Any text, as each part of a token.
fn decoded(text: &str) {
    let lenient = LENIENT.decode(text);
    assert_eq!(token::decode(&format!("e30.e30.{text}")).is_ok(), lenient.is_ok(), "{text:?}");
    let refused = |token: String| token::decode(&token).err().map(|error| error.message());
    let no_base64 = |token| refused(token).is_some_and(|message| message.contains("base64url"));
    assert_eq!(no_base64(format!("{text}.e30.")), lenient.is_err(), "{text:?}");
    let strict = BASE64_URL_SAFE_NO_PAD.decode(text);
    assert_eq!(no_base64(format!("e30.{text}.")), strict.is_err(), "{text:?}");
    // What it stands for, where that is something that can be seen.
    let plain = text.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\'));
    let name: String = plain.collect();
    let payload = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"{name}":1}}"#));
    let decoded = token::decode(&format!("e30.{payload}.")).expect("a token");
    assert!(decoded.claims.get(&name).is_some(), "{name:?}");
}

/// Any text, in a `data:` URI.
fn embedded(text: &str) {
    let uri = format!("data:text/plain;base64,{}", BASE64_STANDARD.encode(text));
    let provider = Provider::CustomJwt {
        issuer: ISSUER.to_owned(),
        jwks: uri,
        algorithm: convex_token::algorithm::Algorithm::Es256,
        application_id: None,
    };
    assert_eq!(provider.embedded_jwks().as_deref(), Some(text));
}
