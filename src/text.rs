//! Texts put together, and looked for in others, by little code. Where the standard library's search
//! is the better one, in long texts, nothing here looks for anything; and it is ten times as much.

/// Where a text that is not empty stands first in another.
pub(crate) fn find(text: &str, wanted: &str) -> Option<usize> {
    let first = *wanted.as_bytes().first()?;
    let places = text.bytes().enumerate().filter(|(_, byte)| *byte == first);
    places.map(|(place, _)| place).find(|place| {
        text.as_bytes().get(*place..).is_some_and(|rest| rest.starts_with(wanted.as_bytes()))
    })
}

/// What stands before the first occurrence of a text, and what after it.
pub(crate) fn split_once<'a>(text: &'a str, at: &str) -> Option<(&'a str, &'a str)> {
    let place = find(text, at)?;
    Some((text.get(..place)?, text.get(place + at.len()..)?))
}

/// A number's digits.
pub(crate) fn number(number: i64) -> String {
    number.to_string()
}

/// Texts one after another.
pub(crate) fn concat(texts: &[&str]) -> String {
    let mut all = String::with_capacity(texts.iter().map(|text| text.len()).sum());
    texts.iter().for_each(|text| all.push_str(text));
    all
}

/// Texts with another between them.
pub(crate) fn listed(mut texts: impl Iterator<Item = String>, between: &str) -> String {
    // Of an iterator without a type there would be four functions for each use.
    fn list(next: &mut dyn FnMut() -> Option<String>, between: &str) -> String {
        let mut list = next().unwrap_or_default();
        while let Some(text) = next() {
            list.push_str(between);
            list.push_str(&text);
        }
        list
    }
    list(&mut || texts.next(), between)
}

/// The text with the first occurrence of another replaced.
pub(crate) fn replaced_once(text: &str, old: &str, new: &str) -> String {
    match split_once(text, old) {
        Some((before, after)) => concat(&[before, new, after]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_found_as_by_the_standard_library(text in "[aé-]{0,12}", wanted in "[aé-]{1,3}") {
            prop_assert_eq!(find(&text, &wanted), text.find(&wanted));
            prop_assert_eq!(split_once(&text, &wanted), text.split_once(&*wanted));
            let listed = listed(text.chars().map(String::from), &wanted);
            prop_assert_eq!(listed, text.chars().map(String::from).collect::<Vec<_>>().join(&wanted));
            prop_assert_eq!(replaced_once(&text, &wanted, "x"), text.replacen(&*wanted, "x", 1));
        }
    }
}
