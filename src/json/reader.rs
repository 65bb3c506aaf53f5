//! A JSON text, read from its beginning to its end, by whoever knows what should be in it.

use std::borrow::Cow;

use super::{Object, Value};

/// The deepest nesting that is read, as `serde_json` has it. What is skipped may be deeper.
const MAX_DEPTH: usize = 127;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not JSON, or nested too deeply.
    Syntax,
    /// It is, but something else than this was expected.
    Type,
}

type Result<T> = std::result::Result<T, Fault>;

#[derive(Clone)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0 }
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Result<()> {
        match self.next() {
            None => Ok(()),
            Some(_) => Err(Fault::Syntax),
        }
    }

    /// Any value.
    pub(crate) fn value(&mut self) -> Result<Value> {
        Ok(match self.next() {
            Some(b'{') => Value::Object(Object::of(self.members()?).0),
            Some(b'[') => {
                let mut items = Vec::new();
                self.array(&mut |reader| {
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Value::Array(items)
            }
            Some(b'"') => Value::String(self.string()?.into_owned()),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => Value::Number(self.number()?.to_owned()),
        })
    }

    /// An object: `member` is given each name, and reads or skips the value.
    pub(crate) fn object(
        &mut self,
        member: &mut dyn FnMut(&mut Self, Cow<'a, str>) -> Result<()>,
    ) -> Result<()> {
        self.items(b'{', b'}', &mut |reader| {
            if reader.next() != Some(b'"') {
                return Err(Fault::Syntax);
            }
            let name = reader.string()?;
            if !reader.takes(b':') {
                return Err(Fault::Syntax);
            }
            member(reader, name)
        })
    }

    /// An array: `item` reads each of its values.
    pub(crate) fn array(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.items(b'[', b']', item)
    }

    fn items(
        &mut self,
        begin: u8,
        end: u8,
        item: &mut dyn FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        self.expect(begin)?;
        self.position += 1;
        if self.depth == MAX_DEPTH {
            return Err(Fault::Syntax);
        }
        self.depth += 1;
        if !self.takes(end) {
            loop {
                item(self)?;
                if self.takes(end) {
                    break;
                }
                if !self.takes(b',') {
                    return Err(Fault::Syntax);
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// A string, borrowed where it has no escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>> {
        self.expect(b'"')?;
        self.position += 1;
        let mut unescaped = String::new();
        loop {
            let plain = self.plain()?;
            if self.takes_now(b'"') {
                if unescaped.is_empty() {
                    return Ok(Cow::Borrowed(plain));
                }
                unescaped.push_str(plain);
                return Ok(Cow::Owned(unescaped));
            }
            unescaped.push_str(plain);
            unescaped.push(self.escape()?);
        }
    }

    /// The members of an object, each as it comes: a name may come twice.
    pub(crate) fn members(&mut self) -> Result<Vec<(String, Value)>> {
        let mut members = Vec::new();
        self.object(&mut |reader, name| {
            members.push((name.into_owned(), reader.value()?));
            Ok(())
        })?;
        Ok(members)
    }

    /// Whether an array comes next.
    pub(crate) fn is_array(&mut self) -> bool {
        self.next() == Some(b'[')
    }

    /// Whether an object comes next.
    pub(crate) fn is_object(&mut self) -> bool {
        self.next() == Some(b'{')
    }

    /// Whether `null` comes next, which is taken.
    pub(crate) fn null(&mut self) -> Result<bool> {
        match self.next() {
            Some(b'n') => self.word("null", true),
            _ => Ok(false),
        }
    }

    /// Passes over a value of any depth. What its escapes stand for is not looked at.
    pub(crate) fn skip(&mut self) -> Result<()> {
        // The brackets that are open, one each.
        let mut open = Vec::new();
        loop {
            match self.next() {
                Some(bracket @ (b'{' | b'[')) => {
                    self.position += 1;
                    // `{` and `}`, `[` and `]` are two apart.
                    if !self.takes(bracket + 2) {
                        open.push(bracket + 2);
                        self.skip_name(&open)?;
                        continue;
                    }
                }
                Some(b'"') => self.skip_string()?,
                Some(b't') => self.word("true", ())?,
                Some(b'f') => self.word("false", ())?,
                Some(b'n') => self.word("null", ())?,
                _ => drop(self.number()?),
            }
            while let Some(end) = open.last() {
                if self.takes(b',') {
                    self.skip_name(&open)?;
                    break;
                }
                if !self.takes(*end) {
                    return Err(Fault::Syntax);
                }
                open.pop();
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    /// Passes over the name before a value of the innermost object, if that is one.
    fn skip_name(&mut self, open: &[u8]) -> Result<()> {
        if open.last() != Some(&b'}') {
            return Ok(());
        }
        if self.next() != Some(b'"') {
            return Err(Fault::Syntax);
        }
        self.skip_string()?;
        if self.takes(b':') { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn skip_string(&mut self) -> Result<()> {
        self.position += 1;
        loop {
            self.plain()?;
            if self.takes_now(b'"') {
                return Ok(());
            }
            self.position += 1;
            if self.takes_now(b'u') {
                self.hex()?;
            } else {
                self.simple_escape()?;
            }
        }
    }

    /// The text up to the next quote or backslash.
    fn plain(&mut self) -> Result<&'a str> {
        let rest = self.rest();
        let special = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
        let length = rest.as_bytes().iter().position(special).ok_or(Fault::Syntax)?;
        self.position += length;
        match self.now() {
            Some(b'"' | b'\\') => Ok(rest.get(..length).unwrap_or_default()),
            _ => Err(Fault::Syntax),
        }
    }

    /// The character of an escape, which must be one of Unicode's.
    fn escape(&mut self) -> Result<char> {
        self.position += 1;
        if !self.takes_now(b'u') {
            return self.simple_escape();
        }
        let mut code = self.hex()?;
        if (0xd800..0xdc00).contains(&code) && self.takes_now(b'\\') && self.takes_now(b'u') {
            let low = self.hex()?.wrapping_sub(0xdc00);
            if low >= 0x400 {
                return Err(Fault::Syntax);
            }
            code = 0x1_0000 + ((code - 0xd800) << 10) + low;
        }
        char::from_u32(code).ok_or(Fault::Syntax)
    }

    fn simple_escape(&mut self) -> Result<char> {
        let character = match self.now().ok_or(Fault::Syntax)? {
            mark @ (b'"' | b'\\' | b'/') => char::from(mark),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return Err(Fault::Syntax),
        };
        self.position += 1;
        Ok(character)
    }

    fn hex(&mut self) -> Result<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.now().and_then(|byte| char::from(byte).to_digit(16));
            code = code * 16 + digit.ok_or(Fault::Syntax)?;
            self.position += 1;
        }
        Ok(code)
    }

    /// The text of a number.
    fn number(&mut self) -> Result<&'a str> {
        let start = self.position;
        self.takes_now(b'-');
        if !self.takes_now(b'0') {
            self.digits()?;
        }
        if self.takes_now(b'.') {
            self.digits()?;
        }
        if self.takes_now(b'e') || self.takes_now(b'E') {
            if !self.takes_now(b'+') {
                self.takes_now(b'-');
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.position).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.position;
        while matches!(self.now(), Some(b'0'..=b'9')) {
            self.position += 1;
        }
        if self.position > start { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn word<T>(&mut self, word: &str, value: T) -> Result<T> {
        if !self.rest().starts_with(word) {
            return Err(Fault::Syntax);
        }
        self.position += word.len();
        Ok(value)
    }

    /// A value that begins so must come next. Another one is read as far as its kind can be told.
    fn expect(&mut self, first: u8) -> Result<()> {
        match self.next() {
            Some(found) if found == first => Ok(()),
            Some(b'{' | b'[') => Err(Fault::Type),
            _ => {
                self.value()?;
                Err(Fault::Type)
            }
        }
    }

    /// The next byte that is no white space, which is not taken.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.now(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.position += 1;
        }
        self.now()
    }

    fn takes(&mut self, byte: u8) -> bool {
        self.next();
        self.takes_now(byte)
    }

    fn takes_now(&mut self, byte: u8) -> bool {
        let found = self.now() == Some(byte);
        self.position += usize::from(found);
        found
    }

    fn now(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }
}
