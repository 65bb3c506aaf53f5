//! A document that was fetched from an issuer, or that was just given: what of it Convex would not
//! take. Fetching is the host's business.

use crate::error::{Error, Result, quote};
use crate::json::Object;

/// An answer to a GET request, as far as it is known. A member that is not known is not judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The address that was asked.
    pub url: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The header `Content-Type`; an empty text when the answer has none.
    pub content_type: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// Why there is no answer: what `fetch` threw.
    pub error: Option<String>,
}

impl Document {
    /// The address as an error may show it.
    pub(super) fn shown_url(&self) -> String {
        self.url.as_deref().map_or_else(|| "the document".to_owned(), quote)
    }

    /// Whether it came with status 200 and a content type that `takes` approves of.
    pub(super) fn check_answer(&self, takes: fn(&str) -> bool) -> Result<()> {
        let url = || self.shown_url();
        if let Some(error) = &self.error {
            return Err(Error::DocumentUnreachable { url: url(), why: quote(error) });
        }
        if let Some(status) = self.status.filter(|status| *status != 200) {
            return Err(Error::DocumentStatus { url: url(), status });
        }
        if let Some(found) = self.content_type.as_deref().filter(|found| !takes(found)) {
            let found = if found.is_empty() { "none".to_owned() } else { quote(found) };
            return Err(Error::DocumentType { url: url(), found });
        }
        Ok(())
    }

    /// The JSON object that it holds.
    pub(super) fn object(&self) -> Result<Object> {
        let body = self.body.as_deref().unwrap_or_default();
        Object::parse(body).ok_or_else(|| Error::DocumentJson { url: self.shown_url() })
    }

    /// What came back, in a word or two.
    pub(super) fn shown(&self) -> String {
        if let Some(error) = &self.error {
            return format!("no answer: {}", quote(error));
        }
        let status = self.status.map_or_else(String::new, |status| format!("status {status}, "));
        let content_type = match self.content_type.as_deref() {
            None => String::new(),
            Some("") => "no Content-Type, ".to_owned(),
            Some(found) => format!("{}, ", quote(found)),
        };
        let length = self.body.as_ref().map_or(0, String::len);
        format!("{status}{content_type}{length} bytes")
    }
}

/// The media type without its parameters, and its `charset`, both in lower case.
fn media_type(text: &str) -> (String, Option<String>) {
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    });
    (essence, charset)
}

/// The types of a discovery document: Convex looks at no charset there, and misses no header.
pub(super) fn is_discovery_type(text: &str) -> bool {
    text.is_empty() || media_type(text).0 == "application/json"
}

/// The types of a JWK set that discovery led to.
pub(super) fn is_discovered_set_type(text: &str) -> bool {
    is_discovery_type(text) || media_type(text).0 == "application/jwk-set+json"
}

/// The types of a customJwt provider's JWK set: the header must be there, and a charset be UTF-8.
pub(super) fn is_set_type(text: &str) -> bool {
    let (essence, charset) = media_type(text);
    matches!(essence.as_str(), "application/json" | "application/jwk-set+json")
        && charset.is_none_or(|charset| charset == "utf-8")
}

/// A status as Convex shows it, with its usual name.
pub(super) fn shown_status(status: u16) -> String {
    let name = match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "…",
    };
    format!("{status} {name}")
}
