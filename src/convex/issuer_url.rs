//! The issuer (`iss`): the URL under which keys and discovery document are found.

use crate::error::{Error, Result, quote_option};
use crate::pasted::unquoted;
use crate::text::{concat, has_any, replaced_once, rsplit_once, split_once};

/// The ending of a deployment's API host, and of its HTTP actions' host.
pub(super) const CLOUD: &str = ".convex.cloud";
pub(super) const SITE: &str = ".convex.site";

/// An issuer in the form that is signed, served and configured: an http(s) URL without a slash at
/// its end. Convex's OIDC verifier compares the token's issuer with the discovery document's letter
/// by letter, so there is one spelling of it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerUrl(String);

impl IssuerUrl {
    /// Checks an issuer. White space and quotes around are taken off, as are slashes at the end.
    ///
    /// ```
    /// use convex_token::convex::IssuerUrl;
    ///
    /// let issuer = IssuerUrl::parse("https://happy-animal-123.convex.site/")?;
    /// assert_eq!(issuer.as_str(), "https://happy-animal-123.convex.site");
    /// # Ok::<(), convex_token::Error>(())
    /// ```
    ///
    /// # Errors
    /// `ERR_ISSUER_INVALID`, `ERR_ISSUER_CLOUD`.
    pub fn parse(text: &str) -> Result<Self> {
        let plain = unquoted(text);
        let refused = |why| Error::issuer_invalid(&quote_option(text), why);
        let (scheme, mut rest) = split_once(plain, "://").ok_or_else(|| {
            refused("has no scheme: tokens need the whole URL, beginning with https://")
        })?;
        while let Some(after) = rest.strip_prefix("://") {
            rest = after;
        }
        if !matches!(scheme, "https" | "http") {
            return Err(refused("begins with neither https:// nor http://"));
        }
        if plain.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(refused("has white space in it"));
        }
        if has_any(plain, "\"'<>\\`{}|^") {
            return Err(refused("has a character in it that no URL has"));
        }
        if has_any(plain, "?#") {
            return Err(refused("has a query or a fragment, which an issuer must not have"));
        }
        let authority = rest.split('/').next().unwrap_or_default();
        if has_any(authority, "@") {
            return Err(refused("has a user name in it"));
        }
        let host = host_of(authority);
        if host.is_empty() {
            return Err(refused("has no host"));
        }
        let url = plain.trim_end_matches('/').to_owned();
        if let Some(name) = host.strip_suffix(CLOUD) {
            let site = replaced_once(&url, &concat(&[name, CLOUD]), &concat(&[name, SITE]));
            return Err(Error::issuer_cloud(&quote_option(text), &quote_option(&site)));
        }
        Ok(Self(url))
    }

    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path, without a slash at its end: empty for a host alone.
    pub(super) fn path(&self) -> &str {
        let after_scheme = split_once(&self.0, "://").map_or("", |(_, rest)| rest);
        after_scheme.find('/').and_then(|start| after_scheme.get(start..)).unwrap_or_default()
    }
}

/// The host of an authority, without its port.
pub(super) fn host_of(authority: &str) -> &str {
    match rsplit_once(authority, b':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Whether a text is a URL, as far as it can be told without the whole of the URL standard.
pub(super) fn is_url(text: &str) -> bool {
    let trimmed = text.trim_matches(|c: char| c <= ' ');
    let Some((scheme, rest)) = trimmed.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !is_scheme || !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return is_scheme;
    }
    let authority = authority_of(rest);
    let host = host_of(authority);
    let port = authority.get(host.len()..).unwrap_or_default().trim_start_matches(':');
    let is_port = port.is_empty() || port.parse::<u16>().is_ok();
    !host.is_empty() && is_port && !has_any(host, " <>^|%\":")
}

/// What stands between the slashes of a URL and its path, without a user; given is what follows the
/// scheme.
pub(super) fn authority_of(rest: &str) -> &str {
    let rest = rest.trim_start_matches(['/', '\\']);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    rsplit_once(authority, b'@').map_or(authority, |(_, host)| host)
}
