//! base64 and base64url (RFC 4648, sections 4 and 5), strict: no white space, and no non-zero bits
//! after the last byte, so that each value has one spelling only. Keys come this way: no branch and
//! no index depends on what is encoded, but for whether it is well-formed.

/// Which characters stand for 62 and 63.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alphabet {
    /// `+` and `/`, padded to whole groups of four when encoded.
    Standard,
    /// `-` and `_`, never padded.
    UrlSafe,
}

impl Alphabet {
    /// The characters for 62 and 63.
    fn last_two(self) -> [u8; 2] {
        match self {
            Self::Standard => [b'+', b'/'],
            Self::UrlSafe => [b'-', b'_'],
        }
    }

    /// The character for a number below 64.
    fn character(self, number: u8) -> char {
        let [second_last, last] = self.last_two();
        let mut character = 0;
        for (from, to, first) in
            [(0, 25, b'A'), (26, 51, b'a'), (52, 61, b'0'), (62, 62, second_last), (63, 63, last)]
        {
            character |= within(number, from, to) & number.wrapping_sub(from).wrapping_add(first);
        }
        char::from(character)
    }

    /// The number that a character stands for; more than 63 for one that stands for none.
    fn number(self, character: u8) -> u8 {
        let [second_last, last] = self.last_two();
        let mut number = 0;
        let mut known = 0;
        for (from, to, first) in [
            (b'A', b'Z', 0),
            (b'a', b'z', 26),
            (b'0', b'9', 52),
            (second_last, second_last, 62),
            (last, last, 63),
        ] {
            let here = within(character, from, to);
            number |= here & character.wrapping_sub(from).wrapping_add(first);
            known |= here;
        }
        number | !known
    }
}

/// The bytes of a text, with any bits behind the last byte. For what is public.
pub(crate) fn decode_leniently(text: &str, alphabet: Alphabet) -> Option<Vec<u8>> {
    let unused = match text.len() % 4 {
        2 => 0x0f,
        3 => 0x03,
        _ => return decode(text, alphabet),
    };
    let (rest, last) = text.split_at_checked(text.len() - 1)?;
    let number = alphabet.number(*last.as_bytes().first()?);
    if number > 63 {
        return None;
    }
    let mut canonical = rest.to_owned();
    canonical.push(alphabet.character(number & !unused));
    decode(&canonical, alphabet)
}

/// All bits where a number is in a range, none elsewhere.
fn within(number: u8, from: u8, to: u8) -> u8 {
    let (number, from, to) = (i16::from(number), i16::from(from), i16::from(to));
    // Negative, and so with all of its upper bits set, is what lies outside.
    !(((number - from) | (to - number)) >> 8) as u8
}

/// The text for some bytes.
pub(crate) fn encode(bytes: impl AsRef<[u8]>, alphabet: Alphabet) -> String {
    encode_bytes(bytes.as_ref(), alphabet)
}

fn encode_bytes(bytes: &[u8], alphabet: Alphabet) -> String {
    // Sized beforehand, so that no buffer with key material is left behind by growing.
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            text.push(alphabet.character((bits >> (18 - 6 * place)) as u8 & 63));
        }
        if alphabet == Alphabet::Standard {
            (group.len()..3).for_each(|_| text.push('='));
        }
    }
    text
}

/// The bytes of a text without padding, or nothing when it is not one.
pub(crate) fn decode(text: &str, alphabet: Alphabet) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let mut wrong = u32::from(text.len() % 4 == 1);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for character in group {
            let number = alphabet.number(*character);
            wrong |= u32::from(number >> 6);
            bits = bits << 6 | u32::from(number);
        }
        let bits = bits << (6 * (4 - group.len()));
        let [_, whole @ ..] = bits.to_be_bytes();
        let (whole, rest) = whole.split_at_checked(group.len().saturating_sub(1))?;
        bytes.extend_from_slice(whole);
        wrong |= rest.iter().fold(0, |wrong, byte| wrong | u32::from(*byte));
    }
    (wrong == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine;
    use ::base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    fn agrees(text: &str) -> Result<(), TestCaseError> {
        prop_assert_eq!(decode(text, Alphabet::UrlSafe), URL_SAFE_NO_PAD.decode(text).ok());
        prop_assert_eq!(decode(text, Alphabet::Standard), STANDARD_NO_PAD.decode(text).ok());
        Ok(())
    }

    #[test]
    fn every_character_stands_for_what_it_does_elsewhere() {
        for character in 0..=0x17fu32 {
            let character = char::from_u32(character).expect("a character");
            for text in [format!("{character}"), format!("A{character}"), format!("AA{character}A")]
            {
                agrees(&text).expect("agreement");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_encoded_as_elsewhere(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(encode(&bytes, Alphabet::UrlSafe), URL_SAFE_NO_PAD.encode(&bytes));
            prop_assert_eq!(encode(&bytes, Alphabet::Standard), STANDARD.encode(&bytes));
            agrees(&URL_SAFE_NO_PAD.encode(&bytes))?;
            agrees(&STANDARD_NO_PAD.encode(&bytes))?;
        }

        #[test]
        fn any_text_is_judged_as_elsewhere(text in "[A-Za-z0-9+/_=-]{0,9}|[AQg]{0,9}|.{0,6}") {
            agrees(&text)?;
        }
    }
}
