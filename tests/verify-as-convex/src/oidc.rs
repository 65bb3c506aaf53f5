//! A token of an OIDC provider, `{ domain, applicationID }`.
//!
//! Mirrors the OIDC branch of `validate_id_token` of Convex's crate `authentication`, which leaves
//! the work to the `openidconnect` crate.

use std::cell::RefCell;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::http::StatusCode;
use openidconnect::{
    ClientId, DiscoveryError, EmptyAdditionalProviderMetadata, IdTokenVerifier, IssuerUrl, Nonce,
    ProviderMetadata,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::http::{HttpClient, HttpError, HttpRequest, HttpResponse};
use crate::identity::{self, IdToken, Identity};
use crate::refusal::Refusal;
use crate::signing_key::SigningKey;

/// `CoreProviderMetadata`, but for its keys.
type Metadata = ProviderMetadata<
    EmptyAdditionalProviderMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    SigningKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Verifies a token that has been routed to an OIDC provider.
///
/// `token_issuer` is the token's `iss`, from which the keys are discovered: the provider's `domain`
/// has served its purpose.
pub fn verify(
    token: &str,
    application_id: &str,
    token_issuer: &str,
    now: DateTime<Utc>,
    http: &dyn HttpClient,
) -> Result<Identity, Refusal> {
    // The router adds a missing scheme. Nobody does so here, and Convex has no code for it.
    let issuer = IssuerUrl::new(token_issuer.to_owned()).map_err(Refusal::internal)?;
    let metadata = discover(&issuer, http)?;
    let verifier = IdTokenVerifier::new_public_client(
        ClientId::new(application_id.to_owned()),
        metadata.issuer().clone(),
        metadata.jwks().clone(),
    )
    .set_allowed_algs([
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::EdDsa,
    ])
    .require_issuer_match(true)
    .require_audience_match(true)
    .set_time_fn(|| now);

    let token = IdToken::from_str(token).map_err(|error| {
        Refusal::unauthenticated(
            "InvalidAuthHeader",
            "Could not parse as OIDC ID token. Token might not be an OIDC-compliant JWT.",
        )
        .because(&error)
    })?;
    let any_nonce = |_: Option<&Nonce>| Ok(());
    let claims = token.claims(&verifier, any_nonce).map_err(|error| {
        Refusal::unauthenticated(
            "Unauthenticated",
            "Could not verify OIDC token claim. Check that the token signature is valid and the \
             token hasn't expired.",
        )
        .because(&error)
    })?;
    Ok(identity::of_id_token(claims))
}

/// Fetches the discovery document of the token's issuer, then its key set.
fn discover(issuer: &IssuerUrl, http: &dyn HttpClient) -> Result<Metadata, Refusal> {
    // The first response is the discovery document, the second the key set.
    let received: RefCell<Vec<Vec<u8>>> = RefCell::default();
    let client = |request: HttpRequest| -> Result<HttpResponse, HttpError> {
        let response = http.fetch(request)?;
        let mut received = received.borrow_mut();
        received.push(response.body().clone());
        Ok(match received.len() {
            1 => response.map(fill_in_optional_fields),
            _ => response,
        })
    };
    Metadata::discover(issuer, &client).map_err(|error| {
        const CODE: &str = "AuthProviderDiscoveryFailed";
        let message = format!("Auth provider discovery of {} failed", issuer.as_str());
        let refusal = match &error {
            DiscoveryError::Response(status, ..) => {
                let received = received.borrow();
                let body = received.last().map(Vec::as_slice).unwrap_or_default();
                let body = String::from_utf8_lossy(body);
                let message = format!("{message}: {status} {body}");
                Refusal::new(answered_status(*status), CODE, message)
            }
            _ => Refusal::bad_request(CODE, message),
        };
        refusal.because(&error)
    })
}

/// With which status Convex tells of a discovery that got this one.
///
/// Mirrors `ErrorCode::from_http_status_code` and `http_status_code` of Convex's crate `errors`.
fn answered_status(received: StatusCode) -> u16 {
    match received.as_u16() {
        same @ (401 | 403 | 404 | 421 | 425 | 429) => same,
        500..=599 => 503,
        _ => 400,
    }
}

/// Adds to a discovery document what the published crate requires and Convex's fork does not.
///
/// In the fork `authorization_endpoint` may be absent or null, and each of three lists absent.
/// Their values play no part in the verification. What is present stays as it is, so a wrong type
/// is refused by both.
fn fill_in_optional_fields(body: Vec<u8>) -> Vec<u8> {
    // Like the crate, it reads the object and looks at nothing behind it.
    let mut json = serde_json::Deserializer::from_slice(&body);
    let Ok(mut document) = Map::<String, Value>::deserialize(&mut json) else {
        return body;
    };
    let known = document.len();
    if document.get("authorization_endpoint").is_some_and(Value::is_null) {
        document.remove("authorization_endpoint");
    }
    let mut missing = Vec::new();
    for (name, value) in [
        ("authorization_endpoint", json!("https://absent.invalid/")),
        ("response_types_supported", json!([])),
        ("subject_types_supported", json!([])),
        ("id_token_signing_alg_values_supported", json!([])),
    ] {
        if !document.contains_key(name) {
            missing.push((name, value));
        }
    }
    if missing.is_empty() {
        return body;
    }
    if document.len() < known {
        // The null had to go.
        document.extend(missing.into_iter().map(|(name, value)| (name.to_owned(), value)));
        return Value::Object(document).to_string().into_bytes();
    }
    // Written into the text, so that all else, such as a duplicate member, stays to be refused.
    let added: String = missing
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect::<Vec<_>>()
        .join(",");
    let start = body.iter().position(|byte| *byte == b'{').map_or(0, |at| at + 1);
    let comma = if document.is_empty() { "" } else { "," };
    [&body[..start], added.as_bytes(), comma.as_bytes(), &body[start..]].concat()
}
