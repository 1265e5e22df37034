//! The day ledger: what each day was, and where it leads.

use super::{Calendar, Day, Pattern, Suspension, Weekdays};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a day of the ledger was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Served, on the pattern or in exchange for a day of it.
    Attended,
    Absent,
    /// At the university.
    Recall,
    /// Counted apart, over all placements.
    Skills,
}

/// One day of the ledger. A day has one entry at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub date: Day,
    pub kind: DayKind,
}

/// How many days a ledger has of a kind.
pub fn days_of(ledger: &[Entry], kind: DayKind) -> u32 {
    ledger.iter().fold(0, |count, entry| count + u32::from(entry.kind == kind))
}

/// The day on which the ledger reaches `target` attended days, or will.
///
/// What is recorded is a fact. A day of the pattern without an entry, gone or to come, is taken to be attended, so that
/// a ledger which is written up once a month moves no end by itself; each absence, recall or skills day on a day of the
/// pattern moves it by one. Where the assumption would have ended the placement before the last entry, although fewer
/// days are recorded, it has failed: then only what is recorded counts, and the rest is served after the last entry.
///
/// `ledger` is by date. The answer is `start` for a target of 0, and never after 2199.
pub fn projected_end(
    start: Day,
    weekdays: Weekdays,
    target: u32,
    ledger: &[Entry],
    suspensions: &[Suspension],
    calendar: &Calendar,
) -> Day {
    let pattern = Pattern { weekdays, calendar, suspensions };
    let mut attended = ledger.iter().filter(|entry| entry.kind == DayKind::Attended);
    let Some(before_last) = target.checked_sub(1) else { return start };
    if let Some(last) = attended.clone().nth(usize::try_from(before_last).unwrap_or(usize::MAX)) {
        return last.date;
    }
    let (mut at, mut left) = (start, target);
    for entry in ledger {
        let gap = pattern.count(at, entry.date);
        left = left.saturating_sub(gap + u32::from(entry.kind == DayKind::Attended));
        at = at.max(entry.date.plus(1).unwrap_or(entry.date));
        if left == 0 {
            let recorded = attended.by_ref().count();
            let missing = target - u32::try_from(recorded).unwrap_or(target);
            let last = ledger.last().map_or(at, |last| last.date.plus(1).unwrap_or(last.date));
            return pattern.nth(last.max(start), missing);
        }
    }
    pattern.nth(at, left)
}

/// Why a day cannot be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unrecordable {
    BeforeStart(Day),
    Future,
    /// What it is called.
    BankHoliday(String),
    Suspended,
}

impl fmt::Display for Unrecordable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unrecordable::BeforeStart(start) => write!(f, "before the placement's start on {start}"),
            Unrecordable::Future => f.write_str("in the future"),
            Unrecordable::BankHoliday(title) => write!(f, "a bank holiday ({title})"),
            Unrecordable::Suspended => f.write_str("while the placement was suspended"),
        }
    }
}

/// Why nothing can be entered for a day; nothing where something can. A day off the pattern can: it may be exchanged.
pub fn unrecordable(
    date: Day,
    start: Day,
    today: Day,
    suspensions: &[Suspension],
    calendar: &Calendar,
) -> Option<Unrecordable> {
    if date < start {
        return Some(Unrecordable::BeforeStart(start));
    }
    if date > today {
        return Some(Unrecordable::Future);
    }
    if let Some(title) = calendar.bank_holiday(date) {
        return Some(Unrecordable::BankHoliday(title.to_owned()));
    }
    suspensions.iter().any(|suspension| suspension.covers(date)).then_some(Unrecordable::Suspended)
}

#[cfg(test)]
mod tests;
