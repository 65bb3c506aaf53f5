//! JWK (RFC 7517, RFC 7518 section 6, RFC 8037 section 2) and its thumbprint (RFC 7638).

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{MAX_KEYS, PrivateKey, too_large};
use crate::algorithm::rs256::{Components, CrtComponents};
use crate::algorithm::{Algorithm, SigningKey, VerifyingKey, eddsa, es256, rs256};
use crate::base64url;
use crate::error::{Error, Result, quoted_option};
use crate::json::{Fault, Object, Reader, Value};
use crate::text::concat;

/// The members of a JWK that mean something here.
const MEMBERS: [&str; 15] =
    ["kty", "crv", "kid", "alg", "use", "n", "e", "x", "y", "d", "p", "q", "dp", "dq", "qi"];

/// A JWK as it stands in a text, or a set of them. Values are borrowed from that text, so that no copy of a private
/// member is left behind.
#[derive(Default)]
pub(super) struct Jwk<'a> {
    /// By their names, each once.
    texts: Vec<(&'static str, Cow<'a, str>)>,
    key_ops: Option<Vec<Cow<'a, str>>>,
    more_than_two_primes: bool,
    /// The keys of a set.
    keys: Option<Vec<Jwk<'a>>>,
}

impl<'a> Jwk<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Fault> {
        let mut jwk = Self::default();
        reader.object(&mut |reader, name| match &*name {
            "keys" => {
                jwk.keys = if reader.null()? { None } else { Some(read_array(reader)?) };
                Ok(())
            }
            "key_ops" => {
                jwk.key_ops = None;
                if reader.null()? {
                    return Ok(());
                }
                let operations = jwk.key_ops.insert(Vec::new());
                reader.array(&mut |reader| {
                    operations.push(reader.string()?);
                    Ok(())
                })
            }
            "oth" => {
                jwk.more_than_two_primes = true;
                reader.skip()
            }
            _ => match MEMBERS.into_iter().find(|member| *member == name) {
                Some(_) if reader.null()? => Ok(()),
                Some(member) => {
                    let text = reader.string()?;
                    if jwk.text(member).is_some() {
                        return Err(Fault::Type);
                    }
                    jwk.texts.push((member, text));
                    Ok(())
                }
                None => reader.skip(),
            },
        })?;
        Ok(jwk)
    }
}

fn read_array<'a>(reader: &mut Reader<'a>) -> Result<Vec<Jwk<'a>>, Fault> {
    let mut keys = Vec::new();
    reader.array(&mut |reader| {
        keys.push(Jwk::read(reader)?);
        Ok(())
    })?;
    Ok(keys)
}

/// The JWKs of a text: one, a set, or an array of them.
pub(super) fn parse(text: &str) -> Result<Vec<Jwk<'_>>> {
    let mut reader = Reader::new(text);
    let keys = if text.trim_start().starts_with('[') {
        read_array(&mut reader)
    } else {
        Jwk::read(&mut reader).map(|mut jwk| match jwk.keys.take() {
            Some(keys) => keys,
            None => vec![jwk],
        })
    };
    let keys = keys.and_then(|keys| reader.end().map(|()| keys));
    keys.map_err(|fault| {
        Error::key_damaged(match fault {
            Fault::Type => "its JSON is not that of a JWK or a JWK set",
            Fault::Syntax => "its JSON is not well-formed",
        })
    })
}

/// The private keys of a text. A set's public keys beside private ones are passed over.
pub(super) fn read_private_keys(text: &str, keys: &mut Vec<PrivateKey>) -> Result<()> {
    let jwks = parse(text)?;
    if jwks.is_empty() {
        return Err(Error::key_set_empty());
    }
    // Before any of them is computed with.
    if jwks.len() > MAX_KEYS {
        return Err(too_large());
    }
    let found = keys.len();
    for jwk in &jwks {
        if jwk.is_private() {
            keys.push(jwk.read_private()?);
        }
    }
    match jwks.first() {
        Some(first) if keys.len() == found => Err(first.refusal()),
        _ => Ok(()),
    }
}

impl Jwk<'_> {
    /// The text of a member.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(member, _)| *member == name).map(|(_, text)| &**text)
    }

    /// The bytes of a member in base64url, which must not be empty.
    fn public(&self, name: &'static str) -> Result<Vec<u8>> {
        let bytes = self.text(name).and_then(base64url::decode);
        bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| Error::key_member(name))
    }

    /// The same for a private member.
    fn secret(&self, name: &'static str) -> Result<Zeroizing<Vec<u8>>> {
        self.public(name).map(Zeroizing::new)
    }

    fn is_private(&self) -> bool {
        self.text("d").is_some()
    }

    /// Why a JWK without a private part is none that could sign.
    fn refusal(&self) -> Error {
        match self.text("kty") {
            Some("oct") => Error::symmetric_key(),
            Some("RSA" | "EC" | "OKP") => Error::key_public(),
            _ if self.texts.is_empty() => Error::key_host_object(),
            _ => Error::key_member("kty"),
        }
    }

    fn read_private(&self) -> Result<PrivateKey> {
        self.check_purpose()?;
        let signing = match self.text("kty") {
            Some("RSA") => SigningKey::Rs256(self.read_rsa_private()?),
            Some("EC") => {
                self.check_curve("P-256")?;
                SigningKey::Es256(es256::SigningKey::from_scalar(&self.secret("d")?)?)
            }
            Some("OKP") => {
                self.check_curve("Ed25519")?;
                SigningKey::EdDsa(eddsa::SigningKey::from_seed(&self.secret("d")?)?)
            }
            Some("oct") => return Err(Error::symmetric_key()),
            _ => return Err(Error::key_member("kty")),
        };
        self.check_algorithm(signing.algorithm())?;
        if self.read_public()? != signing.verifying_key() {
            return Err(Error::key_inconsistent());
        }
        Ok(PrivateKey::new(signing))
    }

    fn read_rsa_private(&self) -> Result<rs256::SigningKey> {
        if self.more_than_two_primes {
            return Err(Error::key_unsupported("an RSA key with more than two primes"));
        }
        let (n, e) = (self.public("n")?, self.public("e")?);
        let d = self.secret("d")?;
        if ["p", "q", "dp", "dq", "qi"].iter().all(|name| self.text(name).is_none()) {
            // RFC 7518, section 6.3.2: a key may leave out all of them.
            return rs256::SigningKey::from_components(&Components {
                n: &n,
                e: &e,
                d: &d,
                primes: None,
            });
        }
        let (p, q) = (self.secret("p")?, self.secret("q")?);
        let (dp, dq) = (self.secret("dp")?, self.secret("dq")?);
        let qi = self.secret("qi")?;
        rs256::SigningKey::from_components(&Components {
            n: &n,
            e: &e,
            d: &d,
            primes: Some(CrtComponents { p: &p, q: &q, dp: &dp, dq: &dq, qi: &qi }),
        })
    }

    /// The public half, which private JWKs have in them too.
    pub(super) fn read_public(&self) -> Result<VerifyingKey> {
        match self.text("kty") {
            Some("RSA") => {
                let (n, e) = (self.public("n")?, self.public("e")?);
                rs256::VerifyingKey::from_components(&n, &e).map(VerifyingKey::Rs256)
            }
            Some("EC") => {
                self.check_curve("P-256")?;
                let (x, y) = (self.public("x")?, self.public("y")?);
                es256::VerifyingKey::from_coordinates(&x, &y)
                    .map(VerifyingKey::Es256)
                    .ok_or_else(|| Error::key_member("x"))
            }
            Some("OKP") => {
                self.check_curve("Ed25519")?;
                eddsa::VerifyingKey::from_bytes(&self.public("x")?)
                    .map(VerifyingKey::EdDsa)
                    .ok_or_else(|| Error::key_member("x"))
            }
            Some("oct") => Err(Error::symmetric_key()),
            _ => Err(Error::key_member("kty")),
        }
    }

    fn check_curve(&self, expected: &'static str) -> Result<()> {
        match self.text("crv") {
            Some(curve) if curve == expected => Ok(()),
            Some(curve) => Err(Error::key_unsupported(&concat(&[
                "a key on the curve ",
                &quoted_option(curve),
            ]))),
            None => Err(Error::key_member("crv")),
        }
    }

    /// Refuses a key that is for encryption, or whose operations leave out signing.
    fn check_purpose(&self) -> Result<()> {
        if let Some(usage) = self.text("use").filter(|usage| *usage != "sig") {
            return Err(Error::key_purpose(&concat(&["`use` is ", &quoted_option(usage)])));
        }
        match &self.key_ops {
            Some(operations) if !operations.iter().any(|operation| operation == "sign") => {
                Err(Error::key_purpose("`key_ops` has no \"sign\""))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a key whose `alg` is another algorithm than its type signs with here.
    fn check_algorithm(&self, own: Algorithm) -> Result<()> {
        match self.text("alg") {
            Some(alg) if Algorithm::from_name(alg).ok() != Some(own) => {
                Err(Error::key_purpose(&concat(&["`alg` is ", &quoted_option(alg)])))
            }
            _ => Ok(()),
        }
    }
}

/// A public key, named by its thumbprint.
#[derive(Clone)]
pub struct PublicKey {
    verifying: VerifyingKey,
    kid: String,
}

impl PublicKey {
    pub(crate) fn new(verifying: VerifyingKey) -> Self {
        let kid = thumbprint(&verifying);
        Self { verifying, kid }
    }

    /// The key of one public JWK in a text; a private JWK's public half.
    ///
    /// # Errors
    /// `ERR_KEY_…` when it is not one of an algorithm that Convex takes.
    pub fn from_jwk(text: &str) -> Result<Self> {
        match parse(text)?.as_slice() {
            [jwk] => {
                let verifying = jwk.read_public()?;
                jwk.check_algorithm(verifying.algorithm())?;
                Ok(Self::new(verifying))
            }
            _ => Err(Error::key_unreadable()),
        }
    }

    /// The algorithm of the key's type.
    pub fn algorithm(&self) -> Algorithm {
        self.verifying.algorithm()
    }

    /// The RFC 7638 thumbprint, with SHA-256, in base64url.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether the signature is this key's for the message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verifies(message, signature)
    }

    pub(super) fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The key as it is published: `kty`, its members, `kid`, `alg`, `use`.
    pub fn jwk(&self) -> Object {
        let mut jwk = members(&self.verifying);
        jwk.insert("kid".to_owned(), self.kid.as_str().into());
        jwk.insert("alg".to_owned(), self.algorithm().name().into());
        jwk.insert("use".to_owned(), "sig".into());
        jwk
    }
}

/// A key's type and its public members.
fn members(key: &VerifyingKey) -> Object {
    let encoded = |bytes: &[u8]| Value::String(base64url::encode(bytes));
    match key {
        VerifyingKey::Rs256(key) => {
            [("kty", "RSA".into()), ("n", encoded(&key.n())), ("e", encoded(&key.e()))].into()
        }
        VerifyingKey::Es256(key) => {
            let [x, y] = key.coordinates().map(|coordinate| encoded(coordinate));
            [("kty", "EC".into()), ("crv", "P-256".into()), ("x", x), ("y", y)].into()
        }
        VerifyingKey::EdDsa(key) => {
            let x = encoded(key.as_bytes());
            [("kty", "OKP".into()), ("crv", "Ed25519".into()), ("x", x)].into()
        }
    }
}

/// RFC 7638, section 3: the SHA-256 of the required members as JSON, names sorted, no white space.
/// No member's value needs escaping: all are base64url or names from the registry.
fn thumbprint(key: &VerifyingKey) -> String {
    base64url::encode(Sha256::digest(members(key).to_json()))
}
