//! The identity that a Convex function sees, from the claims of a verified token.
//!
//! Mirrors `UserIdentity::from_token`, `from_custom_jwt` and `extract_custom_jwt_claims` of Convex's
//! crate `keybroker`, and `UserIdentityAttributesJson` of its crate `sync_types`.

use std::collections::{BTreeMap, HashMap};

use openidconnect::core::{
    CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{AdditionalClaims, IdTokenClaims, LocalizedClaim};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::claims::Claims;

/// What `ctx.auth.getUserIdentity()` returns: a JSON object.
pub type Identity = Value;

/// An ID token with any claims.
pub(crate) type IdToken = openidconnect::IdToken<
    CustomClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The claims of an ID token that `openidconnect` gives no place of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CustomClaims(HashMap<String, Value>);

impl AdditionalClaims for CustomClaims {}

/// The identity of an OIDC token.
///
/// `openidconnect` keeps some claims that Convex has no use for: `aud`, `iat`, `auth_time`, `nonce`,
/// `acr`, `amr`, `azp`, `at_hash`, `c_hash`, `middle_name`, `birthday`, and the translations such as
/// `name#fr`. These appear nowhere in the identity.
pub(crate) fn of_id_token(claims: &IdTokenClaims<CustomClaims, CoreGenderClaim>) -> Identity {
    // Convex drops more names here, but `openidconnect` has taken those already, but for these.
    let dropped = ["exp", "iss", "sub", "jti", "nbf", "fva"];
    let custom = claims
        .additional_claims()
        .0
        .iter()
        .filter(|(name, _)| !dropped.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let standard = [
        ("name", untranslated(claims.name())),
        ("givenName", untranslated(claims.given_name())),
        ("familyName", untranslated(claims.family_name())),
        ("nickname", untranslated(claims.nickname())),
        ("preferredUsername", text(claims.preferred_username())),
        ("profileUrl", untranslated(claims.profile())),
        ("pictureUrl", untranslated(claims.picture())),
        ("websiteUrl", untranslated(claims.website())),
        ("email", text(claims.email())),
        ("emailVerified", claims.email_verified().map(Value::Bool)),
        ("gender", text(claims.gender())),
        ("birthday", text(claims.birthdate())),
        ("timezone", text(claims.zoneinfo())),
        ("language", text(claims.locale())),
        ("phoneNumber", text(claims.phone_number())),
        ("phoneNumberVerified", claims.phone_number_verified().map(Value::Bool)),
        ("address", claims.address().and_then(|address| text(address.formatted.as_ref()))),
        ("updatedAt", claims.updated_at().map(|at| Value::String(at.to_rfc3339()))),
    ];
    assemble(claims.issuer(), claims.subject(), standard, custom)
}

/// The identity of a token of a `customJwt` provider, or which claim it lacks for one.
pub(crate) fn of_custom_jwt(claims: &Claims<Value>) -> Result<Identity, &'static str> {
    let registered = &claims.registered;
    let subject = registered.sub.as_ref().ok_or("Missing subject")?;
    let issuer = registered.iss.as_ref().ok_or("Missing issuer")?;
    if registered.exp.is_none() {
        return Err("Missing expiry");
    }
    let mut custom = BTreeMap::new();
    if let Value::Object(private) = &claims.private {
        flatten("", private, &mut custom);
        custom.remove("fva");
    }
    Ok(assemble(issuer, subject, [], custom))
}

/// Flattens nested objects: `{ "a": { "b": 1 } }` becomes `{ "a.b": 1 }`. An empty object leaves
/// nothing, an array stays whole, and the later of two equal names wins.
fn flatten(prefix: &str, object: &Map<String, Value>, into: &mut BTreeMap<String, Value>) {
    for (name, value) in object {
        let name = format!("{prefix}{name}");
        match value {
            Value::Object(nested) => flatten(&format!("{name}."), nested, into),
            other => {
                into.insert(name, other.clone());
            }
        }
    }
}

/// Puts the object together, as `UserIdentityAttributesJson` serializes it.
///
/// A standard claim that is absent or null leaves no member; a custom claim that is null does. The
/// custom claims come last, in the order of their names, so **one that has the name of a member
/// replaces it**, even `tokenIdentifier`.
fn assemble<const N: usize>(
    issuer: &str,
    subject: &str,
    standard: [(&str, Option<Value>); N],
    custom: BTreeMap<String, Value>,
) -> Identity {
    let mut identity = Map::new();
    identity.insert("tokenIdentifier".into(), format!("{issuer}|{subject}").into());
    identity.insert("issuer".into(), issuer.into());
    identity.insert("subject".into(), subject.into());
    for (name, value) in standard {
        if let Some(value) = value {
            identity.insert(name.into(), value);
        }
    }
    identity.extend(custom);
    Value::Object(identity)
}

fn text<T: Serialize>(claim: Option<&T>) -> Option<Value> {
    claim.and_then(|claim| serde_json::to_value(claim).ok())
}

/// The value that bears no language tag.
fn untranslated<T: Serialize>(claim: Option<&LocalizedClaim<T>>) -> Option<Value> {
    text(claim.and_then(|translations| translations.get(None)))
}
