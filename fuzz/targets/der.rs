//! Private keys in DER, and ECDSA signatures in it: the label above a key decides nothing.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use convex_token::issuer::finish;
use convex_token::key::{PublicKey, read_private_keys};

use super::pasted_key;
use super::shared::{PEMS, keys_of, told};

thread_local! {
    static P256: PublicKey = keys_of(PEMS[1])[0].public().clone();
}

pub fn run(data: &[u8]) {
    let base64 = BASE64_STANDARD.encode(data);
    let pem = |label: &str| format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n");
    let verdicts = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"].map(|label| {
        read_private_keys(&[pem(label)])
            .map(|keys| keys[0].public().kid().to_owned())
            .map_err(|error| error.to_string())
    });
    assert!(verdicts[0] == verdicts[1] && verdicts[0] == verdicts[2], "{verdicts:?}");
    pasted_key::check(&pem("PRIVATE KEY"));
    // Alone, what is no UTF-8 and begins as DER does is taken for it.
    if data.first() == Some(&0x30) && std::str::from_utf8(data).is_err() {
        let alone = read_private_keys(&[&base64]).map(|keys| keys[0].public().kid().to_owned());
        assert_eq!(alone.map_err(|error| error.to_string()), verdicts[0]);
    }
    if data.len() < 80 {
        let token = P256.with(|key| told(finish(key, "e30.e30", data)));
        assert!(token.is_none(), "a signature that nobody made");
    }
}
