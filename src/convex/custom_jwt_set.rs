//! Which JWK sets Convex can read for a customJwt provider. Its parser stops at one key of a type, curve
//! or `alg` that it does not know, and refuses the whole set for it.

use crate::base64url;
use crate::json::Value;
use crate::key::FoundSet;

/// The values of `alg` that the parser knows (RFC 7518, sections 3.1, 4.1 and 5.1): all but those of
/// later standards, such as EdDSA.
pub(super) const KNOWN_ALGORITHMS: [&str; 36] = [
    "none",
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "ES256",
    "ES384",
    "ES512",
    "PS256",
    "PS384",
    "PS512",
    "RSA1_5",
    "RSA-OAEP",
    "RSA-OAEP-256",
    "A128KW",
    "A192KW",
    "A256KW",
    "dir",
    "ECDH-ES",
    "ECDH-ES+A128KW",
    "ECDH-ES+A192KW",
    "ECDH-ES+A256KW",
    "A128GCMKW",
    "A192GCMKW",
    "A256GCMKW",
    "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW",
    "PBES2-HS512+A256KW",
    "A128CBC-HS256",
    "A192CBC-HS384",
    "A256CBC-HS512",
    "A128GCM",
    "A192GCM",
    "A256GCM",
];

/// So many of them, the first, are for signatures.
pub(super) const SIGNING_ALGORITHMS: usize = 13;

/// Whether Convex can read a set for a customJwt provider.
pub(crate) fn is_readable(set: &FoundSet) -> bool {
    set.keys.iter().all(|key| is_readable_key(&key.members))
}

/// Whether Convex can read a key: `CommonParameters` and `AlgorithmParameters` of `biscuit`, in which
/// each member that it knows is of its type and comes once.
pub(super) fn is_readable_key(members: &[(String, Value)]) -> bool {
    let common = |name: &str, value: &Value| match name {
        "use" | "kid" | "x5u" | "x5t" => value.is_null() || value.is_string(),
        "key_ops" | "x5c" => value.is_null() || is_texts(value),
        "alg" => value.is_null() || value.as_str().is_some_and(|it| KNOWN_ALGORITHMS.contains(&it)),
        _ => true,
    };
    let text = |name: &str| get(members, name).and_then(Value::as_str);
    let bytes = |name: &str| text(name).is_some_and(|text| base64url::decode(text).is_some());
    let curve = || matches!(text("crv"), Some("P-256" | "P-384" | "P-521" | "Ed25519" | "Ed448"));
    let (of_type, own): (bool, &[&str]) = match text("kty") {
        Some("EC") => (curve() && bytes("x") && bytes("y"), &["crv", "x", "y", "d"]),
        Some("OKP") => (curve() && bytes("x"), &["crv", "x", "d"]),
        Some("RSA") => (bytes("n") && bytes("e"), &["n", "e", "d", "p", "q", "dp", "dq", "qi"]),
        Some("oct") => (bytes("k"), &["k"]),
        _ => return false,
    };
    let optional =
        own.iter().all(|name| get(members, name).is_none() || *name == "crv" || bytes(name));
    let common = members.iter().all(|(name, value)| common(name, value));
    let once = COMMON.iter().chain(own).all(|name| !is_twice(members, name));
    let primes = get(members, "oth").filter(|_| text("kty") == Some("RSA"));
    let primes = primes.is_none_or(|oth| oth.is_null() || oth.as_array() == Some(&[]));
    of_type && optional && primes && common && once
}

/// What every key may have (RFC 7517, section 4), and its type.
const COMMON: [&str; 8] = ["kty", "use", "key_ops", "alg", "kid", "x5u", "x5c", "x5t"];

/// The value of a member; of one that comes twice, the last.
pub(super) fn get<'m>(members: &'m [(String, Value)], name: &str) -> Option<&'m Value> {
    members.iter().rev().find(|(other, _)| other == name).map(|(_, value)| value)
}

/// Whether a member comes twice.
pub(super) fn is_twice(members: &[(String, Value)], name: &str) -> bool {
    members.iter().filter(|(other, _)| other == name).count() > 1
}

pub(super) fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}
