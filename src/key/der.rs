//! Private keys in DER: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, A.1.2), SEC 1 (RFC 5915), whatever the
//! PEM label above them said. Of X.690, what these three structures use: definite lengths, tags of
//! one byte, nothing copied.

use zeroize::Zeroizing;

use super::PrivateKey;
use crate::algorithm::rs256::{Components, CrtComponents};
use crate::algorithm::{SigningKey, eddsa, es256, rs256};
use crate::error::{Error, Result};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0]` and `[1]`, constructed: SEC 1's parameters and public key; PKCS#8's attributes.
const EXPLICIT_0: u8 = 0xa0;
const EXPLICIT_1: u8 = 0xa1;
/// `[1]`, primitive: PKCS#8's public key.
const IMPLICIT_1: u8 = 0x81;

// Object identifiers, as the bytes of their DER.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P_384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P_521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];

/// The key of a DER text in any of the three forms.
pub(super) fn read_private_key(der: &[u8]) -> Result<PrivateKey> {
    if let Some(key) = Pkcs8::parse(der) {
        return key.read();
    }
    if let Some(key) = Pkcs1::parse(der) {
        return key.read();
    }
    if let Some(key) = Sec1::parse(der) {
        return key.read(None);
    }
    Err(refusal(der)
        .unwrap_or_else(|| Error::key_damaged("its DER is neither PKCS#8, nor PKCS#1, nor SEC 1")))
}

/// Whether bytes begin as every key in DER does.
pub(super) fn is_sequence(bytes: &[u8]) -> bool {
    bytes.first() == Some(&SEQUENCE)
}

/// What a DER text is that is no private key: known by its outer elements.
fn refusal(der: &[u8]) -> Option<Error> {
    let mut fields = Reader::whole(der, SEQUENCE)?;
    if fields.take(INTEGER).is_some() {
        // RSAPublicKey (RFC 8017, A.1.1): two numbers.
        return (fields.take(INTEGER).is_some() && fields.0.is_empty())
            .then_some(Error::key_public());
    }
    fields.take(SEQUENCE)?;
    if fields.take(BIT_STRING).is_some() {
        // SubjectPublicKeyInfo (RFC 5280, section 4.1).
        return Some(Error::key_public());
    }
    if fields.take(OCTET_STRING).is_some() {
        // EncryptedPrivateKeyInfo (RFC 5958, section 3).
        return Some(Error::key_encrypted());
    }
    // Certificate (RFC 5280, section 4.1).
    fields.take(SEQUENCE)?;
    fields.take(BIT_STRING).map(|_| Error::key_certificate())
}

/// `OneAsymmetricKey` (RFC 5958, section 2).
struct Pkcs8<'a> {
    algorithm: &'a [u8],
    /// The object identifier in the algorithm's parameters, if they are one.
    parameters: Option<&'a [u8]>,
    private_key: &'a [u8],
    public_key: Option<&'a [u8]>,
}

impl<'a> Pkcs8<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let mut fields = Reader::whole(der, SEQUENCE)?;
        let version = fields.take(INTEGER)?;
        if !matches!(version, [0] | [1]) {
            return None;
        }
        let mut identifier = Reader(fields.take(SEQUENCE)?);
        let algorithm = identifier.take(OBJECT_IDENTIFIER)?;
        let parameters = identifier.take(OBJECT_IDENTIFIER);
        let private_key = fields.take(OCTET_STRING)?;
        fields.take(EXPLICIT_0);
        let public_key = fields.take(IMPLICIT_1).and_then(whole_bytes);
        fields.0.is_empty().then_some(Self { algorithm, parameters, private_key, public_key })
    }

    fn read(&self) -> Result<PrivateKey> {
        let damaged = |what| Error::key_damaged(what);
        match self.algorithm {
            RSA_ENCRYPTION => Pkcs1::parse(self.private_key)
                .ok_or_else(|| damaged("its PKCS#8 says RSA, and no RSA key is in it"))?
                .read(),
            EC_PUBLIC_KEY => Sec1::parse(self.private_key)
                .ok_or_else(|| damaged("its PKCS#8 says elliptic curve, and no such key is in it"))?
                .read(self.parameters),
            ED25519 => {
                let seed = Reader(self.private_key).take(OCTET_STRING);
                let seed =
                    seed.ok_or_else(|| damaged("its PKCS#8 says Ed25519, and no seed is in it"))?;
                let key = eddsa::SigningKey::from_seed(seed)?;
                match self.public_key {
                    Some(given) if given != key.verifying_key().as_bytes() => {
                        Err(Error::key_inconsistent())
                    }
                    _ => Ok(PrivateKey::new(SigningKey::EdDsa(key))),
                }
            }
            RSASSA_PSS => Err(unsupported("an RSA key restricted to PSS")),
            ED448 => Err(unsupported("an Ed448 key")),
            X25519 => Err(unsupported("an X25519 key, which is for key agreement")),
            _ => Err(unsupported("a key of another kind")),
        }
    }
}

/// `RSAPrivateKey` (RFC 8017, A.1.2).
struct Pkcs1<'a> {
    more_than_two_primes: bool,
    components: Components<'a>,
}

impl<'a> Pkcs1<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let mut fields = Reader::whole(der, SEQUENCE)?;
        let version = fields.take(INTEGER)?;
        let (n, e, d) = (fields.integer()?, fields.integer()?, fields.integer()?);
        let (p, q) = (fields.integer()?, fields.integer()?);
        let (dp, dq, qi) = (fields.integer()?, fields.integer()?, fields.integer()?);
        let primes = Some(CrtComponents { p, q, dp, dq, qi });
        let more_than_two_primes = version == [1] && fields.take(SEQUENCE).is_some();
        (matches!(version, [0] | [1]) && fields.0.is_empty())
            .then_some(Self { more_than_two_primes, components: Components { n, e, d, primes } })
    }

    fn read(&self) -> Result<PrivateKey> {
        if self.more_than_two_primes {
            return Err(unsupported("an RSA key with more than two primes"));
        }
        let key = rs256::SigningKey::from_components(&self.components)?;
        Ok(PrivateKey::new(SigningKey::Rs256(key)))
    }
}

/// `ECPrivateKey` (RFC 5915, section 3).
struct Sec1<'a> {
    private_key: &'a [u8],
    curve: Option<&'a [u8]>,
    public_key: Option<&'a [u8]>,
}

impl<'a> Sec1<'a> {
    fn parse(der: &'a [u8]) -> Option<Self> {
        let mut fields = Reader::whole(der, SEQUENCE)?;
        if fields.take(INTEGER)? != [1] {
            return None;
        }
        let private_key = fields.take(OCTET_STRING)?;
        let curve = fields.take(EXPLICIT_0).and_then(|inner| Reader(inner).take(OBJECT_IDENTIFIER));
        let public_key = fields
            .take(EXPLICIT_1)
            .and_then(|inner| Reader(inner).take(BIT_STRING))
            .and_then(whole_bytes);
        fields.0.is_empty().then_some(Self { private_key, curve, public_key })
    }

    /// The key, on the curve that PKCS#8 names around it or that it names itself.
    fn read(&self, named_outside: Option<&[u8]>) -> Result<PrivateKey> {
        if named_outside.zip(self.curve).is_some_and(|(outside, own)| outside != own) {
            return Err(Error::key_inconsistent());
        }
        match named_outside.or(self.curve) {
            Some(P_256) => {}
            Some(P_384) => return Err(unsupported("a P-384 key")),
            Some(P_521) => return Err(unsupported("a P-521 key")),
            Some(SECP256K1) => return Err(unsupported("a secp256k1 key")),
            Some(_) => return Err(unsupported("a key on another curve")),
            None => return Err(Error::key_damaged("it does not name its elliptic curve")),
        }
        let key = es256::SigningKey::from_scalar(self.private_key)?;
        match self.public_key {
            Some(given) if !key.verifying_key().is_sec1(given) => Err(Error::key_inconsistent()),
            _ => Ok(PrivateKey::new(SigningKey::Es256(key))),
        }
    }
}

fn unsupported(found: &'static str) -> Error {
    Error::key_unsupported(found)
}

/// The two numbers of an ECDSA signature in DER (RFC 3279, section 2.2.3), big-endian.
pub(super) fn read_ecdsa_signature(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut fields = Reader::whole(der, SEQUENCE)?;
    let (r, s) = (fields.integer()?, fields.integer()?);
    fields.0.is_empty().then_some((r, s))
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The inside of the one element that a text consists of.
    fn whole(der: &'a [u8], tag: u8) -> Option<Self> {
        let mut outer = Self(der);
        let inside = outer.take(tag)?;
        outer.0.is_empty().then_some(Self(inside))
    }

    /// The next element's content, if it has the tag; else nothing is read.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (found, rest) = self.0.split_first()?;
        if *found != tag {
            return None;
        }
        let (length, rest) = length(rest)?;
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// The next integer, which must not be negative, big-endian.
    fn integer(&mut self) -> Option<&'a [u8]> {
        let content = self.take(INTEGER)?;
        let first = content.first()?;
        (*first < 0x80).then_some(content)
    }
}

/// A definite length (X.690, 8.1.3), in its shortest form, and what follows it.
fn length(der: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = der.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    // More than two bytes of length: longer than any key that is read.
    let count @ 1..=2 = usize::from(first & 0x7f) else { return None };
    let (bytes, rest) = rest.split_at_checked(count)?;
    let length = bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let shortest = length >= 0x80 && (count == 1 || length > 0xff);
    shortest.then_some((length, rest))
}

/// The bytes of a bit string that has no unused bits.
fn whole_bytes(bit_string: &[u8]) -> Option<&[u8]> {
    match bit_string.split_first()? {
        (0, bytes) => Some(bytes),
        _ => None,
    }
}

/// A private key as PKCS#8 (RFC 5958), for export.
pub(super) fn write_pkcs8(key: &SigningKey) -> Zeroizing<Vec<u8>> {
    let (algorithm, private_key) = match key {
        SigningKey::Rs256(key) => {
            let parts = key.numbers();
            let exponent = key.verifying_key().e();
            let mut fields = vec![element(INTEGER, &[&[0]])];
            let numbers: [&[u8]; 8] = [
                &parts.n, &exponent, &parts.d, &parts.p, &parts.q, &parts.dp, &parts.dq, &parts.qi,
            ];
            fields.extend(numbers.map(integer));
            let algorithm = [element(OBJECT_IDENTIFIER, &[RSA_ENCRYPTION]), element(NULL, &[])];
            (sequence(&algorithm), sequence(&fields))
        }
        SigningKey::Es256(key) => {
            let public = element(BIT_STRING, &[&[0], &key.verifying_key().to_sec1()]);
            let fields = [
                element(INTEGER, &[&[1]]),
                element(OCTET_STRING, &[key.scalar().as_slice()]),
                element(EXPLICIT_1, &[&public]),
            ];
            let algorithm = [
                element(OBJECT_IDENTIFIER, &[EC_PUBLIC_KEY]),
                element(OBJECT_IDENTIFIER, &[P_256]),
            ];
            (sequence(&algorithm), sequence(&fields))
        }
        SigningKey::EdDsa(key) => {
            let seed = element(OCTET_STRING, &[key.seed()]);
            (sequence(&[element(OBJECT_IDENTIFIER, &[ED25519])]), seed)
        }
    };
    let version = element(INTEGER, &[&[0]]);
    sequence(&[version, algorithm, element(OCTET_STRING, &[&private_key])])
}

fn sequence(elements: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>> {
    element(SEQUENCE, &elements.iter().map(|element| element.as_slice()).collect::<Vec<_>>())
}

/// A number that is not negative: a zero byte before it where its highest bit is set.
fn integer(number: &[u8]) -> Zeroizing<Vec<u8>> {
    let negative = number.first().is_none_or(|first| *first >= 0x80);
    element(INTEGER, &[if negative { &[0] } else { &[] }, number])
}

fn element(tag: u8, content: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let length = content.iter().map(|part| part.len()).sum::<usize>();
    let [.., high, low] = length.to_be_bytes();
    let mut element = Zeroizing::new(Vec::with_capacity(length + 4));
    match length {
        ..0x80 => element.extend([tag, low]),
        0x80..0x100 => element.extend([tag, 0x81, low]),
        _ => element.extend([tag, 0x82, high, low]),
    }
    for part in content {
        element.extend_from_slice(part);
    }
    element
}
