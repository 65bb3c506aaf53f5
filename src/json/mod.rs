//! JSON (RFC 8259): reading, values, writing.
//!
//! It is our own because what a token means hangs on details that a parser for everything leaves
//! open or configurable: a number keeps the digits that it was written with, of a name that is there
//! twice the last value counts, unless a reader asks for each; private members of a key are borrowed
//! from the text, not copied; nesting ends at a fixed depth, without the stack. It accepts and
//! refuses what `serde_json` does, on which Convex builds, and writes as it does: the tests hold it
//! against that crate. And it is a tenth of its code, in a module that people wait for.
//!
//! Nothing here knows what a text is for.

mod reader;
mod value;
mod writer;

pub(crate) use reader::{Fault, Reader};
pub use value::{Object, Value};
pub(crate) use writer::Members;

#[cfg(test)]
mod serde_peer;
#[cfg(test)]
mod tests;
