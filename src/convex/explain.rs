//! Explaining a token: every check that Convex makes of it, with what was found, what is expected,
//! how to mend it and what Convex itself says.

use super::case::{Case, Stop};
use super::check::checks;
use super::data_uri;
use super::document::Document;
use super::provider::Provider;
use crate::error::{Error, Result};
use crate::key::FoundSet;
use crate::text::concat;
use crate::token::time::Seconds;

/// The page that explains each code and each check, to which links are relative.
pub const ERRORS_PAGE: &str = "docs/errors.md";

/// What a token is explained by. What is not given is not judged.
#[derive(Default)]
pub struct Circumstances<'a> {
    /// The entries of `auth.config.ts`, each as it could be read; without them, one of the kind that
    /// takes the token's algorithm is assumed.
    pub providers: Option<&'a [Result<Provider>]>,
    /// The discovery document of the token's issuer.
    pub discovery: Option<&'a Document>,
    /// The published keys. A customJwt provider that embeds its own needs none.
    pub jwks: Option<&'a Document>,
    /// Instead of the published keys: the public half of private ones.
    pub keys: Option<&'a FoundSet>,
    /// The issuer that the token must have.
    pub issuer: Option<&'a str>,
    /// The audience that the token must have.
    pub audience: Option<&'a str>,
    /// How far clocks may differ; by default as the provider's kind has it.
    pub clock_tolerance: Option<Seconds>,
    /// The time of checking.
    pub now: Seconds,
}

/// Whether Convex accepts a token, check by check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whether each check passes, but for those of documents that were not given and that Convex
    /// fetches by itself.
    pub accepted: bool,
    /// The checks, in Convex's order.
    pub checks: Vec<Explained>,
}

/// One check, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The check's stable name.
    pub name: &'static str,
    /// Whether it passes; nothing when it could not be judged.
    pub ok: Option<bool>,
    /// What the token, the set or the document has.
    pub found: String,
    /// What Convex wants.
    pub expected: String,
    /// Why it fails.
    pub failure: Option<Failure>,
    /// Where the documentation tells of it.
    pub docs: String,
}

/// Why a check fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What verifying would say; its hint tells how to mend it.
    pub error: Error,
    /// What Convex says, if it says something.
    pub convex_message: Option<String>,
}

/// Explains a token, whatever text it is.
pub fn explain(token: &str, given: &Circumstances<'_>) -> Explanation {
    let readable = given.providers.map(|all| all.iter().flatten().collect());
    let mut case = Case::new(token, readable, given.now);
    case.unreadable_provider =
        given.providers.unwrap_or_default().iter().find_map(|one| one.clone().err());
    case.issuer = given.issuer;
    case.audience = given.audience;
    case.clock_tolerance = given.clock_tolerance;
    case.discovery = given.discovery;
    case.set_answer = given.jwks.filter(|jwks| jwks.url.is_some() || jwks.status.is_some());
    case.found = case.set_answer.is_some() || given.jwks.is_none();
    let set = read_set(given.jwks, case.provider);
    case.set = match &set {
        Some(Ok(set)) => Some(Ok(set)),
        Some(Err(error)) => Some(Err(error.clone())),
        None => given.keys.map(Ok),
    };
    let mut accepted = true;
    let checks = checks(case.kind).map(|check| {
        let (ok, error) = match (check.judge)(&case) {
            Ok(()) => (Some(true), None),
            Err(Stop::Refused(error)) => (Some(false), Some(error)),
            Err(Stop::NotGiven) => (None, None),
            Err(Stop::NotReached) => {
                accepted = false;
                (None, None)
            }
        };
        accepted &= error.is_none();
        let anchor = error.as_ref().map_or(check.name, Error::code);
        let prefix = if error.is_none() { "check-" } else { "" };
        Explained {
            name: check.name,
            ok,
            found: (check.found)(&case),
            expected: (check.expected)(&case),
            docs: concat(&[ERRORS_PAGE, "#", prefix, &anchor.to_ascii_lowercase()]),
            failure: error
                .map(|error| Failure { convex_message: (check.message)(&case, &error), error }),
        }
    });
    let checks = checks.collect();
    Explanation { accepted, checks }
}

/// The set that was given or fetched, or else the one that the provider embeds.
fn read_set(given: Option<&Document>, provider: Option<&Provider>) -> Option<Result<FoundSet>> {
    if let Some(document) = given {
        return Some(FoundSet::read(document.body.as_deref().unwrap_or_default()));
    }
    match provider {
        Some(Provider::CustomJwt { jwks, .. }) if data_uri::is_data_uri(jwks) => {
            let why = "has a `jwks` that is a damaged data: URI";
            let text = data_uri::decode(jwks).ok_or_else(|| Error::provider_invalid(why));
            Some(text.and_then(|text| FoundSet::read(&text)))
        }
        _ => None,
    }
}
