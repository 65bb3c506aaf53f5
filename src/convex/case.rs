//! A token with all that it is judged by. The checks of `check/` ask it their questions.

use std::cmp::Ordering;

use super::custom_jwt_set::{get, is_twice};
use super::document::Document;
use super::provider::{Kind, Provider, same_issuer};
use crate::algorithm::Algorithm;
use crate::error::{Error, Result, quoted};
use crate::json::{Object, Value};
use crate::key::{FoundKey, FoundSet};
use crate::token::compact::Parts;
use crate::token::time::{NumericDate, Seconds};

/// Why a check does not pass.
pub(super) enum Stop {
    /// It fails.
    Refused(Error),
    /// It cannot be judged, because something before it failed or was not given. No token that has
    /// such a check is accepted.
    NotReached,
    /// It looks at a document that is not there to be looked at, and that Convex fetches by itself.
    NotGiven,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

pub(super) type Judged<T = ()> = std::result::Result<T, Stop>;

pub(super) struct Case<'a> {
    pub(super) parts: Parts<'a>,
    /// The entries of `auth.config.ts`, in the order in which Convex tries them; nothing when one is
    /// assumed.
    pub(super) providers: Option<Vec<&'a Provider>>,
    /// What is wrong with an entry that could not be read.
    pub(super) unreadable_provider: Option<Error>,
    /// The provider that the token is for, or else the nearest.
    pub(super) provider: Option<&'a Provider>,
    pub(super) kind: Kind,
    pub(super) issuer: Option<&'a str>,
    pub(super) audience: Option<&'a str>,
    pub(super) discovery: Option<&'a Document>,
    /// How the set was fetched.
    pub(super) set_answer: Option<&'a Document>,
    pub(super) set: Option<Result<&'a FoundSet>>,
    /// Whether the set stands as Convex finds it, and is not just given by its keys.
    pub(super) found: bool,
    pub(super) clock_tolerance: Option<Seconds>,
    pub(super) now: Seconds,
}

impl<'a> Case<'a> {
    /// A case with its provider chosen, and no keys yet.
    pub(super) fn new(token: &'a str, providers: Option<Vec<&'a Provider>>, now: Seconds) -> Self {
        let providers = providers.map(deployed);
        let mut case = Self {
            parts: Parts::of(token),
            provider: None,
            kind: Kind::Oidc,
            unreadable_provider: None,
            issuer: None,
            audience: None,
            discovery: None,
            set_answer: None,
            set: None,
            found: false,
            clock_tolerance: None,
            providers,
            now,
        };
        case.provider = case.choose();
        case.kind = match case.provider {
            Some(provider) => provider.kind(),
            None => case.algorithm().map_or(Kind::Oidc, Kind::for_algorithm),
        };
        case
    }

    /// The first provider of the token's issuer and one of its audiences; without one the nearest,
    /// whose differences can be told.
    fn choose(&self) -> Option<&'a Provider> {
        let providers = self.providers.as_ref()?;
        let issuer = self.claim("iss").and_then(Value::as_str).unwrap_or_default();
        let audiences = self.audiences();
        let of_issuer = |provider: &&&Provider| provider.matches_issuer(issuer);
        let of_audience = |provider: &&&Provider| {
            provider.application_id().is_none_or(|id| audiences.contains(&id))
        };
        let all = || providers.iter();
        let chosen = all()
            .find(|provider| of_issuer(provider) && of_audience(provider))
            .or_else(|| all().find(of_issuer))
            .or_else(|| all().find(of_audience));
        chosen.or_else(|| all().next()).copied()
    }

    // ---- The token --------------------------------------------------------------------------

    pub(super) fn header(&self) -> Judged<&Object> {
        self.parts.header.as_ref().map_err(|_| Stop::NotReached)
    }

    pub(super) fn claims(&self) -> Judged<&Object> {
        self.parts.claims.as_ref().map_err(|_| Stop::NotReached)
    }

    /// A parameter of the header that is there and not null.
    pub(super) fn parameter(&self, name: &str) -> Option<&Value> {
        self.parts.header.as_ref().ok()?.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn kid(&self) -> Option<&str> {
        self.parameter("kid").and_then(Value::as_str)
    }

    /// A claim that is there and not null.
    pub(super) fn claim(&self, name: &str) -> Option<&Value> {
        self.parts.claims.as_ref().ok()?.get(name).filter(|value| !value.is_null())
    }

    /// The text of a claim that must be there.
    pub(super) fn required_text(&self, name: &'static str) -> Judged<&str> {
        self.claims()?;
        let claim = self.claim(name).ok_or_else(|| Error::token_claim_missing(name))?;
        claim.as_str().ok_or(Stop::NotReached)
    }

    /// The time of a claim, if it is there.
    pub(super) fn time(&self, name: &str) -> Judged<Option<NumericDate>> {
        self.claims()?;
        match self.claim(name) {
            None => Ok(None),
            Some(value) => NumericDate::of(value).map(Some).ok_or(Stop::NotReached),
        }
    }

    /// The time of a claim that must be there.
    pub(super) fn required_time(&self, name: &'static str) -> Judged<NumericDate> {
        self.time(name)?.ok_or_else(|| Error::token_claim_missing(name).into())
    }

    pub(super) fn audiences(&self) -> Vec<&str> {
        match self.claim("aud") {
            Some(Value::Array(audiences)) => audiences.iter().filter_map(Value::as_str).collect(),
            Some(audience) => audience.as_str().into_iter().collect(),
            None => vec![],
        }
    }

    /// The token's algorithm, by its name in tokens alone: Convex knows no `Ed25519`.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        let found = self.parameter("alg")?.as_str()?;
        Algorithm::ALL.into_iter().find(|one| one.name() == found)
    }

    /// The refusal of the token's algorithm.
    pub(super) fn refused_algorithm(&self) -> Error {
        let found = self.parameter("alg").and_then(Value::as_str);
        Error::token_algorithm(&found.map_or("no algorithm".to_owned(), quoted))
    }

    // ---- The keys ---------------------------------------------------------------------------

    pub(super) fn set(&self) -> Judged<&'a FoundSet> {
        match self.set {
            Some(Ok(set)) => Ok(set),
            _ => Err(Stop::NotReached),
        }
    }

    /// The key that Convex checks the signature with.
    pub(super) fn key(&self) -> Judged<&'a FoundKey> {
        self.header()?;
        let set = self.set()?;
        if set.keys.is_empty() {
            return Err(Error::key_set_empty().into());
        }
        match self.kind {
            Kind::Oidc => self.oidc_key(set),
            Kind::CustomJwt => {
                let Some(kid) = self.kid() else { return Err(Stop::NotReached) };
                // The first of that name, whatever it is (`JWKSet::find`).
                let key = set.keys.iter().find(|key| key.text("kid") == Some(kid));
                Ok(key.ok_or_else(|| not_found(Some(kid), set.keys.iter()))?)
            }
        }
    }

    /// The one key that fits (`JsonWebKeySet::filter_keys`): of the algorithm's type, for signatures,
    /// of no other `alg`; with the token's `kid`, if it has one.
    fn oidc_key(&self, set: &'a FoundSet) -> Judged<&'a FoundKey> {
        let Some(algorithm) = self.algorithm() else { return Err(Stop::NotReached) };
        let kid = self.kid();
        let of_type = |key: &&FoundKey| {
            is_oidc_key(key)
                && key.algorithm() == Some(algorithm)
                && key.text("use").is_none_or(|usage| usage == "sig")
        };
        let alg_agrees =
            |key: &&FoundKey| key.text("alg").is_none_or(|alg| alg == algorithm.name());
        let named = |key: &&FoundKey| kid.is_none() || key.text("kid") == kid;
        let fitting: Vec<_> =
            set.keys.iter().filter(of_type).filter(alg_agrees).filter(named).collect();
        match fitting.as_slice() {
            [key] => Ok(key),
            [] => Err(not_found(kid, set.keys.iter().filter(of_type)).into()),
            several => Err(Error::token_key_ambiguous(several.len()).into()),
        }
    }

    // ---- The providers ----------------------------------------------------------------------

    /// The issuers that the token may have, each of which it must match.
    pub(super) fn expected_issuers(&self) -> impl Iterator<Item = &'a str> {
        self.provider.map(Provider::issuer).into_iter().chain(self.issuer)
    }

    /// The audiences that the token must have.
    pub(super) fn expected_audiences(&self) -> impl Iterator<Item = &'a str> {
        self.provider.and_then(Provider::application_id).into_iter().chain(self.audience)
    }

    /// An issuer that is expected and is not the token's.
    pub(super) fn other_issuer(&self, found: &str) -> Option<&'a str> {
        self.expected_issuers().find(|expected| !same_issuer(expected, found))
    }
}

/// Whether Convex's OIDC verifier can hold a key (`CoreJsonWebKey`); it passes over what it cannot. The
/// members of the key itself may be damaged.
fn is_oidc_key(key: &FoundKey) -> bool {
    let text = |name: &str| {
        get(&key.members, name).is_none_or(|value| value.is_null() || value.is_string())
    };
    let known = ["kty", "use", "kid", "alg", "n", "e", "crv", "x", "y", "d", "k"];
    text("use")
        && text("kid")
        && text("alg")
        && !known.iter().any(|name| is_twice(&key.members, name))
}

fn not_found<'k>(kid: Option<&str>, published: impl Iterator<Item = &'k FoundKey>) -> Error {
    let published: Vec<_> = published.map(|key| key.text("kid").map(str::to_owned)).collect();
    Error::token_key_not_found(kid, &published)
}

/// Providers in the order in which a fresh deployment tries them, which is not that of
/// `auth.config.ts`: OIDC first, then by application ID, issuer, set and algorithm
/// (`AuthInfoModel::put`).
fn deployed(given: Vec<&Provider>) -> Vec<&Provider> {
    let mut providers: Vec<&Provider> = Vec::with_capacity(given.len());
    // They are few: the library's sort would be more code than all of this file.
    for provider in given {
        if providers.contains(&provider) {
            continue;
        }
        let comes_later = |other: &&Provider| other.deploy_order(provider) == Ordering::Greater;
        let place = providers.iter().position(comes_later).unwrap_or(providers.len());
        providers.insert(place, provider);
    }
    providers
}
