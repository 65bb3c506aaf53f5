//! Prints what docs/errors.md and the npm package's sentences are made of, as JSON: the errors of the
//! core, the checks that Convex makes, Convex's own messages, and the sentences of all of them. `scripts/errors-page.mjs` runs it.

#[path = "../tests/common/every_error.rs"]
mod every_error;

use convex_token::convex::{check, message};
use serde_json::{Value, json};

/// Why Convex says each of its messages, in their order, and the checks to look at for it.
const CAUSES: [(&str, &[&str]); 17] = [
    ("The text is no JWT, or a registered claim is of another type.", &["payload"]),
    ("The token has no claim `iss`.", &["issuer-present"]),
    (
        "The deployment has no provider: convex/auth.config.ts is missing, empty or not pushed.",
        &["provider"],
    ),
    (
        "No entry of convex/auth.config.ts has both the token's issuer and one of its audiences.",
        &["issuer", "audience"],
    ),
    ("The token's issuer is no whole URL, so that discovery cannot begin.", &["issuer-url"]),
    (
        "The discovery document or the key set behind it cannot be fetched or read, or the document names another issuer.",
        &["discovery", "jwks"],
    ),
    (
        "The issuer's server answers with another status than 200 or another content type than JSON.",
        &["discovery", "jwks"],
    ),
    (
        "The header or a claim is not as OpenID Connect has it.",
        &["required-claims", "standard-claims", "form"],
    ),
    (
        "The token has no key in the set, another signature, another algorithm, several audiences, or has expired.",
        &["type", "one-audience", "algorithm", "key", "signature", "expiry"],
    ),
    ("The provider's data: URI is damaged.", &["jwks"]),
    ("The provider's `jwks` cannot be fetched.", &["jwks"]),
    ("The provider's `jwks` is served with another content type, or with none.", &["jwks"]),
    (
        "The provider's `jwks` holds no key set, or a key of a kind that Convex does not know, such as EdDSA.",
        &["jwks"],
    ),
    (
        "The header cannot be read, or has no `kid`, which customJwt providers need.",
        &["form", "key-id"],
    ),
    (
        "Whatever is wrong with key, algorithm or signature of a token that has a `kid`.",
        &["key", "key-algorithm", "algorithm", "signature"],
    ),
    (
        "The token has expired, or its time has not come; clocks may differ by 5 seconds.",
        &["expiry", "not-before", "issued-at"],
    ),
    ("The token has no claim `sub` or no `exp`.", &["required-claims"]),
];

fn main() {
    let errors = every_error::every_error();
    let errors = errors.iter().map(
        |error| json!({ "code": error.code(), "message": error.message(), "hint": error.hint() }),
    );
    assert_eq!(message::ALL.len(), CAUSES.len());
    let messages = message::ALL.iter().zip(CAUSES).map(|(message, (cause, checks))| {
        json!({ "code": message.code, "text": message.text, "cause": cause, "checks": checks })
    });
    let table = json!({
        "errors": errors.collect::<Value>(),
        "messages": messages.collect::<Value>(),
        "checks": check::expectations(),
        "sentences": convex_token::sentences(),
    });
    println!("{table}");
}
