//! Picks the provider of a token from its payload, which is not yet verified.
//!
//! Mirrors the first part of `validate_id_token` of Convex's crate `authentication`.

use biscuit::Empty;

use crate::claims::Token;
use crate::provider::Deployed;
use crate::refusal::Refusal;

pub(crate) const MISSING_ISSUER: &str = "Missing issuer claim ('iss') in JWT payload. The JWT must \
     include an 'iss' claim that matches one of your configured auth providers.";

/// Answers the first provider that the token matches, and the token's `iss`.
pub fn choose<'a>(
    token: &str,
    providers: &'a [Deployed],
) -> Result<(&'a Deployed, String), Refusal> {
    // Only the middle part is read, so neither the header nor the number of parts matters yet.
    let payload = Token::<Empty>::new_encoded(token).unverified_payload().map_err(|error| {
        Refusal::unauthenticated(
            "InvalidAuthHeader",
            "Could not parse JWT payload. Check that the token is a valid JWT format with \
                 three base64-encoded parts separated by dots.",
        )
        .because(&error)
    })?;
    let audiences = payload.registered.audiences();
    let Some(issuer) = payload.registered.iss else {
        return Err(Refusal::unauthenticated("InvalidAuthHeader", MISSING_ISSUER));
    };
    let provider = providers
        .iter()
        .find(|provider| provider.matches(&audiences, &issuer))
        .ok_or_else(|| Refusal::unauthenticated("NoAuthProvider", no_provider(providers)))?;
    Ok((provider, issuer))
}

/// Mirrors `enhance_no_provider_error`, of a deployment that does not redact its errors.
fn no_provider(providers: &[Deployed]) -> String {
    const NONE: &str = "No auth provider found matching the given token";
    if providers.is_empty() {
        return format!("{NONE} (no providers configured). Check convex/auth.config.ts.");
    }
    let known: Vec<String> = providers
        .iter()
        .map(|provider| match provider {
            Deployed::Oidc { application_id, domain } => {
                format!("OIDC(domain={domain}, app_id={application_id})")
            }
            Deployed::CustomJwt(it) => format!(
                "CustomJWT(issuer={}, app_id={})",
                it.issuer,
                it.application_id.as_deref().unwrap_or("none")
            ),
        })
        .collect();
    format!(
        "{NONE}. Check that your JWT's issuer and audience match one of your configured providers: \
         [{}]",
        known.join(", ")
    )
}
