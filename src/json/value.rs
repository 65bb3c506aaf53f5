//! JSON values in memory.

use std::fmt;

use super::writer;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, with the digits that it is written with.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

/// The members of a JSON object, each name once, in the order of their names' bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(pub(super) Vec<(String, Value)>);

impl Value {
    /// Reads the value of a whole text.
    ///
    /// ```
    /// use convex_token::json::Value;
    ///
    /// let value = Value::parse(r#"{ "price": 1.50, "of": ["a", "b"] }"#).unwrap();
    /// assert_eq!(value.to_string(), r#"{"of":["a","b"],"price":1.50}"#);
    /// assert!(Value::parse("{} {}").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = super::Reader::new(text);
        let value = reader.value().ok()?;
        reader.end().is_ok().then_some(value)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of an object's member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is a string.
    pub fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// Whether this is `true` or `false`.
    pub fn is_boolean(&self) -> bool {
        matches!(self, Self::Bool(_))
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// The value as a JSON text without white space.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        writer::value(&mut text, self);
        text
    }
}

/// The JSON text.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Object> for Value {
    fn from(members: Object) -> Self {
        Self::Object(members)
    }
}

impl From<&[&str]> for Value {
    fn from(texts: &[&str]) -> Self {
        Self::Array(texts.iter().map(|text| Self::from(*text)).collect())
    }
}

impl Object {
    /// The object of members in any order. Of a name that is there twice, the last one counts; those
    /// that do not are told.
    pub(crate) fn of(mut members: Vec<(String, Value)>) -> (Self, Vec<(String, Value)>) {
        let mut overridden = Vec::new();
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        members.dedup_by(|later, earlier| {
            let twice = later.0 == earlier.0;
            if twice {
                std::mem::swap(later, earlier);
                overridden.push(std::mem::replace(later, (String::new(), Value::Null)));
            }
            twice
        });
        (Self(members), overridden)
    }

    /// Reads the object of a whole text.
    pub fn parse(text: &str) -> Option<Self> {
        match Value::parse(text)? {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// Sets a member, in place of another of that name.
    pub fn insert(&mut self, name: String, value: Value) {
        match self.place(&name) {
            Ok(place) => {
                if let Some(member) = self.0.get_mut(place) {
                    member.1 = value;
                }
            }
            Err(place) => self.0.insert(place, (name, value)),
        }
    }

    /// Takes a member's value out of the object: `null` when it has none.
    pub(crate) fn take(&mut self, name: &str) -> Value {
        match self.place(name) {
            Ok(place) => self.0.remove(place).1,
            Err(_) => Value::Null,
        }
    }

    /// The object as a JSON text without white space.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        writer::object(&mut text, self);
        text
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }

    /// The members, by their names.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, Value)> {
        self.0.iter()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<const N: usize> From<[(&str, Value); N]> for Object {
    fn from(members: [(&str, Value); N]) -> Self {
        let mut object = Self::default();
        for (name, value) in members {
            object.insert(name.to_owned(), value);
        }
        object
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = &'a (String, Value);
    type IntoIter = std::slice::Iter<'a, (String, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The JSON text.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}
