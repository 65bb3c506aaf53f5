//! Options objects that the TypeScript side has made, and what they mean.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use super::values::{Unreadable, bounded_text, describe, is_absent, optional_text, text};
use crate::algorithm::Algorithm;
use crate::convex::{IssuerUrl, environment};
use crate::error::{Error, Result};
use crate::issuer::{Issuer, IssuerOptions, KeyId, NotBefore};
use crate::key::{
    MAX_KEYS, MAX_SOURCE_BYTES, PrivateKey, PublicKey, RecentlyRead, read_private_keys, too_large,
};
use crate::token::time::{Seconds, duration_from_number, parse_duration, time_from_number};

type SharedKeys = Rc<Vec<PrivateKey>>;

thread_local! {
    /// Of the calls that are given a key each time.
    static KEYS: RefCell<RecentlyRead<Vec<PrivateKey>>> = const { RefCell::new(RecentlyRead::new()) };
    /// The names of options and variables, as the host's strings.
    static NAMES: RefCell<Vec<(&'static str, JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// An options object that the TypeScript side has made: no getters, no prototype's members.
pub(super) struct Options<'a>(pub(super) &'a JsValue);

impl Options<'_> {
    pub(super) fn get(&self, name: &'static str) -> JsValue {
        member(self.0, name)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>> {
        optional_text(name, &self.get(name))
    }

    /// A length of time, in seconds.
    pub(super) fn duration(&self, name: &'static str) -> Result<Option<Seconds>> {
        match self.get(name) {
            value if is_absent(&value) => Ok(None),
            value => read_duration(name, &value).map(Some),
        }
    }

    /// An array of such texts.
    pub(super) fn long_texts(&self, name: &'static str) -> Result<Option<Vec<String>>> {
        match self.get(name) {
            value if is_absent(&value) => Ok(None),
            value => {
                let texts = Array::from(&value).into_iter();
                texts
                    .map(|each| text(name, &each, MAX_SOURCE_BYTES as u32))
                    .collect::<Result<_>>()
                    .map(Some)
            }
        }
    }

    /// A text that may be as long as a key set.
    pub(super) fn long_text(&self, name: &'static str) -> Result<Option<String>> {
        match self.get(name) {
            value if is_absent(&value) => Ok(None),
            value => text(name, &value, MAX_SOURCE_BYTES as u32).map(Some),
        }
    }
}

pub(super) fn issuer_from(
    options: &Options<'_>,
    read_keys: fn(&[Zeroizing<String>]) -> Result<SharedKeys>,
) -> Result<Issuer> {
    let environment = options.get("environment");
    let mut settings = IssuerOptions::for_issuer(issuer_url(&options.get("issuer"), &environment)?);
    if let Some(audience) = read_audience(&options.get("audience"))? {
        settings = settings.audience(&audience)?;
    }
    if let Some(expires_in) = options.duration("expiresIn")? {
        settings = settings.expires_in(expires_in)?;
    }
    if let Some(not_before) = read_not_before(options)? {
        settings = settings.not_before(not_before);
    }
    settings = settings.key_id(read_key_id(&options.get("keyId"))?)?;
    match options.long_text("publicJwk")? {
        Some(jwk) => {
            let key = PublicKey::from_jwk(&jwk)?;
            let named = options.text("algorithm")?;
            match named.map(|name| Algorithm::from_name(&name)).transpose()? {
                Some(algorithm) if algorithm != key.algorithm() => {
                    Err(Error::signer_invalid("has an `algorithm` that is not its `publicJwk`'s"))
                }
                _ => Ok(Issuer::with_external_signer(key, settings)),
            }
        }
        None => {
            let keys = read_keys(&key_texts(&options.get("privateKey"), &environment)?)?;
            Issuer::with_shared_keys(keys, settings)
        }
    }
}

pub(super) fn issuer_url(issuer: &JsValue, environment: &JsValue) -> Result<IssuerUrl> {
    match optional_text("issuer", issuer)? {
        Some(issuer) => IssuerUrl::parse(&issuer),
        None => environment::issuer(|name| variable(environment, name)),
    }
}

/// The private keys of an array of texts, or those of the environment.
pub(super) fn private_keys(keys: &JsValue, environment: &JsValue) -> Result<Vec<PrivateKey>> {
    read_private_keys(&key_texts(keys, environment)?)
}

/// The private keys of texts that may come again at the next call.
pub(super) fn recent_private_keys(texts: &[Zeroizing<String>]) -> Result<SharedKeys> {
    KEYS.with_borrow_mut(|recent| recent.get(texts, read_private_keys))
}

pub(super) fn key_texts(keys: &JsValue, environment: &JsValue) -> Result<Vec<Zeroizing<String>>> {
    if is_absent(keys) {
        let value = environment::private_key(|name| variable(environment, name))?;
        return Ok(vec![Zeroizing::new(value)]);
    }
    let mut texts = Vec::new();
    for key in keys.dyn_ref::<Array>().into_iter().flat_map(Array::iter) {
        // Each holds a key at least.
        if texts.len() == MAX_KEYS {
            return Err(too_large());
        }
        let read =
            bounded_text(&key, MAX_SOURCE_BYTES as u32).map_err(|unreadable| match unreadable {
                Unreadable::NoText => Error::option_type(
                    "privateKey",
                    "PEM text, a JWK, a JWK set, or an array of these",
                ),
                Unreadable::TooLong => too_large(),
            });
        texts.push(Zeroizing::new(read?));
    }
    Ok(texts)
}

/// The value of a variable in a record of them.
fn variable(environment: &JsValue, name: &'static str) -> Option<String> {
    text("environment", &member(environment, name), MAX_SOURCE_BYTES as u32).ok()
}

/// A member of an object that the TypeScript side has made. Its name crosses once, and no more: it
/// would take longer than reading.
fn member(object: &JsValue, name: &'static str) -> JsValue {
    NAMES.with_borrow_mut(|names| {
        let position = names.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            names.push((name, name.into()));
            names.len() - 1
        });
        let name = names.get(position).map(|(_, name)| name);
        name.and_then(|name| Reflect::get(object, name).ok()).unwrap_or(JsValue::UNDEFINED)
    })
}

pub(super) fn read_audience(audience: &JsValue) -> Result<Option<String>> {
    if audience.is_array() {
        return Err(Error::audience("is a list, and Convex's OIDC providers take only one"));
    }
    let audience = optional_text("audience", audience)?;
    match &audience {
        Some(text) if text.trim().is_empty() => Err(Error::audience("is empty")),
        _ => Ok(audience),
    }
}

fn read_duration(option: &'static str, value: &JsValue) -> Result<Seconds> {
    if let Some(seconds) = value.as_f64() {
        return duration_from_number(option, seconds);
    }
    match optional_text(option, value) {
        Ok(Some(text)) => parse_duration(option, &text),
        _ => Err(Error::duration(option, &describe(value))),
    }
}

/// `notBefore` is a length of time, `notBeforeTime` what a Date became.
fn read_not_before(options: &Options<'_>) -> Result<Option<NotBefore>> {
    if let Some(time) = options.get("notBeforeTime").as_f64() {
        return time_from_number("notBefore", time).map(NotBefore::At).map(Some);
    }
    Ok(options.duration("notBefore")?.map(NotBefore::After))
}

fn read_key_id(key_id: &JsValue) -> Result<KeyId> {
    if is_absent(key_id) {
        return Ok(KeyId::Thumbprint);
    }
    if key_id.as_bool() == Some(false) {
        return Ok(KeyId::Absent);
    }
    match optional_text("keyId", key_id) {
        Ok(Some(name)) => Ok(KeyId::Named(name)),
        _ => Err(Error::key_id_invalid()),
    }
}
