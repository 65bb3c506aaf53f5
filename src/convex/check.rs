//! The checks that Convex makes of a token, in its order: one list for each kind of provider.
//! Verifying stops at the first that fails; explaining goes through all of them.

use super::case::{Case, Judged, Stop};
use super::custom_jwt_set::{
    KNOWN_ALGORITHMS, SIGNING_ALGORITHMS, is_readable, is_readable_key, is_texts,
};
use super::discovery::{DISCOVERY_PATH, misfit};
use super::document::{is_discovered_set_type, is_discovery_type, is_set_type, shown_status};
use super::message::{self, Message};
use super::provider::{Kind, Provider, is_url, with_scheme};
use super::verify::DEFAULT_CLOCK_TOLERANCE;
use crate::algorithm::Algorithm;
use crate::error::{Error, quote, quoted};
use crate::json::Value;
use crate::key::FoundKey;
use crate::text::{concat, find, has_any, listed, number};
use crate::token::number::beyond_doubles;
use crate::token::standard_claims;
use crate::token::time::{NumericDate, Seconds, format_rfc3339};

/// One check.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) judge: fn(&Case<'_>) -> Judged,
    /// What the token, the set or the document has.
    pub(super) found: fn(&Case<'_>) -> String,
    /// What Convex wants.
    pub(super) expected: fn(&Case<'_>) -> String,
    /// What Convex says when it fails.
    pub(super) message: fn(&Case<'_>, &Error) -> Option<String>,
}

/// The checks of a case, in Convex's order.
pub(super) fn checks(kind: Kind) -> impl Iterator<Item = &'static Check> {
    let own: &'static [Check] = match kind {
        Kind::Oidc => OIDC,
        Kind::CustomJwt => CUSTOM_JWT,
    };
    ROUTING.iter().chain(own)
}

/// The names of all checks with what each kind of provider expects, by an example, for the
/// documentation: kind, name, expectation.
pub fn expectations() -> Vec<(&'static str, &'static str, String)> {
    const ISSUER: &str = "https://happy-animal-123.convex.site";
    let payload = crate::base64url::encode(format!("{{\"iss\":\"{ISSUER}\"}}"));
    let token = format!("e30.{payload}.");
    let (issuer, id) = (ISSUER.to_owned(), super::DEFAULT_AUDIENCE.to_owned());
    let providers = [
        Provider::Oidc { domain: issuer.clone(), application_id: id.clone() },
        Provider::CustomJwt {
            jwks: format!("{issuer}{}", super::discovery::JWKS_PATH),
            issuer,
            algorithm: crate::algorithm::Algorithm::Es256,
            application_id: Some(id),
        },
    ];
    let mut rows = Vec::new();
    for provider in &providers {
        let case = Case::new(&token, Some(vec![provider]), 0);
        let kind = provider.kind();
        rows.extend(checks(kind).map(|check| (kind.name(), check.name, (check.expected)(&case))));
    }
    rows
}

/// How a token finds its provider.
const ROUTING: &[Check] = &[
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
                Some(expected) => Err(Error::token_issuer(&quote(found), &quote(expected)).into()),
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
                    Err(Error::token_audience(&found, &quote(expected)).into())
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

/// The OIDC branch of `validate_id_token`, and `IdTokenVerifier::claims`.
const OIDC: &[Check] = &[
    Check {
        name: "issuer-url",
        // Discovery begins at the token's own issuer, which must be a URL for it.
        judge: |case| {
            let issuer = case.required_text("iss").map_err(|_| Stop::NotReached)?;
            if case.provider.is_none() || find(issuer, "://").is_some() {
                return Ok(());
            }
            let (found, expected) = (quote(issuer), quote(&concat(&["https://", issuer])));
            Err(Error::token_issuer(&found, &expected).into())
        },
        found: |case| claim(case, "iss"),
        expected: |_| "a whole URL: discovery begins there".to_owned(),
        message: |_, _| Some(message::INTERNAL.with(&[])),
    },
    Check {
        name: "discovery",
        judge: discovery,
        found: |case| {
            case.discovery.map_or_else(
                || "not given".to_owned(),
                |document| {
                    let issuer = document.object().ok().and_then(|(object, _)| {
                        Some(concat(&[", issuer ", &quoted(object.get("issuer")?.as_str()?)]))
                    });
                    concat(&[&document.shown(), &issuer.unwrap_or_default()])
                },
            )
        },
        expected: |case| {
            let issuer = text(case, "iss");
            concat(&[
                &quote(issuer.trim_end_matches('/')),
                DISCOVERY_PATH,
                ": status 200, application/json, the issuer ",
                &quoted(issuer),
                " to the letter, a jwks_uri",
            ])
        },
        message: |case, error| Some(discovery_failed(case, error, false)),
    },
    Check {
        name: "jwks",
        judge: |case| published_set(case, is_discovered_set_type),
        found: shown_set,
        expected: |_| {
            "a JWK set, with status 200 and the type application/json or application/jwk-set+json"
                .to_owned()
        },
        message: |case, error| Some(discovery_failed(case, error, true)),
    },
    Check {
        name: "required-claims",
        judge: |case| {
            case.required_text("sub")?;
            case.required_time("exp")?;
            case.required_time("iat")?;
            Ok(())
        },
        found: |case| shown_claims(case, &["sub", "exp", "iat"]),
        expected: |_| "the claims sub, exp and iat".to_owned(),
        message: oidc_form,
    },
    Check {
        name: "standard-claims",
        judge: |case| {
            let claims = case.claims()?;
            for (name, value) in claims {
                standard_claims::check(name, value)
                    .map_err(|(name, expected)| claim_type(name, expected))?;
            }
            let parts = &case.parts;
            let stops = |(name, _): &&(String, Value)| standard_claims::stops_a_second(name);
            let second = parts.overridden_claims.iter().find(stops).map(|(name, _)| name.as_str());
            let address = parts.address_twice.then_some("address");
            match second.or(address).or_else(|| standard_claims::duplicate(claims)) {
                Some(name) => Err(Error::claim_duplicate(&quote(name)).into()),
                None => Ok(()),
            }
        },
        found: |case| {
            let claims = case.parts.claims.iter().flatten();
            let wrong = claims
                .filter(|(name, value)| standard_claims::check(name, value).is_err())
                .map(|(name, value)| concat(&[&quote(name), ": ", kind_of(value)]));
            or(listed(wrong, ", "), "each of its type")
        },
        expected: |_| {
            "name, email, email_verified and so on of the types of OpenID Connect, each once"
                .to_owned()
        },
        message: oidc_form,
    },
    Check {
        name: "form",
        judge: |case| {
            form(case)?;
            once(case, &["alg", "kid", "typ", "cty", "crit"])?;
            // For our own tokens each text has one spelling only, whatever Convex lets pass.
            if case.provider.is_none() && !(case.parts.strict_header && case.parts.strict_signature)
            {
                return Err(Error::token_malformed("it is not written in the one way").into());
            }
            if case.parameter("kid").is_some_and(|kid| !kid.is_string()) {
                return Err(Error::token_malformed("its `kid` is not a string").into());
            }
            let alg = case.parameter("alg").and_then(Value::as_str);
            if !alg.is_some_and(is_known_to_oidc) {
                return Err(case.refused_algorithm().into());
            }
            Ok(())
        },
        found: shown_form,
        expected: |_| FORM.to_owned(),
        message: oidc_form,
    },
    Check {
        name: "type",
        judge: header_members,
        found: shown_type,
        expected: |_| TYPE.to_owned(),
        message: |case, error| {
            let is_other = |name, fits: fn(&Value) -> bool| {
                case.parameter(name).is_some_and(|value| !fits(value))
            };
            let unreadable = is_other("typ", Value::is_string)
                || is_other("cty", Value::is_string)
                || is_other("crit", is_texts);
            if unreadable { oidc_form(case, error) } else { oidc_claims(case, error) }
        },
    },
    Check {
        name: "one-audience",
        judge: |case| {
            let audiences = case.audiences();
            if audiences.windows(2).any(|pair| pair.first() != pair.last()) {
                return Err(Error::token_audiences().into());
            }
            Ok(())
        },
        found: |case| claim(case, "aud"),
        expected: |_| "one audience: a string, or an array of one".to_owned(),
        message: oidc_claims,
    },
    Check {
        name: "algorithm",
        judge: |case| {
            case.header()?;
            match case.algorithm() {
                Some(algorithm) if Kind::Oidc.takes(algorithm) => Ok(()),
                _ => Err(case.refused_algorithm().into()),
            }
        },
        found: |case| parameter(case, "alg"),
        expected: |_| "\"RS256\" or \"EdDSA\"".to_owned(),
        message: oidc_claims,
    },
    Check {
        name: "key",
        judge: |case| case.key().map(drop),
        found: |case| parameter(case, "kid"),
        expected: |case| {
            concat(&["exactly one key of the token's algorithm; published are ", &shown_kids(case)])
        },
        message: oidc_claims,
    },
    Check {
        name: "signature",
        judge: signature,
        found: shown_signature,
        expected: by_the_key,
        message: oidc_claims,
    },
    Check {
        name: "expiry",
        judge: |case| {
            let expires = case.required_time("exp").map_err(|_| Stop::NotReached)?;
            // `exp` itself is too late already.
            if NumericDate::from_seconds(case.now - tolerance(case)) >= expires {
                return Err(expired(case, expires));
            }
            Ok(())
        },
        found: |case| shown_time(case, "exp"),
        expected: |case| later_than(case, 0),
        message: oidc_claims,
    },
    Check {
        name: "not-before",
        judge: |case| match case.provider {
            // Convex does not look at it here; RFC 7519, section 4.1.5, demands it.
            None => begun(case, "nbf"),
            Some(_) => Ok(()),
        },
        found: |case| shown_time(case, "nbf"),
        expected: |_| "any: OIDC providers do not look at it".to_owned(),
        message: |_, _| None,
    },
];

/// The customJwt branch of `validate_id_token`.
const CUSTOM_JWT: &[Check] = &[
    Check {
        name: "jwks",
        judge: |case| {
            published_set(case, is_set_type)?;
            let set = case.set()?;
            if !set.ends {
                return Err(Error::key_damaged(NOT_A_SET).into());
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

const FORM: &str = "three parts in base64url, joined by dots, with a JSON object as header";
const TYPE: &str = "`typ` \"JWT\" or none; neither `cty` nor `crit`";
const NOT_A_SET: &str = "its JSON is not that of a JWK set";
const A_TIME: &str = "a number of seconds since 1970";

// ---- Judging --------------------------------------------------------------------------------

/// The payload's form and the types of registered claims, on which Convex stops before it chooses a
/// provider. `null` counts as absent.
fn payload(case: &Case<'_>) -> Judged {
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
fn discovery(case: &Case<'_>) -> Judged {
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

fn published_set(case: &Case<'_>, takes: fn(&str) -> bool) -> Judged {
    if let Some(answer) = case.set_answer {
        answer.check_answer(takes)?;
    }
    match &case.set {
        Some(Ok(set)) => {
            let beyond = |(_, value): &(String, Value)| beyond_doubles(value).is_some();
            let unreadable = set.keys.iter().any(|key| key.members.iter().any(beyond));
            if unreadable || (case.found && !set.is_set) {
                return Err(Error::key_damaged(NOT_A_SET).into());
            }
            Ok(())
        }
        Some(Err(error)) => Err(error.clone().into()),
        None => Err(Stop::NotReached),
    }
}

fn form(case: &Case<'_>) -> Judged {
    let parts = &case.parts;
    let header = parts.header.as_ref().err();
    match header.or(parts.signing_input.as_ref().err()).or(parts.signature.as_ref().err()) {
        Some(error) => Err(error.clone().into()),
        None => Ok(()),
    }
}

/// The header as Convex's customJwt verifier reads it: all of it, each parameter of RFC 7515, section
/// 4.1, of its type.
fn custom_jwt_header(case: &Case<'_>) -> Judged {
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
fn once(case: &Case<'_>, names: &[&str]) -> Judged {
    let twice = |(name, _): &(String, Value)| names.contains(&name.as_str());
    if case.parts.overridden_header.iter().any(twice) {
        let part = "a parameter of its header is there twice";
        return Err(Error::token_malformed(part).into());
    }
    Ok(())
}

/// The algorithm that a key names, or else that of its type.
fn own_algorithm(key: &FoundKey) -> &str {
    let of_type = || key.algorithm().map_or("another", Algorithm::name);
    key.text("alg").unwrap_or_else(of_type)
}

/// Whether Convex's OIDC verifier knows the name of an algorithm: it can read a token of any that is
/// for signatures or encrypts content.
fn is_known_to_oidc(alg: &str) -> bool {
    let names = |prefix: &str| alg.starts_with(prefix) && KNOWN_ALGORITHMS.contains(&alg);
    alg == "none"
        || alg == "EdDSA"
        || ["HS", "RS2", "RS3", "RS5", "ES", "PS", "A128CBC", "A192CBC", "A256CBC"]
            .iter()
            .any(|prefix| names(prefix))
        || matches!(alg, "A128GCM" | "A192GCM" | "A256GCM")
}

/// `typ` says JWT or nothing, `cty` and `crit` are not there (`validate_jose_header`).
fn header_members(case: &Case<'_>) -> Judged {
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

fn signature(case: &Case<'_>) -> Judged {
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

/// How far clocks may differ for this case.
fn tolerance(case: &Case<'_>) -> Seconds {
    case.clock_tolerance.unwrap_or(match (case.kind, case.provider) {
        (Kind::Oidc, Some(_)) => 0,
        _ => DEFAULT_CLOCK_TOLERANCE,
    })
}

fn expired(case: &Case<'_>, expires: NumericDate) -> Stop {
    let seconds = NumericDate::from_seconds(case.now).seconds_since(expires);
    Error::token_expired(seconds).into()
}

/// Refuses a token whose time has not come, by a claim that may be absent.
fn begun(case: &Case<'_>, name: &'static str) -> Judged {
    match case.time(name)?.map(NumericDate::rounded) {
        Some(time) if time > NumericDate::from_seconds(case.now + tolerance(case)) => {
            let seconds = time.seconds_since(NumericDate::from_seconds(case.now));
            Err(Error::token_not_yet_valid(name, seconds).into())
        }
        _ => Ok(()),
    }
}

fn claim_type(name: &'static str, expected: &'static str) -> Stop {
    Error::token_claim_type(name, expected).into()
}

// ---- Showing --------------------------------------------------------------------------------

fn or(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// A value as it is shown, shortened.
fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), |value| quote(&value.to_json()))
}

fn claim(case: &Case<'_>, name: &str) -> String {
    shown(case.claim(name))
}

fn parameter(case: &Case<'_>, name: &str) -> String {
    shown(case.parameter(name))
}

fn text<'c>(case: &'c Case<'_>, name: &str) -> &'c str {
    case.claim(name).and_then(Value::as_str).unwrap_or_default()
}

fn shown_claims(case: &Case<'_>, names: &[&str]) -> String {
    let there = names.iter().filter(|name| case.claim(name).is_some());
    or(listed(there.map(|name| (*name).to_owned()), ", "), "none of these")
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn shown_audiences(case: &Case<'_>) -> String {
    let audiences = case.audiences();
    or(listed(audiences.iter().map(|one| quoted(one)), ", "), "absent")
}

/// What the providers want, or the option of the call.
fn any_of<'a>(
    case: &Case<'a>,
    member: fn(&'a Provider) -> Option<&'a str>,
    option: Option<&'a str>,
    any: &str,
) -> String {
    let providers = case.providers.iter().flatten().copied();
    let mut texts: Vec<_> = providers.filter_map(member).chain(option).collect();
    texts.dedup();
    or(listed(texts.iter().take(5).map(|one| quoted(one)), " or "), any)
}

fn shown_set(case: &Case<'_>) -> String {
    let answer = case.set_answer.map(|answer| concat(&[&answer.shown(), ": "])).unwrap_or_default();
    match &case.set {
        None => "no key set is given, so the signature cannot be checked".to_owned(),
        Some(Err(error)) => concat(&[&answer, &error.message()]),
        Some(Ok(_)) => concat(&[&answer, &shown_kids(case)]),
    }
}

fn shown_kids(case: &Case<'_>) -> String {
    let Ok(set) = case.set() else { return "none".to_owned() };
    let keys = set.keys.iter().take(5).map(|key| {
        let kid = key.text("kid").map_or("no `kid`".to_owned(), quoted);
        concat(&[&kid, " (", &quote(own_algorithm(key)), ")"])
    });
    or(listed(keys, ", "), "no key")
}

fn shown_form(case: &Case<'_>) -> String {
    match form(case) {
        Err(Stop::Refused(error)) => error.message(),
        _ => shown_header(case, &["alg", "kid"]),
    }
}

fn shown_type(case: &Case<'_>) -> String {
    shown_header(case, &["typ", "cty", "crit"])
}

fn shown_header(case: &Case<'_>, names: &[&str]) -> String {
    let there = names.iter().filter(|name| case.parameter(name).is_some());
    let shown = there.map(|name| concat(&[name, " ", &parameter(case, name)]));
    or(listed(shown, ", "), "none of these")
}

fn shown_signature(case: &Case<'_>) -> String {
    let length = case.parts.signature.as_ref().map_or(0, Vec::len);
    concat(&["a signature of ", &number(length as i64), " bytes"])
}

fn by_the_key(case: &Case<'_>) -> String {
    let kid = case.key().ok().and_then(|key| key.text("kid"));
    kid.map_or("made by the published key".to_owned(), |kid| {
        concat(&["made by the key ", &quoted(kid)])
    })
}

fn shown_time(case: &Case<'_>, name: &str) -> String {
    match case.time(name) {
        Ok(Some(time)) => {
            let (seconds, _) = time.double_parts();
            let away = time.seconds_since(NumericDate::from_seconds(case.now));
            let when = match away {
                0 => "now".to_owned(),
                away if away < 0 => concat(&[&number(-away), " s ago"]),
                away => concat(&["in ", &number(away), " s"]),
            };
            concat(&[&utc(seconds), " (", &when, ")"])
        }
        _ => claim(case, name),
    }
}

/// A time in UTC, or the number itself where no calendar has it.
fn utc(seconds: Seconds) -> String {
    const LAST: Seconds = 253_402_300_799;
    if (0..=LAST).contains(&seconds) {
        let time = format_rfc3339(seconds, 0);
        concat(&[time.strip_suffix("+00:00").unwrap_or_default(), "Z"])
    } else {
        number(seconds)
    }
}

fn later_than(case: &Case<'_>, tolerance: Seconds) -> String {
    let zone = match tolerance {
        0 => String::new(),
        _ => concat(&[", give or take ", &number(tolerance), " s"]),
    };
    concat(&["later than ", &utc(case.now), &zone])
}

fn not_later_than(case: &Case<'_>) -> String {
    let tolerance = number(tolerance(case));
    concat(&["absent, or not later than ", &utc(case.now), ", give or take ", &tolerance, " s"])
}

// ---- Convex's words -------------------------------------------------------------------------

fn oidc_form(_: &Case<'_>, _: &Error) -> Option<String> {
    Some(message::OIDC_FORM.with(&[]))
}

fn oidc_claims(_: &Case<'_>, _: &Error) -> Option<String> {
    Some(message::OIDC_CLAIMS.with(&[]))
}

/// `enhance_no_provider_error`, of a deployment that does not redact its errors.
fn no_provider(case: &Case<'_>) -> String {
    let Some(providers) = &case.providers else { return message::NO_PROVIDER.with(&["…"]) };
    let known = providers.iter().map(|provider| {
        let (issuer, id) = (with_scheme(provider.issuer()), provider.application_id());
        let (issuer, id) = (quote(&issuer), quote(id.unwrap_or("none")));
        let begin = match provider.kind() {
            Kind::Oidc => "OIDC(domain=",
            Kind::CustomJwt => "CustomJWT(issuer=",
        };
        concat(&[begin, &issuer, ", app_id=", &id, ")"])
    });
    message::NO_PROVIDER.with(&[&listed(known, ", ")])
}

/// The body is shown only where it cannot be a key set.
fn discovery_failed(case: &Case<'_>, error: &Error, of_set: bool) -> String {
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

fn set_failed(case: &Case<'_>, error: &Error) -> Option<String> {
    let uri = match case.provider {
        Some(Provider::CustomJwt { jwks, .. }) => jwks.as_str(),
        _ => "…",
    };
    let uri = quote(uri);
    let message = |message: Message, values: &[&str]| Some(message.with(values));
    match error.code() {
        "ERR_UNREACHABLE" if uri.is_empty() => message(message::INTERNAL, &[]),
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
        "ERR_PROVIDER" if has_any(&uri, ",") => message(message::JWKS_DATA, &[]),
        // Without a comma it is no data: URI to Convex, and no URL either.
        "ERR_PROVIDER" => message(message::INTERNAL, &[]),
        _ => message(message::JWKS_BODY, &[&uri]),
    }
}

/// Whatever fails in decoding, Convex's message speaks of the `kid`, if it can read the header.
fn decoding(case: &Case<'_>, _: &Error) -> Option<String> {
    let alg = case.parameter("alg").and_then(Value::as_str);
    let signing = KNOWN_ALGORITHMS.get(..SIGNING_ALGORITHMS).unwrap_or_default();
    let readable = custom_jwt_header(case).is_ok() && alg.is_some_and(|alg| signing.contains(&alg));
    Some(match case.kid().filter(|_| readable) {
        Some(kid) => message::KID.with(&[&quote(kid)]),
        None => message::NO_KID.with(&[]),
    })
}

fn time(_: &Case<'_>, error: &Error) -> Option<String> {
    let seconds = error.value("seconds");
    let what = match error.code() {
        "ERR_TOKEN_EXPIRED" => concat(&["Token expired ", seconds, " seconds ago"]),
        "ERR_TOKEN_NOT_YET_VALID" => concat(&["Token will be valid in ", seconds, " seconds"]),
        _ => return None,
    };
    Some(message::TIME.with(&[&what]))
}
