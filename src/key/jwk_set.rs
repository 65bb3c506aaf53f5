//! JWK sets (RFC 7517, section 5): ours as it is published, and any as it is found.

use serde_json::{Value, json};

use super::jwk::{self, Jwk, PublicKey};
use super::{MAX_KEYS, MAX_SOURCE_BYTES, TOO_LARGE};
use crate::algorithm::{Algorithm, VerifyingKey};
use crate::error::{Error, Result};

/// The set of some public keys, each once, as it is published.
pub fn jwk_set<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Value {
    let mut unique: Vec<&PublicKey> = Vec::new();
    for key in keys {
        if !unique.iter().any(|other| other.kid() == key.kid()) {
            unique.push(key);
        }
    }
    let keys: Vec<_> = unique.into_iter().map(PublicKey::jwk).collect();
    json!({ "keys": keys })
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

/// A published set as a verifier finds it. Keys of types that Convex takes no token from are left
/// out of it.
pub struct PublishedSet {
    /// The keys, in the set's order.
    pub keys: Vec<PublishedKey>,
    /// Whether Convex's parser for customJwt providers takes the set. It stops at one key of a type,
    /// curve or `alg` that it does not know, and with it at the whole set.
    pub readable_for_custom_jwt: bool,
}

/// The `alg` of keys that Convex's parser for customJwt providers knows (RFC 7518, sections 3.1, 4.1
/// and 5.1): all but those of later standards, such as EdDSA.
const KNOWN_ALGORITHMS: [&str; 36] = [
    "none",
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "ES256",
    "ES384",
    "ES512",
    "PS256",
    "PS384",
    "PS512",
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
    "A128CBC-HS256",
    "A192CBC-HS384",
    "A256CBC-HS512",
    "A128GCM",
    "A192GCM",
    "A256GCM",
];

fn is_known_to_custom_jwt(jwk: &Jwk<'_>) -> bool {
    let known_type = matches!(
        (jwk.text("kty"), jwk.text("crv")),
        (Some("RSA" | "oct"), _)
            | (Some("EC"), Some("P-256" | "P-384" | "P-521"))
            | (Some("OKP"), Some("Ed25519"))
    );
    known_type && jwk.text("alg").is_none_or(|alg| KNOWN_ALGORITHMS.contains(&alg))
}

impl PublishedSet {
    /// Reads a set, an array of JWKs, or one JWK.
    ///
    /// # Errors
    /// `ERR_KEY_…` when the text is none, or when a key in it has a damaged member.
    pub fn read(text: &str) -> Result<Self> {
        if text.len() > MAX_SOURCE_BYTES {
            return Err(TOO_LARGE);
        }
        let jwks = jwk::parse(text.trim())?;
        if jwks.len() > MAX_KEYS {
            return Err(TOO_LARGE);
        }
        let readable_for_custom_jwt = jwks.iter().all(is_known_to_custom_jwt);
        let mut keys = Vec::with_capacity(jwks.len());
        for jwk in &jwks {
            if let Some(key) = read_published(jwk)? {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Err(Error::KeySetEmpty);
        }
        Ok(Self { keys, readable_for_custom_jwt })
    }

    /// The set that some public keys are published as.
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Self {
        let keys = keys.into_iter().map(|key| PublishedKey {
            kid: Some(key.kid().to_owned()),
            alg: Some(key.algorithm().name().to_owned()),
            for_signatures: true,
            verifying: key.verifying().clone(),
        });
        let keys: Vec<_> = keys.collect();
        let readable_for_custom_jwt =
            keys.iter().all(|key| KNOWN_ALGORITHMS.contains(&key.algorithm().name()));
        Self { keys, readable_for_custom_jwt }
    }

    /// The set with public members only, each key named: as the set names it, else by its
    /// thumbprint.
    pub fn to_json(&self) -> Value {
        let keys = self.keys.iter().map(|key| {
            let mut jwk = PublicKey::new(key.verifying.clone()).jwk();
            if let Some(kid) = &key.kid {
                jwk.insert("kid".to_owned(), kid.clone().into());
            }
            jwk
        });
        json!({ "keys": keys.collect::<Vec<_>>() })
    }
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
        Err(Error::KeyUnsupported { .. } | Error::SymmetricKey) => Ok(None),
        Err(Error::KeyMember { name: "kty" }) => Ok(None),
        Err(error) => Err(error),
    }
}
