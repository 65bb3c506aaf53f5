//! A token of a `customJwt` provider.
//!
//! Mirrors the `customJwt` branch of `validate_id_token`, and `fetch_jwks`, of Convex's crate
//! `authentication`, which leave the work to the `biscuit` crate.

use biscuit::jwa::{Algorithm as Algorithms, SignatureAlgorithm};
use biscuit::jwk::{AlgorithmParameters, JWKSet};
use biscuit::{Empty, TemporalOptions, ValidationOptions};
use chrono::{DateTime, TimeDelta, Utc};
use data_url::DataUrl;
use mime::Mime;
use openidconnect::http::header::{ACCEPT, CONTENT_TYPE};
use openidconnect::http::{Request, StatusCode};
use serde_json::Value;

use crate::claims::{Claims, Token};
use crate::http::{HttpClient, HttpResponse};
use crate::identity::{self, Identity};
use crate::provider::{Algorithm, DeployedCustomJwt, same_issuer};
use crate::refusal::Refusal;
use crate::route::MISSING_ISSUER;

/// By how much a clock may differ, for `exp`, `nbf` and `iat`.
const TOLERANCE: TimeDelta = TimeDelta::seconds(5);

/// Verifies a token that has been routed to a `customJwt` provider.
pub fn verify(
    token: &str,
    provider: &DeployedCustomJwt,
    now: DateTime<Utc>,
    http: &dyn HttpClient,
) -> Result<Identity, Refusal> {
    let keys = fetch_jwks(&provider.jwks, http)?;
    // One key that `biscuit` can't read, such as one whose `alg` it does not know, refuses the set.
    let keys: JWKSet<Empty> = serde_json::from_slice(&keys).map_err(|error| {
        invalid(format!(
            "Invalid JWKS response body from '{}'. The response is not valid JSON or doesn't match \
             the expected JWKS format.",
            provider.jwks
        ))
        .because(&error)
    })?;
    let claims = decode(token, &keys, provider.algorithm)?;
    check_issuer(&claims, provider)?;
    check_audience(&claims, provider)?;
    check_times(&claims, now)?;
    identity::of_custom_jwt(&claims).map_err(|missing| {
        let mut refusal = invalid(
            "Could not verify token claim. Check that the JWT contains valid claims and matches \
             your auth provider configuration.",
        );
        refusal.causes.push(missing.to_owned());
        refusal
    })
}

/// Checks the signature. `biscuit` picks the first key with the header's `kid`, and compares the
/// `alg` of the key, if it has one, of the header and of the provider. It looks at no other member
/// of the header, nor at the key's `use`.
fn decode(
    token: &str,
    keys: &JWKSet<Empty>,
    algorithm: Algorithm,
) -> Result<Claims<Value>, Refusal> {
    let algorithm = match algorithm {
        Algorithm::RS256 => SignatureAlgorithm::RS256,
        Algorithm::ES256 => SignatureAlgorithm::ES256,
    };
    let token = Token::<Value>::new_encoded(token);
    if panics(&token, keys, algorithm) {
        return Err(Refusal::internal("biscuit panics: a key of this type for such an algorithm"));
    }
    match token.decode_with_jwks(keys, Some(algorithm)) {
        Ok(decoded) => Ok(decoded.unwrap_decoded().1),
        Err(error) => {
            // Whatever failed, Convex's message speaks of the `kid`.
            let header = token.unverified_header().ok();
            let message = match header.and_then(|header| header.registered.key_id) {
                Some(kid) => format!(
                    "Could not decode token. The JWT's 'kid' (key ID) header is '{kid}', does this \
                     key match any key in the provider's JWKS?"
                ),
                None => {
                    "Could not decode token. JWT may be missing a 'kid' (key ID) header.".to_owned()
                }
            };
            Err(invalid(message).because(&error))
        }
    }
}

/// Whether `biscuit` panics rather than verify, and Convex's request with it: it takes for unreachable
/// that a key which names no algorithm of its own is symmetric, or an RSA key for ES256. A panic is told
/// here as a refusal.
fn panics(token: &Token<Value>, keys: &JWKSet<Empty>, algorithm: SignatureAlgorithm) -> bool {
    let Ok(header) = token.unverified_header() else {
        return false;
    };
    let whole = token.encoded().is_ok_and(|parts| parts.len() == 3) && token.signature().is_ok();
    let key = header.registered.key_id.as_ref().and_then(|kid| keys.find(kid));
    let Some(key) = key.filter(|_| whole && header.registered.algorithm == algorithm) else {
        return false;
    };
    let unnamed = key.common.algorithm.is_none_or(|alg| alg == Algorithms::Signature(algorithm));
    unnamed
        && match key.algorithm {
            AlgorithmParameters::OctetKey(_) => true,
            AlgorithmParameters::RSA(_) => algorithm == SignatureAlgorithm::ES256,
            _ => false,
        }
}

fn check_issuer(claims: &Claims<Value>, provider: &DeployedCustomJwt) -> Result<(), Refusal> {
    let Some(issuer) = &claims.registered.iss else {
        return Err(invalid(MISSING_ISSUER));
    };
    if same_issuer(&provider.issuer, issuer) {
        Ok(())
    } else {
        let expected = &provider.issuer;
        Err(invalid(format!("Invalid issuer: {issuer} != {expected}")))
    }
}

fn check_audience(claims: &Claims<Value>, provider: &DeployedCustomJwt) -> Result<(), Refusal> {
    let Some(application_id) = &provider.application_id else {
        return Ok(());
    };
    if claims.registered.aud.is_none() {
        return Err(invalid(
            "Missing audience claim ('aud') in JWT payload. The JWT must include an 'aud' claim \
             that matches your configured application ID.",
        ));
    }
    let audiences = claims.registered.audiences();
    if audiences.contains(application_id) {
        Ok(())
    } else {
        Err(invalid(format!("Invalid audience: {application_id} not in {audiences:?}")))
    }
}

fn check_times(claims: &Claims<Value>, now: DateTime<Utc>) -> Result<(), Refusal> {
    let options = ValidationOptions {
        temporal_options: TemporalOptions { now: Some(now), epsilon: TOLERANCE },
        ..Default::default()
    };
    claims
        .registered
        .to_biscuit()
        .validate(options)
        .map_err(|error| invalid(format!("Could not validate token: {error}")).because(&error))
}

/// Mirrors `fetch_jwks`.
fn fetch_jwks(uri: &str, http: &dyn HttpClient) -> Result<Vec<u8>, Refusal> {
    if let Ok(data) = DataUrl::process(uri) {
        // Of any media type.
        let (body, _fragment) = data.decode_to_vec().map_err(|error| {
            let mut refusal = invalid(
                "Invalid JWKS data URL. Check that the data URL is properly formatted and contains \
                 valid base64-encoded JSON.",
            );
            refusal.causes.push(error.to_string());
            refusal
        })?;
        return Ok(body);
    }
    // A text that is no URI at all is an error without a code in Convex.
    let request = Request::get(uri)
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(Refusal::internal)?;
    let response = http.fetch(request).map_err(|error| {
        invalid(format!(
            "Could not fetch JWKS from URL '{uri}': {error}. Check that the URL is correct and \
             accessible."
        ))
    })?;
    let status = response.status();
    if status != StatusCode::OK {
        return Err(invalid(format!(
            "Could not fetch JWKS from URL '{uri}': HTTP {} {}. Check that the URL is correct and \
             accessible.",
            status.as_u16(),
            status.canonical_reason().unwrap_or("Unknown")
        )));
    }
    if !is_jwks_type(&response) {
        let shown = content_type(&response).unwrap_or("unknown");
        return Err(invalid(format!(
            "Invalid Content-Type '{shown}' when fetching JWKS from '{uri}'. Expected \
             'application/json' or 'application/jwk-set+json'."
        )));
    }
    Ok(response.into_body())
}

fn content_type(response: &HttpResponse) -> Option<&str> {
    response.headers().get(CONTENT_TYPE)?.to_str().ok()
}

/// Unlike with an OIDC provider, a response without content type is refused, and so is one of
/// another charset than UTF-8.
fn is_jwks_type(response: &HttpResponse) -> bool {
    let Some(Ok(mime)) = content_type(response).map(str::parse::<Mime>) else {
        return false;
    };
    let essence = mime.essence_str().to_ascii_lowercase();
    matches!(essence.as_str(), "application/json" | "application/jwk-set+json")
        && mime.get_param(mime::CHARSET).is_none_or(|charset| charset == "utf-8")
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::unauthenticated("InvalidAuthHeader", message)
}
