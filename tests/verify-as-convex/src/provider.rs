//! The providers of `auth.config.ts`: their JSON, what Convex checks of them at a deploy, and the
//! form and order in which the deployment then keeps them.

use std::collections::BTreeSet;

use openidconnect::IssuerUrl;
use openidconnect::url::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::refusal::Refusal;

/// One entry of `providers` in `auth.config.ts`.
///
/// As in Convex's `SerializedAuthInfo`, what is no well-formed `customJwt` is tried as OIDC, and
/// fields that neither knows are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Provider {
    #[serde(rename = "customJwt")]
    CustomJwt(CustomJwtProvider),
    #[serde(untagged)]
    Oidc(OidcProvider),
}

/// `{ "domain", "applicationID" }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcProvider {
    pub domain: String,
    #[serde(rename = "applicationID")]
    pub application_id: String,
}

/// `{ "type": "customJwt", "issuer", "jwks", "algorithm", "applicationID"? }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomJwtProvider {
    pub issuer: String,
    pub jwks: String,
    pub algorithm: Algorithm,
    #[serde(rename = "applicationID", skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
}

/// The algorithms that a `customJwt` provider may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    RS256,
    ES256,
}

/// Reads the providers from JSON, as a deploy does: either the whole default export of
/// `auth.config.ts`, `{ "providers": […] }`, or the list alone.
///
/// Mirrors `run_evaluate_auth_config` and `check_for_common_confusions` of Convex's crate `isolate`
/// and then [`deploy`]s, so a configuration that could not be deployed is refused here. The Convex
/// CLI shows such a refusal as the tail of an `InvalidAuthConfig`.
pub fn parse_providers(config: &Value) -> Result<Vec<Provider>, Refusal> {
    let list = config.get("providers").unwrap_or(config);
    let entries: &[Value] = list.as_array().map_or(&[], Vec::as_slice);
    for (index, entry) in entries.iter().enumerate() {
        check_common_confusions(index, entry)?;
    }
    let providers: Vec<Provider> =
        serde_json::from_value(list.clone()).map_err(|error| schema_error(&error.to_string()))?;
    deploy(&providers)?;
    Ok(providers)
}

/// Convex ignores unknown fields, so it looks for these mistakes beforehand.
fn check_common_confusions(index: usize, entry: &Value) -> Result<(), Refusal> {
    let Value::Object(entry) = entry else {
        return Ok(());
    };
    let kind = entry.get("type").and_then(Value::as_str);
    if entry.contains_key("applicationId") || entry.contains_key("applicationid") {
        return Err(schema_error(&format!(
            "Provider at index {index} must have applicationID property spelled lowercase \
             'application', capital I, capital D."
        )));
    }
    // A provider whose `type` is literally "unknown" passes for one without any.
    let custom_jwt = match kind {
        None | Some("oidc" | "unknown") => false,
        Some("customJwt") => true,
        Some(other) => {
            return Err(schema_error(&format!(
                "Provider at index {index} has unexpected 'type' value '{other}'"
            )));
        }
    };
    if custom_jwt && entry.contains_key("domain") {
        return Err(schema_error(&format!(
            "Provider at index {index} is a customJwt so cannot have a 'domain' specified"
        )));
    }
    if !custom_jwt && entry.contains_key("issuer") {
        return Err(schema_error(&format!(
            "Provider at index {index} is oidc so cannot have an 'issuer' specified."
        )));
    }
    let issuer = entry.get("issuer").and_then(Value::as_str);
    let shared = ["https://api.workos.com/", "https://api.workos.com"];
    if !entry.contains_key("applicationID") && issuer.is_some_and(|it| shared.contains(&it)) {
        return Err(Refusal::bad_request(
            "InsecureConfiguration",
            format!(
                "This auth configuration appears potentially insecure: Provider at index {index} \
                 has an issuer that is shared among many applications, so must to specify an \
                 ApplicationID to check against an `aud` field of a JWT."
            ),
        ));
    }
    Ok(())
}

fn schema_error(detail: &str) -> Refusal {
    Refusal::bad_request(
        "AuthConfigNotMatchingSchemaError",
        format!("auth config file must include a list of provider credentials: {detail}"),
    )
}

/// A provider as the deployment keeps it. Stands for Convex's `AuthInfo`, whose order it shares:
/// OIDC first, then by application ID, then by issuer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deployed {
    Oidc { application_id: String, domain: IssuerUrl },
    CustomJwt(DeployedCustomJwt),
}

/// A `customJwt` provider as the deployment keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeployedCustomJwt {
    pub application_id: Option<String>,
    pub issuer: IssuerUrl,
    pub jwks: String,
    pub algorithm: Algorithm,
}

/// Checks the providers and puts them into the order in which a token tries them.
///
/// That order is not the one of `auth.config.ts`: Convex stores the providers as documents and
/// reads these in the order of their creation. A deploy creates its new providers sorted and
/// without duplicates (`AuthInfoModel::put` of Convex's crate `model`), so on a fresh deployment the
/// order is the sorted one, which this function answers. Later deploys append what they add.
pub fn deploy(providers: &[Provider]) -> Result<Vec<Deployed>, Refusal> {
    let deployed: BTreeSet<Deployed> = providers
        .iter()
        .map(|provider| match provider {
            Provider::Oidc(it) => Ok(Deployed::Oidc {
                application_id: it.application_id.clone(),
                domain: issuer_url(&it.domain)?,
            }),
            Provider::CustomJwt(it) => Ok(Deployed::CustomJwt(DeployedCustomJwt {
                application_id: it.application_id.clone(),
                issuer: issuer_url(&it.issuer)?,
                jwks: it.jwks.clone(),
                algorithm: it.algorithm,
            })),
        })
        .collect::<Result<_, Refusal>>()?;
    Ok(deployed.into_iter().collect())
}

/// Reads the `domain` of an OIDC provider or the `issuer` of a `customJwt` one.
///
/// Mirrors `deserialize_issuer_url` of Convex's `common::auth`. The text is kept as it was given,
/// but for the scheme that is added where there is none.
fn issuer_url(given: &str) -> Result<IssuerUrl, Refusal> {
    let refuse = |reason: &str| {
        Refusal::bad_request(
            "InvalidProviderDomainUrl",
            format!("Invalid provider domain URL \"{given}\": {reason}"),
        )
    };
    if given.starts_with('"') {
        return Err(refuse("starts with a double quote (\")"));
    }
    let has_scheme = has_scheme(given);
    let text = if has_scheme { given.to_owned() } else { format!("https://{given}") };
    let url = Url::parse(&text).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("scheme should be http or https"));
    }
    if !has_scheme && !url.host_str().is_some_and(ends_with_tld) {
        return Err(refuse(
            "Does not look like a URL (must have a scheme or end with a top-level domain)",
        ));
    }
    IssuerUrl::new(text).map_err(|error| refuse(&error.to_string()))
}

/// Whether the text begins with word characters and `://`.
fn has_scheme(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Whether a host without scheme looks like one. Mirrors `ends_with_tld`, with the same list.
fn ends_with_tld(host: &str) -> bool {
    host == "localhost" || host.rsplit_once('.').is_some_and(|(_, last)| tld::exist(last))
}

impl Deployed {
    /// Whether a token of this issuer and these audiences belongs to the provider.
    ///
    /// Mirrors `AuthInfo::matches_token`.
    pub fn matches(&self, audiences: &[String], token_issuer: &str) -> bool {
        let (application_id, issuer) = match self {
            Self::Oidc { application_id, domain } => (Some(application_id), domain),
            Self::CustomJwt(it) => (it.application_id.as_ref(), &it.issuer),
        };
        application_id.is_none_or(|id| audiences.contains(id)) && same_issuer(issuer, token_issuer)
    }
}

/// Compares a provider's issuer with a token's: the token's may lack the `https://`, and trailing
/// slashes count on neither side.
pub(crate) fn same_issuer(provider: &str, token: &str) -> bool {
    let token = if token.starts_with("https://") || token.starts_with("http://") {
        token.to_owned()
    } else {
        format!("https://{token}")
    };
    provider.trim_end_matches('/') == token.trim_end_matches('/')
}
