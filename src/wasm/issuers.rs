//! Issuers, each by a handle.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::Thrown;
use super::options::{Options, issuer_from};
use super::outgoing::{object_to_js, thrown, to_js, verified_to_js};
use super::routes::answer;
use super::tokens::prepared;
use super::values::{
    claims_text, is_absent, optional_text, read_claims, read_now, read_signature, read_token, text,
};
use crate::convex::provider::Kind;
use crate::error::{Error, Result};
use crate::issuer::{Issuer, PreparedToken};
use crate::json::Members;
use crate::key::read_private_keys;
use crate::token::time::{Seconds, units_per_second};
use crate::token::{Claims, MAX_TOKEN_BYTES, ReusableToken};

/// An issuer's number: JavaScript's own, of which nobody comes to the end. A `u32` would be back at the
/// first issuer's after four thousand millions, and any number that is given would be taken modulo 2^32.
type Handle = f64;

thread_local! {
    /// By their handles, which ascend.
    static ISSUERS: RefCell<Vec<(Handle, Box<Issuer>)>> = const { RefCell::new(Vec::new()) };
    /// Handles are never used twice, so that one kept too long finds nothing, not another's issuer.
    static NEXT_HANDLE: Cell<Handle> = const { Cell::new(1.0) };
}

/// `createIssuer`: a handle of the new issuer.
#[wasm_bindgen(js_name = issuerNew)]
pub fn issuer_new(options: &JsValue) -> Thrown {
    thrown(|| {
        let issuer = issuer_from(&Options(options), |keys| read_private_keys(keys).map(Rc::new))?;
        let handle = NEXT_HANDLE.replace(NEXT_HANDLE.get() + 1.0);
        ISSUERS.with_borrow_mut(|issuers| issuers.push((handle, Box::new(issuer))));
        Ok(handle.into())
    })
}

/// `issuer.dispose`: the key is wiped.
#[wasm_bindgen(js_name = issuerFree)]
pub fn issuer_free(handle: Handle) {
    ISSUERS.with_borrow_mut(|issuers| {
        if let Some(at) = place_of(handle, issuers) {
            issuers.remove(at);
        }
    });
}

/// The algorithm that an issuer signs with.
#[wasm_bindgen(js_name = issuerAlgorithm)]
pub fn issuer_algorithm(handle: Handle) -> Thrown {
    with_issuer(handle, &mut |issuer| Ok(issuer.algorithm()?.name().into()))
}

/// `issuer.sign`.
#[wasm_bindgen(js_name = issuerSign)]
pub fn issuer_sign(handle: Handle, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        Ok(issuer.sign(&read_claims(claims)?, read_now(now)?)?.into())
    })
}

/// `issuer.token`: the token, and when it may be handed out again for these claims without asking,
/// in the unit of `now`.
#[wasm_bindgen(js_name = issuerToken)]
pub fn issuer_token(handle: Handle, claims: &JsValue, force: bool, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let (text, seconds) = (claims_text(claims)?, read_now(now)?);
        if force || issuer.kept_token(&text, seconds).is_none() {
            issuer.token(&Claims::from_json(&text)?, true, seconds)?;
        }
        let kept = issuer.kept_token(&text, seconds);
        reusable(kept.ok_or_else(|| Error::internal("a token was not kept"))?, now)
    })
}

/// As `issuerToken` while a token is kept for the claims, else undefined: `issuer.token` before an
/// external signer is asked.
#[wasm_bindgen(js_name = issuerKeptToken)]
pub fn issuer_kept_token(handle: Handle, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(
        handle,
        &mut |issuer| match issuer.kept_token(&claims_text(claims)?, read_now(now)?) {
            Some(kept) => reusable(kept, now),
            None => Ok(JsValue::UNDEFINED),
        },
    )
}

fn reusable(kept: ReusableToken<'_>, now: f64) -> Result<JsValue> {
    let unit = units_per_second(now) as Seconds;
    let mut reusable = Members::new();
    reusable.text("token", kept.token);
    reusable.integer("from", kept.from * unit).integer("until", kept.until * unit);
    to_js(&reusable.end())
}

/// The text that an external signer signs.
#[wasm_bindgen(js_name = issuerPrepare)]
pub fn issuer_prepare(handle: Handle, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        prepared(&issuer.prepare(&read_claims(claims)?, read_now(now)?)?)
    })
}

/// The same without its times, for a token that is not kept.
#[wasm_bindgen(js_name = issuerSigningInput)]
pub fn issuer_signing_input(handle: Handle, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        Ok(issuer.prepare(&read_claims(claims)?, read_now(now)?)?.signing_input.into())
    })
}

/// The token of an external signer's signature, kept for `keep_for` if claims are given there. The
/// signature is verified here, unless a signer of this package has done so already.
#[wasm_bindgen(js_name = issuerFinish)]
pub fn issuer_finish(
    handle: Handle,
    prepared: &JsValue,
    signature: &JsValue,
    keep_for: &JsValue,
    verified: bool,
    now: f64,
) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let prepared = read_prepared(&Options(prepared))?;
        let keep_for = if is_absent(keep_for) { None } else { Some(read_claims(keep_for)?) };
        let signature = read_signature(signature)?;
        let now = read_now(now)?;
        let token = match verified {
            true => issuer.finish_verified(&prepared, &signature, keep_for.as_ref(), now),
            false => issuer.finish(&prepared, &signature, keep_for.as_ref(), now),
        };
        Ok(token?.into())
    })
}

/// `issuer.verify`.
#[wasm_bindgen(js_name = issuerVerify)]
pub fn issuer_verify(handle: Handle, token: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let verified = issuer.verify(&read_token(token)?, read_now(now)?)?;
        verified_to_js(&verified)
    })
}

/// `issuer.jwks`.
#[wasm_bindgen(js_name = issuerJwks)]
pub fn issuer_jwks(handle: Handle) -> Thrown {
    with_issuer(handle, &mut |issuer| to_js(&issuer.jwks().to_json()))
}

/// `issuer.openidConfiguration`.
#[wasm_bindgen(js_name = issuerOpenidConfiguration)]
pub fn issuer_openid_configuration(handle: Handle) -> Thrown {
    with_issuer(handle, &mut |issuer| object_to_js(&issuer.openid_configuration()))
}

/// `issuer.provider`.
#[wasm_bindgen(js_name = issuerProvider)]
pub fn issuer_provider(handle: Handle, kind: &JsValue, embed_jwks: bool) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let kind = optional_text("kind", kind)?.map(|name| Kind::from_name(&name)).transpose()?;
        object_to_js(&issuer.provider(kind, embed_jwks)?.to_json())
    })
}

/// `issuer.fetch`, without the host's own `Request` and `Response`.
#[wasm_bindgen(js_name = issuerRespond)]
pub fn issuer_respond(
    handle: Handle,
    method: &JsValue,
    path: &JsValue,
    if_none_match: &JsValue,
) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        answer(method, path, if_none_match, |request| Ok(issuer.respond(request)))
    })
}

fn read_prepared(options: &Options<'_>) -> Result<PreparedToken> {
    let invalid = || Error::option_type("prepared", "as it was given");
    let time = |name| options.get(name).as_f64().map(|time| time as Seconds).ok_or_else(invalid);
    let signing_input = options.get("signingInput");
    Ok(PreparedToken {
        signing_input: text("prepared", &signing_input, MAX_TOKEN_BYTES as u32)?,
        issued_at: time("issuedAt")?,
        expires_at: time("expiresAt")?,
    })
}

fn with_issuer(
    handle: Handle,
    operation: &mut dyn FnMut(&mut Issuer) -> Result<JsValue>,
) -> Thrown {
    thrown(|| {
        ISSUERS.with_borrow_mut(|issuers| {
            let found = place_of(handle, issuers).and_then(|at| issuers.get_mut(at));
            operation(&mut found.ok_or_else(Error::issuer_disposed)?.1)
        })
    })
}

fn place_of(handle: Handle, issuers: &[(Handle, Box<Issuer>)]) -> Option<usize> {
    let place = issuers.partition_point(|(known, _)| *known < handle);
    issuers.get(place).filter(|(known, _)| *known == handle).map(|_| place)
}
