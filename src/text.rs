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

/// Whether a text has one of some characters.
pub(crate) fn has_any(text: &str, characters: &str) -> bool {
    text.chars().any(|one| characters.chars().any(|other| one == other))
}

/// What stands before the last occurrence of a character of ASCII, and what after it.
pub(crate) fn rsplit_once(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().rposition(|byte| byte == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// A number in digits.
pub(crate) fn number(number: i64) -> String {
    let mut text = match number / 10 {
        0 if number < 0 => "-".to_owned(),
        0 => String::new(),
        higher => self::number(higher),
    };
    text.push(char::from(b'0' + (number % 10).unsigned_abs() as u8));
    text
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

    #[test]
    fn any_number_is_written_as_by_the_standard_library() {
        for some in [0, 9, 10, -1, -10, 1_234_567_890, i64::MAX, i64::MIN] {
            assert_eq!(number(some), some.to_string());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_found_as_by_the_standard_library(text in "[aé-]{0,12}", wanted in "[aé-]{1,3}") {
            prop_assert_eq!(find(&text, &wanted), text.find(&wanted));
            prop_assert_eq!(split_once(&text, &wanted), text.split_once(&*wanted));
            let listed = listed(text.chars().map(String::from), &wanted);
            prop_assert_eq!(listed, text.chars().map(String::from).collect::<Vec<_>>().join(&wanted));
            prop_assert_eq!(has_any(&text, &wanted), text.contains(|c| wanted.contains(c)));
            prop_assert_eq!(rsplit_once(&text, b'-'), text.rsplit_once('-'));
            prop_assert_eq!(replaced_once(&text, &wanted, "x"), text.replacen(&*wanted, "x", 1));
        }
    }
}
