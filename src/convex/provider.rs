//! Entries of `auth.config.ts`: which tokens a deployment takes.

use super::{DEFAULT_AUDIENCE, IssuerUrl, data_uri, discovery};
use crate::algorithm::Algorithm;
use crate::error::{Error, Result};
use crate::json::{Object, Value};

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
            _ => Err(Error::ProviderKind { found: format!("\"{}\"", crate::error::quote(name)) }),
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
        Err(Error::ProviderAlgorithm { kind: self.name(), algorithm: algorithm.name() })
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
                    return Err(Error::ProviderInvalid {
                        why: "has a `jwks` that is neither an http(s) URL nor a data: URI",
                    });
                }
                url
            }
            JwksSource::Embedded(set) => {
                let Value::Object(mut set) = set else { return Err(Error::KeySetEmpty) };
                let Value::Array(mut keys) = set.take("keys") else {
                    return Err(Error::KeySetEmpty);
                };
                keys.retain(|key| {
                    let alg = key.get("alg");
                    alg.is_none_or(|alg| alg.as_str() == Some(algorithm.name()))
                });
                if keys.is_empty() {
                    return Err(Error::KeySetEmpty);
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
            Object::parse(entry).ok_or(Error::ProviderInvalid { why: "is not an object" })?;
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let missing = |why| Error::ProviderInvalid { why };
        match entry.get("type").and_then(Value::as_str) {
            Some("customJwt") => {
                let algorithm =
                    text("algorithm").ok_or(missing("is a customJwt without `algorithm`"))?;
                let algorithm = Algorithm::from_name(&algorithm)?;
                Kind::CustomJwt.check(algorithm)?;
                Ok(Self::CustomJwt {
                    issuer: text("issuer").ok_or(missing("is a customJwt without `issuer`"))?,
                    jwks: text("jwks").ok_or(missing("is a customJwt without `jwks`"))?,
                    algorithm,
                    application_id: text("applicationID"),
                })
            }
            Some(_) => Err(missing("has a `type` other than \"customJwt\"")),
            None => Ok(Self::Oidc {
                domain: text("domain").ok_or(missing("has neither `domain` nor `type`"))?,
                application_id: text("applicationID")
                    .ok_or(missing("is an OIDC entry without `applicationID`"))?,
            }),
        }
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

    /// Whether a token's issuer is this provider's: equal once a missing scheme is https and slashes
    /// at the end are gone (`matches_token` in Convex's backend).
    pub fn matches_issuer(&self, issuer: &str) -> bool {
        same_issuer(self.issuer(), issuer)
    }
}

/// Whether two issuers are one to Convex when it chooses a provider.
pub(super) fn same_issuer(left: &str, right: &str) -> bool {
    fn canonical(issuer: &str) -> (&str, &str) {
        let (scheme, rest) = match issuer {
            _ if issuer.starts_with("https://") => issuer.split_at("https://".len()),
            _ if issuer.starts_with("http://") => issuer.split_at("http://".len()),
            _ => ("https://", issuer),
        };
        (scheme, rest.trim_end_matches('/'))
    }
    canonical(left) == canonical(right)
}
