//! Calendar days and academic years.

use crate::clock::{Instant, from_micros, micros};
use chrono::{Datelike, NaiveDate};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A calendar day that somebody studying now could have something to do with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

/// Why a text is not what it should be. It says what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct DateError(pub &'static str);

impl FromStr for Day {
    type Err = DateError;
    /// ISO 8601 and nothing else: four digits, two, two.
    fn from_str(text: &str) -> Result<Self, DateError> {
        const EXPECTED: DateError = DateError("a calendar date from 1900 to 2199, such as \"2026-09-21\"");
        let bytes = text.as_bytes();
        let number =
            |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
        let shaped = bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
        let (Some(year), Some(month), Some(day), true) = (number(0, 4), number(5, 7), number(8, 10), shaped)
        else {
            return Err(EXPECTED);
        };
        let year = i32::try_from(year).ok().filter(|year| (1900..2200).contains(year)).ok_or(EXPECTED)?;
        NaiveDate::from_ymd_opt(year, month, day).map(Self).ok_or(EXPECTED)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl Day {
    /// From a date of a calendar, if its year is one of a `Day`'s.
    pub fn new(date: NaiveDate) -> Option<Self> {
        (1900..2200).contains(&date.year()).then_some(Self(date))
    }

    pub const fn date(self) -> NaiveDate {
        self.0
    }

    /// 1 is Monday, 7 Sunday.
    pub fn weekday(self) -> u32 {
        self.0.weekday().number_from_monday()
    }

    /// So many days later, or earlier where negative.
    pub fn plus(self, days: i64) -> Option<Self> {
        self.0.checked_add_signed(chrono::TimeDelta::try_days(days)?).and_then(Self::new)
    }

    /// Days from this one to `later`; negative where that is earlier.
    pub fn until(self, later: Self) -> i64 {
        (later.0 - self.0).num_days()
    }

    /// The day on which `now` falls by the clocks of a zone.
    pub fn of(now: Instant, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let here = Timestamp::from_microsecond(micros(now)).unwrap_or(Timestamp::MAX).to_zoned(zone);
        let (month, day) = (here.month().unsigned_abs(), here.day().unsigned_abs());
        let date = NaiveDate::from_ymd_opt(here.year().into(), month.into(), day.into());
        Self(date.unwrap_or(NaiveDate::MAX))
    }

    /// The first moment after it by the clocks of a zone.
    pub fn ends(self, zone: &str) -> Instant {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let next = self.0.succ_opt().unwrap_or(self.0).to_string();
        let day = next.parse::<jiff::civil::Date>().unwrap_or(jiff::civil::Date::MAX);
        let start = day.to_zoned(zone).map(|midnight| midnight.timestamp().as_microsecond());
        from_micros(start.unwrap_or(i64::MAX))
    }
}

/// Whether the name is one of a time zone that can be reckoned with.
pub fn is_time_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// "2026/27": from the autumn of one year to the summer of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AcademicYear(u16);

impl FromStr for AcademicYear {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        const EXPECTED: DateError = DateError("an academic year from 1900 to 2199, such as \"2026/27\"");
        let (first, second) = text.split_once('/').ok_or(EXPECTED)?;
        let digits = |part: &str, n| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(first, 4) || !digits(second, 2) {
            return Err(EXPECTED);
        }
        let (first, second): (u16, u16) =
            (first.parse().map_err(|_| EXPECTED)?, second.parse().map_err(|_| EXPECTED)?);
        let follows = (first + 1) % 100 == second && (1900..2200).contains(&first);
        if follows { Ok(Self(first)) } else { Err(EXPECTED) }
    }
}

impl fmt::Display for AcademicYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl AcademicYear {
    /// The year in which a day falls, where years begin on the first of `month`.
    pub fn of(day: Day, month: u32) -> Self {
        let first = if day.0.month() >= month { day.0.year() } else { day.0.year() - 1 };
        Self(u16::try_from(first).unwrap_or(1900))
    }

    /// Its first and its last day, where years begin on the first of `month`.
    pub fn days(self, month: u32) -> (Day, Day) {
        let begins = |year: u16| NaiveDate::from_ymd_opt(year.into(), month, 1).unwrap_or(NaiveDate::MAX);
        let last = begins(self.0 + 1).pred_opt().unwrap_or(NaiveDate::MAX);
        (Day(begins(self.0)), Day(last))
    }
}

impl TryFrom<String> for AcademicYear {
    type Error = DateError;
    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<AcademicYear> for String {
    fn from(year: AcademicYear) -> String {
        year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_written_and_must_be_in_the_calendar() {
        assert_eq!("2024-02-29".parse::<Day>().unwrap().to_string(), "2024-02-29");
        for bad in [
            "",
            "2026-02-29",
            "0000-01-01",
            "9999-12-31",
            "2026-2-1",
            "21/09/2026",
            "+026-01-01",
            "2026-01-0é",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_reckoned_with_as_the_calendar_does() {
        let day: Day = "2024-02-28".parse().unwrap();
        assert_eq!((day.weekday(), day.plus(2).unwrap().to_string()), (3, "2024-03-01".into()));
        assert_eq!((day.plus(2).unwrap().until(day), day.until(day.plus(2).unwrap())), (-2, 2));
        assert_eq!(("2199-12-31".parse::<Day>().unwrap().plus(1), day.plus(i64::MAX)), (None, None));
    }

    #[test]
    fn an_academic_year_names_two_years_that_follow_each_other() {
        for good in ["2026/27", "1999/00"] {
            assert_eq!(good.parse::<AcademicYear>().unwrap().to_string(), good);
        }
        for bad in ["2026", "2026/28", "2026/2027", "0000/01", "9999/00", "2026-27"] {
            assert!(bad.parse::<AcademicYear>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_academic_year_has_its_days_and_each_day_its_year() {
        let year: AcademicYear = "2026/27".parse().unwrap();
        let (first, last) = year.days(8);
        assert_eq!((first.to_string(), last.to_string()), ("2026-08-01".into(), "2027-07-31".into()));
        let of = |day: &str| AcademicYear::of(day.parse().unwrap(), 8).to_string();
        assert_eq!(
            (of("2026-07-31"), of("2026-08-01"), of("2000-01-01")),
            ("2025/26".into(), "2026/27".into(), "1999/00".into())
        );
        assert_eq!((AcademicYear::of(first, 8), AcademicYear::of(last, 8)), (year, year));
    }

    #[test]
    fn a_day_begins_and_ends_by_the_clocks_of_the_zone() {
        let summer: Instant = "2026-07-01T23:30:00Z".parse().unwrap();
        let day = Day::of(summer, "Europe/London");
        assert_eq!(day.to_string(), "2026-07-02");
        assert_eq!(day.ends("Europe/London"), "2026-07-02T23:00:00Z".parse::<Instant>().unwrap());
    }
}
