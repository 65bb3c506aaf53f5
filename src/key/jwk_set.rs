//! JWK sets (RFC 7517, section 5) as they are published.

use super::jwk::{self, Jwk, PublicKey};
use super::{MAX_KEYS, MAX_SOURCE_BYTES, too_large};
use crate::algorithm::{Algorithm, VerifyingKey};
use crate::error::{Error, Result};
use crate::json::{Object, Value};

/// The set of some public keys, each once, as it is published.
pub fn jwk_set<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Value {
    PublishedSet::of(keys).to_json()
}

/// A key of somebody's published set, with what the set says of it.
pub struct PublishedKey {
    /// The key's `kid`, if the set gives one.
    pub kid: Option<String>,
    /// The key's `alg`, if the set gives one.
    pub alg: Option<String>,
    /// Whether `use` is absent or `sig`.
    pub for_signatures: bool,
    pub(crate) verifying: VerifyingKey,
}

impl PublishedKey {
    /// The algorithm of the key's type, whatever its `alg` says.
    pub fn algorithm(&self) -> Algorithm {
        self.verifying.algorithm()
    }
}

/// A set to publish. Keys of types that Convex takes no token from are left out of it.
pub struct PublishedSet {
    /// The keys, in the set's order.
    pub keys: Vec<PublishedKey>,
}

impl PublishedSet {
    /// Reads a set, an array of JWKs, or one JWK.
    ///
    /// # Errors
    /// `ERR_KEY_…` when the text is none, or when a key in it has a damaged member.
    pub fn read(text: &str) -> Result<Self> {
        if text.len() > MAX_SOURCE_BYTES {
            return Err(too_large());
        }
        let jwks = jwk::parse(text.trim())?;
        if jwks.len() > MAX_KEYS {
            return Err(too_large());
        }
        let mut keys = Vec::with_capacity(jwks.len());
        for jwk in &jwks {
            if let Some(key) = read_published(jwk)? {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Err(Error::key_set_empty());
        }
        Ok(Self { keys })
    }

    /// The set that some public keys are published as: each once, by its thumbprint.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Self {
        Self::of_all(&mut keys.into_iter())
    }

    fn of_all(keys: &mut dyn Iterator<Item = &PublicKey>) -> Self {
        let mut set = Self { keys: Vec::new() };
        for key in keys {
            if set.keys.iter().any(|other| other.kid.as_deref() == Some(key.kid())) {
                continue;
            }
            set.keys.push(PublishedKey {
                kid: Some(key.kid().to_owned()),
                alg: Some(key.algorithm().name().to_owned()),
                for_signatures: true,
                verifying: key.verifying().clone(),
            });
        }
        set
    }

    /// The set with public members only, each key named: as the set names it, else by its
    /// thumbprint.
    pub fn to_json(&self) -> Value {
        let keys = self.keys.iter().map(|key| {
            let mut jwk = PublicKey::new(key.verifying.clone()).jwk();
            if let Some(kid) = &key.kid {
                jwk.insert("kid".to_owned(), kid.clone().into());
            }
            Value::Object(jwk)
        });
        set_of(keys.collect())
    }

    /// The set as it was published: the public members of its keys for signatures, with `kid` and
    /// `alg` where the set gives them and nowhere else. Whoever publishes a key without a `kid` has
    /// signers that give none, and a reason to add one or not.
    ///
    /// # Errors
    /// `ERR_KEY_SET_EMPTY` when no key of the set is for signatures.
    pub fn to_json_as_published(&self) -> Result<Value> {
        let for_signatures = self.keys.iter().filter(|key| key.for_signatures);
        let keys = for_signatures.map(|key| {
            let mut jwk = PublicKey::new(key.verifying.clone()).jwk();
            for (name, published) in [("kid", &key.kid), ("alg", &key.alg)] {
                jwk.take(name);
                if let Some(published) = published {
                    jwk.insert(name.to_owned(), published.as_str().into());
                }
            }
            Value::Object(jwk)
        });
        let keys: Vec<_> = keys.collect();
        if keys.is_empty() {
            return Err(Error::key_set_empty());
        }
        Ok(set_of(keys))
    }
}

fn set_of(keys: Vec<Value>) -> Value {
    Object::from([("keys", Value::Array(keys))]).into()
}

/// A key of a set; nothing for one of another type or curve.
fn read_published(jwk: &Jwk<'_>) -> Result<Option<PublishedKey>> {
    match jwk.read_public() {
        Ok(verifying) => Ok(Some(PublishedKey {
            kid: jwk.text("kid").map(str::to_owned),
            alg: jwk.text("alg").map(str::to_owned),
            for_signatures: jwk.text("use").is_none_or(|usage| usage == "sig"),
            verifying,
        })),
        Err(error) => match error.code() {
            "ERR_KEY_UNSUPPORTED" => Ok(None),
            "ERR_KEY_MEMBER" if error.value("name") == "kty" => Ok(None),
            _ => Err(error),
        },
    }
}
