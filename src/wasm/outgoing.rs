//! Results and errors, to JavaScript.

use js_sys::{JSON, Reflect};
use wasm_bindgen::prelude::*;

use super::Thrown;
use crate::convex::Verified;
use crate::error::{Error, Result};
use crate::json::{Members, Object};

/// The error of something that only the JavaScript side can notice, from the one table of errors.
#[wasm_bindgen(js_name = hostError)]
pub fn host_error(kind: &str, path: &str, found: &str) -> JsValue {
    let owned = |text: &str| crate::error::quote(text);
    error_to_js(&match kind {
        "claims-not-object" => Error::claims_not_object(),
        "claims-threw" => Error::claims_threw(),
        "claims-too-deep" => Error::claims_too_deep(crate::token::MAX_CLAIMS_DEPTH),
        "claim-value" => Error::claim_value(&owned(path), &owned(found)),
        "key-host-object" => Error::key_host_object(),
        "key-type" => {
            Error::option_type("privateKey", "PEM text, a JWK, a JWK set, or an array of these")
        }
        "key-inconsistent" => Error::key_inconsistent(),
        "option-object" => Error::option_type(&owned(path), "an object"),
        "time" => Error::time_invalid("now"),
        "signer" => Error::signer_invalid("is not one for a key that Convex takes"),
        "signer-promise" => Error::signer_invalid("is still a promise: await it first"),
        "signer-failed" => Error::signer_failed(),
        "disposed" => Error::issuer_disposed(),
        "trap" => Error::trap(),
        _ => Error::internal("an error of an unknown kind"),
    })
}

pub(super) fn thrown(operation: impl FnOnce() -> Result<JsValue>) -> Thrown {
    operation().map_err(|error| error_to_js(&error))
}

/// What a JSON text holds, by the host's own parser.
pub(super) fn to_js(json: &str) -> Result<JsValue> {
    JSON::parse(json).map_err(|_| Error::internal("a result did not cross"))
}

pub(super) fn object_to_js(object: &Object) -> Result<JsValue> {
    to_js(&object.to_json())
}

pub(super) fn verified_to_js(verified: &Verified) -> Result<JsValue> {
    let Verified { header, claims, identity } = verified;
    let mut parts = Members::new();
    parts.object("header", header).object("claims", claims).object("identity", identity);
    to_js(&parts.end())
}

fn error_to_js(error: &Error) -> JsValue {
    let object = js_sys::Object::new().into();
    set(&object, "code", error.code());
    set(&object, "message", &error.message());
    set(&object, "hint", &error.hint());
    object
}

/// Sets a member of an object made here, which cannot fail.
pub(super) fn set(object: &JsValue, name: &str, text: &str) {
    let _ = Reflect::set(object, &name.into(), &text.into());
}
