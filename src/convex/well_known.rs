//! Answers to HTTP requests for the two well-known documents, for any server.

use sha2::{Digest, Sha256};

use super::IssuerUrl;
use super::discovery::{DISCOVERY_PATH, JWKS_PATH, openid_configuration};
use crate::base64url;
use crate::json::Value;
use crate::text::concat;

/// How long the documents may be kept: as Convex's own samples have it. A rotation must outwait it.
pub const CACHE_CONTROL: &str =
    "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400";

const ALLOWED_METHODS: &str = "GET, HEAD, OPTIONS";

/// The bytes of a SHA-256 that an entity tag shows.
const ENTITY_TAG_BYTES: usize = 16;

/// A request, as far as the answer depends on it.
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The URL's path, as it was sent.
    pub path: &'a str,
    /// The header `If-None-Match`.
    pub if_none_match: Option<&'a str>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names, in small letters, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; nothing where HTTP forbids one.
    pub body: Option<String>,
}

/// Answers a request for an issuer's discovery document or JWK set; nothing for other paths. Both
/// lie below the issuer's own path, and at the host's root as well. The set is asked for only when
/// it is what the answer holds.
///
/// # Errors
/// What asking for the set gives.
pub fn respond<E>(
    issuer: &IssuerUrl,
    jwks: impl FnOnce() -> Result<Value, E>,
    request: &Request<'_>,
) -> Result<Option<Response>, E> {
    Ok(match route(issuer, request) {
        Route::Elsewhere => None,
        Route::Answered(response) => Some(response),
        Route::Jwks => Some(with_document(&jwks()?.to_json(), request)),
    })
}

/// Where a request leads.
enum Route {
    Elsewhere,
    Answered(Response),
    Jwks,
}

fn route(issuer: &IssuerUrl, request: &Request<'_>) -> Route {
    let below_issuer = request.path.strip_prefix(issuer.path()).unwrap_or(request.path);
    let is_read = matches!(request.method, "GET" | "HEAD");
    match below_issuer {
        DISCOVERY_PATH | JWKS_PATH if !is_read => Route::Answered(without_document(request)),
        DISCOVERY_PATH => {
            let document = openid_configuration(issuer).to_json();
            Route::Answered(with_document(&document, request))
        }
        JWKS_PATH => Route::Jwks,
        _ => Route::Elsewhere,
    }
}

/// The answer to a GET or HEAD.
fn with_document(document: &str, request: &Request<'_>) -> Response {
    let tag = entity_tag(document);
    let fresh = request.if_none_match.is_some_and(|known| matches_tag(known, &tag));
    let mut headers = vec![
        ("cache-control", CACHE_CONTROL.to_owned()),
        ("etag", tag),
        ("x-content-type-options", "nosniff".to_owned()),
        any_origin(),
    ];
    if fresh {
        return Response { status: 304, headers, body: None };
    }
    headers.insert(0, ("content-type", "application/json".to_owned()));
    let body = (request.method == "GET").then(|| document.to_owned());
    Response { status: 200, headers, body }
}

/// The answer to any other method.
fn without_document(request: &Request<'_>) -> Response {
    let allowed = |name| (name, ALLOWED_METHODS.to_owned());
    match request.method {
        "OPTIONS" => Response {
            status: 204,
            headers: vec![allowed("allow"), allowed("access-control-allow-methods"), any_origin()],
            body: None,
        },
        _ => Response { status: 405, headers: vec![allowed("allow"), any_origin()], body: None },
    }
}

fn any_origin() -> (&'static str, String) {
    ("access-control-allow-origin", "*".to_owned())
}

fn entity_tag(body: &str) -> String {
    let digest = Sha256::digest(body);
    let shown = digest.get(..ENTITY_TAG_BYTES).unwrap_or_default();
    concat(&["\"", &base64url::encode(shown), "\""])
}

/// RFC 9110, section 13.1.2: any of the tags in the list, weakly compared, or `*`.
fn matches_tag(known: &str, tag: &str) -> bool {
    known
        .split(',')
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
