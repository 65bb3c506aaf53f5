//! A key of an OIDC provider's set, whose signatures are checked as by Convex's fork of
//! `openidconnect`.
//!
//! The key is parsed and picked as in the published crate. Only the arithmetic differs: the
//! published crate uses RustCrypto, which takes RSA keys of any size up to 4096 bits; the fork uses
//! AWS-LC, which takes 2048 to 8192 bits. `ring` has the ancestry and the bounds of AWS-LC, and is
//! here already as the arithmetic of `biscuit`.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJsonWebKeyUse};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyId, SignatureVerificationError};
use ring::signature::{
    ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};

/// A key of an OIDC provider's set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SigningKey(CoreJsonWebKey);

impl JsonWebKey for SigningKey {
    type KeyUse = CoreJsonWebKeyUse;
    type SigningAlgorithm = CoreJwsSigningAlgorithm;

    fn key_id(&self) -> Option<&JsonWebKeyId> {
        self.0.key_id()
    }

    fn key_type(&self) -> &CoreJsonWebKeyType {
        self.0.key_type()
    }

    fn key_use(&self) -> Option<&CoreJsonWebKeyUse> {
        self.0.key_use()
    }

    fn signing_alg(&self) -> JsonWebKeyAlgorithm<&CoreJwsSigningAlgorithm> {
        self.0.signing_alg()
    }

    fn new_symmetric(key: Vec<u8>) -> Self {
        Self(CoreJsonWebKey::new_symmetric(key))
    }

    // That the key suits the algorithm was found when it was picked out of the set.
    fn verify_signature(
        &self,
        algorithm: &CoreJwsSigningAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        match algorithm {
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256 => self.verify_rsa(message, signature),
            CoreJwsSigningAlgorithm::EdDsa => self.verify_ed25519(message, signature),
            // Not reached: Convex allows those two alone.
            other => self.0.verify_signature(other, message, signature),
        }
    }

    fn hash_bytes(
        &self,
        bytes: &[u8],
        algorithm: &CoreJwsSigningAlgorithm,
    ) -> Result<Vec<u8>, String> {
        self.0.hash_bytes(bytes, algorithm)
    }
}

impl SigningKey {
    /// Mirrors `verify_rsa_signature` of the fork.
    fn verify_rsa(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        let n = self.bytes("n").ok_or_else(|| invalid_key("RSA modulus `n` is missing"))?;
        let e = self.bytes("e").ok_or_else(|| invalid_key("RSA exponent `e` is missing"))?;
        RsaPublicKeyComponents { n: without_leading_zeros(&n), e: without_leading_zeros(&e) }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            .map_err(|_| SignatureVerificationError::CryptoError("bad signature".to_owned()))
    }

    /// Mirrors `verify_ed_signature` of the fork.
    fn verify_ed25519(
        &self,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        match self.text("crv").as_deref() {
            Some("Ed25519") => {}
            Some(other) => return Err(invalid_key(&format!("Unsupported EdDSA curve {other}"))),
            None => return Err(invalid_key("EdDSA key must specify `crv`")),
        }
        let x = self.bytes("x").ok_or_else(|| invalid_key("OKP `x` part is missing"))?;
        if x.len() != 32 {
            return Err(invalid_key("invalid Ed25519 public key"));
        }
        UnparsedPublicKey::new(&ED25519, x).verify(message, signature).map_err(|_| {
            SignatureVerificationError::CryptoError("incorrect EdDSA signature".to_owned())
        })
    }

    /// A member of the key. The crate keeps them to itself, but for its JSON.
    fn text(&self, member: &str) -> Option<String> {
        let key = serde_json::to_value(&self.0).ok()?;
        Some(key.get(member)?.as_str()?.to_owned())
    }

    fn bytes(&self, member: &str) -> Option<Vec<u8>> {
        const LIKE_OPENIDCONNECT: GeneralPurpose = GeneralPurpose::new(
            &base64::alphabet::URL_SAFE,
            GeneralPurposeConfig::new()
                .with_decode_allow_trailing_bits(true)
                .with_decode_padding_mode(DecodePaddingMode::RequireNone),
        );
        LIKE_OPENIDCONNECT.decode(self.text(member)?).ok()
    }
}

fn invalid_key(reason: &str) -> SignatureVerificationError {
    SignatureVerificationError::InvalidKey(reason.to_owned())
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}
