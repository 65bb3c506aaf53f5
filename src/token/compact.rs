//! The compact form of a JWS (RFC 7515, section 7.1), both ways.

use super::time::Seconds;
use super::{Claims, MAX_TOKEN_BYTES};
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::error::{Error, Result};
use crate::json::{self, Object};
use crate::random;

/// What the issuer says in a token of its own accord.
pub(crate) struct Issued<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<&'a str>,
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) issued_at: Seconds,
    pub(crate) expires_at: Seconds,
    pub(crate) not_before: Option<Seconds>,
}

/// The text that is signed: header and payload, each in base64url, joined by a dot. A random `jti`
/// makes it another text at each call.
pub(crate) fn signing_input(issued: &Issued<'_>, claims: &Claims) -> Result<String> {
    let mut header = json::Members::new();
    header.text("alg", issued.algorithm.name());
    if let Some(kid) = issued.kid {
        header.text("kid", kid);
    }
    header.text("typ", "JWT");
    let mut payload = json::Members::new();
    payload.text("iss", issued.issuer).text("aud", issued.audience);
    payload.integer("iat", issued.issued_at).integer("exp", issued.expires_at);
    if let Some(time) = issued.not_before {
        payload.integer("nbf", time);
    }
    payload.text("jti", &base64url::encode(random::token_id()?));
    payload.members(claims.members_text());
    let parts = [header, payload].map(|part| base64url::encode(part.end()));
    Ok(parts.join("."))
}

/// The token of a signed text and its signature.
pub(crate) fn join(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", base64url::encode(signature))
}

/// A token's parts. Nothing of them has been checked: anybody can write such a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The JOSE header.
    pub header: Object,
    /// The payload.
    pub claims: Object,
}

/// Decodes a token **without verifying anything**: for looking at, never for deciding by.
///
/// # Errors
/// `ERR_TOKEN_MALFORMED` when the text has not the form of a JWT.
pub fn decode(token: &str) -> Result<Decoded> {
    Parts::of(token).decoded()
}

/// A token taken apart, each part by itself: one that cannot be read says nothing of the others.
pub(crate) struct Parts<'a> {
    pub(crate) signing_input: Result<&'a str>,
    pub(crate) header: Result<Object>,
    pub(crate) claims: Result<Object>,
    pub(crate) signature: Result<Vec<u8>>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(token: &'a str) -> Self {
        if token.len() > MAX_TOKEN_BYTES {
            return Self::refused(Error::token_too_large(MAX_TOKEN_BYTES));
        }
        let texts: Vec<&str> = token.splitn(4, '.').collect();
        let texts = match texts.as_slice() {
            [header, claims, signature] => (*header, *claims, Some(*signature)),
            // Convex reads the payload before it counts the parts.
            [header, claims, ..] => (*header, *claims, None),
            _ => return Self::refused(malformed("it has no dots")),
        };
        let (header, claims, signature) = texts;
        let count = || malformed(if token.matches('.').count() == 1 { ONE_DOT } else { MORE_DOTS });
        Self {
            signing_input: match signature {
                Some(signature) => {
                    Ok(token.get(..token.len() - signature.len() - 1).unwrap_or_default())
                }
                None => Err(count()),
            },
            header: object(
                header,
                "its header is not base64url",
                "its header is not a JSON object",
            ),
            claims: object(
                claims,
                "its payload is not base64url",
                "its payload is not a JSON object",
            ),
            signature: match signature {
                Some(text) => base64url::decode(text)
                    .ok_or_else(|| malformed("its signature is not base64url")),
                None => Err(count()),
            },
        }
    }

    fn refused(error: Error) -> Self {
        Self {
            signing_input: Err(error.clone()),
            header: Err(error.clone()),
            claims: Err(error.clone()),
            signature: Err(error),
        }
    }

    /// The whole token, or what is wrong with its form.
    pub(crate) fn decoded(self) -> Result<Decoded> {
        self.signing_input?;
        let (header, claims) = (self.header?, self.claims?);
        self.signature?;
        Ok(Decoded { header, claims })
    }
}

const ONE_DOT: &str = "it has one dot, not two";
const MORE_DOTS: &str = "it has more than two dots";

fn malformed(part: &'static str) -> Error {
    Error::token_malformed(part)
}

fn object(text: &str, base64: &'static str, json: &'static str) -> Result<Object> {
    let bytes = base64url::decode(text).ok_or_else(|| malformed(base64))?;
    let text = std::str::from_utf8(&bytes).ok();
    text.and_then(Object::parse).ok_or_else(|| malformed(json))
}
