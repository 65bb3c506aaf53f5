//! Tokens, in one call each.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::Thrown;
use super::options::{Options, issuer_from, key_texts, recent_private_keys};
use super::outgoing::{thrown, to_js, verified_to_js};
use super::values::{is_absent, read_claims, read_now, read_signature, read_token, text};
use crate::convex::{Provider, Verification, verify};
use crate::error::{Error, Result};
use crate::issuer::{PreparedToken, finish};
use crate::json::Members;
use crate::key::{FoundSet, MAX_SOURCE_BYTES, PrivateKey, PublicKey, RecentlyRead};
use crate::token::{MAX_TOKEN_BYTES, compact};

thread_local! {
    static SETS: RefCell<RecentlyRead<FoundSet>> = const { RefCell::new(RecentlyRead::new()) };
}

pub(super) fn prepared(token: &PreparedToken) -> Result<JsValue> {
    let mut prepared = Members::new();
    prepared.text("signingInput", &token.signing_input);
    prepared.integer("issuedAt", token.issued_at).integer("expiresAt", token.expires_at);
    to_js(&prepared.end())
}

/// `signConvexToken`.
#[wasm_bindgen]
pub fn sign(claims: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let claims = read_claims(claims)?;
        let issuer = issuer_from(&Options(options), recent_private_keys)?;
        Ok(issuer.sign(&claims, read_now(now)?)?.into())
    })
}

/// `prepareToken`.
#[wasm_bindgen]
pub fn prepare(claims: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let claims = read_claims(claims)?;
        let issuer = issuer_from(&Options(options), recent_private_keys)?;
        prepared(&issuer.prepare(&claims, read_now(now)?)?)
    })
}

/// `finishToken`.
#[wasm_bindgen(js_name = finish)]
pub fn finish_token(public_jwk: &JsValue, signing_input: &JsValue, signature: &JsValue) -> Thrown {
    thrown(|| {
        let key = PublicKey::from_jwk(&text("publicJwk", public_jwk, MAX_SOURCE_BYTES as u32)?)?;
        let signing_input = text("prepared", signing_input, MAX_TOKEN_BYTES as u32)?;
        Ok(finish(&key, &signing_input, &read_signature(signature)?)?.into())
    })
}

/// `verifyConvexToken`.
#[wasm_bindgen(js_name = verify)]
pub fn verify_token(token: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let options = Options(options);
        let token = read_token(token)?;
        let provider = match options.long_text("provider")? {
            Some(json) => Some(Provider::from_json(&json)?),
            None => None,
        };
        let embedded = provider.as_ref().and_then(Provider::embedded_jwks);
        let keys = options.get("privateKey");
        let set = match options.long_text("jwks")?.or(embedded) {
            Some(jwks) => recent_set(&jwks)?,
            None if is_absent(&keys) => return Err(Error::verification_key_missing()),
            None => {
                let keys = recent_private_keys(&key_texts(&keys, &JsValue::UNDEFINED)?)?;
                Rc::new(FoundSet::of(keys.iter().map(PrivateKey::public)))
            }
        };
        let clock_tolerance = options.duration("clockTolerance")?;
        let issuer = options.text("issuer")?;
        let audience = options.text("audience")?;
        let verified = verify(
            &token,
            &Verification {
                set: &set,
                provider: provider.as_ref(),
                issuer: issuer.as_deref(),
                audience: audience.as_deref(),
                clock_tolerance,
                now: read_now(now)?,
            },
        )?;
        verified_to_js(&verified)
    })
}

/// `decodeConvexToken`.
#[wasm_bindgen]
pub fn decode(token: &JsValue) -> Thrown {
    thrown(|| {
        let decoded = compact::decode(&read_token(token)?)?;
        let mut parts = Members::new();
        parts.object("header", &decoded.header).object("claims", &decoded.claims);
        to_js(&parts.end())
    })
}

/// A published set that may come again at the next call.
fn recent_set(jwks: &str) -> Result<Rc<FoundSet>> {
    SETS.with_borrow_mut(|recent| recent.get(&[jwks], |_| FoundSet::read(jwks)))
}
