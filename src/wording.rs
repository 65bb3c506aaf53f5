//! Where the sentences for people are. Natively they stand in the tables that name them. The
//! WebAssembly module carries names only: what it gives out in place of a sentence is a reference,
//! which `pkg-template/src/wording.ts` turns into the sentence. That file's table is written from
//! these tables by `scripts/errors-page.mjs`.
//!
//! A reference is a name, then each value of the sentence behind a U+0002, between U+0001 and U+0003.
//! No text that callers give is shown with such characters in it, so none passes for one.

/// A sentence by its name, or the reference to it.
macro_rules! wording {
    ($name:expr, $sentence:expr) => {{
        #[cfg(not(target_arch = "wasm32"))]
        const WORDING: &str = $sentence;
        #[cfg(target_arch = "wasm32")]
        const WORDING: &str = concat!("\u{1}", $name, "\u{3}");
        WORDING
    }};
}

pub(crate) use wording;

/// The reference to a sentence with its values.
#[cfg(target_arch = "wasm32")]
pub(crate) fn reference<'a>(name: &[&str], values: impl Iterator<Item = &'a str>) -> String {
    let mut reference = crate::text::concat(&["\u{1}", &crate::text::concat(name)]);
    for value in values {
        reference.push('\u{2}');
        reference.push_str(value);
    }
    reference.push('\u{3}');
    reference
}
