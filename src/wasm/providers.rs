//! What Convex is told of an issuer: the discovery document, and entries of `auth.config.ts`.

use wasm_bindgen::prelude::*;

use super::Thrown;
use super::options::{Options, issuer_url, private_keys, read_audience};
use super::outgoing::{object_to_js, thrown};
use super::values::{is_absent, optional_text};
use crate::algorithm::Algorithm;
use crate::convex::provider::{JwksSource, Kind};
use crate::convex::{Provider, discovery};
use crate::error::{Error, Result};
use crate::key::{PrivateKey, PublishedSet};

/// `openidConfiguration`.
#[wasm_bindgen(js_name = openidConfiguration)]
pub fn openid_configuration(issuer: &JsValue, environment: &JsValue) -> Thrown {
    thrown(|| object_to_js(&discovery::openid_configuration(&issuer_url(issuer, environment)?)))
}

/// `convexAuthProvider`.
#[wasm_bindgen(js_name = authProvider)]
pub fn auth_provider(options: &JsValue) -> Thrown {
    thrown(|| {
        let options = Options(options);
        let kind = options.get("kind");
        let kind = match optional_text("kind", &kind)? {
            Some(name) => Kind::from_name(&name)?,
            None => return Err(Error::provider_kind("missing")),
        };
        let issuer = issuer_url(&options.get("issuer"), &options.get("environment"))?;
        let audience = read_audience(&options.get("audience"))?;
        let set = provider_set(&options)?;
        let named =
            options.text("algorithm")?.map(|name| Algorithm::from_name(&name)).transpose()?;
        let algorithms: Vec<_> =
            set.iter().flat_map(|set| &set.keys).map(|key| key.algorithm()).collect();
        let algorithm = match (named, algorithms.as_slice()) {
            (Some(algorithm), _) => algorithm,
            (None, keys) => {
                let usable = keys.iter().copied().find(|algorithm| kind.takes(*algorithm));
                usable.or(keys.first().copied()).unwrap_or(Algorithm::Rs256)
            }
        };
        kind.check(algorithm)?;
        let provider = match kind {
            Kind::Oidc => Provider::oidc(&issuer, audience.as_deref()),
            Kind::CustomJwt => {
                let source = match (set, options.text("jwksUri")?) {
                    (Some(set), _) => JwksSource::Embedded(set.to_json()),
                    (None, Some(uri)) => JwksSource::Url(uri),
                    (None, None) => JwksSource::WellKnown,
                };
                Provider::custom_jwt(&issuer, audience.as_deref(), algorithm, source)?
            }
        };
        object_to_js(&provider.to_json())
    })
}

/// The keys that a provider's options bring: a JWK set, or the public half of private keys.
fn provider_set(options: &Options<'_>) -> Result<Option<PublishedSet>> {
    if let Some(jwks) = options.long_text("jwks")? {
        return PublishedSet::read(&jwks).map(Some);
    }
    let keys = options.get("privateKey");
    if is_absent(&keys) {
        return Ok(None);
    }
    let keys = private_keys(&keys, &JsValue::UNDEFINED)?;
    Ok(Some(PublishedSet::of(keys.iter().map(PrivateKey::public))))
}
