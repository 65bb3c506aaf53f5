//! Keys and signatures over bytes beside those of others: of Wycheproof, of NIST and of RFCs.
//!
//! What lives here: tests of what the public interface gives no way to, because what it signs and
//! verifies are tokens. The same vectors go through the built module in `tests/package`.

mod nist;
mod rfc;
mod wycheproof;

use std::fs::read_to_string;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::convex::{Circumstances, Document, explain};

/// The checks of a token that are those of a JWS; the others are of its claims.
const JWS_CHECKS: [&str; 7] =
    ["form", "type", "algorithm", "key-id", "key", "key-algorithm", "signature"];

/// Why a text is no JWS of a key of the set, whatever it claims: the code of the first check to fail.
fn jws_refusal(token: &str, set: &str) -> Option<&'static str> {
    let jwks = Document { body: Some(set.to_owned()), ..Document::default() };
    let given = Circumstances { jwks: Some(&jwks), ..Circumstances::default() };
    let checks = explain(token, &given).checks;
    let failed =
        checks.iter().find(|check| JWS_CHECKS.contains(&check.name) && check.ok != Some(true))?;
    Some(failed.failure.as_ref().map_or("not reached", |failure| failure.error.code()))
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn document(path: &Path) -> Value {
    let text = read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn hex(digits: &Value) -> Vec<u8> {
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16);
    text(digits).as_bytes().chunks(2).map(|pair| byte(pair).expect("digits")).collect()
}
