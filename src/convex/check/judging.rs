//! Verdicts that several checks share, or that take more than a few lines.

use crate::algorithm::Algorithm;
use crate::convex::case::{Case, Judged, Stop};
use crate::convex::custom_jwt_set::{KNOWN_ALGORITHMS, is_readable_key, is_texts};
use crate::convex::discovery::misfit;
use crate::convex::document::{Document, is_discovery_type};
use crate::convex::issuer_url::is_url;
use crate::convex::provider::Kind;
use crate::error::{Error, quote};
use crate::json::Value;
use crate::key::FoundKey;
use crate::token::number::beyond_doubles;
use crate::token::time::{NumericDate, Seconds};

const A_TIME: &str = "a number of seconds since 1970";

/// The payload's form and the types of registered claims, on which Convex stops before it chooses a
/// provider. `null` counts as absent.
pub(super) fn payload(case: &Case<'_>) -> Judged {
    let claims = match &case.parts.claims {
        Ok(claims) => claims,
        Err(error) => return Err(error.clone().into()),
    };
    let parts = &case.parts;
    let registered = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
    if let Some((name, _)) =
        parts.overridden_claims.iter().find(|(name, _)| registered.contains(&name.as_str()))
    {
        return Err(Error::claim_duplicate(&quote(name)).into());
    }
    let is_time = |value: &Value| {
        NumericDate::of(value).is_some_and(|it| !it.is_negative() && it.rounded().is_in_calendar())
    };
    for (name, value) in claims.iter().filter(|(_, value)| !value.is_null()) {
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
    if claims
        .iter()
        .chain(&parts.overridden_claims)
        .any(|(_, value)| beyond_doubles(value).is_some())
    {
        let part = "its payload has a number beyond all doubles";
        return Err(Error::token_malformed(part).into());
    }
    Ok(())
}

/// The document is fetched from the token's own issuer, which it must name to the letter.
pub(super) fn discovery(case: &Case<'_>) -> Judged {
    let Some(document) = case.discovery else { return Err(Stop::NotGiven) };
    document.check_answer(is_discovery_type)?;
    let (object, overridden) = document.object()?;
    let url = || document.shown_url();
    let beyond = |(_, value): &(String, Value)| beyond_doubles(value).is_some();
    if object.iter().chain(&overridden).any(beyond) {
        return Err(Error::document_json(&url()).into());
    }
    let Some(Value::String(found)) = object.get("issuer") else {
        return Err(Error::document_member(&url(), "issuer").into());
    };
    let uri = object.get("jwks_uri").and_then(Value::as_str);
    if !uri.is_some_and(is_url) {
        return Err(Error::document_member(&url(), "jwks_uri").into());
    }
    if let Some(name) = misfit(&object, &overridden) {
        return Err(Error::document_member(&url(), name).into());
    }
    let expected = case.required_text("iss").map_err(|_| Stop::NotReached)?;
    if found != expected {
        let (found, expected) = (quote(found), quote(expected));
        return Err(Error::discovery_issuer(&found, &expected).into());
    }
    Ok(())
}

pub(super) fn published_set(case: &Case<'_>, takes: fn(&str) -> bool) -> Judged {
    if let Some(answer) = case.set_answer {
        answer.check_answer(takes)?;
    }
    match &case.set {
        Some(Ok(set)) => {
            let beyond = |(_, value): &(String, Value)| beyond_doubles(value).is_some();
            let unreadable = set.keys.iter().any(|key| key.members.iter().any(beyond));
            if unreadable || (case.found && !set.is_set) { Err(no_set(case)) } else { Ok(()) }
        }
        Some(Err(error)) => Err(match case.set_answer {
            Some(answer) if error.code() == "ERR_KEY_DAMAGED" => other_answer(answer),
            _ => error.clone().into(),
        }),
        None => Err(Stop::NotReached),
    }
}

/// The refusal of what is no key set, or holds more than one.
pub(super) fn no_set(case: &Case<'_>) -> Stop {
    let given = || Error::key_damaged("its JSON is not that of a JWK set").into();
    case.set_answer.map_or_else(given, other_answer)
}

fn other_answer(answer: &Document) -> Stop {
    Error::document_set(&answer.shown_url()).into()
}

pub(super) fn form(case: &Case<'_>) -> Judged {
    let parts = &case.parts;
    let header = parts.header.as_ref().err();
    match header.or(parts.signing_input.as_ref().err()).or(parts.signature.as_ref().err()) {
        Some(error) => Err(error.clone().into()),
        None => Ok(()),
    }
}

/// The header as Convex's customJwt verifier reads it: all of it, each parameter of RFC 7515, section
/// 4.1, of its type.
pub(super) fn custom_jwt_header(case: &Case<'_>) -> Judged {
    once(case, &["alg", "kid", "typ", "cty", "crit", "jku", "jwk", "x5u", "x5c", "x5t"])?;
    let refused = |part| Err(Error::token_malformed(part).into());
    let header = case.header()?;
    if !case.parts.strict_header || header.iter().any(|(_, value)| beyond_doubles(value).is_some())
    {
        return refused("its header is not written as Convex reads it");
    }
    for (name, value) in header {
        let fits = match name.as_str() {
            "typ" | "cty" | "jku" | "kid" | "x5u" | "x5t" => value.is_string(),
            "x5c" | "crit" => is_texts(value),
            "jwk" => value.as_object().is_some_and(|jwk| is_readable_key(jwk.iter().as_slice())),
            _ => true,
        };
        if !fits && !value.is_null() {
            return refused("a parameter of its header is of another type");
        }
    }
    Ok(())
}

/// None of these parameters comes twice.
pub(super) fn once(case: &Case<'_>, names: &[&str]) -> Judged {
    let twice = |(name, _): &(String, Value)| names.contains(&name.as_str());
    if case.parts.overridden_header.iter().any(twice) {
        let part = "a parameter of its header is there twice";
        return Err(Error::token_malformed(part).into());
    }
    Ok(())
}

/// The algorithm that a key names, or else that of its type.
pub(super) fn own_algorithm(key: &FoundKey) -> &str {
    let of_type = || key.algorithm().map_or("another", Algorithm::name);
    key.text("alg").unwrap_or_else(of_type)
}

/// Whether Convex's OIDC verifier knows the name of an algorithm: it can read a token of any that is
/// for signatures or encrypts content.
pub(super) fn is_known_to_oidc(alg: &str) -> bool {
    let names = |prefix: &str| alg.starts_with(prefix) && KNOWN_ALGORITHMS.contains(&alg);
    alg == "none"
        || alg == "EdDSA"
        || ["HS", "RS2", "RS3", "RS5", "ES", "PS", "A128CBC", "A192CBC", "A256CBC"]
            .iter()
            .any(|prefix| names(prefix))
        || matches!(alg, "A128GCM" | "A192GCM" | "A256GCM")
}

/// `typ` says JWT or nothing, `cty` and `crit` are not there (`validate_jose_header`).
pub(super) fn header_members(case: &Case<'_>) -> Judged {
    case.header()?;
    if let Some(found) = case.parameter("typ") {
        let jwt = found.as_str().is_some_and(|typ| {
            let typ = typ.to_ascii_lowercase();
            matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "jose")
        });
        if !jwt {
            return Err(Error::token_type(&quote(&found.to_json())).into());
        }
    }
    if let Some(found) = case.parameter("cty") {
        return Err(Error::token_type(&quote(&found.to_json())).into());
    }
    match case.parameter("crit") {
        Some(_) => Err(Error::token_critical("crit").into()),
        None => Ok(()),
    }
}

pub(super) fn signature(case: &Case<'_>) -> Judged {
    let key = case.key().map_err(|_| Stop::NotReached)?;
    let (Ok(input), Ok(signature)) = (&case.parts.signing_input, &case.parts.signature) else {
        return Err(Stop::NotReached);
    };
    if case.algorithm() != key.algorithm() {
        // The key may still say that it is for the algorithm, and cannot be.
        let named = case.algorithm().map(Algorithm::name) == Some(own_algorithm(key));
        return Err(if named { Error::token_signature().into() } else { Stop::NotReached });
    }
    match &key.verifying {
        Ok(key) if key.verifies(input.as_bytes(), signature) => Ok(()),
        Ok(_) => Err(Error::token_signature().into()),
        // The key cannot be what the signature was made with.
        Err(error) => Err(error.clone().into()),
    }
}

/// How far clocks may differ, in seconds: that of Convex's customJwt verifier. Its OIDC verifier
/// tolerates nothing.
const DEFAULT_CLOCK_TOLERANCE: Seconds = 5;

/// How far clocks may differ for this case.
pub(super) fn tolerance(case: &Case<'_>) -> Seconds {
    case.clock_tolerance.unwrap_or(match (case.kind, case.provider) {
        (Kind::Oidc, Some(_)) => 0,
        _ => DEFAULT_CLOCK_TOLERANCE,
    })
}

pub(super) fn expired(case: &Case<'_>, expires: NumericDate) -> Stop {
    let seconds = NumericDate::from_seconds(case.now).seconds_since(expires);
    Error::token_expired(seconds).into()
}

/// Refuses a token whose time has not come, by a claim that may be absent.
pub(super) fn begun(case: &Case<'_>, name: &'static str) -> Judged {
    match case.time(name)?.map(NumericDate::rounded) {
        Some(time) if time > NumericDate::from_seconds(case.now + tolerance(case)) => {
            let seconds = time.seconds_since(NumericDate::from_seconds(case.now));
            Err(Error::token_not_yet_valid(name, seconds).into())
        }
        _ => Ok(()),
    }
}

pub(super) fn claim_type(name: &'static str, expected: &'static str) -> Stop {
    Error::token_claim_type(name, expected).into()
}
