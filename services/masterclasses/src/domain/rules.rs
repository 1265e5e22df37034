//! The partnership's numbers, each from a day on. They are data: see `[[rules]]` in masterclasses.toml.

use chrono::NaiveDate;
use serde::Deserialize;
use vocabulary::Instant;

/// The numbers in force from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub effective_from: NaiveDate,
    /// Hours that an offered seat waits for an answer, where the session does not say.
    pub offer_hours: u32,
    /// The zone of a session that names none.
    pub time_zone: String,
    /// The longest that a session may last.
    pub session_hours_max: u32,
}

/// All versions of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct RuleBook(Vec<Rules>);

impl RuleBook {
    /// The rules in force on the day of `instant`: the latest that had begun, or the earliest there are.
    /// `None` only for an empty book, which settings refuse.
    pub fn on(&self, instant: Instant) -> Option<&Rules> {
        let day = instant.date_naive();
        let begun =
            self.0.iter().filter(|rules| rules.effective_from <= day).max_by_key(|r| r.effective_from);
        begun.or_else(|| self.0.iter().min_by_key(|rules| rules.effective_from))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_by_the_rules_in_force_on_its_day() {
        let rules = |from: &str, offer_hours| Rules {
            effective_from: from.parse().unwrap(),
            offer_hours,
            time_zone: "Europe/London".into(),
            session_hours_max: 24,
        };
        let book = RuleBook(vec![rules("2027-01-01", 24), rules("2024-01-01", 48)]);
        let hours = |day: &str| book.on(format!("{day}T09:00:00Z").parse().unwrap()).unwrap().offer_hours;
        assert_eq!((hours("2023-05-01"), hours("2026-12-31"), hours("2027-01-01")), (48, 48, 24));
    }
}
