//! From the text that a person has to the keys in it.
//!
//! A key reaches a program through a file, a .env line, a dashboard's form or a secret store, and
//! each of them may leave its marks: quotes around, `\n` written out, spaces for line breaks, CRLF,
//! base64 around the whole. All of that is undone here, once; the form inside is read by `pem`,
//! `der` and `jwk`.

use zeroize::Zeroizing;

use super::lenient_base64::decode as decode_base64;
use super::{MAX_KEYS, MAX_SOURCE_BYTES, PrivateKey, der, jwk, pem, too_large};
use crate::error::{Error, Result};
use crate::json::Reader;
use crate::pasted::unquoted;
use crate::text::{concat, find};

/// How many layers of base64 may lie around a key.
const MAX_WRAPPING: usize = 2;

/// The private keys in some texts, in their order; each text may hold several.
///
/// Read are PKCS#8, PKCS#1 and SEC 1 as PEM (one block or several), their bare base64, JWK, JWK set,
/// and the base64 of any of these; with quotes around, with `\n` written out, with spaces for line
/// breaks, with CRLF.
///
/// # Errors
/// `ERR_KEY_…`, which names what was found instead of a private key that Convex takes.
pub fn read_private_keys<S: AsRef<str>>(sources: &[S]) -> Result<Vec<PrivateKey>> {
    let mut keys = Vec::new();
    for source in sources {
        read_text(source.as_ref(), MAX_WRAPPING, &mut keys)?;
        if keys.len() > MAX_KEYS {
            return Err(too_large());
        }
    }
    if keys.is_empty() {
        return Err(Error::key_missing());
    }
    Ok(keys)
}

fn read_text(text: &str, wrapping: usize, keys: &mut Vec<PrivateKey>) -> Result<()> {
    if text.len() > MAX_SOURCE_BYTES {
        return Err(too_large());
    }
    let text = unquoted(text);
    if text.is_empty() {
        return Err(Error::key_empty("The private key"));
    }
    if pem::is_pem(text) {
        return pem::read_private_keys(&with_line_breaks(text), keys);
    }
    if text.starts_with(['{', '[']) {
        return match unescaped(text) {
            Some(json) => jwk::read_private_keys(&json, keys),
            None => jwk::read_private_keys(text, keys),
        };
    }
    let Some(bytes) = decode_base64(&with_line_breaks(text)) else {
        return Err(Error::key_unreadable());
    };
    match std::str::from_utf8(&bytes) {
        Ok(inner) if wrapping > 0 => read_text(inner, wrapping - 1, keys),
        Ok(_) => Err(Error::key_unreadable()),
        Err(_) if der::is_sequence(&bytes) => {
            keys.push(der::read_private_key(&bytes)?);
            Ok(())
        }
        Err(_) => Err(Error::key_unreadable()),
    }
}

/// JSON whose quotes are escaped, as it stands inside of a JSON string; nothing when they are not.
fn unescaped(text: &str) -> Option<Zeroizing<String>> {
    find(text, "\\\"")?;
    let string = Zeroizing::new(concat(&["\"", text, "\""]));
    let mut reader = Reader::new(&string);
    let json = reader.string().ok()?.into_owned();
    reader.end().is_ok().then(|| Zeroizing::new(json))
}

/// The text with line breaks where they were written out as `\n` or `\r\n`, escaped once or more.
fn with_line_breaks(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        while characters.next_if_eq(&'\\').is_some() {}
        characters.next_if(|next| matches!(next, 'n' | 'r'));
        plain.push('\n');
    }
    plain
}
