//! The environment variables that deployments have, and which of them is used.
//!
//! Read at each call, never kept: hosts set them late, and tests change them. This module is given
//! the values; reading them is the host's business.

use super::issuer_url::{CLOUD, IssuerUrl, SITE, host_of};
use crate::error::{Error, Result, quote_option};
use crate::pasted::unquoted;
use crate::text::{has_any, replaced_once, split_once};

/// The private key: the name of the Auth.js guide first, then that of Convex Auth.
pub const PRIVATE_KEY: [&str; 2] = ["CONVEX_AUTH_PRIVATE_KEY", "JWT_PRIVATE_KEY"];

/// The URL of the deployment's HTTP actions, which is the issuer.
pub const SITE_URL: &str = "CONVEX_SITE_URL";

/// The URL of the deployment's API, from which that of its HTTP actions follows.
pub const API_URL: [&str; 2] = ["NEXT_PUBLIC_CONVEX_URL", "CONVEX_URL"];

/// The value of the private key's variable.
///
/// # Errors
/// `ERR_KEY_MISSING` when none is set, `ERR_KEY_EMPTY` when one is set to nothing.
pub fn private_key(read: impl Fn(&'static str) -> Option<String>) -> Result<String> {
    let mut empty = None;
    for name in PRIVATE_KEY {
        match read(name) {
            Some(value) if !value.trim().is_empty() => return Ok(value),
            Some(_) => empty = empty.or(Some(name)),
            None => {}
        }
    }
    Err(empty.map_or_else(Error::key_missing, Error::key_empty))
}

/// The issuer: the URL of HTTP actions if it is set, else what follows from that of the API
/// (`.convex.cloud` becomes `.convex.site`).
///
/// # Errors
/// `ERR_ISSUER_MISSING` when none is set or none follows, `ERR_ISSUER_…` when the URL is none.
pub fn issuer(read: impl Fn(&'static str) -> Option<String>) -> Result<IssuerUrl> {
    let set = |name: &'static str| read(name).filter(|value| !value.trim().is_empty());
    if let Some(url) = set(SITE_URL) {
        return IssuerUrl::parse(&url);
    }
    let found = API_URL.into_iter().find_map(|name| set(name).map(|url| (name, url)));
    let Some((variable, url)) = found else { return Err(Error::issuer_missing()) };
    let plain = unquoted(&url).trim_end_matches('/');
    let authority = split_once(plain, "://").map_or(plain, |(_, rest)| rest);
    if !has_any(authority, "/") && host_of(authority).ends_with(CLOUD) {
        return IssuerUrl::parse(&replaced_once(plain, CLOUD, SITE));
    }
    Err(Error::issuer_underivable(variable, &quote_option(&url)))
}
