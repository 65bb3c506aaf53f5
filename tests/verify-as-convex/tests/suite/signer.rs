//! Signs tokens with the keys that `openssl` made, by `ring` alone.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use serde_json::{Value, json};

/// A private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    Rsa,
    /// Another RSA key.
    OtherRsa,
    Ed25519,
    P256,
}

impl Signer {
    /// The `alg` of the header.
    pub fn alg(self) -> &'static str {
        match self {
            Self::Rsa | Self::OtherRsa => "RS256",
            Self::Ed25519 => "EdDSA",
            Self::P256 => "ES256",
        }
    }

    /// The public key as a JWK of required members only, and `kid` if given.
    pub fn jwk(self, kid: Option<&str>) -> Value {
        let mut jwk = match self {
            Self::Rsa | Self::OtherRsa => {
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(self.rsa().public());
                json!({ "kty": "RSA", "n": base64url(&public.n), "e": base64url(&public.e) })
            }
            Self::Ed25519 => {
                let public = self.ed25519().public_key().as_ref().to_vec();
                json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&public) })
            }
            Self::P256 => {
                let public = self.p256().public_key().as_ref().to_vec();
                let (x, y) = public[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y) })
            }
        };
        if let Some(kid) = kid {
            jwk["kid"] = kid.into();
        }
        jwk
    }

    /// A token of this payload, with `typ` and, if given, `kid` in its header.
    pub fn sign(self, kid: Option<&str>, payload: &Value) -> String {
        let mut header = json!({ "alg": self.alg(), "typ": "JWT" });
        if let Some(kid) = kid {
            header["kid"] = kid.into();
        }
        self.sign_texts(&header.to_string(), &payload.to_string())
    }

    /// A token of exactly this header and payload.
    pub fn sign_texts(self, header: &str, payload: &str) -> String {
        let input = format!("{}.{}", base64url(header.as_bytes()), base64url(payload.as_bytes()));
        let signature = self.signature(input.as_bytes());
        format!("{input}.{}", base64url(&signature))
    }

    fn signature(self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa | Self::OtherRsa => {
                let key = self.rsa();
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("RSA signs");
                signature
            }
            Self::Ed25519 => self.ed25519().sign(message).as_ref().to_vec(),
            Self::P256 => {
                let signature = self.p256().sign(&random, message).expect("P-256 signs");
                signature.as_ref().to_vec()
            }
        }
    }

    fn rsa(self) -> RsaKeyPair {
        RsaKeyPair::from_pkcs8(&self.pkcs8()).expect("an RSA key")
    }

    fn ed25519(self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&self.pkcs8()).expect("an Ed25519 key")
    }

    fn p256(self) -> EcdsaKeyPair {
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.pkcs8(), &random)
            .expect("a P-256 key")
    }

    fn pkcs8(self) -> Vec<u8> {
        let pem = match self {
            Self::Rsa => include_str!("../keys/rsa.pem"),
            Self::OtherRsa => include_str!("../keys/rsa-other.pem"),
            Self::Ed25519 => include_str!("../keys/ed25519.pem"),
            Self::P256 => include_str!("../keys/p256.pem"),
        };
        let base64: String = pem.lines().filter(|line| !line.contains("-----")).collect();
        BASE64_STANDARD.decode(base64).expect("PEM")
    }
}

pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
