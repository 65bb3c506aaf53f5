//! The compact form of a JWS (RFC 7515, section 7.1), both ways.

use super::claims::path_bytes;
use super::standard_claims::is_address_member;
use super::time::Seconds;
use super::{Claims, MAX_PATH_BYTES, MAX_TOKEN_BYTES};
use crate::algorithm::Algorithm;
use crate::base64url;
use crate::error::{Error, Result};
use crate::json::{self, Fault, Object, Reader, Value};
use crate::random;
use crate::text::concat;

/// What all tokens of an issuer begin with.
pub(crate) struct Beginning {
    /// The header in base64url, and a dot.
    header: String,
    /// The payload's first members.
    payload: json::Members,
}

impl Beginning {
    pub(crate) fn new(
        algorithm: Algorithm,
        kid: Option<&str>,
        issuer: &str,
        audience: &str,
    ) -> Self {
        let mut header = json::Members::new();
        header.text("alg", algorithm.name());
        if let Some(kid) = kid {
            header.text("kid", kid);
        }
        header.text("typ", "JWT");
        let mut payload = json::Members::new();
        payload.text("iss", issuer).text("aud", audience);
        Self { header: concat(&[&base64url::encode(header.end()), "."]), payload }
    }
}

/// When a token is signed and until when it is valid, and from when if that is another time.
pub(crate) struct Times {
    pub(crate) issued_at: Seconds,
    pub(crate) expires_at: Seconds,
    pub(crate) not_before: Option<Seconds>,
}

/// The text that is signed: header and payload, each in base64url, joined by a dot. A random `jti`
/// makes it another text at each call.
pub(crate) fn signing_input(
    beginning: &Beginning,
    times: &Times,
    claims: &Claims,
) -> Result<String> {
    let mut payload = beginning.payload.clone();
    payload.integer("iat", times.issued_at).integer("exp", times.expires_at);
    if let Some(time) = times.not_before {
        payload.integer("nbf", time);
    }
    payload.text("jti", &base64url::encode(random::token_id()?));
    payload.members(claims.members_text());
    Ok(concat(&[&beginning.header, &base64url::encode(payload.end())]))
}

/// The token of a signed text and its signature.
pub(crate) fn join(signing_input: &str, signature: &[u8]) -> String {
    concat(&[signing_input, ".", &base64url::encode(signature)])
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
///
/// Convex's verifiers differ in how they read header and signature; the more lenient one's reading is
/// here.
pub(crate) struct Parts<'a> {
    pub(crate) signing_input: Result<&'a str>,
    pub(crate) header: Result<Object>,
    pub(crate) claims: Result<Object>,
    pub(crate) signature: Result<Vec<u8>>,
    /// What of the two does not count, because a member of its name follows.
    pub(crate) overridden_header: Vec<(String, Value)>,
    pub(crate) overridden_claims: Vec<(String, Value)>,
    /// Whether a member of the claim `address` comes twice.
    pub(crate) address_twice: bool,
    /// Whether header and signature pass with Convex's customJwt verifier too, which reads every
    /// parameter and takes no bits behind the last byte.
    pub(crate) strict_header: bool,
    pub(crate) strict_signature: bool,
}

/// The parameters that Convex's OIDC verifier reads. It looks into no other.
const READ_PARAMETERS: [&str; 5] = ["alg", "crit", "cty", "kid", "typ"];

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
        let mut strict_header = base64url::decode(header).is_some();
        let strict_signature = signature.is_none_or(|text| base64url::decode(text).is_some());
        let (header, overridden_header) = read_header(header, &mut strict_header);
        let mut address_twice = false;
        let (claims, overridden_claims) = read_claims(claims, &mut address_twice);
        Self {
            header,
            claims,
            overridden_header,
            overridden_claims,
            address_twice,
            strict_header,
            strict_signature,
            signing_input: match signature {
                Some(signature) => {
                    Ok(token.get(..token.len() - signature.len() - 1).unwrap_or_default())
                }
                None => Err(count()),
            },
            signature: match signature {
                Some(text) => base64url::decode_leniently(text)
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
            overridden_header: Vec::new(),
            overridden_claims: Vec::new(),
            address_twice: false,
            strict_header: false,
            strict_signature: false,
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

type ReadObject = (Result<Object>, Vec<(String, Value)>);

/// Where a parameter that is not looked into cannot be read, it is passed over.
fn read_header(text: &str, strict: &mut bool) -> ReadObject {
    let Some(bytes) = base64url::decode_leniently(text) else {
        return (Err(malformed("its header is not base64url")), Vec::new());
    };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    let members = header_members(text, false).or_else(|_| {
        *strict = false;
        header_members(text, true)
    });
    object_of(members, "its header is not a JSON object")
}

fn header_members(text: &str, skip_others: bool) -> Members {
    let mut reader = Reader::new(text);
    let mut members = Vec::new();
    reader.object(&mut |reader, name| {
        if skip_others && !READ_PARAMETERS.contains(&&*name) {
            return reader.skip();
        }
        members.push((name.into_owned(), reader.value()?));
        Ok(())
    })?;
    reader.end().map(|()| members)
}

fn read_claims(text: &str, address_twice: &mut bool) -> ReadObject {
    let Some(bytes) = base64url::decode(text) else {
        return (Err(malformed("its payload is not base64url")), Vec::new());
    };
    let mut reader = Reader::new(std::str::from_utf8(&bytes).unwrap_or_default());
    let mut members = Vec::new();
    let read = reader.object(&mut |reader, name| {
        let value = if name == "address" && reader.is_object() {
            let (address, overridden) = Object::of(reader.members()?);
            *address_twice |= overridden.iter().any(|(name, _)| is_address_member(name));
            Value::Object(address)
        } else {
            reader.value()?
        };
        members.push((name.into_owned(), value));
        Ok(())
    });
    let members = read.and_then(|()| reader.end()).map(|()| members);
    let (claims, overridden) = object_of(members, "its payload is not a JSON object");
    let claims = claims.and_then(|claims| match path_bytes(&claims, 0) {
        ..=MAX_PATH_BYTES => Ok(claims),
        _ => Err(malformed("its nested claims have too long names around them")),
    });
    (claims, overridden)
}

type Members = std::result::Result<Vec<(String, Value)>, Fault>;

fn object_of(members: Members, otherwise: &'static str) -> ReadObject {
    match members {
        Ok(members) => {
            let (object, overridden) = Object::of(members);
            (Ok(object), overridden)
        }
        Err(_) => (Err(malformed(otherwise)), Vec::new()),
    }
}
