//! What Convex says when a check fails.

use super::judging::custom_jwt_header;
use super::showing::text;
use crate::convex::case::Case;
use crate::convex::custom_jwt_set::{KNOWN_ALGORITHMS, SIGNING_ALGORITHMS};
use crate::convex::document::shown_status;
use crate::convex::message::{self, Message};
use crate::convex::provider::{Kind, Provider, with_scheme};
use crate::error::{Error, quote, quote_option};
use crate::json::Value;
use crate::text::{concat, has_any, listed};

pub(super) fn oidc_form(_: &Case<'_>, _: &Error) -> Option<String> {
    Some(message::OIDC_FORM.with(&[]))
}

pub(super) fn oidc_claims(_: &Case<'_>, _: &Error) -> Option<String> {
    Some(message::OIDC_CLAIMS.with(&[]))
}

/// `enhance_no_provider_error`, of a deployment that does not redact its errors.
pub(super) fn no_provider(case: &Case<'_>) -> String {
    let Some(providers) = &case.providers else { return message::NO_PROVIDER.with(&["…"]) };
    let known = providers.iter().map(|provider| {
        let (issuer, id) = (with_scheme(provider.issuer()), provider.application_id());
        let (issuer, id) = (quote_option(&issuer), quote_option(id.unwrap_or("none")));
        let begin = match provider.kind() {
            Kind::Oidc => "OIDC(domain=",
            Kind::CustomJwt => "CustomJWT(issuer=",
        };
        concat(&[begin, &issuer, ", app_id=", &id, ")"])
    });
    message::NO_PROVIDER.with(&[&listed(known, ", ")])
}

/// The body is shown only where it cannot be a key set.
pub(super) fn discovery_failed(case: &Case<'_>, error: &Error, of_set: bool) -> String {
    let issuer = quote(text(case, "iss"));
    let document = if of_set { case.set_answer } else { case.discovery };
    let status = match error.code() {
        "ERR_ROUTE_STATUS" => error.value("status"),
        "ERR_ROUTE_TYPE" => "200",
        _ => return message::DISCOVERY.with(&[&issuer]),
    };
    let body = document.and_then(|document| document.body.as_deref());
    let body = body.filter(|_| status != "200" && !of_set).map_or_else(|| "…".to_owned(), quote);
    message::DISCOVERY_ANSWER.with(&[&issuer, &shown_status(status), &body])
}

pub(super) fn set_failed(case: &Case<'_>, error: &Error) -> Option<String> {
    let given = match case.provider {
        Some(Provider::CustomJwt { jwks, .. }) => jwks.as_str(),
        _ => "…",
    };
    let uri = quote_option(given);
    let message = |message: Message, values: &[&str]| Some(message.with(values));
    match error.code() {
        "ERR_UNREACHABLE" if given.is_empty() => message(message::INTERNAL, &[]),
        "ERR_UNREACHABLE" => message(message::JWKS_FETCH, &[&uri, error.value("why")]),
        "ERR_ROUTE_STATUS" => {
            let status = shown_status(error.value("status"));
            message(message::JWKS_FETCH, &[&uri, &concat(&["HTTP ", &status])])
        }
        "ERR_ROUTE_TYPE" => {
            let found = error.value("found");
            let found = if found == "none" || !found.is_ascii() { "unknown" } else { found };
            message(message::JWKS_TYPE, &[found, &uri])
        }
        "ERR_PROVIDER" if has_any(given, ",") => message(message::JWKS_DATA, &[]),
        // Without a comma it is no data: URI to Convex, and no URL either.
        "ERR_PROVIDER" => message(message::INTERNAL, &[]),
        _ => message(message::JWKS_BODY, &[&uri]),
    }
}

/// Whatever fails in decoding, Convex's message speaks of the `kid`, if it can read the header.
pub(super) fn decoding(case: &Case<'_>, _: &Error) -> Option<String> {
    let alg = case.parameter("alg").and_then(Value::as_str);
    let signing = KNOWN_ALGORITHMS.get(..SIGNING_ALGORITHMS).unwrap_or_default();
    let readable = custom_jwt_header(case).is_ok() && alg.is_some_and(|alg| signing.contains(&alg));
    Some(match case.kid().filter(|_| readable) {
        Some(kid) => message::KID.with(&[&quote(kid)]),
        None => message::NO_KID.with(&[]),
    })
}

pub(super) fn time(_: &Case<'_>, error: &Error) -> Option<String> {
    let seconds = error.value("seconds");
    let what = match error.code() {
        "ERR_TOKEN_EXPIRED" => concat(&["Token expired ", seconds, " seconds ago"]),
        "ERR_TOKEN_NOT_YET_VALID" => concat(&["Token will be valid in ", seconds, " seconds"]),
        _ => return None,
    };
    Some(message::TIME.with(&[&what]))
}
