//! Plain values from JavaScript, measured before they are copied.

use js_sys::{JsString, Number, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::error::{Error, Result};
use crate::token::time::{Seconds, time_from_number};
use crate::token::{Claims, MAX_CLAIMS_BYTES, MAX_TOKEN_BYTES};

/// The longest text of an option, in UTF-16 units: far more than an issuer or an audience has.
const MAX_OPTION_UNITS: u32 = 4096;

pub(super) fn read_claims(claims: &JsValue) -> Result<Claims> {
    Claims::from_json(&claims_text(claims)?)
}

/// Claims as they come: a JSON text without space around, as the host writes it.
pub(super) fn claims_text(claims: &JsValue) -> Result<String> {
    bounded_text(claims, MAX_CLAIMS_BYTES as u32).map_err(|unreadable| match unreadable {
        Unreadable::NoText => Error::claims_not_object(),
        Unreadable::TooLong => Error::claims_too_large(MAX_CLAIMS_BYTES),
    })
}

pub(super) fn read_token(token: &JsValue) -> Result<String> {
    bounded_text(token, MAX_TOKEN_BYTES as u32).map_err(|unreadable| match unreadable {
        Unreadable::NoText => Error::token_malformed("it is not a string"),
        Unreadable::TooLong => Error::token_too_large(MAX_TOKEN_BYTES),
    })
}

pub(super) fn read_now(now: f64) -> Result<Seconds> {
    time_from_number("now", now)
}

/// A signature's bytes; longer ones than any algorithm has are refused before they are copied.
pub(super) fn read_signature(signature: &JsValue) -> Result<Vec<u8>> {
    let array = signature.dyn_ref::<Uint8Array>();
    let array = array.ok_or_else(|| Error::signer_invalid("gave no Uint8Array"))?;
    if array.length() > MAX_OPTION_UNITS {
        return Err(Error::signature_rejected());
    }
    Ok(array.to_vec())
}

pub(super) fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

pub(super) fn optional_text(option: &'static str, value: &JsValue) -> Result<Option<String>> {
    if is_absent(value) {
        return Ok(None);
    }
    text(option, value, MAX_OPTION_UNITS).map(Some)
}

pub(super) fn text(option: &'static str, value: &JsValue, limit: u32) -> Result<String> {
    bounded_text(value, limit).map_err(|unreadable| {
        Error::option_type(
            option,
            match unreadable {
                Unreadable::NoText => "a string",
                Unreadable::TooLong => "a shorter text",
            },
        )
    })
}

/// Why a value is not read as a text.
pub(super) enum Unreadable {
    NoText,
    TooLong,
}

/// A string's text, measured before it is copied.
pub(super) fn bounded_text(value: &JsValue, limit: u32) -> std::result::Result<String, Unreadable> {
    let text = value.dyn_ref::<JsString>().ok_or(Unreadable::NoText)?;
    if text.length() > limit { Err(Unreadable::TooLong) } else { Ok(String::from(text)) }
}

/// A value of the wrong type, as an error may show it: short texts and numbers, else the type.
pub(super) fn describe(value: &JsValue) -> String {
    if let Some(number) = value.dyn_ref::<Number>() {
        // The host's own digits: ten is a radix, so this cannot fail.
        return number.to_string_with_radix(10).map(String::from).unwrap_or_default();
    }
    match optional_text("", value) {
        Ok(Some(text)) => crate::error::quoted_option(&text),
        _ => value.js_typeof().as_string().unwrap_or_default(),
    }
}
