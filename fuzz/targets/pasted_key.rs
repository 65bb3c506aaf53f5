//! A private key as people paste it: the marks that files, dashboards and shells leave change nothing,
//! and what was read is written and read again.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use convex_token::key::{MAX_SOURCE_BYTES, PrivateKey, PublicKey, jwk_set, read_private_keys};

use super::shared::{is_told, shows_nothing_of, text};

pub fn run(data: &[u8]) {
    check(&text(data));
}

/// Reads a text as keys.
pub fn check(text: &str) {
    let keys = match read_private_keys(&[text]) {
        Ok(keys) => keys,
        Err(error) => {
            is_told(&error);
            if text.contains("PRIVATE KEY") {
                shows_nothing_of(&error, text);
            }
            return;
        }
    };
    assert!(!keys.is_empty());
    for key in &keys {
        round_trip(key);
    }
    let kids = |text: &str| {
        let keys = read_private_keys(&[text]).map_err(|error| error.to_string());
        keys.map(|keys| keys.iter().map(|key| key.public().kid().to_owned()).collect::<Vec<_>>())
    };
    let expected = kids(text);
    for pasted in pasted(text) {
        if pasted.len() <= MAX_SOURCE_BYTES {
            assert_eq!(kids(&pasted), expected, "{pasted:?}");
        }
    }
    let set = jwk_set(keys.iter().map(PrivateKey::public)).to_json();
    assert!(!set.contains("\"d\"") && set.len() < 32 + keys.len() * 2048, "{set}");
}

/// The same text with the marks that it can come with.
fn pasted(text: &str) -> Vec<String> {
    let mut all = vec![format!("\"{text}\""), format!(" '{text}'\n"), format!("\u{feff}{text}\n")];
    // A line that ends there is none of a PEM, but is one when a space takes the break's place.
    let has_broken_mark = ["-----BEGIN", "-----END"]
        .iter()
        .any(|mark| text.matches(mark).count() != text.matches(&format!("{mark} ")).count());
    if text.contains("-----BEGIN ") && !has_broken_mark {
        all.push(text.replace("\r\n", "\n").replace('\n', "\r\n"));
        all.push(text.replace('\n', " "));
        all.push(text.replace('\n', "\\n"));
        all.push(text.replace('\n', "\\\\n"));
        all.push(BASE64_STANDARD.encode(text));
    }
    all
}

/// The key is the same when it is written and read again, and so is its public half.
fn round_trip(key: &PrivateKey) {
    let pem = key.to_pkcs8_pem();
    let again = read_private_keys(&[&*pem]).expect("what was written is read");
    assert_eq!(again.len(), 1);
    assert_eq!(*again[0].to_pkcs8_pem(), *pem);
    assert_eq!(again[0].public().kid(), key.public().kid());
    let jwk = key.public().jwk().to_json();
    let public = PublicKey::from_jwk(&jwk).expect("a JWK of ours");
    assert_eq!((public.kid(), public.jwk().to_json()), (key.public().kid(), jwk));
}
