//! What was not understood, or was left out, counted.

use std::collections::BTreeMap;

/// So many different ones are told apart.
const KINDS: usize = 100;
const REST: &str = "further rows for other reasons";

/// Each with how often.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Notes(BTreeMap<String, u64>);

impl Notes {
    /// Something that is said once.
    pub fn say(&mut self, what: impl Into<String>) {
        self.0.insert(what.into(), 0);
    }

    /// One row more of which this is true: "users.csv: rows with …".
    pub fn count(&mut self, what: &str) {
        if let Some(count) = self.0.get_mut(what) {
            *count += 1;
        } else {
            let what = if self.0.len() < KINDS { what } else { REST };
            *self.0.entry(what.to_owned()).or_default() += 1;
        }
    }

    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(what, count)| match count {
            0 => what.clone(),
            _ => format!("{what}: {count}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_counted_and_never_too_many() {
        let mut notes = Notes::default();
        notes.say("grades.csv is not read");
        (0..1_000).for_each(|n| notes.count(&format!("role {}", n % 150)));
        let lines: Vec<_> = notes.lines().collect();
        assert!(
            lines.contains(&"grades.csv is not read".to_owned()) && lines.contains(&"role 0: 7".to_owned())
        );
        assert!(lines.len() <= KINDS + 1, "{}", lines.len());
    }
}
