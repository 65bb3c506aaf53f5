//! A document that was fetched from an issuer, or that was just given: what of it Convex would not
//! take. Fetching is the host's business.

use crate::error::{Error, Result, quote, quote_option};
use crate::json::{Object, Reader, Value};
use crate::text::{concat, number};

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
            return Err(Error::document_unreachable(&url(), &quote(error)));
        }
        if let Some(status) = self.status.filter(|status| *status != 200) {
            return Err(Error::document_status(&url(), status));
        }
        if let Some(found) = self.content_type.as_deref().filter(|found| !takes(found)) {
            let found = if found.is_empty() { "none".to_owned() } else { quote_option(found) };
            return Err(Error::document_type(&url(), &found));
        }
        Ok(())
    }

    /// The JSON object that it begins with, and what of it does not count, as a member of its name
    /// follows. Convex looks at nothing behind the object.
    pub(super) fn object(&self) -> Result<(Object, Vec<(String, Value)>)> {
        let body = self.body.as_deref().unwrap_or_default();
        let members = Reader::new(body).members();
        members.map(Object::of).map_err(|_| Error::document_json(&self.shown_url()))
    }

    /// What came back, in a word or two.
    pub(super) fn shown(&self) -> String {
        if let Some(error) = &self.error {
            return concat(&["no answer: ", &quote(error)]);
        }
        let status = self
            .status
            .map_or_else(String::new, |status| concat(&["status ", &number(status.into()), ", "]));
        let content_type = match self.content_type.as_deref() {
            None => String::new(),
            Some("") => "no Content-Type, ".to_owned(),
            Some(found) => concat(&[&quote_option(found), ", "]),
        };
        let length = self.body.as_ref().map_or(0, String::len);
        concat(&[&status, &content_type, &number(length as i64), " bytes"])
    }
}

/// The types of a discovery document. Convex compares what stands before the first semicolon, looks at
/// no charset, and misses no header (`check_content_type` of `openidconnect`).
pub(super) fn is_discovery_type(text: &str) -> bool {
    text.is_empty() || essence(text) == "application/json"
}

/// The types of a JWK set that discovery led to.
pub(super) fn is_discovered_set_type(text: &str) -> bool {
    is_discovery_type(text) || essence(text) == "application/jwk-set+json"
}

fn essence(text: &str) -> String {
    text.split(';').next().unwrap_or_default().to_ascii_lowercase()
}

/// The types of a customJwt provider's JWK set: the header must be there and whole, and a charset be
/// UTF-8 (`fetch_jwks`, which reads the header with the crate `mime`).
pub(super) fn is_set_type(text: &str) -> bool {
    let mut parts = text.splitn(2, ';');
    let type_of_set = parts.next().map(str::to_ascii_lowercase);
    if !matches!(type_of_set.as_deref(), Some("application/json" | "application/jwk-set+json")) {
        return false;
    }
    let mut rest = parts.next().unwrap_or_default().trim_start_matches(' ');
    let mut charset = None;
    while !rest.is_empty() {
        let Some((name, after)) = rest.split_once('=') else { return false };
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => {
                let Some((value, after)) = quoted.split_once('"') else { return false };
                let after = after.trim_start_matches(' ');
                if !after.is_empty() && !after.starts_with(';') {
                    return false;
                }
                (value, after.get(1..).unwrap_or_default())
            }
            None => {
                let (value, after) = after.split_once(';').unwrap_or((after, ""));
                if !value.chars().all(is_token) {
                    return false;
                }
                (value, after)
            }
        };
        if name.is_empty() || !name.chars().all(is_token) {
            return false;
        }
        if charset.is_none() && name.eq_ignore_ascii_case("charset") {
            charset = Some(value.eq_ignore_ascii_case("utf-8"));
        }
        rest = after.trim_start_matches(' ');
    }
    charset.unwrap_or(true)
}

/// A character of a token (RFC 9110, section 5.6.2).
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".chars().any(|other| c == other)
}

/// A status as Convex shows it, with its usual name.
pub(super) fn shown_status(status: &str) -> String {
    let name = match status {
        "200" => "OK",
        "400" => "Bad Request",
        "401" => "Unauthorized",
        "403" => "Forbidden",
        "404" => "Not Found",
        "405" => "Method Not Allowed",
        "429" => "Too Many Requests",
        "500" => "Internal Server Error",
        "502" => "Bad Gateway",
        "503" => "Service Unavailable",
        "504" => "Gateway Timeout",
        _ => "…",
    };
    concat(&[status, " ", name])
}
