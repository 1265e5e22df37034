//! Values as columns keep them, and back. What was written here is read here, so that anything else is a bug.

use crate::Fault;
use serde::{Serialize, de::DeserializeOwned};
use vocabulary::{Instant, from_micros, micros};

/// A column that holds JSON text.
pub fn to_text(value: &impl Serialize) -> String {
    // The domain's values have string keys and no foreign types, so that this cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

/// # Errors
/// The text is not what [`to_text`] made of such a value.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    Ok(serde_json::from_str(text)?)
}

/// A unit enum as its serde name, without the quotes.
pub fn word(value: &impl Serialize) -> String {
    to_text(value).trim_matches('"').to_owned()
}

/// # Errors
/// It is no such enum's word.
pub fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, Fault> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word))
        .map_err(|_| Fault::Bug("a stored word is not known".into()))
}

/// A name, a day or a year as it is written.
///
/// # Errors
/// It is not written so.
pub fn name<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Bug("a stored name is malformed".into()))
}

/// As [`name`], where there may be none.
///
/// # Errors
/// As [`name`].
pub fn some_name<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, Fault> {
    text.as_deref().map(name).transpose()
}

/// A count that the database keeps in eight bytes.
///
/// # Errors
/// It is out of range.
pub fn count<T: TryFrom<i64>>(n: i64) -> Result<T, Fault> {
    T::try_from(n).map_err(|_| Fault::Bug("a stored count is out of range".into()))
}

/// A key, read back.
///
/// # Errors
/// It could not be.
pub fn key<T, E>(read: Result<T, E>) -> Result<T, Fault> {
    read.map_err(|_| Fault::Bug("a stored key is malformed".into()))
}

pub fn maybe_us(instant: Option<Instant>) -> Option<i64> {
    instant.map(micros)
}

pub fn maybe_instant(us: Option<i64>) -> Option<Instant> {
    us.map(from_micros)
}
