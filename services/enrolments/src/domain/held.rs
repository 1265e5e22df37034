//! Fields that a person edited, and that a data set therefore leaves alone.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The proto names of fields that are held against the data set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Held(BTreeSet<String>);

impl Held {
    /// Holds these fields, where there is a data set that could write them.
    pub fn hold(&mut self, data_set: &str, fields: &[&str]) {
        if !data_set.is_empty() {
            self.0.extend(fields.iter().map(|field| (*field).to_owned()));
        }
    }

    /// Gives a field back. Says whether it was held.
    pub fn release(&mut self, field: &str) -> bool {
        self.0.remove(field)
    }

    pub fn holds(&self, field: &str) -> bool {
        self.0.contains(field)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Sets a field where a value is given for it, and notes that it was.
pub(super) fn set<T>(field: &mut T, value: Option<T>, name: &'static str, edited: &mut Vec<&'static str>) {
    if let Some(value) = value {
        *field = value;
        edited.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_held_only_against_a_data_set_and_until_it_is_released() {
        let mut held = Held::default();
        held.hold("", &["funding"]);
        assert!(!held.holds("funding"));
        held.hold("sits", &["funding", "funding", "end_date"]);
        assert_eq!(held.iter().collect::<Vec<_>>(), ["end_date", "funding"]);
        assert!(held.release("funding"));
        assert!(!held.release("funding"));
    }
}
