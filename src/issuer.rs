//! An issuer: keys parsed once, tokens made with the first of them, the set of all of them
//! published, and tokens handed out again while more than half of their life is left.

use std::convert::Infallible;
use std::rc::Rc;

use crate::algorithm::Algorithm;
use crate::convex::custom_jwt_set::is_readable;
use crate::convex::discovery::openid_configuration;
use crate::convex::provider::{JwksSource, Kind};
use crate::convex::well_known::{self, Request, Response};
use crate::convex::{DEFAULT_AUDIENCE, IssuerUrl, Provider, Verification, Verified, verify};
use crate::error::{Error, Result};
use crate::json::{Object, Value};
use crate::key::{FoundSet, PrivateKey, PublicKey, PublishedSet, ecdsa_signature_from_der};
use crate::token::compact::{Beginning, Times, join, signing_input};
use crate::token::reuse::KeptTokens;
use crate::token::time::Seconds;
use crate::token::{Claims, ReusableToken};

/// How long a token lives unless told otherwise, in seconds.
pub const DEFAULT_EXPIRES_IN: Seconds = 3600;

/// Convex's client takes no token that lives this long or less, in seconds.
const TOO_SHORT_A_LIFE: Seconds = 2;

/// The most characters of a `kid` that a caller chooses.
const MAX_KEY_ID_CHARACTERS: usize = 256;

/// When a token becomes valid (`nbf`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBefore {
    /// So many seconds after it was signed.
    After(Seconds),
    /// At a time.
    At(Seconds),
}

/// What names the key in a token's header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyId {
    /// The key's RFC 7638 thumbprint.
    #[default]
    Thumbprint,
    /// A name of the caller's, in the published set too.
    Named(String),
    /// Nothing: for a published set whose key has no `kid`.
    Absent,
}

/// What an issuer says in its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerOptions {
    issuer: IssuerUrl,
    audience: String,
    expires_in: Seconds,
    not_before: Option<NotBefore>,
    key_id: KeyId,
}

impl IssuerOptions {
    /// The defaults for an issuer: audience `convex`, a life of an hour, the thumbprint as `kid`.
    ///
    /// # Errors
    /// `ERR_ISSUER_…` when the issuer is no http(s) URL.
    pub fn new(issuer: &str) -> Result<Self> {
        Ok(Self::for_issuer(IssuerUrl::parse(issuer)?))
    }

    /// The defaults for a checked issuer.
    pub fn for_issuer(issuer: IssuerUrl) -> Self {
        Self {
            issuer,
            audience: DEFAULT_AUDIENCE.to_owned(),
            expires_in: DEFAULT_EXPIRES_IN,
            not_before: None,
            key_id: KeyId::Thumbprint,
        }
    }

    /// Another audience.
    ///
    /// # Errors
    /// `ERR_AUDIENCE` when it is empty.
    pub fn audience(mut self, audience: &str) -> Result<Self> {
        if audience.trim().is_empty() {
            return Err(Error::audience("is empty"));
        }
        audience.clone_into(&mut self.audience);
        Ok(self)
    }

    /// Another life, in seconds.
    ///
    /// # Errors
    /// `ERR_DURATION` when Convex's client would not take such a token.
    pub fn expires_in(mut self, seconds: Seconds) -> Result<Self> {
        if seconds <= TOO_SHORT_A_LIFE {
            return Err(Error::life_too_short(seconds));
        }
        self.expires_in = seconds;
        Ok(self)
    }

    /// A time from which tokens are valid.
    pub fn not_before(mut self, not_before: NotBefore) -> Self {
        self.not_before = Some(not_before);
        self
    }

    /// Another name for the key, or none.
    ///
    /// # Errors
    /// `ERR_KEY_ID` for an empty or too long name.
    pub fn key_id(mut self, key_id: KeyId) -> Result<Self> {
        if let KeyId::Named(name) = &key_id
            && (name.is_empty() || name.chars().count() > MAX_KEY_ID_CHARACTERS)
        {
            return Err(Error::key_id_invalid());
        }
        self.key_id = key_id;
        Ok(self)
    }

    /// What tokens signed with a key begin with.
    fn beginning(&self, key: &PublicKey) -> Beginning {
        let kid = match &self.key_id {
            KeyId::Thumbprint => Some(key.kid()),
            KeyId::Named(name) => Some(name.as_str()),
            KeyId::Absent => None,
        };
        Beginning::new(key.algorithm(), kid, self.issuer.as_str(), &self.audience)
    }
}

/// Who makes the signatures.
enum Signer {
    /// Private keys; the first one signs.
    Keys(Rc<Vec<PrivateKey>>),
    /// Somebody else, who has the private key to this public one.
    External(Box<PublicKey>),
}

/// A token that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedToken {
    /// The text to sign, in ASCII.
    pub signing_input: String,
    /// When it was prepared (`iat`).
    pub issued_at: Seconds,
    /// When it expires (`exp`).
    pub expires_at: Seconds,
}

/// An issuer of tokens.
pub struct Issuer {
    signer: Signer,
    options: IssuerOptions,
    beginning: Beginning,
    kept: KeptTokens,
}

impl Issuer {
    /// An issuer with private keys: the first one signs, all of them are published.
    ///
    /// # Errors
    /// `ERR_KEY_MISSING` without a key.
    pub fn new(keys: Vec<PrivateKey>, options: IssuerOptions) -> Result<Self> {
        Self::with_shared_keys(Rc::new(keys), options)
    }

    /// The same with keys that others use too: they are wiped when the last of these is dropped.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_shared_keys(keys: Rc<Vec<PrivateKey>>, options: IssuerOptions) -> Result<Self> {
        let first = keys.first().ok_or_else(Error::key_missing)?;
        let beginning = options.beginning(first.public());
        Ok(Self { signer: Signer::Keys(keys), options, beginning, kept: KeptTokens::default() })
    }

    /// An issuer whose signatures somebody else makes: see [`prepare`](Self::prepare) and
    /// [`finish`](Self::finish).
    pub fn with_external_signer(public: PublicKey, options: IssuerOptions) -> Self {
        let beginning = options.beginning(&public);
        let signer = Signer::External(Box::new(public));
        Self { signer, options, beginning, kept: KeptTokens::default() }
    }

    /// The key that signs.
    fn signing_key(&self) -> Result<&PublicKey> {
        match &self.signer {
            Signer::Keys(keys) => {
                keys.first().map(PrivateKey::public).ok_or_else(|| Error::internal("no key"))
            }
            Signer::External(public) => Ok(public),
        }
    }

    fn public_keys(&self) -> Vec<&PublicKey> {
        match &self.signer {
            Signer::Keys(keys) => keys.iter().map(PrivateKey::public).collect(),
            Signer::External(public) => vec![public],
        }
    }

    /// What tokens are signed with.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn algorithm(&self) -> Result<Algorithm> {
        Ok(self.signing_key()?.algorithm())
    }

    /// A fresh token.
    ///
    /// # Errors
    /// `ERR_SIGNER` for an issuer with an external signer, `ERR_RANDOM` without secure randomness.
    pub fn sign(&self, claims: &Claims, now: Seconds) -> Result<String> {
        let prepared = self.prepare(claims, now)?;
        self.sign_prepared(&prepared)
    }

    fn sign_prepared(&self, prepared: &PreparedToken) -> Result<String> {
        let Signer::Keys(keys) = &self.signer else {
            return Err(Error::signer_invalid("is external, and must be asked for the signature"));
        };
        let key = keys.first().ok_or_else(|| Error::internal("no key"))?;
        let signature = key.sign(prepared.signing_input.as_bytes())?;
        Ok(join(&prepared.signing_input, &signature))
    }

    /// A token for the claims: the one kept for them while half of its life is left, else a fresh
    /// one. A forced refresh is always fresh: Convex's client stops refreshing when it is handed
    /// the same token.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn token(&mut self, claims: &Claims, force_refresh: bool, now: Seconds) -> Result<String> {
        if !force_refresh && let Some(kept) = self.kept.get(claims.as_json(), now) {
            return Ok(kept.token.to_owned());
        }
        let prepared = self.prepare(claims, now)?;
        let token = self.sign_prepared(&prepared)?;
        self.kept.keep(claims, &token, prepared.issued_at, prepared.expires_at);
        Ok(token)
    }

    /// The token kept for the claims of a JSON text, if it may be handed out again. This is the cheap
    /// part of [`token`](Self::token): the text is looked up, not read.
    pub fn kept_token(&mut self, claims: &str, now: Seconds) -> Option<ReusableToken<'_>> {
        self.kept.get(claims, now)
    }

    /// A token without its signature.
    ///
    /// # Errors
    /// `ERR_TIME` when it would expire before it becomes valid, `ERR_RANDOM` without secure
    /// randomness.
    pub fn prepare(&self, claims: &Claims, now: Seconds) -> Result<PreparedToken> {
        let options = &self.options;
        let expires_at = now + options.expires_in;
        let not_before = options.not_before.map(|not_before| match not_before {
            NotBefore::After(seconds) => now + seconds,
            NotBefore::At(time) => time,
        });
        if not_before.is_some_and(|time| time >= expires_at) {
            return Err(Error::times_disagree());
        }
        let times = Times { issued_at: now, expires_at, not_before };
        let signing_input = signing_input(&self.beginning, &times, claims)?;
        Ok(PreparedToken { signing_input, issued_at: now, expires_at })
    }

    /// The token of a prepared one and its signature, once the public key has verified it, at the time
    /// that it is now: a signer may take a while. With `keep_for`, it is kept for those claims.
    ///
    /// # Errors
    /// `ERR_SIGNATURE_REJECTED` when the signature is not this issuer's for this token,
    /// `ERR_SIGNER_LATE` when the token has ended meanwhile.
    pub fn finish(
        &mut self,
        prepared: &PreparedToken,
        signature: &[u8],
        keep_for: Option<&Claims>,
        now: Seconds,
    ) -> Result<String> {
        let token = finish(self.signing_key()?, &prepared.signing_input, signature)?;
        self.released(keep_for, prepared, token, now)
    }

    /// As [`finish`](Self::finish), for a signature in the form of JWS that the caller has verified
    /// with this issuer's public key: it is not verified a second time.
    ///
    /// # Errors
    /// `ERR_SIGNER_LATE`
    pub fn finish_verified(
        &mut self,
        prepared: &PreparedToken,
        signature: &[u8],
        keep_for: Option<&Claims>,
        now: Seconds,
    ) -> Result<String> {
        self.released(keep_for, prepared, join(&prepared.signing_input, signature), now)
    }

    fn released(
        &mut self,
        claims: Option<&Claims>,
        prepared: &PreparedToken,
        token: String,
        now: Seconds,
    ) -> Result<String> {
        let &PreparedToken { issued_at, expires_at, .. } = prepared;
        if expires_at <= now {
            return Err(Error::signer_late(now - expires_at));
        }
        if let Some(claims) = claims {
            // A younger one stays, when signatures come in another order than they were asked for.
            let kept = self.kept.get(claims.as_json(), now);
            if kept.is_none_or(|kept| kept.issued_at() <= issued_at) {
                self.kept.keep(claims, &token, issued_at, expires_at);
            }
        }
        Ok(token)
    }

    /// Verifies one of this issuer's tokens: its keys, its issuer, its audience.
    ///
    /// # Errors
    /// `ERR_TOKEN_…`, which names the first check that fails.
    pub fn verify(&self, token: &str, now: Seconds) -> Result<Verified> {
        verify(
            token,
            &Verification {
                set: &self.found_set(),
                provider: None,
                issuer: Some(self.options.issuer.as_str()),
                audience: Some(&self.options.audience),
                clock_tolerance: None,
                now,
            },
        )
    }

    /// The JWK set of all keys, as it is published. The key that signs is named as tokens name it.
    pub fn jwks(&self) -> Value {
        self.published_set().to_json()
    }

    /// The same as a verifier finds it.
    fn found_set(&self) -> FoundSet {
        let mut set = FoundSet::of(self.public_keys());
        if let KeyId::Named(name) = &self.options.key_id {
            set.name_first(name);
        }
        set
    }

    /// All keys, the one that signs named as tokens name it.
    fn published_set(&self) -> PublishedSet {
        let mut set = PublishedSet::of(self.public_keys());
        if let (KeyId::Named(name), Some(first)) = (&self.options.key_id, set.keys.first_mut()) {
            first.kid = Some(name.clone());
        }
        set
    }

    /// The discovery document.
    pub fn openid_configuration(&self) -> Object {
        openid_configuration(&self.options.issuer)
    }

    /// The entry for `auth.config.ts`, of the kind that takes this issuer's algorithm unless told
    /// otherwise. `embed_jwks` puts the JWK set into a customJwt entry.
    ///
    /// # Errors
    /// `ERR_PROVIDER_ALGORITHM` when providers of the kind do not take the algorithm;
    /// `ERR_PROVIDER_JWKS` when the set that this issuer publishes is none that Convex can read for a
    /// customJwt provider.
    pub fn provider(&self, kind: Option<Kind>, embed_jwks: bool) -> Result<Provider> {
        let algorithm = self.algorithm()?;
        let kind = kind.unwrap_or_else(|| Kind::for_algorithm(algorithm));
        kind.check(algorithm)?;
        let (issuer, audience) = (&self.options.issuer, Some(self.options.audience.as_str()));
        match kind {
            Kind::Oidc => Ok(Provider::oidc(issuer, audience)),
            Kind::CustomJwt => {
                let source = match embed_jwks {
                    true => JwksSource::Embedded(self.jwks()),
                    false if !is_readable(&FoundSet::of(self.public_keys())) => {
                        return Err(Error::provider_set_unreadable());
                    }
                    false => JwksSource::WellKnown,
                };
                Provider::custom_jwt(issuer, audience, algorithm, source)
            }
        }
    }

    /// Answers a request for one of the two well-known documents; nothing for other paths.
    pub fn respond(&self, request: &Request<'_>) -> Option<Response> {
        let jwks = || Ok::<_, Infallible>(self.jwks());
        let Ok(response) = well_known::respond(&self.options.issuer, jwks, request);
        response
    }
}

/// The token of a signed text and its signature, once the public key has verified it. An ES256
/// signature may also be in DER, as key management services give it.
///
/// # Errors
/// `ERR_SIGNATURE_REJECTED` when the signature is not the key's for the text.
pub fn finish(key: &PublicKey, signing_input: &str, signature: &[u8]) -> Result<String> {
    let message = signing_input.as_bytes();
    if key.verifies(message, signature) {
        return Ok(join(signing_input, signature));
    }
    if key.algorithm() == Algorithm::Es256
        && let Some(signature) = ecdsa_signature_from_der(signature)
        && key.verifies(message, &signature)
    {
        return Ok(join(signing_input, &signature));
    }
    Err(Error::signature_rejected())
}
