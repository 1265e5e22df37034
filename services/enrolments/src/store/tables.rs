//! Rows and the domain's nouns, one into the other. A row struct reads a query's result and, as JSON, is what a
//! set-based write sends. A row's source, ordinal and hash are no business of the domain's: what is written by hand
//! leaves them as they are.

pub mod course;
pub mod course_run;
pub mod enrolment;
pub mod learner;
pub mod learning_item;

use ledger::Fault;
use serde::{Serialize, de::DeserializeOwned};

/// A column that holds JSON text.
pub fn to_text(value: &impl Serialize) -> String {
    // The domain's values have string keys and no foreign types, so that this cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
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

/// A name, a day or a year as it is written.
pub fn name<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Bug("a stored name is malformed".into()))
}

fn some_name<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, Fault> {
    text.as_deref().map(name).transpose()
}

/// A count that the database keeps in eight bytes.
fn count<T: TryFrom<i64>>(n: i64) -> Result<T, Fault> {
    T::try_from(n).map_err(|_| Fault::Bug("a stored count is out of range".into()))
}

/// A key, read back.
pub fn key<T, E>(read: Result<T, E>) -> Result<T, Fault> {
    read.map_err(|_| Fault::Bug("a stored key is malformed".into()))
}
