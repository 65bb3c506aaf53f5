//! PEM (RFC 7468), read leniently: line breaks may be anything that counts as white space.

use zeroize::Zeroizing;

use super::lenient_base64::decode as decode_base64;
use super::{MAX_KEYS, PrivateKey, der, too_large};
use crate::base64::{self, Alphabet};
use crate::error::{Error, Result};
use crate::text::{find, split_once};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// The number of base64 characters in a line (RFC 7468, section 2).
const LINE_CHARACTERS: usize = 64;

/// Whether a text has a PEM block, or the beginning of one.
pub(super) fn is_pem(text: &str) -> bool {
    find(text, BEGIN.trim_end()).or_else(|| find(text, END.trim_end())).is_some()
}

/// The private keys of a text's blocks. Blocks of other kinds beside a private key are passed over:
/// files often have the certificate, the public key or the curve's parameters in them too.
pub(super) fn read_private_keys(text: &str, keys: &mut Vec<PrivateKey>) -> Result<()> {
    let found = keys.len();
    let mut passed_over = None;
    let mut rest = text;
    while let Some((label, body, after)) = next_block(rest)? {
        match label {
            _ if keys.len() == MAX_KEYS => return Err(too_large()),
            "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => keys.push(read_block(body)?),
            _ => passed_over = passed_over.or_else(|| refusal(label)),
        }
        rest = after;
    }
    match passed_over {
        _ if keys.len() > found => Ok(()),
        Some(error) => Err(error),
        None => Err(Error::key_unreadable()),
    }
}

/// The next block's label, its body, and what follows it.
fn next_block(text: &str) -> Result<Option<(&str, &str, &str)>> {
    let Some((_, after_begin)) = split_once(text, BEGIN) else {
        // A part of a BEGIN line, or an END line alone: the value lost a part.
        return if is_pem(text) { Err(Error::key_truncated()) } else { Ok(None) };
    };
    let (label, after_label) = split_once(after_begin, DASHES).ok_or_else(Error::key_truncated)?;
    let (body, after_body) = split_once(after_label, END).ok_or_else(Error::key_truncated)?;
    let (end_label, after) = split_once(after_body, DASHES).ok_or_else(Error::key_truncated)?;
    if label != end_label {
        return Err(Error::key_truncated());
    }
    Ok(Some((label, body, after)))
}

fn read_block(body: &str) -> Result<PrivateKey> {
    // RFC 1421 headers, which OpenSSL writes into traditional keys with a passphrase.
    if find(body, "ENCRYPTED").is_some() {
        return Err(Error::key_encrypted());
    }
    let der = decode_base64(body)
        .ok_or_else(|| Error::key_damaged("between its BEGIN and END lines there is no base64"))?;
    der::read_private_key(&der)
}

/// Why a block of another kind is no private key; nothing for those that say nothing.
fn refusal(label: &str) -> Option<Error> {
    Some(match label {
        "ENCRYPTED PRIVATE KEY" => Error::key_encrypted(),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Error::key_public(),
        "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" | "CERTIFICATE REQUEST" => {
            Error::key_certificate()
        }
        "EC PARAMETERS" | "DH PARAMETERS" => return None,
        "OPENSSH PRIVATE KEY" => Error::key_unsupported("a key in OpenSSH's format"),
        "DSA PRIVATE KEY" => Error::key_unsupported("a DSA key"),
        _ => Error::key_unreadable(),
    })
}

/// A PEM block with its line breaks, the last line's included.
pub(super) fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(base64::encode(der, Alphabet::Standard));
    let lines = body.len().div_ceil(LINE_CHARACTERS);
    // To the byte: a text that grows leaves copies of the key behind.
    let capacity = body.len() + lines + 2 * (END.len() + label.len() + DASHES.len() + 2);
    let mut pem = Zeroizing::new(String::with_capacity(capacity));
    for text in [BEGIN, label, DASHES, "\n"] {
        pem.push_str(text);
    }
    for (index, character) in body.chars().enumerate() {
        if index > 0 && index % LINE_CHARACTERS == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    for text in ["\n", END, label, DASHES, "\n"] {
        pem.push_str(text);
    }
    pem
}
