//! Working-day arithmetic on an agreed weekday pattern.
//!
//! Whole weeks are multiplied and bank holidays are looked up, so an answer costs the same however long the placement:
//! a match run asks for thousands.

use super::{
    Calendar, Day, Weekdays,
    calendar::{day_of, number_of, weekday_of},
};
use serde::{Deserialize, Serialize};

/// Days on which a placement pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    pub from: Day,
    /// The first day back; without one it still lasts, and moves no end until it is over: nobody knows by how much.
    pub back: Option<Day>,
}

impl Suspension {
    /// Whether no day is served on this one.
    pub fn covers(&self, day: Day) -> bool {
        self.from <= day && self.back.is_none_or(|back| day < back)
    }

    /// As numbers of days, from and up to, not including; nothing while it lasts.
    fn span(&self) -> Option<(i64, i64)> {
        Some((number_of(self.from), number_of(self.back?)))
    }
}

/// On which days a student is expected: those of the week, without bank holidays and suspensions.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    pub weekdays: Weekdays,
    pub calendar: &'a Calendar,
    /// In any order; they may overlap.
    pub suspensions: &'a [Suspension],
}

impl Pattern<'_> {
    /// Its days from one on up to, not including, another.
    pub fn count(&self, from: Day, before: Day) -> u32 {
        let (mut at, before) = (number_of(from), number_of(before));
        let mut count = 0;
        loop {
            at = self.resumed(at);
            let pause = self.next_pause(at).min(before);
            count += self.unpaused(at, pause);
            if pause >= before {
                return count;
            }
            at = pause;
        }
    }

    /// Its `n`th day from one on, which is the first if it is one of them. The day itself where `n` is 0; the last day
    /// of 2199 where there are not so many.
    pub fn nth(&self, from: Day, n: u32) -> Day {
        let (mut at, mut left) = (number_of(from), n);
        if n == 0 {
            return from;
        }
        loop {
            at = self.resumed(at);
            let day = self.nth_unpaused(at, left);
            let pause = self.next_pause(at);
            if day < pause {
                return day_of(day);
            }
            left -= self.unpaused(at, pause);
            at = pause;
        }
    }

    /// The first day from one on that no suspension covers.
    fn resumed(&self, mut at: i64) -> i64 {
        let over = |at| {
            let mut spans = self.suspensions.iter().filter_map(Suspension::span);
            spans.find(|(from, back)| *from <= at && at < *back)
        };
        while let Some((_, back)) = over(at) {
            at = back;
        }
        at
    }

    /// Where the next suspension after a day begins.
    fn next_pause(&self, at: i64) -> i64 {
        let spans = self.suspensions.iter().filter_map(Suspension::span);
        let ahead = spans.filter(|(from, back)| at < *from && from < back);
        ahead.map(|(from, _)| from).min().unwrap_or(i64::MAX)
    }

    fn unpaused(&self, from: i64, before: i64) -> u32 {
        weekly(self.weekdays, from, before) - self.calendar.falling_on(self.weekdays, from, before)
    }

    fn nth_unpaused(&self, from: i64, n: u32) -> i64 {
        let (mut day, mut seen) = (nth_weekly(self.weekdays, from, n), from);
        loop {
            // Each bank holiday passed over asks for one day more, which may lie beyond another.
            let passed = self.calendar.falling_on(self.weekdays, seen, day + 1);
            if passed == 0 {
                return day;
            }
            seen = day + 1;
            day = nth_weekly(self.weekdays, seen, passed);
        }
    }
}

/// The days of a week as bits, beginning with the weekday of a day.
fn turned(weekdays: Weekdays, from: i64) -> u32 {
    let bits = u32::from(u8::from(weekdays));
    let turn = weekday_of(from) - 1;
    (bits >> turn | bits << (7 - turn)) & 0b111_1111
}

fn weekly(weekdays: Weekdays, from: i64, before: i64) -> u32 {
    let Ok(days) = u32::try_from(before.saturating_sub(from)) else { return 0 };
    let rest = turned(weekdays, from) & ((1 << (days % 7)) - 1);
    days / 7 * weekdays.count() + rest.count_ones()
}

/// `n` is at least 1.
fn nth_weekly(weekdays: Weekdays, from: i64, n: u32) -> i64 {
    let (weeks, rest) = ((n - 1) / weekdays.count(), (n - 1) % weekdays.count());
    let mut bits = turned(weekdays, from);
    for _ in 0..rest {
        bits &= bits - 1;
    }
    from + i64::from(weeks) * 7 + i64::from(bits.trailing_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_nth_day_passes_over_bank_holidays_and_other_weekdays() {
        let calendar = Calendar::new(&[]).unwrap();
        let pattern = |numbers: &[i32]| Pattern {
            weekdays: Weekdays::of(numbers).unwrap(),
            calendar: &calendar,
            suspensions: &[],
        };
        // Friday 3 and Monday 6 April 2026 are bank holidays.
        assert_eq!(pattern(&[]).nth(day("2026-04-02"), 2), day("2026-04-07"));
        assert_eq!(pattern(&[1, 5]).nth(day("2026-04-02"), 1), day("2026-04-10"));
        assert_eq!(pattern(&[7]).nth(day("2026-04-02"), 1), day("2026-04-05"));
        assert_eq!(pattern(&[]).count(day("2026-04-01"), day("2026-05-01")), 20);
        assert_eq!(pattern(&[]).count(day("2026-05-01"), day("2026-04-01")), 0);
        assert_eq!(pattern(&[1]).nth(day("2026-04-01"), 0), day("2026-04-01"));
        assert_eq!(pattern(&[1]).nth(day("2026-04-01"), u32::MAX), day("2199-12-31"));
    }

    fn some_days() -> impl Strategy<Value = Day> {
        (0..6_500_i64).prop_map(|n| day("2019-01-01").plus(n).unwrap())
    }

    /// Some of them begin on the day that is looked for.
    fn some_suspensions(from: Day) -> impl Strategy<Value = Vec<Suspension>> {
        let one = (-30..200_i64, prop::option::weighted(0.9, -3..60_i64)).prop_map(move |(at, days)| {
            let at = from.plus(at).unwrap();
            Suspension { from: at, back: days.and_then(|n| at.plus(n)) }
        });
        prop::collection::vec(one, 0..4)
    }

    #[test]
    fn a_day_on_which_a_suspension_begins_is_not_one_of_the_pattern() {
        let calendar = Calendar::new(&[]).unwrap();
        let suspensions = [
            Suspension { from: day("2026-06-03"), back: Some(day("2026-06-05")) },
            Suspension { from: day("2026-06-04"), back: Some(day("2026-06-09")) },
        ];
        let weekdays = Weekdays::MONDAY_TO_FRIDAY;
        let pattern = Pattern { weekdays, calendar: &calendar, suspensions: &suspensions };
        assert_eq!(pattern.nth(day("2026-06-01"), 3), day("2026-06-09"));
        assert_eq!(pattern.count(day("2026-06-01"), day("2026-06-09")), 2);
    }

    proptest! {
        #[test]
        fn counting_and_finding_agree_with_a_walk_day_by_day(
            (from, suspensions) in some_days().prop_flat_map(|from| (Just(from), some_suspensions(from))),
            bits in 1..128_u8, n in 1..150_u32
        ) {
            let calendar = Calendar::new(&[]).unwrap();
            let weekdays = Weekdays::try_from(bits).unwrap();
            let pattern = Pattern { weekdays, calendar: &calendar, suspensions: &suspensions };
            let (mut at, mut left) = (from, n);
            loop {
                let paused = suspensions.iter().any(|s| s.back.is_some() && s.covers(at));
                if weekdays.has(at.weekday()) && calendar.bank_holiday(at).is_none() && !paused {
                    left -= 1;
                }
                if left == 0 { break }
                at = at.plus(1).unwrap();
            }
            prop_assert_eq!(pattern.nth(from, n), at);
            prop_assert_eq!((pattern.count(from, at), pattern.count(from, at.plus(1).unwrap())), (n - 1, n));
        }
    }
}
