//! The boundary to JavaScript: the only file that knows it.
//!
//! Each export takes what its TypeScript caller in `pkg-template/src` has made ready (plain values,
//! claims and keys as text), calls one operation of the crate, and gives a plain value back. What is
//! checked here is what only this side can check: the types of options, and the length of a text
//! before it is copied into the module's memory. No user's code runs while an export does: getters
//! and `toJSON` are over before it is called.
//!
//! Results go out as JSON text through the host's own `JSON.parse`, which keeps a member named
//! `__proto__` harmless and rounds large integers as every JavaScript program expects. An error goes
//! out as a plain object of `code`, `message` and `hint`; anything else that is thrown is a trap.

use std::alloc::System;
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::rc::Rc;

use js_sys::{Array, JSON, JsString, Number, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;
use zeroizing_alloc::ZeroAlloc;

use crate::algorithm::Algorithm;
use crate::convex::provider::{JwksSource, Kind};
use crate::convex::well_known::{self, Request};
use crate::convex::{
    Circumstances, Document, Explained, IssuerUrl, Provider, Verification, Verified, discovery,
    environment, explain, verify,
};
use crate::error::{Error, Result};
use crate::issuer::{Issuer, IssuerOptions, KeyId, NotBefore, PreparedToken, finish};
use crate::json::{Members, Object, Value};
use crate::key::{
    FoundSet, MAX_KEYS, MAX_SOURCE_BYTES, PrivateKey, PublicKey, PublishedSet, RecentlyRead,
    generate, jwk_set, read_private_keys, too_large,
};
use crate::pasted::unquoted;
use crate::secret::safe_equal;
use crate::text::{concat, listed};
use crate::token::time::{
    Seconds, duration_from_number, parse_duration, time_from_number, units_per_second,
};
use crate::token::{Claims, MAX_CLAIMS_BYTES, MAX_TOKEN_BYTES, ReusableToken, compact};

type Thrown = std::result::Result<JsValue, JsValue>;
type SharedKeys = Rc<Vec<PrivateKey>>;

/// The longest text of an option, in UTF-16 units: far more than an issuer or an audience has.
const MAX_OPTION_UNITS: u32 = 4096;

/// The longest secret that is compared, in UTF-16 units or bytes.
const MAX_SECRET_UNITS: u32 = 1024 * 1024;

/// Every block of the module's memory is wiped when it is given back: what a text or a number left behind
/// as it grew, the copies that the glue makes of the host's strings, what a library computed with.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// How much of the stack is wiped: more than any operation takes, as the package's tests check. Signing
/// takes 7 KB, reading the most deeply nested claims 18.
const STACK_BYTES: usize = 32 * 1024;

thread_local! {
    /// By their handles, which ascend.
    static ISSUERS: RefCell<Vec<(u32, Box<Issuer>)>> = const { RefCell::new(Vec::new()) };
    /// Handles are never used twice, so that one kept too long finds nothing, not another's issuer.
    static NEXT_HANDLE: Cell<u32> = const { Cell::new(1) };
    /// Of the calls that are given a key each time.
    static KEYS: RefCell<RecentlyRead<Vec<PrivateKey>>> = const { RefCell::new(RecentlyRead::new()) };
    /// The names of options and variables, as the host's strings.
    static NAMES: RefCell<Vec<(&'static str, JsValue)>> = const { RefCell::new(Vec::new()) };
    static SETS: RefCell<RecentlyRead<FoundSet>> = const { RefCell::new(RecentlyRead::new()) };
}

// ---- Memory ---------------------------------------------------------------------------------

/// Wipes what the call before has left on the stack: nonces, and copies of a key that the compiler made
/// when it moved one. It is a call of its own, because only what is deeper than the caller can be wiped.
#[wasm_bindgen(js_name = wipeStack)]
pub fn wipe_stack() {
    black_box(&mut [0u8; STACK_BYTES]);
}

// ---- Keys -----------------------------------------------------------------------------------

/// `generateKeys`.
#[wasm_bindgen(js_name = generateKeys)]
pub fn generate_keys(algorithm: &JsValue, modulus_length: &JsValue) -> Thrown {
    thrown(|| {
        let algorithm = match optional_text("algorithm", algorithm)? {
            Some(name) => Algorithm::from_name(&name)?,
            None => Algorithm::Rs256,
        };
        let bits = if is_absent(modulus_length) {
            None
        } else {
            let found = || Error::modulus_length(&describe(modulus_length));
            let bits = modulus_length.as_f64().filter(|bits| bits.fract() == 0.0 && *bits >= 0.0);
            Some(bits.ok_or_else(found)? as usize)
        };
        let pair = generate(algorithm, bits)?;
        let mut keys = Members::new();
        keys.text("algorithm", pair.algorithm.name()).text("kid", &pair.kid);
        // The key is no part of a text that nobody wipes.
        keys.text("privateKey", "");
        keys.object("publicJwk", &pair.public_jwk).value("jwks", &pair.jwks);
        let keys = to_js(&keys.end())?;
        set(&keys, "privateKey", &pair.private_key);
        Ok(keys)
    })
}

/// `jwksFromKey`.
#[wasm_bindgen(js_name = jwksFromKey)]
pub fn jwks_from_key(keys: &JsValue, environment: &JsValue) -> Thrown {
    thrown(|| {
        let keys = private_keys(keys, environment)?;
        to_js(&jwk_set(keys.iter().map(PrivateKey::public)).to_json())
    })
}

/// The first of some private keys as PKCS#8 in PEM, for the host's own crypto to read.
#[wasm_bindgen(js_name = privateKeyPem)]
pub fn private_key_pem(keys: &JsValue, environment: &JsValue) -> Thrown {
    thrown(|| {
        let keys = private_keys(keys, environment)?;
        let first = keys.first().ok_or_else(Error::key_missing)?;
        Ok(first.to_pkcs8_pem().as_str().into())
    })
}

// ---- Issuers --------------------------------------------------------------------------------

/// `createIssuer`: a handle of the new issuer.
#[wasm_bindgen(js_name = issuerNew)]
pub fn issuer_new(options: &JsValue) -> Thrown {
    thrown(|| {
        let issuer = issuer_from(&Options(options), |keys| read_private_keys(keys).map(Rc::new))?;
        let handle = NEXT_HANDLE.replace(NEXT_HANDLE.get().wrapping_add(1));
        ISSUERS.with_borrow_mut(|issuers| issuers.push((handle, Box::new(issuer))));
        Ok(handle.into())
    })
}

/// `issuer.dispose`: the key is wiped.
#[wasm_bindgen(js_name = issuerFree)]
pub fn issuer_free(handle: u32) {
    ISSUERS.with_borrow_mut(|issuers| {
        if let Ok(at) = place_of(handle, issuers) {
            issuers.remove(at);
        }
    });
}

/// The algorithm that an issuer signs with.
#[wasm_bindgen(js_name = issuerAlgorithm)]
pub fn issuer_algorithm(handle: u32) -> Thrown {
    with_issuer(handle, &mut |issuer| Ok(issuer.algorithm()?.name().into()))
}

/// `issuer.sign`.
#[wasm_bindgen(js_name = issuerSign)]
pub fn issuer_sign(handle: u32, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        Ok(issuer.sign(&read_claims(claims)?, read_now(now)?)?.into())
    })
}

/// `issuer.token`: the token, and when it may be handed out again for these claims without asking,
/// in the unit of `now`.
#[wasm_bindgen(js_name = issuerToken)]
pub fn issuer_token(handle: u32, claims: &JsValue, force: bool, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let (text, seconds) = (claims_text(claims)?, read_now(now)?);
        if force || issuer.kept_token(&text, seconds).is_none() {
            issuer.token(&Claims::from_json(&text)?, true, seconds)?;
        }
        let kept = issuer.kept_token(&text, seconds);
        reusable(kept.ok_or_else(|| Error::internal("a token was not kept"))?, now)
    })
}

/// As `issuerToken` while a token is kept for the claims, else undefined: `issuer.token` before an
/// external signer is asked.
#[wasm_bindgen(js_name = issuerKeptToken)]
pub fn issuer_kept_token(handle: u32, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(
        handle,
        &mut |issuer| match issuer.kept_token(&claims_text(claims)?, read_now(now)?) {
            Some(kept) => reusable(kept, now),
            None => Ok(JsValue::UNDEFINED),
        },
    )
}

fn reusable(kept: ReusableToken<'_>, now: f64) -> Result<JsValue> {
    let unit = units_per_second(now) as Seconds;
    let mut reusable = Members::new();
    reusable.text("token", kept.token);
    reusable.integer("from", kept.from * unit).integer("until", kept.until * unit);
    to_js(&reusable.end())
}

fn prepared(token: &PreparedToken) -> Result<JsValue> {
    let mut prepared = Members::new();
    prepared.text("signingInput", &token.signing_input);
    prepared.integer("issuedAt", token.issued_at).integer("expiresAt", token.expires_at);
    to_js(&prepared.end())
}

/// The text that an external signer signs.
#[wasm_bindgen(js_name = issuerPrepare)]
pub fn issuer_prepare(handle: u32, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        prepared(&issuer.prepare(&read_claims(claims)?, read_now(now)?)?)
    })
}

/// The same without its times, for a token that is not kept.
#[wasm_bindgen(js_name = issuerSigningInput)]
pub fn issuer_signing_input(handle: u32, claims: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        Ok(issuer.prepare(&read_claims(claims)?, read_now(now)?)?.signing_input.into())
    })
}

/// The token of an external signer's signature, kept for `keep_for` if claims are given there. The
/// signature is verified here, unless a signer of this package has done so already.
#[wasm_bindgen(js_name = issuerFinish)]
pub fn issuer_finish(
    handle: u32,
    prepared: &JsValue,
    signature: &JsValue,
    keep_for: &JsValue,
    verified: bool,
) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let prepared = read_prepared(&Options(prepared))?;
        let keep_for = if is_absent(keep_for) { None } else { Some(read_claims(keep_for)?) };
        let signature = read_signature(signature)?;
        Ok(match verified {
            true => issuer.finish_verified(&prepared, &signature, keep_for.as_ref()),
            false => issuer.finish(&prepared, &signature, keep_for.as_ref())?,
        }
        .into())
    })
}

/// `issuer.verify`.
#[wasm_bindgen(js_name = issuerVerify)]
pub fn issuer_verify(handle: u32, token: &JsValue, now: f64) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let verified = issuer.verify(&read_token(token)?, read_now(now)?)?;
        verified_to_js(&verified)
    })
}

/// `issuer.jwks`.
#[wasm_bindgen(js_name = issuerJwks)]
pub fn issuer_jwks(handle: u32) -> Thrown {
    with_issuer(handle, &mut |issuer| to_js(&issuer.jwks().to_json()))
}

/// `issuer.openidConfiguration`.
#[wasm_bindgen(js_name = issuerOpenidConfiguration)]
pub fn issuer_openid_configuration(handle: u32) -> Thrown {
    with_issuer(handle, &mut |issuer| object_to_js(&issuer.openid_configuration()))
}

/// `issuer.provider`.
#[wasm_bindgen(js_name = issuerProvider)]
pub fn issuer_provider(handle: u32, kind: &JsValue, embed_jwks: bool) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        let kind = optional_text("kind", kind)?.map(|name| Kind::from_name(&name)).transpose()?;
        object_to_js(&issuer.provider(kind, embed_jwks)?.to_json())
    })
}

/// `issuer.fetch`, without the host's own `Request` and `Response`.
#[wasm_bindgen(js_name = issuerRespond)]
pub fn issuer_respond(
    handle: u32,
    method: &JsValue,
    path: &JsValue,
    if_none_match: &JsValue,
) -> Thrown {
    with_issuer(handle, &mut |issuer| {
        answer(method, path, if_none_match, |request| Ok(issuer.respond(request)))
    })
}

/// `addAuthRoutes`: the same without an issuer, from the set that a deployment publishes. That is
/// the set `jwks` as it stands; without one, what belongs to the private keys of the environment.
#[wasm_bindgen(js_name = respond)]
pub fn respond(
    options: &JsValue,
    method: &JsValue,
    path: &JsValue,
    if_none_match: &JsValue,
) -> Thrown {
    thrown(|| {
        let options = Options(options);
        let environment = options.get("environment");
        let issuer = issuer_url(&options.get("issuer"), &environment)?;
        let given = bounded_text(&options.get("jwks"), MAX_SOURCE_BYTES as u32);
        let jwks = || match given {
            Ok(jwks) => PublishedSet::read(unquoted(&jwks))?.to_json_as_published(),
            Err(Unreadable::TooLong) => Err(too_large()),
            Err(Unreadable::NoText) => {
                let keys = private_keys(&JsValue::UNDEFINED, &environment)?;
                Ok(jwk_set(keys.iter().map(PrivateKey::public)))
            }
        };
        answer(method, path, if_none_match, |request| well_known::respond(&issuer, jwks, request))
    })
}

/// Reads a request, and gives its answer out; undefined where there is none.
fn answer(
    method: &JsValue,
    path: &JsValue,
    if_none_match: &JsValue,
    respond: impl FnOnce(&Request<'_>) -> Result<Option<well_known::Response>>,
) -> Result<JsValue> {
    let (Ok(Some(method)), Ok(Some(path))) =
        (optional_text("method", method), optional_text("path", path))
    else {
        // A path too long to read is none of ours.
        return Ok(JsValue::UNDEFINED);
    };
    let if_none_match = optional_text("if-none-match", if_none_match).unwrap_or_default();
    let request = Request { method: &method, path: &path, if_none_match: if_none_match.as_deref() };
    match respond(&request)? {
        Some(well_known::Response { status, headers, body }) => {
            let headers = headers.iter().map(|(name, value)| Value::from(&[*name, value][..]));
            let mut answer = Members::new();
            answer.integer("status", status.into());
            answer.value("headers", &Value::Array(headers.collect()));
            answer.optional("body", body.as_deref());
            to_js(&answer.end())
        }
        None => Ok(JsValue::UNDEFINED),
    }
}

// ---- One call each --------------------------------------------------------------------------

/// `signConvexToken`.
#[wasm_bindgen]
pub fn sign(claims: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let claims = read_claims(claims)?;
        let issuer = issuer_from(&Options(options), recent_private_keys)?;
        Ok(issuer.sign(&claims, read_now(now)?)?.into())
    })
}

/// `prepareToken`.
#[wasm_bindgen]
pub fn prepare(claims: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let claims = read_claims(claims)?;
        let issuer = issuer_from(&Options(options), recent_private_keys)?;
        prepared(&issuer.prepare(&claims, read_now(now)?)?)
    })
}

/// `finishToken`.
#[wasm_bindgen(js_name = finish)]
pub fn finish_token(public_jwk: &JsValue, signing_input: &JsValue, signature: &JsValue) -> Thrown {
    thrown(|| {
        let key = PublicKey::from_jwk(&text("publicJwk", public_jwk, MAX_SOURCE_BYTES as u32)?)?;
        let signing_input = text("prepared", signing_input, MAX_TOKEN_BYTES as u32)?;
        Ok(finish(&key, &signing_input, &read_signature(signature)?)?.into())
    })
}

/// `verifyConvexToken`.
#[wasm_bindgen(js_name = verify)]
pub fn verify_token(token: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let options = Options(options);
        let token = read_token(token)?;
        let provider = match options.long_text("provider")? {
            Some(json) => Some(Provider::from_json(&json)?),
            None => None,
        };
        let embedded = provider.as_ref().and_then(Provider::embedded_jwks);
        let keys = options.get("privateKey");
        let set = match options.long_text("jwks")?.or(embedded) {
            Some(jwks) => recent_set(&jwks)?,
            None if is_absent(&keys) => return Err(Error::verification_key_missing()),
            None => {
                let keys = recent_private_keys(&key_texts(&keys, &JsValue::UNDEFINED)?)?;
                Rc::new(FoundSet::of(keys.iter().map(PrivateKey::public)))
            }
        };
        let clock_tolerance = options.duration("clockTolerance")?;
        let issuer = options.text("issuer")?;
        let audience = options.text("audience")?;
        let verified = verify(
            &token,
            &Verification {
                set: &set,
                provider: provider.as_ref(),
                issuer: issuer.as_deref(),
                audience: audience.as_deref(),
                clock_tolerance,
                now: read_now(now)?,
            },
        )?;
        verified_to_js(&verified)
    })
}

/// `explainToken`.
#[wasm_bindgen(js_name = explain)]
pub fn explain_token(token: &JsValue, options: &JsValue, now: f64) -> Thrown {
    thrown(|| {
        let options = Options(options);
        // A text too long to be a token stays one when it is cut there.
        let token = match token.dyn_ref::<JsString>() {
            Some(text) => String::from(text.slice(0, MAX_TOKEN_BYTES as u32 + 1)),
            None => String::new(),
        };
        let providers = options.long_texts("providers")?;
        let providers = providers
            .map(|texts| texts.iter().map(|json| Provider::from_json(json)).collect::<Vec<_>>());
        let discovery = read_document(&options.get("discovery"))?;
        let jwks = read_document(&options.get("jwks"))?;
        let keys = options.get("privateKey");
        let keys = if is_absent(&keys) {
            None
        } else {
            let keys = private_keys(&keys, &JsValue::UNDEFINED)?;
            Some(FoundSet::of(keys.iter().map(PrivateKey::public)))
        };
        let clock_tolerance = options.duration("clockTolerance")?;
        let (issuer, audience) = (options.text("issuer")?, options.text("audience")?);
        let explanation = explain(
            &token,
            &Circumstances {
                providers: providers.as_deref(),
                discovery: discovery.as_ref(),
                jwks: jwks.as_ref(),
                keys: keys.as_ref(),
                issuer: issuer.as_deref(),
                audience: audience.as_deref(),
                clock_tolerance,
                now: read_now(now)?,
            },
        );
        let checks = listed(explanation.checks.iter().map(check_to_json), ",");
        let mut explained = Members::new();
        explained.json("accepted", if explanation.accepted { "true" } else { "false" });
        explained.json("checks", &concat(&["[", &checks, "]"]));
        to_js(&explained.end())
    })
}

fn check_to_json(check: &Explained) -> String {
    let mut text = Members::new();
    text.text("name", check.name);
    text.json("ok", check.ok.map_or("null", |ok| if ok { "true" } else { "false" }));
    text.text("found", &check.found).text("expected", &check.expected);
    let failure = check.failure.as_ref();
    text.optional("fix", failure.map(|failure| failure.error.hint()).as_deref());
    text.text("docs", &check.docs);
    if let Some(failure) = failure {
        text.text("code", failure.error.code()).text("message", &failure.error.message());
        if let Some(message) = &failure.convex_message {
            text.text("convexMessage", message);
        }
    }
    text.end()
}

/// `decodeConvexToken`.
#[wasm_bindgen]
pub fn decode(token: &JsValue) -> Thrown {
    thrown(|| {
        let decoded = compact::decode(&read_token(token)?)?;
        let mut parts = Members::new();
        parts.object("header", &decoded.header).object("claims", &decoded.claims);
        to_js(&parts.end())
    })
}

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

/// `safeEqual`.
#[wasm_bindgen(js_name = safeEqual)]
pub fn safe_equal_secrets(left: &JsValue, right: &JsValue) -> Thrown {
    thrown(|| Ok(safe_equal(&secret("a", left)?, &secret("b", right)?).into()))
}

/// The error of something that only the JavaScript side can notice, from the one table of errors.
#[wasm_bindgen(js_name = hostError)]
pub fn host_error(kind: &str, path: &str, found: &str) -> JsValue {
    let owned = |text: &str| crate::error::quote(text);
    error_to_js(&match kind {
        "claims-not-object" => Error::claims_not_object(),
        "claims-threw" => Error::claims_threw(),
        "claims-too-deep" => Error::claims_too_deep(crate::token::MAX_CLAIMS_DEPTH),
        "claim-value" => Error::claim_value(&owned(path), &owned(found)),
        "key-host-object" => Error::key_host_object(),
        "key-type" => {
            Error::option_type("privateKey", "PEM text, a JWK, a JWK set, or an array of these")
        }
        "key-inconsistent" => Error::key_inconsistent(),
        "option-object" => Error::option_type(&owned(path), "an object"),
        "time" => Error::time_invalid("now"),
        "signer" => Error::signer_invalid("is not one for a key that Convex takes"),
        "signer-promise" => Error::signer_invalid("is still a promise: await it first"),
        "signer-failed" => Error::signer_failed(),
        "disposed" => Error::issuer_disposed(),
        "trap" => Error::trap(),
        _ => Error::internal("an error of an unknown kind"),
    })
}

// ---- From JavaScript ------------------------------------------------------------------------

/// An options object that the TypeScript side has made: no getters, no prototype's members.
struct Options<'a>(&'a JsValue);

impl Options<'_> {
    fn get(&self, name: &'static str) -> JsValue {
        member(self.0, name)
    }

    fn text(&self, name: &'static str) -> Result<Option<String>> {
        optional_text(name, &self.get(name))
    }

    /// A length of time, in seconds.
    fn duration(&self, name: &'static str) -> Result<Option<Seconds>> {
        match self.get(name) {
            value if is_absent(&value) => Ok(None),
            value => read_duration(name, &value).map(Some),
        }
    }

    /// An array of such texts.
    fn long_texts(&self, name: &'static str) -> Result<Option<Vec<String>>> {
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
    fn long_text(&self, name: &'static str) -> Result<Option<String>> {
        match self.get(name) {
            value if is_absent(&value) => Ok(None),
            value => text(name, &value, MAX_SOURCE_BYTES as u32).map(Some),
        }
    }
}

fn issuer_from(
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

fn issuer_url(issuer: &JsValue, environment: &JsValue) -> Result<IssuerUrl> {
    match optional_text("issuer", issuer)? {
        Some(issuer) => IssuerUrl::parse(&issuer),
        None => environment::issuer(|name| variable(environment, name)),
    }
}

/// The private keys of an array of texts, or those of the environment.
fn private_keys(keys: &JsValue, environment: &JsValue) -> Result<Vec<PrivateKey>> {
    read_private_keys(&key_texts(keys, environment)?)
}

/// The private keys of texts that may come again at the next call.
fn recent_private_keys(texts: &[Zeroizing<String>]) -> Result<SharedKeys> {
    KEYS.with_borrow_mut(|recent| recent.get(texts, read_private_keys))
}

/// A published set that may come again at the next call.
fn recent_set(jwks: &str) -> Result<Rc<FoundSet>> {
    SETS.with_borrow_mut(|recent| recent.get(&[jwks], |_| FoundSet::read(jwks)))
}

fn key_texts(keys: &JsValue, environment: &JsValue) -> Result<Vec<Zeroizing<String>>> {
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

fn read_claims(claims: &JsValue) -> Result<Claims> {
    Claims::from_json(&claims_text(claims)?)
}

/// Claims as they come: a JSON text without space around, as the host writes it.
fn claims_text(claims: &JsValue) -> Result<String> {
    bounded_text(claims, MAX_CLAIMS_BYTES as u32).map_err(|unreadable| match unreadable {
        Unreadable::NoText => Error::claims_not_object(),
        Unreadable::TooLong => Error::claims_too_large(MAX_CLAIMS_BYTES),
    })
}

fn read_token(token: &JsValue) -> Result<String> {
    bounded_text(token, MAX_TOKEN_BYTES as u32).map_err(|unreadable| match unreadable {
        Unreadable::NoText => Error::token_malformed("it is not a string"),
        Unreadable::TooLong => Error::token_too_large(MAX_TOKEN_BYTES),
    })
}

fn read_now(now: f64) -> Result<Seconds> {
    time_from_number("now", now)
}

fn read_audience(audience: &JsValue) -> Result<Option<String>> {
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

/// A document as the TypeScript side has made it ready.
fn read_document(document: &JsValue) -> Result<Option<Document>> {
    if is_absent(document) {
        return Ok(None);
    }
    let document = Options(document);
    let status = document.get("status").as_f64();
    Ok(Some(Document {
        url: document.text("url")?,
        status: status.map(|status| status as u16),
        content_type: document.text("contentType")?,
        body: document.long_text("body")?,
        error: document.text("error")?,
    }))
}

fn read_prepared(options: &Options<'_>) -> Result<PreparedToken> {
    let invalid = || Error::option_type("prepared", "as it was given");
    let time = |name| options.get(name).as_f64().map(|time| time as Seconds).ok_or_else(invalid);
    let signing_input = options.get("signingInput");
    Ok(PreparedToken {
        signing_input: text("prepared", &signing_input, MAX_TOKEN_BYTES as u32)?,
        issued_at: time("issuedAt")?,
        expires_at: time("expiresAt")?,
    })
}

/// A signature's bytes; longer ones than any algorithm has are refused before they are copied.
fn read_signature(signature: &JsValue) -> Result<Vec<u8>> {
    let array = signature.dyn_ref::<Uint8Array>();
    let array = array.ok_or_else(|| Error::signer_invalid("gave no Uint8Array"))?;
    if array.length() > MAX_OPTION_UNITS {
        return Err(Error::signature_rejected());
    }
    Ok(array.to_vec())
}

/// A secret's bytes. Of a text, its UTF-16 units: no two texts have the same.
fn secret(option: &'static str, value: &JsValue) -> Result<Zeroizing<Vec<u8>>> {
    let expected = "a string or a Uint8Array of at most 1 MB";
    let refused = || Error::option_type(option, expected);
    if let Some(array) = value.dyn_ref::<Uint8Array>() {
        let short = array.length() <= MAX_SECRET_UNITS;
        return short.then(|| Zeroizing::new(array.to_vec())).ok_or_else(refused);
    }
    let text = value.dyn_ref::<JsString>().filter(|text| text.length() <= MAX_SECRET_UNITS);
    let text = text.ok_or_else(refused)?;
    // A well-formed text crosses in one copy, of which the same text can be made again; others have
    // no UTF-8, and go unit by unit.
    let utf8 = String::from(text);
    let is_same = JsValue::from_str(&utf8) == *value;
    let utf8 = Zeroizing::new(utf8.into_bytes());
    if is_same {
        return Ok(utf8);
    }
    // 0xff begins no UTF-8 text, so the two ways never meet.
    let mut units = Zeroizing::new(Vec::with_capacity(1 + 2 * text.length() as usize));
    units.push(0xff);
    for at in 0..text.length() {
        units.extend_from_slice(&(text.char_code_at(at) as u16).to_be_bytes());
    }
    Ok(units)
}

fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

fn optional_text(option: &'static str, value: &JsValue) -> Result<Option<String>> {
    if is_absent(value) {
        return Ok(None);
    }
    text(option, value, MAX_OPTION_UNITS).map(Some)
}

fn text(option: &'static str, value: &JsValue, limit: u32) -> Result<String> {
    bounded_text(value, limit).map_err(|unreadable| {
        Error::option_type(
            option,
            match unreadable {
                Unreadable::NoText => "a string",
                Unreadable::TooLong => "a shorter text",
            },
        )
    })
}

/// Why a value is not read as a text.
enum Unreadable {
    NoText,
    TooLong,
}

/// A string's text, measured before it is copied.
fn bounded_text(value: &JsValue, limit: u32) -> std::result::Result<String, Unreadable> {
    let text = value.dyn_ref::<JsString>().ok_or(Unreadable::NoText)?;
    if text.length() > limit { Err(Unreadable::TooLong) } else { Ok(String::from(text)) }
}

/// A value of the wrong type, as an error may show it: short texts and numbers, else the type.
fn describe(value: &JsValue) -> String {
    if let Some(number) = value.dyn_ref::<Number>() {
        // The host's own digits: ten is a radix, so this cannot fail.
        return number.to_string_with_radix(10).map(String::from).unwrap_or_default();
    }
    match optional_text("", value) {
        Ok(Some(text)) => crate::error::quoted_option(&text),
        _ => value.js_typeof().as_string().unwrap_or_default(),
    }
}

// ---- To JavaScript --------------------------------------------------------------------------

fn thrown(operation: impl FnOnce() -> Result<JsValue>) -> Thrown {
    operation().map_err(|error| error_to_js(&error))
}

fn with_issuer(handle: u32, operation: &mut dyn FnMut(&mut Issuer) -> Result<JsValue>) -> Thrown {
    thrown(|| {
        ISSUERS.with_borrow_mut(|issuers| {
            let found = place_of(handle, issuers).ok().and_then(|at| issuers.get_mut(at));
            operation(&mut found.ok_or_else(Error::issuer_disposed)?.1)
        })
    })
}

fn place_of(handle: u32, issuers: &[(u32, Box<Issuer>)]) -> std::result::Result<usize, usize> {
    issuers.binary_search_by_key(&handle, |(known, _)| *known)
}

/// What a JSON text holds, by the host's own parser.
fn to_js(json: &str) -> Result<JsValue> {
    JSON::parse(json).map_err(|_| Error::internal("a result did not cross"))
}

fn object_to_js(object: &Object) -> Result<JsValue> {
    to_js(&object.to_json())
}

fn verified_to_js(verified: &Verified) -> Result<JsValue> {
    let Verified { header, claims, identity } = verified;
    let mut parts = Members::new();
    parts.object("header", header).object("claims", claims).object("identity", identity);
    to_js(&parts.end())
}

fn error_to_js(error: &Error) -> JsValue {
    let object = js_sys::Object::new().into();
    set(&object, "code", error.code());
    set(&object, "message", &error.message());
    set(&object, "hint", &error.hint());
    object
}

/// Sets a member of an object made here, which cannot fail.
fn set(object: &JsValue, name: &str, text: &str) {
    let _ = Reflect::set(object, &name.into(), &text.into());
}
