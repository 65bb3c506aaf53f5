//! Keys and signatures over bytes beside those of others: of Wycheproof and of NIST.
//!
//! What lives here: tests of what the public interface gives no way to, because what it signs and
//! verifies are tokens. The same vectors go through the built module in `tests/package`.

mod nist;
mod wycheproof;

use std::fs::read_to_string;
use std::path::{Path, PathBuf};

use serde_json::Value;

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
