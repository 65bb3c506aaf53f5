//! The claims that a caller gives for a token (RFC 7519, section 4).

use super::number::beyond_doubles;
use super::{MAX_CLAIMS_BYTES, MAX_CLAIMS_DEPTH, MAX_PATH_BYTES, standard_claims};
use crate::error::{Error, Result, quote, quoted};
use crate::json::{Object, Reader, Value};
use crate::text::concat;

/// The claims that the issuer sets, and callers may not.
const ISSUED: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];

/// Names that an identity has of itself: Convex lays custom claims over it, so a claim of such a
/// name would replace what the function trusts.
const IDENTITY: [&str; 3] = ["tokenIdentifier", "subject", "issuer"];

/// Claims that may be signed: `sub` is there, none is reserved, standard ones are of their type.
///
/// They are kept as the JSON text that they came as and go into the token unchanged: a number has
/// the digits that it was given with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// A JSON object, trimmed, with `sub` and so not empty.
    text: String,
}

impl Claims {
    /// Checks the claims of a JSON object.
    ///
    /// ```
    /// use convex_token::Claims;
    ///
    /// assert!(Claims::from_json(r#"{"sub":"user_1","role":"admin"}"#).is_ok());
    /// let refused = Claims::from_json(r#"{"sub":"user_1","exp":1}"#).unwrap_err();
    /// assert_eq!(refused.code(), "ERR_CLAIM_RESERVED");
    /// ```
    ///
    /// # Errors
    /// `ERR_CLAIM…`, which names the claim.
    pub fn from_json(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.len() > MAX_CLAIMS_BYTES {
            return Err(Error::claims_too_large(MAX_CLAIMS_BYTES));
        }
        if depth(text) > MAX_CLAIMS_DEPTH {
            return Err(Error::claims_too_deep(MAX_CLAIMS_DEPTH));
        }
        let members = members(text)?;
        if path_bytes(&members, 0) > MAX_PATH_BYTES {
            return Err(Error::claim_paths_too_long(MAX_PATH_BYTES));
        }
        let mut subject = None;
        for (name, value) in &members {
            if let Some(name) = ISSUED.into_iter().find(|issued| issued == name) {
                return Err(Error::claim_reserved(name));
            }
            if let Some(name) = IDENTITY.into_iter().find(|own| own == name) {
                return Err(Error::claim_shadows_identity(name));
            }
            if name == "sub" {
                // It has errors of its own, below.
                subject = Some(value);
                continue;
            }
            if let Some(found) = beyond_doubles(value) {
                let path = quoted(name);
                let found = concat(&["the number ", &quote(found), ", beyond all doubles"]);
                return Err(Error::claim_value(&path, &found));
            }
            standard_claims::check(name, value)
                .map_err(|(name, expected)| Error::claim_type(name, expected))?;
        }
        if let Some(name) = standard_claims::duplicate(&members) {
            return Err(Error::claim_duplicate(&quote(name)));
        }
        match subject {
            Some(Value::String(subject)) if !subject.is_empty() => {
                Ok(Self { text: text.to_owned() })
            }
            Some(found) => Err(Error::claim_subject(kind(found))),
            None => Err(Error::claim_subject("missing")),
        }
    }

    /// The claims as the JSON text they came as.
    pub fn as_json(&self) -> &str {
        &self.text
    }

    /// The members' text, without the braces around.
    pub(super) fn members_text(&self) -> &str {
        let inner = self.text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        inner.unwrap_or_default()
    }
}

/// How a value that is no usable `sub` is named to the caller.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "empty",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The length of all names when each nested one has those around it before it.
pub(super) fn path_bytes(members: &Object, around: usize) -> usize {
    members.iter().fold(0, |sum: usize, (name, value)| {
        let path = around + name.len() + 1;
        sum.saturating_add(value.as_object().map_or(path, |inner| path_bytes(inner, path)))
    })
}

/// The deepest nesting of a JSON text's brackets, counted without recursion.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            // Outside of a string it is no JSON.
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The members of a JSON object; a name that is there twice is refused.
fn members(text: &str) -> Result<Object> {
    if !text.starts_with('{') {
        return Err(Error::claims_not_object());
    }
    let mut members = Vec::new();
    let mut reader = Reader::new(text);
    let read = reader.object(&mut |reader, name| {
        members.push((name.into_owned(), reader.value()?));
        Ok(())
    });
    let read = read.and_then(|()| reader.end());
    let (members, overridden) = Object::of(members);
    match (overridden.first(), read) {
        (Some((name, _)), _) => Err(Error::claim_duplicate(&quote(name))),
        (None, Err(_)) => Err(Error::claims_malformed()),
        (None, Ok(())) => Ok(members),
    }
}
