//! What is written into a placement's ledger.

use super::{By, Placement, PlacementState};
use crate::domain::{
    Calendar, Day, DayKind, Entry, Refusal,
    ledger::{days_of, unrecordable},
    refusal::DayRefused,
};
use serde::{Deserialize, Serialize};
use vocabulary::Personal;

/// One day of the ledger, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerDay {
    pub date: Day,
    pub kind: DayKind,
    pub note: Personal<String>,
}

impl LedgerDay {
    pub const fn entry(&self) -> Entry {
        Entry { date: self.date, kind: self.kind }
    }
}

/// Skills days are counted over all of a student's placements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skills {
    /// Of the student's other placements.
    pub elsewhere: u32,
    /// At most so many in all.
    pub limit: u32,
}

impl Placement {
    /// Writes days into the ledger, all or none; a day that is there is replaced. `ledger` is by date, before and
    /// after.
    ///
    /// # Errors
    /// It has not started or has ended; a day lies outside it, ahead, on a bank holiday, or is a skills day too many.
    pub fn record(
        &mut self,
        ledger: &mut Vec<Entry>,
        days: &[LedgerDay],
        (calendar, skills): (&Calendar, Skills),
        by: &By,
    ) -> Result<(), Refusal> {
        if !matches!(self.state, PlacementState::InProgress | PlacementState::Suspended) {
            return Err(Refusal::TransitionNotAllowed { state: self.state });
        }
        let outside = |day: &LedgerDay| {
            let why = unrecordable(day.date, self.start_date, by.today, &self.suspensions, calendar)?;
            Some(DayRefused { date: day.date, why: why.to_string() })
        };
        let mut refused: Vec<DayRefused> = days.iter().filter_map(outside).collect();
        ledger.retain(|entry| days.iter().all(|day| day.date != entry.date));
        let before = skills.elsewhere + days_of(ledger, DayKind::Skills);
        let new = days.iter().filter(|day| day.kind == DayKind::Skills);
        let too_many = new.skip(usize::try_from(skills.limit.saturating_sub(before)).unwrap_or(usize::MAX));
        refused.extend(too_many.map(|day| {
            let why = format!("a skills day beyond the {} over all placements", skills.limit);
            DayRefused { date: day.date, why }
        }));
        if !refused.is_empty() {
            refused.sort_by_key(|day| day.date);
            return Err(Refusal::DayNotRecordable { days: refused });
        }
        ledger.extend(days.iter().map(LedgerDay::entry));
        ledger.sort_by_key(|entry| entry.date);
        self.days_attended = days_of(ledger, DayKind::Attended);
        self.skills_days = days_of(ledger, DayKind::Skills);
        self.project(ledger, calendar);
        self.updated = by.at;
        Ok(())
    }
}
