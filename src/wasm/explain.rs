//! Explaining a token.

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use super::Thrown;
use super::options::{Options, private_keys};
use super::outgoing::{thrown, to_js};
use super::values::{is_absent, read_now};
use crate::convex::{Circumstances, Document, Explained, Provider, explain};
use crate::error::Result;
use crate::json::Members;
use crate::key::{FoundSet, PrivateKey};
use crate::text::{concat, listed};
use crate::token::MAX_TOKEN_BYTES;

/// `explainToken`.
#[wasm_bindgen(js_name = explain)]
pub fn explain_token(token: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let options = Options(options);
        // A text too long to be a token stays one when it is cut there.
        let token = match token.dyn_ref::<JsString>() {
            Some(text) => String::from(text.slice(0, MAX_TOKEN_BYTES as u32 + 1)),
            None => String::new(),
        };
        let providers = options.long_texts("providers")?;
        let providers = providers
            .map(|texts| texts.iter().map(|json| Provider::from_json(json)).collect::<Vec<_>>());
        let discovery = read_document(&options.get("discovery"))?;
        let jwks = read_document(&options.get("jwks"))?;
        let keys = options.get("privateKey");
        let keys = if is_absent(&keys) {
            None
        } else {
            let keys = private_keys(&keys, &JsValue::UNDEFINED)?;
            Some(FoundSet::of(keys.iter().map(PrivateKey::public)))
        };
        let clock_tolerance = options.duration("clockTolerance")?;
        let (issuer, audience) = (options.text("issuer")?, options.text("audience")?);
        let explanation = explain(
            &token,
            &Circumstances {
                providers: providers.as_deref(),
                discovery: discovery.as_ref(),
                jwks: jwks.as_ref(),
                keys: keys.as_ref(),
                issuer: issuer.as_deref(),
                audience: audience.as_deref(),
                clock_tolerance,
                now: read_now(now)?,
            },
        );
        let checks = listed(explanation.checks.iter().map(check_to_json), ",");
        let mut explained = Members::new();
        explained.json("accepted", if explanation.accepted { "true" } else { "false" });
        explained.json("checks", &concat(&["[", &checks, "]"]));
        to_js(&explained.end())
    })
}

fn check_to_json(check: &Explained) -> String {
    let mut text = Members::new();
    text.text("name", check.name);
    text.json("ok", check.ok.map_or("null", |ok| if ok { "true" } else { "false" }));
    text.text("found", &check.found).text("expected", &check.expected);
    let failure = check.failure.as_ref();
    text.optional("fix", failure.map(|failure| failure.error.hint()).as_deref());
    text.text("docs", &check.docs);
    if let Some(failure) = failure {
        text.text("code", failure.error.code()).text("message", &failure.error.message());
        if let Some(message) = &failure.convex_message {
            text.text("convexMessage", message);
        }
    }
    text.end()
}

/// A document as the TypeScript side has made it ready.
fn read_document(document: &JsValue) -> Result<Option<Document>> {
    if is_absent(document) {
        return Ok(None);
    }
    let document = Options(document);
    let status = document.get("status").as_f64();
    Ok(Some(Document {
        url: document.text("url")?,
        status: status.map(|status| status as u16),
        content_type: document.text("contentType")?,
        body: document.long_text("body")?,
        error: document.text("error")?,
    }))
}
