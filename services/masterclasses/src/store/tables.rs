//! Rows and the domain's nouns, one into the other. A row struct reads a query's result and, as JSON, is what a
//! set-based write sends.

pub mod booking;
pub mod learning_need;
pub mod masterclass;
pub mod session;

use ledger::Fault;
use serde::{Serialize, de::DeserializeOwned};
use vocabulary::{Instant, from_micros, micros};

/// A column that holds JSON text.
fn to_text(value: &impl Serialize) -> String {
    // The domain's values have string keys and no foreign types, so that this cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    Ok(serde_json::from_str(text)?)
}

/// A unit enum as its serde name, without the quotes.
pub fn word(value: &impl Serialize) -> String {
    to_text(value).trim_matches('"').to_owned()
}

pub fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, Fault> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word))
        .map_err(|_| Fault::Bug("a stored word is not known".into()))
}

pub fn name<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Bug("a stored name is malformed".into()))
}

fn maybe_us(instant: Option<Instant>) -> Option<i64> {
    instant.map(micros)
}

fn maybe_instant(us: Option<i64>) -> Option<Instant> {
    us.map(from_micros)
}

/// A count that the database keeps in eight bytes.
fn count(n: i64) -> Result<u32, Fault> {
    u32::try_from(n).map_err(|_| Fault::Bug("a stored count is out of range".into()))
}
