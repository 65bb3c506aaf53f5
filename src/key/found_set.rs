//! A JWK set as a verifier finds it: somebody else's, from which one damaged key takes nothing away.

use super::jwk::PublicKey;
use super::{MAX_SOURCE_BYTES, too_large};
use crate::algorithm::{Algorithm, VerifyingKey, eddsa, es256, rs256};
use crate::base64url;
use crate::error::{Error, Result};
use crate::json::{Fault, Reader, Value};

/// A published set, with all that stands in it.
pub struct FoundSet {
    /// The keys, in the set's order.
    pub keys: Vec<FoundKey>,
    /// Whether it is an object with its keys in `keys`, rather than a bare key or several.
    pub(crate) is_set: bool,
    /// Whether nothing stands behind it.
    pub(crate) ends: bool,
}

/// What stands in the place of a key.
pub struct FoundKey {
    /// As they are written: a name may come twice. What is no object has one without a name.
    pub(crate) members: Vec<(String, Value)>,
    /// The key, or what is wrong with it.
    pub(crate) verifying: Result<VerifyingKey>,
}

impl FoundSet {
    /// Reads a set, an array of JWKs, or one JWK.
    ///
    /// # Errors
    /// `ERR_KEY_DAMAGED` when the text is none of them, `ERR_KEY_SET_TOO_LARGE`.
    pub fn read(text: &str) -> Result<Self> {
        if text.len() > MAX_SOURCE_BYTES {
            return Err(too_large());
        }
        let mut reader = Reader::new(text);
        let (keys, is_set) = read(&mut reader).map_err(|fault| {
            Error::key_damaged(match fault {
                Fault::Type => "its JSON is not that of a JWK or a JWK set",
                Fault::Syntax => "its JSON is not well-formed",
            })
        })?;
        Ok(Self { keys, is_set, ends: reader.end().is_ok() })
    }

    /// The set that some public keys are published as: each once, by its thumbprint.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Self {
        let mut found = Vec::<FoundKey>::new();
        for key in keys {
            if found.iter().all(|other| other.text("kid") != Some(key.kid())) {
                let members = key.jwk().iter().cloned().collect();
                found.push(FoundKey { members, verifying: Ok(key.verifying().clone()) });
            }
        }
        Self { keys: found, is_set: true, ends: true }
    }

    /// Names the first key.
    pub(crate) fn name_first(&mut self, kid: &str) {
        if let Some(first) = self.keys.first_mut() {
            // One of that name alone: a key that has it twice is no candidate.
            first.members.retain(|(name, _)| name != "kid");
            first.members.push(("kid".to_owned(), kid.into()));
        }
    }
}

impl FoundKey {
    fn of(members: Vec<(String, Value)>) -> Self {
        let mut key = Self { members, verifying: Err(Error::symmetric_key()) };
        key.verifying = key.read();
        key
    }

    /// The text of a member; of one that comes twice, the last.
    pub fn text(&self, name: &str) -> Option<&str> {
        let member = self.members.iter().rev().find(|(other, _)| other == name);
        member.and_then(|(_, value)| value.as_str())
    }

    /// The algorithm of the key's type, whatever its `alg` says.
    pub fn algorithm(&self) -> Option<Algorithm> {
        match self.text("kty")? {
            "RSA" => Some(Algorithm::Rs256),
            "EC" => Some(Algorithm::Es256),
            "OKP" => Some(Algorithm::EdDsa),
            _ => None,
        }
    }

    fn read(&self) -> Result<VerifyingKey> {
        // Bits behind the last byte pass, as openidconnect has it; biscuit refuses such a set.
        let bytes = |name: &'static str| {
            let bytes = self.text(name).and_then(base64url::decode_leniently);
            bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| Error::key_member(name))
        };
        match self.algorithm().ok_or_else(|| Error::key_member("kty"))? {
            Algorithm::Rs256 => rs256::VerifyingKey::from_components(&bytes("n")?, &bytes("e")?)
                .map(VerifyingKey::Rs256),
            // Of whatever curve it says it is: biscuit looks at the bytes alone.
            Algorithm::Es256 => es256::VerifyingKey::from_coordinates(&bytes("x")?, &bytes("y")?)
                .map(VerifyingKey::Es256)
                .ok_or_else(|| Error::key_member("x")),
            Algorithm::EdDsa if self.text("crv") != Some("Ed25519") => {
                Err(Error::key_member("crv"))
            }
            Algorithm::EdDsa => eddsa::VerifyingKey::from_bytes(&bytes("x")?)
                .map(VerifyingKey::EdDsa)
                .ok_or_else(|| Error::key_member("x")),
        }
    }
}

/// The keys, and whether they stand in a set. What stands beside them there may be anything.
fn read(reader: &mut Reader<'_>) -> std::result::Result<(Vec<FoundKey>, bool), Fault> {
    if reader.is_array() {
        return Ok((read_keys(reader)?, false));
    }
    let bare = reader.clone();
    let mut sets = Vec::new();
    reader.object(&mut |reader, name| {
        if name != "keys" {
            return reader.skip();
        }
        sets.push(read_keys(reader)?);
        Ok(())
    })?;
    match (sets.pop(), sets.is_empty()) {
        (Some(keys), true) => Ok((keys, true)),
        (Some(_), false) => Err(Fault::Type),
        (None, _) => {
            *reader = bare;
            Ok((vec![FoundKey::of(reader.members()?)], false))
        }
    }
}

fn read_keys(reader: &mut Reader<'_>) -> std::result::Result<Vec<FoundKey>, Fault> {
    let mut keys = Vec::new();
    reader.array(&mut |reader| {
        let members = if reader.is_object() {
            reader.members()?
        } else {
            vec![(String::new(), reader.value()?)]
        };
        keys.push(FoundKey::of(members));
        Ok(())
    })?;
    Ok(keys)
}
