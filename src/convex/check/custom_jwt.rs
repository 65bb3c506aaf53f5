//! What Convex checks of a token for a customJwt provider.

use super::Check;
use super::judging::{
    begun, custom_jwt_header, expired, form, header_members, no_set, own_algorithm, published_set,
    signature, tolerance,
};
use super::showing::{
    FORM, TYPE, by_the_key, later_than, not_later_than, parameter, shown_claims, shown_form,
    shown_kids, shown_set, shown_signature, shown_time, shown_type,
};
use super::words::{decoding, set_failed, time};
use crate::convex::case::Stop;
use crate::convex::custom_jwt_set::is_readable;
use crate::convex::document::is_set_type;
use crate::convex::message;
use crate::convex::provider::{Kind, Provider};
use crate::error::{Error, quote, quoted};
use crate::text::concat;
use crate::token::time::NumericDate;

/// The customJwt branch of `validate_id_token`.
pub(super) const CUSTOM_JWT: &[Check] = &[
    Check {
        name: "jwks",
        judge: |case| {
            published_set(case, is_set_type)?;
            let set = case.set()?;
            if !set.ends {
                return Err(no_set(case));
            }
            if case.provider.is_some() && !is_readable(set) {
                return Err(Error::provider_set_unreadable().into());
            }
            Ok(())
        },
        found: shown_set,
        expected: |_| {
            "a JWK set of keys that Convex knows, with status 200 and the type application/json or application/jwk-set+json, in UTF-8".to_owned()
        },
        message: set_failed,
    },
    Check {
        name: "form",
        judge: |case| {
            form(case)?;
            custom_jwt_header(case)?;
            if !case.parts.strict_signature {
                let part = "its signature has bits behind its last byte";
                return Err(Error::token_malformed(part).into());
            }
            Ok(())
        },
        found: shown_form,
        expected: |_| FORM.to_owned(),
        message: decoding,
    },
    Check {
        name: "type",
        judge: |case| match case.provider {
            // Convex looks at none of these for such a provider; RFC 7515, section 4.1.11, demands it.
            None => header_members(case),
            Some(_) => Ok(()),
        },
        found: shown_type,
        expected: |case| match case.provider {
            None => TYPE.to_owned(),
            Some(_) => "any: customJwt providers do not look at them".to_owned(),
        },
        message: |_, _| None,
    },
    Check {
        name: "key-id",
        judge: |case| {
            case.header()?;
            case.kid().map(drop).ok_or_else(|| Error::token_key_id_missing().into())
        },
        found: |case| parameter(case, "kid"),
        expected: |_| "a `kid` in the header".to_owned(),
        message: decoding,
    },
    Check {
        name: "key",
        judge: |case| case.key().map(drop),
        found: |case| parameter(case, "kid"),
        expected: |case| concat(&["one of the published: ", &shown_kids(case)]),
        message: decoding,
    },
    Check {
        name: "key-algorithm",
        judge: |case| {
            let key = case.key().map_err(|_| Stop::NotReached)?;
            let algorithm = case.algorithm().ok_or_else(|| case.refused_algorithm())?;
            let published = own_algorithm(key);
            if published == algorithm.name() {
                return Ok(());
            }
            let (key, token) = (quote(published), algorithm.name());
            Err(Error::token_key_algorithm(&key, token).into())
        },
        found: |case| parameter(case, "alg"),
        expected: |case| {
            case.key().map_or("the key's".to_owned(), |key| {
                concat(&[&quoted(own_algorithm(key)), ", as the key has it"])
            })
        },
        message: |case, error| {
            // Convex panics over a key that names no algorithm and cannot be one of the token's.
            let panics = case.key().is_ok_and(|key| {
                key.text("alg").is_none() && matches!(key.text("kty"), Some("oct" | "RSA"))
            });
            let as_configured = match case.provider {
                Some(Provider::CustomJwt { algorithm, .. }) => case.algorithm() == Some(*algorithm),
                _ => false,
            };
            if panics && as_configured {
                Some(message::INTERNAL.with(&[]))
            } else {
                decoding(case, error)
            }
        },
    },
    Check {
        name: "algorithm",
        judge: |case| {
            case.header()?;
            let takes = case.algorithm().is_some_and(|algorithm| match case.provider {
                Some(Provider::CustomJwt { algorithm: only, .. }) => *only == algorithm,
                _ => Kind::CustomJwt.takes(algorithm),
            });
            if takes { Ok(()) } else { Err(case.refused_algorithm().into()) }
        },
        found: |case| parameter(case, "alg"),
        expected: |case| match case.provider {
            Some(Provider::CustomJwt { algorithm, .. }) => {
                concat(&["\"", algorithm.name(), "\", as the provider has it"])
            }
            _ => "\"RS256\" or \"ES256\"".to_owned(),
        },
        message: decoding,
    },
    Check {
        name: "signature",
        judge: signature,
        found: shown_signature,
        expected: by_the_key,
        message: decoding,
    },
    Check {
        name: "expiry",
        judge: |case| {
            // One that is absent is missed at the end.
            let Some(expires) = case.time("exp")?.map(NumericDate::rounded) else { return Ok(()) };
            if NumericDate::from_seconds(case.now - tolerance(case)) > expires {
                return Err(expired(case, expires));
            }
            Ok(())
        },
        found: |case| shown_time(case, "exp"),
        expected: |case| later_than(case, tolerance(case)),
        message: time,
    },
    Check {
        name: "not-before",
        judge: |case| begun(case, "nbf"),
        found: |case| shown_time(case, "nbf"),
        expected: |case| not_later_than(case),
        message: time,
    },
    Check {
        name: "issued-at",
        judge: |case| begun(case, "iat"),
        found: |case| shown_time(case, "iat"),
        expected: |case| not_later_than(case),
        message: time,
    },
    Check {
        name: "required-claims",
        judge: |case| {
            case.required_text("sub")?;
            case.required_time("exp")?;
            Ok(())
        },
        found: |case| shown_claims(case, &["sub", "exp"]),
        expected: |_| "the claims sub and exp".to_owned(),
        message: |_, _| Some(message::SUBJECT.with(&[])),
    },
];
