//! New key pairs.

use zeroize::Zeroizing;

use super::{PrivateKey, jwk_set};
use crate::algorithm::rs256::GENERATED_BITS;
use crate::algorithm::{Algorithm, SigningKey, eddsa, es256, rs256};
use crate::error::{Error, Result};
use crate::json::{Object, Value};
use crate::text;

/// A new key pair: the private key for whoever signs, the set for whoever checks.
pub struct KeyPair {
    /// What the pair signs with.
    pub algorithm: Algorithm,
    /// The RFC 7638 thumbprint, which names the key in tokens and in the set.
    pub kid: String,
    /// The private key, as PKCS#8 in PEM.
    pub private_key: Zeroizing<String>,
    /// The public key as a JWK, with `kid`, `alg` and `use`.
    pub public_jwk: Object,
    /// The JWK set of this one key, as it is published.
    pub jwks: Value,
}

/// Makes a new key pair. `modulus_length` is for RSA, in bits: 2048 (the default), 3072 or 4096.
///
/// ```
/// use convex_token::{algorithm::Algorithm, key};
///
/// let pair = key::generate(Algorithm::Es256, None)?;
/// assert!(pair.private_key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
/// assert_eq!(pair.public_jwk.get("kid").unwrap().as_str(), Some(pair.kid.as_str()));
/// # Ok::<(), convex_token::Error>(())
/// ```
///
/// # Errors
/// `ERR_MODULUS_LENGTH` for another length, `ERR_RANDOM` where the host has no secure randomness.
pub fn generate(algorithm: Algorithm, modulus_length: Option<usize>) -> Result<KeyPair> {
    let bits = modulus_length.unwrap_or(rs256::MIN_BITS);
    if !GENERATED_BITS.contains(&bits) {
        return Err(Error::modulus_length(&text::number(bits as i64)));
    }
    let key = PrivateKey::new(match algorithm {
        Algorithm::Rs256 => SigningKey::Rs256(rs256::SigningKey::generate(bits)?),
        Algorithm::Es256 => SigningKey::Es256(es256::SigningKey::generate()?),
        Algorithm::EdDsa => SigningKey::EdDsa(eddsa::SigningKey::generate()?),
    });
    Ok(KeyPair {
        algorithm,
        kid: key.public().kid().to_owned(),
        private_key: key.to_pkcs8_pem(),
        public_jwk: key.public().jwk(),
        jwks: jwk_set([key.public()]),
    })
}
