//! How a token finds its provider.

use super::Check;
use super::judging::payload;
use super::showing::{any_of, claim, shown_audiences};
use super::words::no_provider;
use crate::convex::case::Stop;
use crate::convex::custom_jwt_set::is_texts;
use crate::convex::message;
use crate::error::{Error, quote, quote_option};
use crate::text::{concat, listed, number};

/// The checks before one kind's own.
pub(super) const ROUTING: &[Check] = &[
    Check {
        name: "provider",
        judge: |case| match (&case.unreadable_provider, &case.providers) {
            (Some(error), _) => Err(error.clone().into()),
            // Before it looks for one, Convex reads the payload.
            (None, Some(providers))
                if providers.is_empty()
                    && payload(case).is_ok()
                    && case.required_text("iss").is_ok() =>
            {
                Err(Error::provider_invalid("list in auth.config.ts is empty").into())
            }
            _ => Ok(()),
        },
        found: |case| match &case.providers {
            None => concat(&["none given; one of kind \"", case.kind.name(), "\" is assumed"]),
            Some(providers) => concat(&[&number(providers.len() as i64), " in auth.config.ts"]),
        },
        expected: |_| "at least one entry, each as Convex takes it".to_owned(),
        message: |case, _| {
            let none = case.unreadable_provider.is_none();
            none.then(|| message::NO_PROVIDERS.with(&[]))
        },
    },
    Check {
        name: "payload",
        judge: payload,
        found: |case| match &case.parts.claims {
            Ok(claims) => {
                let names = claims.iter().take(12).map(|(name, _)| quote(name));
                concat(&["the claims ", &listed(names, ", ")])
            }
            Err(error) => error.message(),
        },
        expected: |_| {
            "a JSON object in base64url, with registered claims of their types".to_owned()
        },
        message: |_, _| Some(message::PAYLOAD.with(&[])),
    },
    Check {
        name: "issuer-present",
        judge: |case| case.required_text("iss").map(drop),
        found: |case| claim(case, "iss"),
        expected: |_| "a claim \"iss\"".to_owned(),
        message: |_, _| Some(message::NO_ISSUER.with(&[])),
    },
    Check {
        name: "issuer",
        judge: |case| {
            let found = case.required_text("iss").map_err(|_| Stop::NotReached)?;
            match case.other_issuer(found) {
                None => Ok(()),
                Some(expected) => {
                    Err(Error::token_issuer(&quote(found), &quote_option(expected)).into())
                }
            }
        },
        found: |case| claim(case, "iss"),
        expected: |case| {
            any_of(case, |provider| Some(provider.issuer()), case.issuer, "any, as none is given")
        },
        message: |case, _| Some(no_provider(case)),
    },
    Check {
        name: "audience",
        judge: |case| {
            let found = case.audiences();
            if case.claim("aud").is_some_and(|aud| !aud.is_string() && !is_texts(aud)) {
                return Err(Stop::NotReached);
            }
            case.claims()?;
            match case.expected_audiences().find(|expected| !found.contains(expected)) {
                None => Ok(()),
                Some(expected) => {
                    let found = shown_audiences(case);
                    Err(Error::token_audience(&found, &quote_option(expected)).into())
                }
            }
        },
        found: |case| claim(case, "aud"),
        expected: |case| {
            any_of(
                case,
                |provider| provider.application_id(),
                case.audience,
                "any: the provider has no applicationID",
            )
        },
        message: |case, _| Some(no_provider(case)),
    },
];
