//! What makes a value of this crate and one of `serde_json` comparable. The fuzz target of JSON has this
//! file too.

use super::{Object, Value};

/// The value with its members in the order of their names, whichever order is kept in this build.
pub(super) fn sorted(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Array(items) => items.into_iter().map(sorted).collect(),
        serde_json::Value::Object(members) => {
            let members: std::collections::BTreeMap<_, _> = members.into_iter().collect();
            let members = members.into_iter().map(|(name, value)| (name, sorted(value)));
            serde_json::Value::Object(members.collect())
        }
        other => other,
    }
}

/// The value with its exponents as `serde_json` spells them; here they stay as they are written.
pub(super) fn spelled(value: &Value) -> Value {
    match value {
        Value::Number(digits) => Value::Number(match digits.split_once(['e', 'E']) {
            Some((digits, exponent)) if exponent.starts_with(['+', '-']) => {
                format!("{digits}e{exponent}")
            }
            Some((digits, exponent)) => format!("{digits}e+{exponent}"),
            None => digits.clone(),
        }),
        Value::Array(items) => Value::Array(items.iter().map(spelled).collect()),
        Value::Object(members) => {
            let mut object = Object::default();
            for (name, value) in members {
                object.insert(name.clone(), spelled(value));
            }
            Value::Object(object)
        }
        other => other.clone(),
    }
}
