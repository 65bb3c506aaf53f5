//! Which JWK sets Convex can read for a customJwt provider. Its parser stops at one key of a type, curve
//! or `alg` that it does not know, and refuses the whole set for it.

use crate::key::{KeyDescription, PublishedSet};

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

/// Whether Convex can read a set for a customJwt provider.
pub(crate) fn is_readable(set: &PublishedSet) -> bool {
    set.described.iter().all(is_known)
}

fn is_known(key: &KeyDescription) -> bool {
    let known_type = matches!(
        (key.kty.as_deref(), key.crv.as_deref()),
        (Some("RSA" | "oct"), _)
            | (Some("EC"), Some("P-256" | "P-384" | "P-521"))
            | (Some("OKP"), Some("Ed25519"))
    );
    known_type && key.alg.as_deref().is_none_or(|alg| KNOWN_ALGORITHMS.contains(&alg))
}
