//! What Convex itself says when it refuses a token: the texts that people search for.
//!
//! Each is a text of its backend (`validate_id_token` and what that calls), with `{}` where it puts
//! a value in.

#[cfg(not(target_arch = "wasm32"))]
use crate::text::split_once;

/// A message of Convex.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// The name of the text.
    name: &'static str,
    /// Convex's short name for the kind of refusal.
    #[cfg(not(target_arch = "wasm32"))]
    pub code: &'static str,
    /// The text, with `{}` for each value in it.
    #[cfg(not(target_arch = "wasm32"))]
    pub text: &'static str,
}

impl Message {
    /// The text with its values; in WebAssembly, a reference to it.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn with(&self, values: &[&str]) -> String {
        crate::wording::reference(&["convex.", self.name], values.iter().copied())
    }

    /// The text with its values.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn with(&self, values: &[&str]) -> String {
        let mut text = String::new();
        let mut values = values.iter();
        let mut rest = self.text;
        while let Some((piece, after)) = split_once(rest, "{}") {
            text.push_str(piece);
            text.push_str(values.next().copied().unwrap_or("…"));
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

macro_rules! messages {
    ($($name:ident, $code:literal, $text:literal;)*) => {
        $(pub(super) const $name: Message = Message {
            name: stringify!($name),
            #[cfg(not(target_arch = "wasm32"))]
            code: $code,
            #[cfg(not(target_arch = "wasm32"))]
            text: $text,
        };)*

        /// All of them, in the order in which Convex can come to say them.
        pub const ALL: &[Message] = &[$($name),*];
    };
}

messages! {
    PAYLOAD, "InvalidAuthHeader", "Could not parse JWT payload. Check that the token is a valid JWT format with three base64-encoded parts separated by dots.";
    NO_ISSUER, "InvalidAuthHeader", "Missing issuer claim ('iss') in JWT payload. The JWT must include an 'iss' claim that matches one of your configured auth providers.";
    NO_PROVIDERS, "NoAuthProvider", "No auth provider found matching the given token (no providers configured). Check convex/auth.config.ts.";
    NO_PROVIDER, "NoAuthProvider", "No auth provider found matching the given token. Check that your JWT's issuer and audience match one of your configured providers: [{}]";
    INTERNAL, "InternalServerError", "Your request couldn't be completed. Try again later.";
    DISCOVERY, "AuthProviderDiscoveryFailed", "Auth provider discovery of {} failed";
    DISCOVERY_ANSWER, "AuthProviderDiscoveryFailed", "Auth provider discovery of {} failed: {} {}";
    OIDC_FORM, "InvalidAuthHeader", "Could not parse as OIDC ID token. Token might not be an OIDC-compliant JWT.";
    OIDC_CLAIMS, "Unauthenticated", "Could not verify OIDC token claim. Check that the token signature is valid and the token hasn't expired.";
    JWKS_DATA, "InvalidAuthHeader", "Invalid JWKS data URL. Check that the data URL is properly formatted and contains valid base64-encoded JSON.";
    JWKS_FETCH, "InvalidAuthHeader", "Could not fetch JWKS from URL '{}': {}. Check that the URL is correct and accessible.";
    JWKS_TYPE, "InvalidAuthHeader", "Invalid Content-Type '{}' when fetching JWKS from '{}'. Expected 'application/json' or 'application/jwk-set+json'.";
    JWKS_BODY, "InvalidAuthHeader", "Invalid JWKS response body from '{}'. The response is not valid JSON or doesn't match the expected JWKS format.";
    NO_KID, "InvalidAuthHeader", "Could not decode token. JWT may be missing a 'kid' (key ID) header.";
    KID, "InvalidAuthHeader", "Could not decode token. The JWT's 'kid' (key ID) header is '{}', does this key match any key in the provider's JWKS?";
    TIME, "InvalidAuthHeader", "Could not validate token: {}";
    SUBJECT, "InvalidAuthHeader", "Could not verify token claim. Check that the JWT contains valid claims and matches your auth provider configuration.";
}

/// The texts by their names, with `{0}`, `{1}` for their values.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn sentences() -> Vec<(String, String)> {
    let named = |message: &Message| {
        (format!("convex.{}", message.name), message.with(&["{0}", "{1}", "{2}"]))
    };
    ALL.iter().map(named).collect()
}
