//! Writing DER (X.690) for keys that no tool makes, and reading the numbers of those that one did.

pub const INTEGER: u8 = 0x02;
pub const OCTET_STRING: u8 = 0x04;
pub const SEQUENCE: u8 = 0x30;

/// `rsaEncryption` and NULL, as an `AlgorithmIdentifier` (RFC 3279, section 2.3.1).
pub const RSA_ENCRYPTION: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// An element of a tag and a content.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = vec![tag];
    match length {
        ..0x80 => der.push(length as u8),
        0x80..0x100 => der.extend([0x81, length as u8]),
        _ => der.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    der.extend_from_slice(content);
    der
}

pub fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &elements.concat())
}

/// A number that is not negative, big-endian.
pub fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let mut content = number[zeros..].to_vec();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    element(INTEGER, &content)
}

/// An `RSAPrivateKey` (RFC 8017, A.1.2) of n, e, d, p, q, dp, dq, qi.
pub fn pkcs1(numbers: &[Vec<u8>; 8]) -> Vec<u8> {
    let mut fields = vec![integer(&[])];
    fields.extend(numbers.iter().map(|number| integer(number)));
    sequence(&fields)
}

/// A PKCS#8 (RFC 5958) around an `RSAPrivateKey`.
pub fn pkcs8(pkcs1: &[u8]) -> Vec<u8> {
    sequence(&[integer(&[]), RSA_ENCRYPTION.to_vec(), element(OCTET_STRING, pkcs1)])
}

/// An `ECPrivateKey` (RFC 5915, section 3) on P-256, with its public key unless that is empty.
pub fn sec1(scalar: &[u8], public: &[u8]) -> Vec<u8> {
    let curve = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let mut fields = vec![integer(&[1]), element(OCTET_STRING, scalar), element(0xa0, &curve)];
    if !public.is_empty() {
        fields.push(element(0xa1, &element(0x03, &[&[0], public].concat())));
    }
    sequence(&fields)
}

/// An ECDSA signature (RFC 3279, section 2.2.3) of r and s.
pub fn ecdsa_signature(r: &[u8], s: &[u8]) -> Vec<u8> {
    sequence(&[integer(r), integer(s)])
}
