//! The well-known routes, without the host's own `Request` and `Response`.

use wasm_bindgen::prelude::*;

use super::Thrown;
use super::options::{Options, issuer_url, private_keys};
use super::outgoing::{thrown, to_js};
use super::values::{Unreadable, bounded_text, optional_text};
use crate::convex::well_known::{self, Request};
use crate::error::Result;
use crate::json::{Members, Value};
use crate::key::{MAX_SOURCE_BYTES, PrivateKey, PublishedSet, jwk_set, too_large};
use crate::pasted::unquoted;

/// `addAuthRoutes`: the same without an issuer, from the set that a deployment publishes. That is
/// the set `jwks` as it stands; without one, what belongs to the private keys of the environment.
#[wasm_bindgen(js_name = respond)]
pub fn respond(
    options: &JsValue,
    method: &JsValue,
    path: &JsValue,
    if_none_match: &JsValue,
) -> Thrown {
    thrown(|| {
        let options = Options(options);
        let environment = options.get("environment");
        let issuer = issuer_url(&options.get("issuer"), &environment)?;
        let given = bounded_text(&options.get("jwks"), MAX_SOURCE_BYTES as u32);
        let jwks = || match given {
            Ok(jwks) => PublishedSet::read(unquoted(&jwks))?.to_json_as_published(),
            Err(Unreadable::TooLong) => Err(too_large()),
            Err(Unreadable::NoText) => {
                let keys = private_keys(&JsValue::UNDEFINED, &environment)?;
                Ok(jwk_set(keys.iter().map(PrivateKey::public)))
            }
        };
        answer(method, path, if_none_match, |request| well_known::respond(&issuer, jwks, request))
    })
}

/// Reads a request, and gives its answer out; undefined where there is none.
pub(super) fn answer(
    method: &JsValue,
    path: &JsValue,
    if_none_match: &JsValue,
    respond: impl FnOnce(&Request<'_>) -> Result<Option<well_known::Response>>,
) -> Result<JsValue> {
    let (Ok(Some(method)), Ok(Some(path))) =
        (optional_text("method", method), optional_text("path", path))
    else {
        // A path too long to read is none of ours.
        return Ok(JsValue::UNDEFINED);
    };
    let if_none_match = optional_text("if-none-match", if_none_match).unwrap_or_default();
    let request = Request { method: &method, path: &path, if_none_match: if_none_match.as_deref() };
    match respond(&request)? {
        Some(well_known::Response { status, headers, body }) => {
            let headers = headers.iter().map(|(name, value)| Value::from(&[*name, value][..]));
            let mut answer = Members::new();
            answer.integer("status", status.into());
            answer.value("headers", &Value::Array(headers.collect()));
            answer.optional("body", body.as_deref());
            to_js(&answer.end())
        }
        None => Ok(JsValue::UNDEFINED),
    }
}
