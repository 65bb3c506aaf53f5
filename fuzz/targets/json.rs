//! JSON beside `serde_json`: what is read and what is not, and what it is written as again.

use convex_token::json::{Object, Value};
use convex_token::key::FoundSet;
use serde::de::IgnoredAny;

use super::shared::text;

#[path = "../../src/json/serde_peer.rs"]
mod serde_peer;
use serde_peer::{sorted, spelled};

pub fn run(data: &[u8]) {
    let text = text(data);
    // Of this name, `serde_json` makes a number.
    if text.contains("$serde_json") {
        return;
    }
    let found = Value::parse(&text);
    let expected = serde_json::from_str::<serde_json::Value>(&text).ok();
    let spelled = found.as_ref().map(|value| spelled(value).to_json());
    assert_eq!(spelled, expected.map(|value| sorted(value).to_string()), "{text:?}");
    if let Some(value) = found {
        let json = value.to_json();
        assert!(json.len() <= 6 * text.len());
        assert_eq!(Value::parse(&json).as_ref(), Some(&value));
        assert_eq!(Object::parse(&text).is_some(), value.is_object());
    }
    skipped(&text);
}

/// What stands beside the keys of a set is passed over, at any depth.
fn skipped(text: &str) {
    let set = format!(r#"{{"keys":[],"x":{text}}}"#);
    let passed = FoundSet::read(&set).is_ok();
    if serde_json::from_str::<IgnoredAny>(text).is_ok() {
        assert!(passed, "{text:?}");
    } else if !begins_with_json(&set) {
        assert!(!passed, "{text:?}");
    }
}

fn begins_with_json(text: &str) -> bool {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    values.next().is_some_and(|value| value.is_ok())
}
