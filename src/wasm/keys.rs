//! Keys.

use wasm_bindgen::prelude::*;

use super::Thrown;
use super::options::private_keys;
use super::outgoing::{set, thrown, to_js};
use super::values::{describe, is_absent, optional_text};
use crate::algorithm::Algorithm;
use crate::error::Error;
use crate::json::Members;
use crate::key::{PrivateKey, generate, jwk_set};

/// `generateKeys`.
#[wasm_bindgen(js_name = generateKeys)]
pub fn generate_keys(algorithm: &JsValue, modulus_length: &JsValue) -> Thrown {
    thrown(|| {
        let algorithm = match optional_text("algorithm", algorithm)? {
            Some(name) => Algorithm::from_name(&name)?,
            None => Algorithm::Rs256,
        };
        let bits = if is_absent(modulus_length) {
            None
        } else {
            let found = || Error::modulus_length(&describe(modulus_length));
            let bits = modulus_length.as_f64().filter(|bits| bits.fract() == 0.0 && *bits >= 0.0);
            Some(bits.ok_or_else(found)? as usize)
        };
        let pair = generate(algorithm, bits)?;
        let mut keys = Members::new();
        keys.text("algorithm", pair.algorithm.name()).text("kid", &pair.kid);
        // The key is no part of a text that nobody wipes.
        keys.text("privateKey", "");
        keys.object("publicJwk", &pair.public_jwk).value("jwks", &pair.jwks);
        let keys = to_js(&keys.end())?;
        set(&keys, "privateKey", &pair.private_key);
        Ok(keys)
    })
}

/// `jwksFromKey`.
#[wasm_bindgen(js_name = jwksFromKey)]
pub fn jwks_from_key(keys: &JsValue, environment: &JsValue) -> Thrown {
    thrown(|| {
        let keys = private_keys(keys, environment)?;
        to_js(&jwk_set(keys.iter().map(PrivateKey::public)).to_json())
    })
}

/// The first of some private keys as PKCS#8 in PEM, for the host's own crypto to read.
#[wasm_bindgen(js_name = privateKeyPem)]
pub fn private_key_pem(keys: &JsValue, environment: &JsValue) -> Thrown {
    thrown(|| {
        let keys = private_keys(keys, environment)?;
        let first = keys.first().ok_or_else(Error::key_missing)?;
        Ok(first.to_pkcs8_pem().as_str().into())
    })
}
