//! What Convex checks of a token for an OIDC provider.

use super::Check;
use super::judging::{
    begun, claim_type, discovery, expired, form, header_members, is_known_to_oidc, once,
    published_set, signature, tolerance,
};
use super::showing::{
    FORM, TYPE, by_the_key, claim, kind_of, later_than, or, parameter, shown_claims, shown_form,
    shown_kids, shown_set, shown_signature, shown_time, shown_type, text,
};
use super::words::{discovery_failed, oidc_claims, oidc_form};
use crate::convex::case::Stop;
use crate::convex::custom_jwt_set::is_texts;
use crate::convex::discovery::DISCOVERY_PATH;
use crate::convex::document::is_discovered_set_type;
use crate::convex::message;
use crate::convex::provider::Kind;
use crate::error::{Error, quote, quoted};
use crate::json::Value;
use crate::text::{concat, find, listed};
use crate::token::standard_claims;
use crate::token::time::NumericDate;

/// The OIDC branch of `validate_id_token`, and `IdTokenVerifier::claims`.
pub(super) const OIDC: &[Check] = &[
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
