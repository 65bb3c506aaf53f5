//! base64 and base64url (RFC 4648, sections 4 and 5), strict: no white space, and no non-zero bits
//! after the last byte, so that each value has one spelling only. Keys come this way: no branch and
//! no index depends on what is encoded, but for whether it is well-formed.

/// One in each byte.
const EACH: u32 = 0x0101_0101;

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
    fn last_two(self) -> (i32, i32) {
        match self {
            Self::Standard => (0x2b, 0x2f),
            Self::UrlSafe => (0x2d, 0x5f),
        }
    }

    /// The characters for four numbers below 64, one in each byte.
    fn characters(self, numbers: u32) -> u32 {
        // One in each byte whose number is at least so large: the sum reaches its highest bit then.
        let at_least = |least: u32| ((numbers + (0x80 - least) * EACH) >> 7) & EACH;
        let (second_last, last) = match self {
            Self::Standard => (15, 3),
            Self::UrlSafe => (13, 49),
        };
        // How far each run of characters is from where the one before would go on. No byte's sum is
        // below zero or above 127, so that none takes from its neighbour.
        numbers + 0x41 * EACH // A
            + 6 * at_least(26) // a
            + last * at_least(63)
            - 75 * at_least(52) // 0
            - second_last * at_least(62)
    }

    /// The number that a character stands for; a negative one for a character that stands for none.
    fn number(self, character: u8) -> i32 {
        let character = i32::from(character);
        let (second_last, last) = self.last_two();
        // Each is one more than the number.
        let upper = within(character, 0x41, 0x5a) & (character - 0x41 + 1);
        let lower = within(character, 0x61, 0x7a) & (character - 0x61 + 27);
        let digit = within(character, 0x30, 0x39) & (character - 0x30 + 53);
        let second_last = within(character, second_last, second_last) & 63;
        let last = within(character, last, last) & 64;
        (upper | lower | digit | second_last | last) - 1
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
    let number = u32::try_from(alphabet.number(*last.as_bytes().first()?)).ok()?;
    let mut canonical = rest.to_owned();
    canonical.push(char::from(alphabet.characters(number & !unused) as u8));
    decode(&canonical, alphabet)
}

/// All bits where a number is in a range, none elsewhere.
fn within(number: i32, from: i32, to: i32) -> i32 {
    ((from - 1 - number) & (number - to - 1)) >> 8
}

/// The text for some bytes.
pub(crate) fn encode(bytes: impl AsRef<[u8]>, alphabet: Alphabet) -> String {
    encode_bytes(bytes.as_ref(), alphabet)
}

fn encode_bytes(bytes: &[u8], alphabet: Alphabet) -> String {
    // Sized beforehand, so that no buffer with key material is left behind by growing.
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - group.len()));
        let six = |place: u32| bits << (2 * place) & 0x3f << (8 * place);
        let characters = alphabet.characters(six(3) | six(2) | six(1) | six(0)).to_be_bytes();
        text.extend_from_slice(characters.get(..=group.len()).unwrap_or_default());
        if alphabet == Alphabet::Standard {
            text.resize(text.len() + 3 - group.len(), b'=');
        }
    }
    // All of it is ASCII.
    String::from_utf8(text).unwrap_or_default()
}

/// The bytes of a text without padding, or nothing when it is not one.
pub(crate) fn decode(text: &str, alphabet: Alphabet) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut wrong = i32::from(text.len() % 4 == 1);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0;
        for character in group {
            let number = alphabet.number(*character);
            wrong |= number >> 8;
            bits = bits << 6 | (number & 63);
        }
        let bits = bits << (6 * (4 - group.len()));
        let [_, first, second, third] = bits.to_be_bytes();
        bytes.extend_from_slice(&[first, second, third]);
        // What does not belong to a whole byte is zero.
        wrong |= match group.len() {
            4 => 0,
            3 => i32::from(third),
            _ => i32::from(second) | i32::from(third),
        };
    }
    bytes.truncate(text.len() / 4 * 3 + (text.len() % 4).saturating_sub(1));
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
