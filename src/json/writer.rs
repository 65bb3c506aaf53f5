//! JSON texts without white space. Only what must be escaped is: quotes, backslashes, control
//! characters (RFC 8259, section 7).

use super::{Object, Value};
use crate::text;

const HEX: &[u8; 16] = b"0123456789abcdef";

pub(super) fn value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(digits) => out.push_str(digits),
        Value::String(text) => string(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                self::value(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => object(out, members),
    }
}

pub(super) fn object(out: &mut String, members: &Object) {
    out.push('{');
    for (index, (name, member)) in members.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(out, name);
        out.push(':');
        value(out, member);
    }
    out.push('}');
}

/// A string in quotes.
pub(crate) fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(length) =
        rest.bytes().position(|byte| byte < b' ' || matches!(byte, b'"' | b'\\'))
    {
        let (plain, after) = rest.split_at(length);
        out.push_str(plain);
        let mut after = after.chars();
        if let Some(character) = after.next() {
            escaped(out, character);
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn escaped(out: &mut String, character: char) {
    let short = match character {
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '"' | '\\' => character,
        _ => {
            out.push_str(if character < '\u{10}' { "\\u000" } else { "\\u001" });
            let digit = HEX.get(character as usize % HEX.len());
            out.push(char::from(digit.copied().unwrap_or_default()));
            return;
        }
    };
    out.push('\\');
    out.push(short);
}

/// An object as it is written, member by member.
#[derive(Clone)]
pub(crate) struct Members(String);

#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "the boundary writes the most"))]
impl Members {
    pub(crate) fn new() -> Self {
        Self(String::new())
    }

    /// A member whose value is JSON already.
    pub(crate) fn json(&mut self, name: &str, value: &str) -> &mut Self {
        self.separate();
        string(&mut self.0, name);
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.json(name, "");
        string(&mut self.0, value);
        self
    }

    /// A text, or null.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(text) => self.text(name, text),
            None => self.json(name, "null"),
        }
    }

    pub(crate) fn integer(&mut self, name: &str, value: i64) -> &mut Self {
        self.json(name, &text::number(value))
    }

    /// Members as a text has them, one at least, in the place of their own.
    pub(crate) fn members(&mut self, text: &str) -> &mut Self {
        self.separate();
        self.0.push_str(text);
        self
    }

    fn separate(&mut self) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
    }

    pub(crate) fn value(&mut self, name: &str, value: &Value) -> &mut Self {
        self.json(name, "");
        self::value(&mut self.0, value);
        self
    }

    pub(crate) fn object(&mut self, name: &str, value: &Object) -> &mut Self {
        self.json(name, "");
        object(&mut self.0, value);
        self
    }

    /// The text of the whole object.
    pub(crate) fn end(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}
