//! What the native tests have in common: test keys, tokens made by hand, refusals.
#![allow(dead_code, unused_imports, reason = "each test file uses its own part of it")]

pub mod convex;
pub mod der;

use base64::Engine;
pub use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use convex_token::key::{PrivateKey, PublicKey, read_private_keys};
use convex_token::{Claims, Error, Issuer, IssuerOptions};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// JSON of `serde_json` as our own.
pub fn own(value: &Value) -> convex_token::json::Value {
    convex_token::json::Value::parse(&value.to_string()).unwrap()
}

/// Our own JSON as that of `serde_json`.
pub trait Plain {
    type Plain;
    fn plain(&self) -> Self::Plain;
}

impl Plain for convex_token::json::Value {
    type Plain = Value;
    fn plain(&self) -> Value {
        serde_json::from_str(&self.to_json()).unwrap()
    }
}

impl Plain for convex_token::json::Object {
    type Plain = Map<String, Value>;
    fn plain(&self) -> Map<String, Value> {
        serde_json::from_str(&self.to_json()).unwrap()
    }
}

/// The time of every signature, unless a test says otherwise.
pub const NOW: i64 = 1_750_000_000;
/// The issuer of every token, unless a test says otherwise.
pub const ISSUER: &str = "https://happy-animal-123.convex.site";
/// The issuer's host.
pub const HOST: &str = "happy-animal-123.convex.site";

/// The test keys, by the names of their files.
pub const KEYS: [&str; 4] = ["rsa-2048", "rsa-3072", "p256", "ed25519"];
/// One test key for each algorithm.
pub const SIGNERS: [&str; 3] = ["rsa-2048", "p256", "ed25519"];

/// The text of a file in `tests/vectors`.
pub fn vector(path: &str) -> String {
    let path = format!("{}/tests/vectors/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The JSON of a file in `tests/vectors`.
pub fn vector_json(path: &str) -> Value {
    serde_json::from_str(&vector(path)).unwrap()
}

/// A test key in PEM: `pkcs8`, `pkcs1`, `sec1`.
pub fn pem(name: &str, form: &str) -> String {
    vector(&format!("keys/test-{name}.{form}.pem"))
}

/// A test key in every form of PEM that its type has.
pub fn pems(name: &str) -> Vec<String> {
    let second = match name {
        "p256" => Some("sec1"),
        "ed25519" => None,
        _ => Some("pkcs1"),
    };
    ["pkcs8"].into_iter().chain(second).map(|form| pem(name, form)).collect()
}

/// A test key as Node exports it as a JWK.
pub fn jwk(name: &str) -> Value {
    let mut jwk = vector_json(&format!("keys/test-{name}.jwk.json"));
    jwk.as_object_mut().unwrap().remove("kid");
    jwk
}

/// A test key's RFC 7638 thumbprint, as Node computed it.
pub fn kid(name: &str) -> String {
    let jwk = vector_json(&format!("keys/test-{name}.jwk.json"));
    jwk["kid"].as_str().unwrap().to_owned()
}

/// The bytes between the lines of a PEM block.
pub fn der_of(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.contains("-----")).collect();
    BASE64_STANDARD.decode(base64).unwrap()
}

/// A PEM block, in lines of 64 characters.
pub fn to_pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub fn from_base64url(text: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// The bytes of a JWK's member.
pub fn member(jwk: &Value, name: &str) -> Vec<u8> {
    from_base64url(jwk[name].as_str().unwrap())
}

/// A test key, read.
pub fn private_key(name: &str) -> PrivateKey {
    read_private_keys(&[pem(name, "pkcs8")]).unwrap().remove(0)
}

/// A test key's public half.
pub fn public_key(name: &str) -> PublicKey {
    private_key(name).public().clone()
}

pub fn options() -> IssuerOptions {
    IssuerOptions::new(ISSUER).unwrap()
}

/// An issuer that signs with a test key.
pub fn issuer_with(name: &str, options: IssuerOptions) -> Issuer {
    Issuer::new(vec![private_key(name)], options).unwrap()
}

pub fn issuer(name: &str) -> Issuer {
    issuer_with(name, options())
}

pub fn claims(json: &str) -> Claims {
    Claims::from_json(json).unwrap()
}

/// The claims of a user, and nothing else.
pub fn user() -> Claims {
    claims(r#"{"sub":"user_1"}"#)
}

/// One part of a token, decoded: 0 is the header, 1 the payload.
pub fn part(token: &str, index: usize) -> String {
    String::from_utf8(from_base64url(token.split('.').nth(index).unwrap())).unwrap()
}

/// A token's payload, read.
pub fn payload(token: &str) -> Map<String, Value> {
    serde_json::from_str(&part(token, 1)).unwrap()
}

/// A token of exactly this header and payload, signed with a test key by the curve and RSA crates
/// alone.
pub fn sign_texts(name: &str, header: &str, payload: &str) -> String {
    let input = format!("{}.{}", base64url(header), base64url(payload));
    let signature = signature(name, input.as_bytes());
    format!("{input}.{}", base64url(signature))
}

/// A test key's signature.
pub fn signature(name: &str, message: &[u8]) -> Vec<u8> {
    let jwk = jwk(name);
    match name {
        "p256" => {
            use p256::ecdsa::signature::Signer;
            let key = p256::ecdsa::SigningKey::from_slice(&member(&jwk, "d")).unwrap();
            let signature: p256::ecdsa::Signature = key.sign(message);
            signature.to_bytes().to_vec()
        }
        "ed25519" => {
            use ed25519_dalek::Signer;
            let seed = member(&jwk, "d").try_into().unwrap();
            ed25519_dalek::SigningKey::from_bytes(&seed).sign(message).to_bytes().to_vec()
        }
        _ => {
            let number = |name| rsa::BigUint::from_bytes_be(&member(&jwk, name));
            let primes = vec![number("p"), number("q")];
            let key =
                rsa::RsaPrivateKey::from_components(number("n"), number("e"), number("d"), primes);
            // RFC 8017, section 9.2, note 1.
            let prefix = [
                0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                0x01, 0x05, 0x00, 0x04, 0x20,
            ];
            let padding = rsa::Pkcs1v15Sign { hash_len: Some(32), prefix: prefix.into() };
            key.unwrap().sign(padding, &Sha256::digest(message)).unwrap()
        }
    }
}

/// The `alg` of a test key.
pub fn alg(name: &str) -> &'static str {
    match name {
        "p256" => "ES256",
        "ed25519" => "EdDSA",
        _ => "RS256",
    }
}

/// A token of a payload, signed with a test key that the header names by its thumbprint.
pub fn sign_payload(name: &str, payload: &str) -> String {
    let header = format!(r#"{{"alg":"{}","kid":"{}","typ":"JWT"}}"#, alg(name), kid(name));
    sign_texts(name, &header, payload)
}

/// The error of a refusal, which must have the code and be worded as all errors are.
#[track_caller]
pub fn refused<T>(result: Result<T, Error>, code: &str) -> Error {
    let Err(error) = result else { panic!("not refused, though {code} was due") };
    assert_eq!(error.code(), code, "{error}");
    well_worded(&error);
    error
}

/// Codes begin with `ERR_`; messages and hints are whole sentences.
#[track_caller]
pub fn well_worded(error: &Error) {
    let (code, message, hint) = (error.code(), error.message(), error.hint());
    assert!(code.starts_with("ERR_"), "{code}");
    assert!(code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{code}");
    for sentence in [message.as_str(), &hint] {
        assert!(sentence.ends_with('.'), "{code}: {sentence}");
        assert!(!sentence.contains("  "), "{code}: {sentence}");
        assert_eq!(sentence.trim(), sentence, "{code}");
        assert!(!sentence.chars().any(char::is_control), "{code}: {sentence}");
    }
    assert_eq!(error.to_string(), format!("{message} {hint} [{code}]"));
}

/// Nothing of a secret text may stand in what an error shows or what debugging prints of it: no
/// twelve characters of any run of base64 that is as long as key material.
#[track_caller]
pub fn shows_nothing_of(error: &Error, secret: &str) {
    let shown = format!("{error} {error:?}");
    let in_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
    for run in secret.split(|c| !in_base64(c)).filter(|run| run.len() >= 20) {
        for window in run.as_bytes().windows(12) {
            let window = std::str::from_utf8(window).unwrap();
            assert!(!shown.contains(window) || window.contains("---"), "{window:?} is in: {shown}");
        }
    }
}
