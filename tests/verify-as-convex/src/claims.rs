//! The claims of a token as Convex's fork of `biscuit` reads them.
//!
//! The published `biscuit` takes a timestamp as an `i64`. Convex's fork takes any number that is
//! not negative and rounds it. Both read the same bytes that the signature covers, so the
//! difference can't be made up for by rewriting the token: instead `biscuit`'s `Compact` is given
//! this payload type in place of its own `ClaimsSet`, which it resembles in all else.

use biscuit::{CompactJson, Empty, SingleOrMultiple, Timestamp, jws};
use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// A token whose private claims are a `P`. Stands for `biscuit::JWT<P, Empty>`.
pub type Token<P> = jws::Compact<Claims<P>, Empty>;

/// The payload of a token: the registered claims, and all else as `P`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims<P> {
    #[serde(flatten)]
    pub registered: Registered,
    #[serde(flatten)]
    pub private: P,
}

impl<P: Serialize + DeserializeOwned> CompactJson for Claims<P> {}

/// The seven registered claims. Each may be absent or null; one of another type refuses the token,
/// whatever the kind of its provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Registered {
    pub iss: Option<String>,
    pub sub: Option<String>,
    pub aud: Option<SingleOrMultiple<String>>,
    pub exp: Option<NumericDate>,
    pub nbf: Option<NumericDate>,
    pub iat: Option<NumericDate>,
    pub jti: Option<String>,
}

impl Registered {
    /// The values of `aud`, of which there may be none.
    pub fn audiences(&self) -> Vec<String> {
        self.aud.as_ref().map(|audiences| audiences.iter().cloned().collect()).unwrap_or_default()
    }

    /// The same claims as `biscuit` has them, which then judges their times.
    pub fn to_biscuit(&self) -> biscuit::RegisteredClaims {
        let timestamp = |date: NumericDate| Timestamp::from(date.0);
        biscuit::RegisteredClaims {
            issuer: self.iss.clone(),
            subject: self.sub.clone(),
            audience: self.aud.clone(),
            expiry: self.exp.map(timestamp),
            not_before: self.nbf.map(timestamp),
            issued_at: self.iat.map(timestamp),
            id: self.jti.clone(),
        }
    }
}

/// A timestamp: a JSON number, not negative, rounded to whole seconds.
#[derive(Clone, Copy, Debug)]
pub struct NumericDate(pub DateTime<Utc>);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let seconds = match &value {
            Value::Number(number) if number.is_u64() => number.as_u64(),
            Value::Number(number) if number.is_f64() => number
                .as_f64()
                .filter(|it| it.is_finite() && *it >= 0.0 && *it < u64::MAX as f64)
                .map(|it| it.round() as u64),
            _ => None,
        }
        .ok_or_else(|| D::Error::custom("Invalid timestamp"))?;
        // Convex's fork casts, so what exceeds an i64 turns negative, and then panics on what the
        // calendar does not hold. A panic is told here as a refusal.
        DateTime::from_timestamp(seconds as i64, 0)
            .map(Self)
            .ok_or_else(|| D::Error::custom("Invalid timestamp: beyond the calendar"))
    }
}

impl Serialize for NumericDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.timestamp())
    }
}
