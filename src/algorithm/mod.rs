//! The three signature algorithms that Convex takes (RFC 7518, RFC 8037), over bytes.
//!
//! What lives here: keys as numbers, signing and verifying of a message. What may not: PEM, JWK,
//! JSON, tokens, or anything of Convex. This folder imports none of the others.

#[cfg(test)]
mod curve_tests;
mod ed25519;
pub(crate) mod eddsa;
pub(crate) mod es256;
mod multiples;
mod nonce;
mod p256;
mod residue;
pub(crate) mod rs256;
mod rsa;
#[cfg(test)]
mod timing;

use crate::error::{Error, Result, quoted_option};

/// A JWS algorithm that Convex takes (`alg`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: any provider.
    Rs256,
    /// ECDSA with P-256 and SHA-256: customJwt providers.
    Es256,
    /// Ed25519: OIDC providers.
    EdDsa,
}

impl Algorithm {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The name in `alg`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of a name in `alg`. `Ed25519` (RFC 9864) is the same as `EdDSA` here.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            "EdDSA" | "Ed25519" => Ok(Self::EdDsa),
            _ => Err(Error::algorithm_unknown(&quoted_option(name))),
        }
    }
}

/// A private key, ready to sign.
pub(crate) enum SigningKey {
    Rs256(rs256::SigningKey),
    Es256(es256::SigningKey),
    EdDsa(eddsa::SigningKey),
}

impl SigningKey {
    pub(crate) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rs256(_) => Algorithm::Rs256,
            Self::Es256(_) => Algorithm::Es256,
            Self::EdDsa(_) => Algorithm::EdDsa,
        }
    }

    /// The JWS signature of a message: for RS256 as long as the modulus, for the others 64 bytes.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Rs256(key) => key.sign(message),
            Self::Es256(key) => Ok(key.sign(message)),
            Self::EdDsa(key) => Ok(key.sign(message)),
        }
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        match self {
            Self::Rs256(key) => VerifyingKey::Rs256(key.verifying_key()),
            Self::Es256(key) => VerifyingKey::Es256(key.verifying_key()),
            Self::EdDsa(key) => VerifyingKey::EdDsa(key.verifying_key()),
        }
    }
}

/// A public key, ready to verify.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum VerifyingKey {
    Rs256(rs256::VerifyingKey),
    Es256(es256::VerifyingKey),
    EdDsa(eddsa::VerifyingKey),
}

impl VerifyingKey {
    pub(crate) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rs256(_) => Algorithm::Rs256,
            Self::Es256(_) => Algorithm::Es256,
            Self::EdDsa(_) => Algorithm::EdDsa,
        }
    }

    /// Whether the signature is this key's for the message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rs256(key) => key.verifies(message, signature),
            Self::Es256(key) => key.verifies(message, signature),
            Self::EdDsa(key) => key.verifies(message, signature),
        }
    }
}
