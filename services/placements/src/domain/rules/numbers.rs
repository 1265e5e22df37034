//! The figures of the rule book, as one edition has them.

use crate::domain::{Offer, Setting, Stage, Travel};
use chrono::TimeDelta;
use serde::Deserialize;
use vocabulary::{Instant, PartnerKind, is_time_zone};

/// P1: days to serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    pub first_days: u32,
    pub final_days: u32,
    /// At most so many, over all placements.
    pub skills_days: u32,
}

impl Days {
    /// Attended days that a placement of a stage asks for.
    pub const fn required(&self, stage: Stage) -> u32 {
        match stage {
            Stage::First => self.first_days,
            Stage::Final => self.final_days,
        }
    }
}

/// P5: `hours` of formal supervision in `days` placement days, at least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    pub hours: u32,
    pub days: u32,
}

/// P6: by which placement day the learning agreement is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub days: u32,
}

/// P11: what a host is paid for a day served, in pence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    pub council_pence: u64,
    pub university_pence: u64,
    pub voluntary_pence: u64,
}

impl Fees {
    pub const fn daily_pence(&self, host: PartnerKind) -> u64 {
        match host {
            PartnerKind::Council => self.council_pence,
            PartnerKind::University => self.university_pence,
            PartnerKind::Voluntary => self.voluntary_pence,
        }
    }
}

/// C2: how far below the last preference a setting is that is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preference {
    pub unlisted_ranks: u32,
}

/// C3: settings that serve the same people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contrast {
    pub alike: Vec<Vec<Setting>>,
}

impl Contrast {
    pub fn are_alike(&self, one: Setting, other: Setting) -> bool {
        one == other || self.alike.iter().any(|kind| kind.contains(&one) && kind.contains(&other))
    }
}

/// C5: after how many days without a word from the host an offer is stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stale {
    pub stale_days: u32,
}

/// What is no rule's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    /// Where a day begins and ends.
    pub time_zone: String,
    /// The month on whose first day an academic year begins.
    pub academic_year_month: u32,
    /// Days that a place is held for an answer.
    pub hold_days: u32,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    pub house: House,
    pub days: Days,
    pub supervision: Supervision,
    pub agreement: Agreement,
    pub travel: Travel,
    pub fees: Fees,
    pub(super) preference: Preference,
    pub(super) contrast: Contrast,
    pub(super) stale: Stale,
}

impl Numbers {
    /// Days without a word from the host after which an offer is listed as stale.
    pub const fn stale_days(&self) -> u32 {
        self.stale.stale_days
    }

    /// The moment before which an offer must have been reaffirmed to be stale `now`.
    pub fn stale_before(&self, now: Instant) -> Instant {
        let days = TimeDelta::days(self.stale_days().into());
        now.checked_sub_signed(days).unwrap_or(Instant::MIN_UTC)
    }

    /// Whether the host should say again that an offer is still true.
    pub fn is_stale(&self, offer: &Offer, now: Instant) -> bool {
        offer.is_stale(self.stale_before(now))
    }

    /// What makes them unusable, if anything does.
    pub(super) fn problem(&self) -> Option<String> {
        if self.days.first_days == 0 || self.days.final_days == 0 {
            return Some("P1: a placement has some days".into());
        }
        if self.supervision.days == 0 {
            return Some("P5: expected `hours` in at least 1 of `days`".into());
        }
        if let Some(problem) = self.travel.problem() {
            return Some(format!("P9: {problem}"));
        }
        if !(1..=12).contains(&self.house.academic_year_month) {
            return Some("numbers: academic_year_month: expected 1 to 12".into());
        }
        let zone = &self.house.time_zone;
        (!is_time_zone(zone)).then(|| format!("numbers: there is no time zone {zone:?}"))
    }
}
