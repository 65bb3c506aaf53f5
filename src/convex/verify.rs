//! Verifying a token by Convex's rules (`validate_id_token` in its backend, and the verifiers that
//! it builds on), in Convex's order, so that the first check to fail is the one Convex fails at.

use serde_json::{Map, Value};

use super::custom_jwt_set::is_readable;
use super::identity::identity;
use super::provider::{Kind, Provider, same_issuer};
use crate::algorithm::Algorithm;
use crate::error::{Error, Result, quote};
use crate::key::{PublishedKey, PublishedSet};
use crate::token::compact::{Parts, parse};
use crate::token::number::beyond_doubles;
use crate::token::standard_claims;
use crate::token::time::{NumericDate, Seconds};

/// How far clocks may differ, in seconds: that of Convex's customJwt verifier. Its OIDC verifier
/// tolerates nothing.
pub const DEFAULT_CLOCK_TOLERANCE: Seconds = 5;

/// What a token is checked against.
pub struct Verification<'a> {
    /// The published keys.
    pub set: &'a PublishedSet,
    /// The provider; without one, that of the kind that takes the token's algorithm is assumed.
    pub provider: Option<&'a Provider>,
    /// The issuer that the token must have, if one is given.
    pub issuer: Option<&'a str>,
    /// The audience that the token must have, if one is given.
    pub audience: Option<&'a str>,
    /// How far clocks may differ; by default as the provider's kind has it.
    pub clock_tolerance: Option<Seconds>,
    /// The time of checking.
    pub now: Seconds,
}

/// A token that has passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The JOSE header.
    pub header: Map<String, Value>,
    /// The payload.
    pub claims: Map<String, Value>,
    /// The identity that a function sees.
    pub identity: Map<String, Value>,
}

/// Verifies a token.
///
/// # Errors
/// `ERR_TOKEN_…`, which names the first check that fails.
pub fn verify(token: &str, verification: &Verification<'_>) -> Result<Verified> {
    let parts = parse(token)?;
    let token = Token { parts: &parts };
    token.check_registered()?;
    let (issuer, audiences) = (token.issuer()?, token.audiences());
    check_issuer(issuer, verification)?;
    check_audience(&audiences, verification)?;
    let algorithm = token.algorithm()?;
    let kind = match verification.provider {
        Some(provider) => provider.kind(),
        None => Kind::for_algorithm(algorithm),
    };
    match kind {
        Kind::Oidc => token.check_oidc(algorithm, issuer, &audiences, verification)?,
        Kind::CustomJwt => token.check_custom_jwt(algorithm, verification)?,
    }
    let identity = identity(kind, token.claims());
    let decoded = parts.decoded;
    Ok(Verified { header: decoded.header, claims: decoded.claims, identity })
}

/// The issuer must be the provider's, which is how Convex finds the provider, and the one given.
fn check_issuer(found: &str, verification: &Verification<'_>) -> Result<()> {
    let expected = [verification.provider.map(Provider::issuer), verification.issuer];
    for expected in expected.into_iter().flatten() {
        if !same_issuer(expected, found) {
            return Err(Error::TokenIssuer { found: quote(found), expected: quote(expected) });
        }
    }
    Ok(())
}

/// One of the audiences must be the provider's, and the one given.
fn check_audience(found: &[&str], verification: &Verification<'_>) -> Result<()> {
    let provider = verification.provider.and_then(Provider::application_id);
    for expected in [provider, verification.audience].into_iter().flatten() {
        if !found.contains(&expected) {
            let shown: Vec<_> = found.iter().map(|one| format!("\"{}\"", quote(one))).collect();
            let found = if shown.is_empty() { "absent".to_owned() } else { shown.join(", ") };
            return Err(Error::TokenAudience { found, expected: quote(expected) });
        }
    }
    Ok(())
}

struct Token<'a> {
    parts: &'a Parts<'a>,
}

impl<'a> Token<'a> {
    fn header(&self) -> &'a Map<String, Value> {
        &self.parts.decoded.header
    }

    fn claims(&self) -> &'a Map<String, Value> {
        &self.parts.decoded.claims
    }

    fn header_text(&self, name: &str) -> Option<&'a str> {
        self.header().get(name).and_then(Value::as_str)
    }

    /// The types of registered claims, on which Convex stops before it chooses a provider. `null`
    /// counts as absent.
    fn check_registered(&self) -> Result<()> {
        let is_time =
            |value: &Value| NumericDate::of(value).is_some_and(|time| !time.is_negative());
        for (name, value) in self.claims().iter().filter(|(_, value)| !value.is_null()) {
            let (fits, name, expected) = match name.as_str() {
                "iss" => (value.is_string(), "iss", "a string"),
                "sub" => (value.is_string(), "sub", "a string"),
                "jti" => (value.is_string(), "jti", "a string"),
                "aud" => {
                    (value.is_string() || is_texts(value), "aud", "a string or an array of strings")
                }
                "exp" => (is_time(value), "exp", A_TIME),
                "nbf" => (is_time(value), "nbf", A_TIME),
                "iat" => (is_time(value), "iat", A_TIME),
                _ => continue,
            };
            if !fits {
                return Err(claim_type(name, expected));
            }
        }
        if self.claims().values().any(|value| beyond_doubles(value).is_some()) {
            return Err(Error::TokenMalformed {
                part: "its payload has a number beyond all doubles",
            });
        }
        Ok(())
    }

    /// A claim that is there and not null.
    fn claim(&self, name: &str) -> Option<&'a Value> {
        self.claims().get(name).filter(|value| !value.is_null())
    }

    fn issuer(&self) -> Result<&'a str> {
        self.claim("iss").and_then(Value::as_str).ok_or(Error::TokenClaimMissing { name: "iss" })
    }

    fn audiences(&self) -> Vec<&'a str> {
        match self.claim("aud") {
            Some(Value::Array(audiences)) => audiences.iter().filter_map(Value::as_str).collect(),
            Some(audience) => audience.as_str().into_iter().collect(),
            None => vec![],
        }
    }

    fn algorithm(&self) -> Result<Algorithm> {
        let found = self.header_text("alg");
        // By its name in tokens alone: Convex knows no `Ed25519`.
        let named = |name: &str| Algorithm::ALL.into_iter().find(|one| one.name() == name);
        found.and_then(named).ok_or_else(|| {
            let found =
                found.map_or("no algorithm".to_owned(), |name| format!("\"{}\"", quote(name)));
            Error::TokenAlgorithm { found }
        })
    }

    /// The time of a claim that must be there.
    fn required_time(&self, name: &'static str) -> Result<NumericDate> {
        self.time(name).ok_or(Error::TokenClaimMissing { name })
    }

    /// The time of a claim, whose type has been checked.
    fn time(&self, name: &'static str) -> Option<NumericDate> {
        self.claim(name).and_then(NumericDate::of)
    }

    fn check_subject(&self) -> Result<()> {
        self.claim("sub").map(|_| ()).ok_or(Error::TokenClaimMissing { name: "sub" })
    }

    fn check_signature(&self, key: &PublishedKey) -> Result<()> {
        let parts = self.parts;
        if key.verifying.verifies(parts.signing_input.as_bytes(), &parts.signature) {
            Ok(())
        } else {
            Err(Error::TokenSignature)
        }
    }

    /// The checks of `IdTokenVerifier::claims`.
    fn check_oidc(
        &self,
        algorithm: Algorithm,
        issuer: &str,
        audiences: &[&str],
        verification: &Verification<'_>,
    ) -> Result<()> {
        // Discovery begins at the token's own issuer, which must be a URL for it.
        if verification.provider.is_some() && !issuer.contains("://") {
            let (found, expected) = (quote(issuer), quote(&format!("https://{issuer}")));
            return Err(Error::TokenIssuer { found, expected });
        }
        self.check_subject()?;
        let expires = self.required_time("exp")?;
        self.required_time("iat")?;
        for (name, value) in self.claims() {
            standard_claims::check(name, value)
                .map_err(|(name, expected)| claim_type(name, expected))?;
        }
        if let Some(name) = standard_claims::duplicate(self.claims()) {
            return Err(Error::ClaimDuplicate { name: quote(name) });
        }
        self.check_header_members()?;
        if audiences.windows(2).any(|pair| pair.first() != pair.last()) {
            return Err(Error::TokenAudiences);
        }
        if !Kind::Oidc.takes(algorithm) {
            return Err(Error::TokenAlgorithm { found: format!("\"{}\"", algorithm.name()) });
        }
        self.check_signature(self.oidc_key(algorithm, verification.set)?)?;
        let tolerance = verification.clock_tolerance.unwrap_or(match verification.provider {
            Some(_) => 0,
            None => DEFAULT_CLOCK_TOLERANCE,
        });
        // `exp` itself is too late already.
        if NumericDate::from_seconds(verification.now - tolerance) >= expires {
            let seconds = NumericDate::from_seconds(verification.now).seconds_since(expires);
            return Err(Error::TokenExpired { seconds });
        }
        if verification.provider.is_none() {
            self.check_begun("nbf", verification.now, tolerance)?;
        }
        Ok(())
    }

    /// The types of header parameters (RFC 7515, section 4.1), as the customJwt verifier parses them.
    fn check_header_types(&self) -> Result<()> {
        for (name, value) in self.header() {
            let fits = match name.as_str() {
                "typ" | "cty" | "jku" | "kid" | "x5u" | "x5t" => value.is_string(),
                "x5c" | "crit" => is_texts(value),
                "jwk" => value.is_object(),
                _ => true,
            };
            if !fits && !value.is_null() {
                return Err(Error::TokenMalformed {
                    part: "a parameter of its header is of another type",
                });
            }
        }
        Ok(())
    }

    /// `typ` says JWT or nothing, `cty` and `crit` are not there (`validate_jose_header`).
    fn check_header_members(&self) -> Result<()> {
        if self.header().get("kid").is_some_and(|kid| !kid.is_string() && !kid.is_null()) {
            return Err(Error::TokenMalformed { part: "its `kid` is not a string" });
        }
        if let Some(found) = self.header().get("typ").filter(|typ| !typ.is_null()) {
            let jwt = found.as_str().is_some_and(|typ| {
                let typ = typ.to_ascii_lowercase();
                matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "jose")
            });
            if !jwt {
                return Err(Error::TokenType { found: quote(&found.to_string()) });
            }
        }
        if let Some(found) = self.header().get("cty").filter(|cty| !cty.is_null()) {
            return Err(Error::TokenType { found: quote(&found.to_string()) });
        }
        match self.header().get("crit") {
            Some(crit) if !crit.is_null() => Err(Error::TokenCritical { name: "crit" }),
            _ => Ok(()),
        }
    }

    /// The one key that fits (`JsonWebKeySet::filter_keys`): of the algorithm's type, for signatures,
    /// of no other `alg`; with the token's `kid`, if it has one.
    fn oidc_key<'k>(
        &self,
        algorithm: Algorithm,
        set: &'k PublishedSet,
    ) -> Result<&'k PublishedKey> {
        let kid = self.header_text("kid");
        let of_type = |key: &&PublishedKey| key.algorithm() == algorithm && key.for_signatures;
        let alg_agrees = |key: &&PublishedKey| {
            key.alg.as_deref().is_none_or(|alg| Algorithm::from_name(alg) == Ok(algorithm))
        };
        let named = |key: &&PublishedKey| kid.is_none() || key.kid.as_deref() == kid;
        let fitting: Vec<_> =
            set.keys.iter().filter(of_type).filter(alg_agrees).filter(named).collect();
        match fitting.as_slice() {
            [key] => Ok(key),
            [] => Err(not_found(kid, set.keys.iter().filter(of_type))),
            several => Err(Error::TokenKeyAmbiguous { count: several.len() }),
        }
    }

    /// The checks of the customJwt branch of `validate_id_token`.
    fn check_custom_jwt(
        &self,
        algorithm: Algorithm,
        verification: &Verification<'_>,
    ) -> Result<()> {
        if verification.provider.is_some() && !is_readable(verification.set) {
            return Err(Error::ProviderSetUnreadable);
        }
        self.check_header_types()?;
        if verification.provider.is_none() {
            // Convex looks at none of these for such a provider; RFC 7515, section 4.1.11, demands it.
            self.check_header_members()?;
        }
        let kid = self.header_text("kid").ok_or(Error::TokenKeyIdMissing)?;
        let key = verification.set.keys.iter().find(|key| key.kid.as_deref() == Some(kid));
        let key = key.ok_or_else(|| not_found(Some(kid), verification.set.keys.iter()))?;
        let published = match &key.alg {
            Some(alg) => alg.as_str(),
            None => key.algorithm().name(),
        };
        if published != algorithm.name() {
            let (key, token) = (quote(published), algorithm.name());
            return Err(Error::TokenKeyAlgorithm { key, token });
        }
        let takes = match verification.provider {
            Some(Provider::CustomJwt { algorithm: only, .. }) => *only == algorithm,
            _ => Kind::CustomJwt.takes(algorithm),
        };
        if !takes {
            return Err(Error::TokenAlgorithm { found: format!("\"{}\"", algorithm.name()) });
        }
        self.check_signature(key)?;
        let tolerance = verification.clock_tolerance.unwrap_or(DEFAULT_CLOCK_TOLERANCE);
        let now = verification.now;
        self.check_begun("iat", now, tolerance)?;
        self.check_begun("nbf", now, tolerance)?;
        let expires = self.required_time("exp")?.rounded();
        if NumericDate::from_seconds(now - tolerance) > expires {
            let seconds = NumericDate::from_seconds(now).seconds_since(expires);
            return Err(Error::TokenExpired { seconds });
        }
        self.check_subject()
    }

    /// Refuses a token whose time has not come, by a claim that may be absent.
    fn check_begun(&self, name: &'static str, now: Seconds, tolerance: Seconds) -> Result<()> {
        match self.time(name).map(NumericDate::rounded) {
            Some(time) if time > NumericDate::from_seconds(now + tolerance) => {
                let seconds = time.seconds_since(NumericDate::from_seconds(now));
                Err(Error::TokenNotYetValid { claim: name, seconds })
            }
            _ => Ok(()),
        }
    }
}

const A_TIME: &str = "a number of seconds since 1970";

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

fn claim_type(name: &'static str, expected: &'static str) -> Error {
    Error::TokenClaimType { name: name.into(), expected }
}

fn not_found<'k>(kid: Option<&str>, published: impl Iterator<Item = &'k PublishedKey>) -> Error {
    Error::TokenKeyNotFound {
        kid: kid.map(str::to_owned),
        published: published.map(|key| key.kid.clone()).collect(),
    }
}
