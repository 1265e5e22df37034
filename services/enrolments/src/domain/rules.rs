//! The partnership's numbers, each from a day on. They are data: see `[[rules]]` in enrolments.toml.

use super::{learning::Hundredths, sync::Limits};
use chrono::NaiveDate;
use serde::Deserialize;
use vocabulary::{AcademicYear, Day, Instant, is_time_zone};

/// The numbers in force from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub effective_from: NaiveDate,
    /// Where a day begins and ends.
    pub time_zone: String,
    /// Hours that another partner may rely on hearing that somebody is enrolled.
    pub verified_hours: u32,
    /// Hours that another partner may rely on hearing that somebody is not.
    pub unverified_hours: u32,
    /// The month on whose first day an academic year begins.
    pub academic_year_month: u32,
    /// Hours that one day of learning is counted as.
    pub learning_day_hours: Hundredths,
    /// Of what is live in a sync's scope, how much it may drop before a person has to look, in hundredths.
    pub max_drop_percent: u32,
    /// How many it may drop, those of the last 24 hours included.
    pub max_drops: u32,
    /// Of the records sent, how much may be refused, in hundredths.
    pub max_reject_percent: u32,
    /// Hours that a plan waits for somebody to apply it.
    pub plan_hours: u32,
    /// Hours that a run waits for its next batch.
    pub receive_hours: u32,
    /// Days that the last run of a data set can be undone.
    pub restore_days: u32,
}

impl Rules {
    /// A sync's limits where its client sets none.
    pub fn limits(&self) -> Limits {
        Limits {
            max_drop_percent: self.max_drop_percent.into(),
            max_drops: self.max_drops.into(),
            max_reject_percent: self.max_reject_percent.into(),
        }
    }

    /// The day on which an instant falls.
    pub fn day(&self, now: Instant) -> Day {
        Day::of(now, &self.time_zone)
    }

    pub fn academic_year(&self, day: Day) -> AcademicYear {
        AcademicYear::of(day, self.academic_year_month)
    }

    /// The first and the last day of a year.
    pub fn days_of(&self, year: AcademicYear) -> (Day, Day) {
        year.days(self.academic_year_month)
    }
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

    /// What is wrong with the book, if anything is.
    pub fn problem(&self) -> Option<String> {
        if self.0.is_empty() {
            return Some("at least one version of the rules is needed".into());
        }
        if self.0.iter().any(|rules| !(1..=12).contains(&rules.academic_year_month)) {
            return Some("academic_year_month: expected 1 to 12".into());
        }
        if self.0.iter().any(|rules| rules.learning_day_hours == Hundredths(0)) {
            return Some("learning_day_hours: a day has some hours".into());
        }
        let strange = self.0.iter().find(|rules| !is_time_zone(&rules.time_zone))?;
        Some(format!("there is no time zone {:?}", strange.time_zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Rules {
        /// Some rules, for tests.
        pub fn example() -> Self {
            Self {
                effective_from: NaiveDate::MIN,
                time_zone: "Europe/London".into(),
                verified_hours: 24,
                unverified_hours: 1,
                academic_year_month: 8,
                learning_day_hours: Hundredths(740),
                max_drop_percent: 5,
                max_drops: 500,
                max_reject_percent: 1,
                plan_hours: 72,
                receive_hours: 24,
                restore_days: 30,
            }
        }
    }

    #[test]
    fn an_answer_goes_by_the_rules_in_force_on_its_day() {
        let rules = |from: &str, verified_hours| Rules {
            effective_from: from.parse().unwrap(),
            verified_hours,
            ..Rules::example()
        };
        let book = RuleBook(vec![rules("2027-01-01", 12), rules("2024-01-01", 24)]);
        let hours = |day: &str| book.on(format!("{day}T09:00:00Z").parse().unwrap()).unwrap().verified_hours;
        assert_eq!((hours("2023-05-01"), hours("2026-12-31"), hours("2027-01-01")), (24, 24, 12));
        assert_eq!(book.problem(), None);
        assert!(RuleBook(vec![]).problem().is_some());
    }
}
