//! Entries of `auth.config.ts`: which tokens a deployment takes.

use std::cmp::Ordering;

use super::issuer_url::{authority_of, host_of, is_url};
use super::{DEFAULT_AUDIENCE, IssuerUrl, data_uri, discovery};
use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::json::{Object, Value};
use crate::text::{concat, rsplit_once, split_once};

/// A provider's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `{ domain, applicationID }`: keys by discovery; RS256 or EdDSA.
    Oidc,
    /// `{ type: "customJwt", issuer, jwks, algorithm, applicationID }`: RS256 or ES256.
    CustomJwt,
}

impl Kind {
    /// The name that options and errors use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::CustomJwt => "customJwt",
        }
    }

    /// The kind of a name.
    ///
    /// # Errors
    /// `ERR_PROVIDER` for another name.
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "oidc" => Ok(Self::Oidc),
            "customJwt" => Ok(Self::CustomJwt),
            _ => Err(Error::provider_kind(&crate::error::quoted_option(name))),
        }
    }

    /// The kind that takes an algorithm's tokens; OIDC where both do.
    pub fn for_algorithm(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Rs256 | Algorithm::EdDsa => Self::Oidc,
            Algorithm::Es256 => Self::CustomJwt,
        }
    }

    /// Whether providers of this kind take an algorithm's tokens.
    pub fn takes(self, algorithm: Algorithm) -> bool {
        match self {
            Self::Oidc => algorithm != Algorithm::Es256,
            Self::CustomJwt => algorithm != Algorithm::EdDsa,
        }
    }

    /// Refuses an algorithm that providers of this kind do not take.
    ///
    /// # Errors
    /// `ERR_PROVIDER_ALGORITHM`, whose hint names the kind that takes it.
    pub fn check(self, algorithm: Algorithm) -> Result<()> {
        if self.takes(algorithm) {
            return Ok(());
        }
        Err(Error::provider_algorithm(self.name(), algorithm.name()))
    }
}

/// An entry of `auth.config.ts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// An OpenID Connect provider.
    Oidc {
        /// The issuer.
        domain: String,
        /// The audience of its tokens.
        application_id: String,
    },
    /// An issuer of JWTs without discovery.
    CustomJwt {
        /// The issuer.
        issuer: String,
        /// Where the JWK set is: an http(s) URL, or the set itself as a data URI.
        jwks: String,
        /// The one algorithm of its tokens.
        algorithm: Algorithm,
        /// The audience of its tokens; without one, tokens for anybody are taken.
        application_id: Option<String>,
    },
}

/// Where a customJwt provider's JWK set comes from.
pub enum JwksSource {
    /// The issuer's own well-known route.
    WellKnown,
    /// Another URL, or a data URI.
    Url(String),
    /// A JWK set, embedded in the entry: no route is needed at all.
    Embedded(Value),
}

impl Provider {
    /// The OIDC entry for an issuer.
    pub fn oidc(issuer: &IssuerUrl, audience: Option<&str>) -> Self {
        Self::Oidc {
            domain: issuer.as_str().to_owned(),
            application_id: audience.unwrap_or(DEFAULT_AUDIENCE).to_owned(),
        }
    }

    /// The customJwt entry for an issuer. Of embedded keys, those of the algorithm are taken: the
    /// verifier behind such a provider refuses a whole set for one key that it does not know.
    ///
    /// # Errors
    /// `ERR_PROVIDER_ALGORITHM` for EdDSA, `ERR_KEY_SET_EMPTY` when no embedded key is of the
    /// algorithm.
    pub fn custom_jwt(
        issuer: &IssuerUrl,
        audience: Option<&str>,
        algorithm: Algorithm,
        jwks: JwksSource,
    ) -> Result<Self> {
        Kind::CustomJwt.check(algorithm)?;
        let jwks = match jwks {
            JwksSource::WellKnown => discovery::jwks_uri(issuer),
            JwksSource::Url(url) => {
                let known = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
                if !known && data_uri::decode(&url).is_none() {
                    return Err(Error::provider_invalid(
                        "has a `jwks` that is neither an http(s) URL nor a data: URI",
                    ));
                }
                url
            }
            JwksSource::Embedded(set) => {
                let Value::Object(mut set) = set else { return Err(Error::key_set_empty()) };
                let Value::Array(mut keys) = set.take("keys") else {
                    return Err(Error::key_set_empty());
                };
                keys.retain(|key| {
                    let alg = key.get("alg");
                    alg.is_none_or(|alg| alg.as_str() == Some(algorithm.name()))
                });
                if keys.is_empty() {
                    return Err(Error::key_set_empty());
                }
                set.insert("keys".to_owned(), Value::Array(keys));
                data_uri::encode_json(&Value::Object(set).to_json())
            }
        };
        Ok(Self::CustomJwt {
            issuer: issuer.as_str().to_owned(),
            jwks,
            algorithm,
            application_id: Some(audience.unwrap_or(DEFAULT_AUDIENCE).to_owned()),
        })
    }

    /// Reads an entry as `auth.config.ts` has it.
    ///
    /// # Errors
    /// `ERR_PROVIDER` when a member is missing, `ERR_PROVIDER_ALGORITHM` for an algorithm that
    /// customJwt providers do not take.
    pub fn from_json(entry: &str) -> Result<Self> {
        let entry =
            Object::parse(entry).ok_or_else(|| Error::provider_invalid("is not an object"))?;
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let missing = |why| Error::provider_invalid(why);
        let required = |name: &str, why| text(name).ok_or_else(|| missing(why));
        let has = |name: &str| entry.get(name).is_some();
        // Convex looks for these before it reads the entry (`check_for_common_confusions`).
        if has("applicationId") || has("applicationid") {
            return Err(missing("spells `applicationID` in another way"));
        }
        let (provider, issuer) = match entry.get("type").and_then(Value::as_str) {
            Some("customJwt") => {
                if has("domain") {
                    return Err(missing("is a customJwt with a `domain`, whose name is `issuer`"));
                }
                let algorithm = required("algorithm", "is a customJwt without `algorithm`")?;
                let algorithm = Algorithm::from_name(&algorithm)?;
                Kind::CustomJwt.check(algorithm)?;
                let issuer = required("issuer", "is a customJwt without `issuer`")?;
                let application_id = text("applicationID");
                let none = || entry.get("applicationID").is_none_or(Value::is_null);
                if application_id.is_none() && !none() {
                    return Err(missing("has an `applicationID` that is no text"));
                }
                if !has("applicationID")
                    && issuer.strip_suffix('/').unwrap_or(&issuer) == SHARED_ISSUER
                {
                    return Err(missing("has an issuer that many share, and no `applicationID`"));
                }
                let jwks = required("jwks", "is a customJwt without `jwks`")?;
                (
                    Self::CustomJwt { issuer: issuer.clone(), jwks, algorithm, application_id },
                    issuer,
                )
            }
            // Literally "unknown" passes for none as well.
            None | Some("oidc" | "unknown") => {
                if has("issuer") {
                    return Err(missing(
                        "is an OIDC entry with an `issuer`, whose name is `domain`",
                    ));
                }
                let domain = required("domain", "has neither `domain` nor `type`")?;
                let application_id =
                    required("applicationID", "is an OIDC entry without `applicationID`")?;
                (Self::Oidc { domain: domain.clone(), application_id }, domain)
            }
            Some(_) => return Err(missing("has a `type` other than \"customJwt\"")),
        };
        check_issuer(&issuer)?;
        Ok(provider)
    }

    /// The entry as `auth.config.ts` has it.
    pub fn to_json(&self) -> Object {
        let mut entry = Object::default();
        let mut set = |name: &str, value: &str| entry.insert(name.to_owned(), value.into());
        match self {
            Self::Oidc { domain, .. } => set("domain", domain),
            Self::CustomJwt { issuer, jwks, algorithm, .. } => {
                set("type", "customJwt");
                set("issuer", issuer);
                set("jwks", jwks);
                set("algorithm", algorithm.name());
            }
        }
        if let Some(id) = self.application_id() {
            set("applicationID", id);
        }
        entry
    }

    /// The entry's kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Oidc { .. } => Kind::Oidc,
            Self::CustomJwt { .. } => Kind::CustomJwt,
        }
    }

    /// The issuer whose tokens it takes, as it stands in the entry.
    pub fn issuer(&self) -> &str {
        match self {
            Self::Oidc { domain, .. } => domain,
            Self::CustomJwt { issuer, .. } => issuer,
        }
    }

    /// The audience that its tokens need.
    pub fn application_id(&self) -> Option<&str> {
        match self {
            Self::Oidc { application_id, .. } => Some(application_id),
            Self::CustomJwt { application_id, .. } => application_id.as_deref(),
        }
    }

    /// The JWK set in the entry itself, if it has one.
    pub fn embedded_jwks(&self) -> Option<String> {
        match self {
            Self::CustomJwt { jwks, .. } => data_uri::decode(jwks),
            Self::Oidc { .. } => None,
        }
    }

    /// How a deployment orders this provider and another.
    pub(super) fn deploy_order(&self, other: &Self) -> Ordering {
        let rank = |provider: &Self| match provider {
            Self::Oidc { .. } => None,
            Self::CustomJwt { jwks, algorithm, .. } => {
                Some((jwks.clone(), *algorithm != Algorithm::Rs256))
            }
        };
        let (own, others) = (rank(self), rank(other));
        let by_id = || self.application_id().cmp(&other.application_id());
        let by_issuer = || with_scheme(self.issuer()).cmp(&with_scheme(other.issuer()));
        let by_kind = own.is_some().cmp(&others.is_some());
        by_kind.then_with(by_id).then_with(by_issuer).then_with(|| own.cmp(&others))
    }

    /// Whether a token's issuer is this provider's: equal once a missing scheme is https and slashes
    /// at the end are gone (`matches_token` in Convex's backend).
    pub fn matches_issuer(&self, issuer: &str) -> bool {
        same_issuer(self.issuer(), issuer)
    }
}

/// Whether two issuers are one to Convex when it chooses a provider (`AuthInfo::matches_token`): that of
/// the provider, to which the deploy adds a scheme, and that of the token, to which this adds one.
pub(super) fn same_issuer(provider: &str, token: &str) -> bool {
    let has_scheme = token.starts_with("https://") || token.starts_with("http://");
    let token = if has_scheme { token.to_owned() } else { concat(&["https://", token]) };
    with_scheme(provider).trim_end_matches('/') == token.trim_end_matches('/')
}

/// An issuer as a deployment keeps it.
pub(super) fn with_scheme(issuer: &str) -> String {
    if has_scheme(issuer) { issuer.to_owned() } else { concat(&["https://", issuer]) }
}

/// Whether the text begins with word characters and `://`.
fn has_scheme(text: &str) -> bool {
    split_once(text, "://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// An issuer that many applications share: the audience alone tells theirs apart.
const SHARED_ISSUER: &str = "https://api.workos.com";

/// Refuses an issuer that a deploy refuses (`deserialize_issuer_url`). Which top-level domains there
/// are is not known here.
fn check_issuer(given: &str) -> Result<()> {
    let refused = |why| Err(Error::provider_invalid(why));
    if given.starts_with('"') {
        return refused("has an issuer in quotes");
    }
    let url = with_scheme(given);
    let (scheme, rest) = split_once(&url, "://").unwrap_or_default();
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || !is_url(&url) {
        return refused("has an issuer that is no http(s) URL");
    }
    let host = host_of(authority_of(rest));
    let last = rsplit_once(host, b'.').map(|(_, last)| last);
    let is_domain = last.is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()));
    if !has_scheme(given) && !is_domain && host != "localhost" {
        return refused("has an issuer that is neither a URL nor a domain");
    }
    Ok(())
}
