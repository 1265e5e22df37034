//! Bank holidays of England, for any year that a day can have.
//!
//! The yearly ones are worked out by the rules in force today (Banking and Financial Dealings Act 1971 and the
//! proclamations since), for every year alike: no placement is older than they are. What was added or moved for one year
//! is data of the rule book.

use super::{Day, Weekdays};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use std::borrow::Cow;

/// A bank holiday of one year alone: added, removed, or moved where both are given.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayChange {
    pub title: String,
    pub removed: Option<Day>,
    pub added: Option<Day>,
}

/// Every bank holiday, by date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Days since the beginning of the calendar, in order, for searching.
    numbers: Vec<i64>,
    titles: Vec<Cow<'static, str>>,
}

impl Calendar {
    /// # Errors
    /// A change removes a day that is no bank holiday, or neither adds nor removes one. The text names it.
    pub fn new(changes: &[HolidayChange]) -> Result<Self, String> {
        let mut days: Vec<(i64, Cow<'static, str>)> = (1900..2200).flat_map(yearly).collect();
        for change in changes {
            if let Some(removed) = change.removed {
                let before = days.len();
                days.retain(|(number, _)| *number != number_of(removed));
                if days.len() == before {
                    return Err(format!("{}: {removed} is no bank holiday", change.title));
                }
            }
            match change.added {
                Some(added) => days.push((number_of(added), Cow::Owned(change.title.clone()))),
                None if change.removed.is_none() => {
                    return Err(format!("{}: expected a day `added`, `removed`, or both", change.title));
                }
                None => {}
            }
        }
        days.sort();
        days.dedup_by_key(|(number, _)| *number);
        let (numbers, titles) = days.into_iter().unzip();
        Ok(Self { numbers, titles })
    }

    /// What a bank holiday is called: "Good Friday".
    pub fn bank_holiday(&self, day: Day) -> Option<&str> {
        let at = self.numbers.binary_search(&number_of(day)).ok()?;
        self.titles.get(at).map(AsRef::as_ref)
    }

    /// Bank holidays from one day up to, not including, another that fall on these days of the week.
    pub(super) fn falling_on(&self, weekdays: Weekdays, from: i64, before: i64) -> u32 {
        let first = self.numbers.partition_point(|number| *number < from);
        let falling = self.numbers.iter().skip(first).take_while(|number| **number < before);
        falling.fold(0, |count, number| count + u32::from(weekdays.has(weekday_of(*number))))
    }
}

/// Days since the beginning of the calendar, whose first day was a Monday.
pub(super) fn number_of(day: Day) -> i64 {
    i64::from(day.date().num_days_from_ce())
}

/// The day of a number; the nearest that a day can be where it lies outside them.
pub(super) fn day_of(number: i64) -> Day {
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let (first, last) = (date(1900, 1, 1), date(2199, 12, 31));
    let found = i32::try_from(number).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    let clamped = found.unwrap_or(if number > 0 { last } else { first }).clamp(first, last);
    // Clamped to the years of a `Day`, so it always is one.
    Day::new(clamped).unwrap_or_else(|| unreachable!("{clamped} is from 1900 to 2199"))
}

/// 1 is Monday.
pub(super) fn weekday_of(number: i64) -> u32 {
    u32::try_from((number - 1).rem_euclid(7)).unwrap_or(0) + 1
}

/// The eight of a year.
fn yearly(year: i32) -> [(i64, Cow<'static, str>); 8] {
    let number = |month, day| {
        i64::from(NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default().num_days_from_ce())
    };
    // The Monday in the seven days from one on.
    let monday_from = |first: i64| first + (8 - i64::from(weekday_of(first))) % 7;
    let new_year = number(1, 1);
    let easter = easter(year);
    let christmas = number(12, 25);
    // A bank holiday on a weekend is moved to the next weekday that is none.
    let (christmas, boxing) = match weekday_of(christmas) {
        5 => (christmas, christmas + 3),
        6 => (christmas + 2, christmas + 3),
        7 => (christmas + 2, christmas + 1),
        _ => (christmas, christmas + 1),
    };
    [
        (if weekday_of(new_year) > 5 { monday_from(new_year) } else { new_year }, "New Year's Day"),
        (easter - 2, "Good Friday"),
        (easter + 1, "Easter Monday"),
        (monday_from(number(5, 1)), "Early May bank holiday"),
        (monday_from(number(5, 25)), "Spring bank holiday"),
        (monday_from(number(8, 25)), "Summer bank holiday"),
        (christmas, "Christmas Day"),
        (boxing, "Boxing Day"),
    ]
    .map(|(number, title)| (number, Cow::Borrowed(title)))
}

/// Easter Sunday of the Gregorian calendar: the "anonymous" computation that Nature printed in 1876.
fn easter(year: i32) -> i64 {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let correction = (century + 8) / 25;
    let moon = (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let sum = moon + sunday - 7 * late + 114;
    let (month, day) = (sum / 31, sum % 31 + 1);
    let date = NaiveDate::from_ymd_opt(year, month.unsigned_abs(), day.unsigned_abs()).unwrap_or_default();
    i64::from(date.num_days_from_ce())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(calendar: &Calendar, year: &str) -> Vec<String> {
        let days = calendar.numbers.iter().map(|number| day_of(*number).to_string());
        days.filter_map(|day| day.strip_prefix(&format!("{year}-")).map(str::to_owned)).collect()
    }

    fn change(title: &str, removed: Option<&str>, added: Option<&str>) -> HolidayChange {
        let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        HolidayChange { title: title.into(), removed: day(removed), added: day(added) }
    }

    #[test]
    fn the_bank_holidays_of_a_year_follow_from_its_number() {
        let calendar = Calendar::new(&[]).unwrap();
        let ordinary = ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"];
        assert_eq!(year(&calendar, "2025"), ordinary);
        let late_easter = ["01-03", "04-22", "04-25", "05-02", "05-30", "08-29", "12-26", "12-27"];
        assert_eq!(year(&calendar, "2011"), late_easter);
    }

    #[test]
    fn a_bank_holiday_on_a_weekend_is_moved_to_the_next_weekday_that_is_none() {
        let calendar = Calendar::new(&[]).unwrap();
        for (of, winter) in [
            ("2026", ["01-01", "12-25", "12-28"]), // Christmas on a Friday
            ("2027", ["01-01", "12-27", "12-28"]), // on a Saturday
            ("2022", ["01-03", "12-26", "12-27"]), // on a Sunday
            ("2023", ["01-02", "12-25", "12-26"]), // on a Monday
        ] {
            let all = year(&calendar, of);
            assert_eq!([&all[0], &all[6], &all[7]], winter.each_ref(), "{of}");
        }
        let titled = |day: &str| calendar.bank_holiday(day.parse().unwrap()).map(str::to_owned);
        assert_eq!(titled("2022-12-27").as_deref(), Some("Christmas Day"));
        assert_eq!((titled("2022-12-25"), titled("2022-12-28")), (None, None));
    }

    #[test]
    fn easter_falls_where_the_tables_have_it() {
        let calendar = Calendar::new(&[]).unwrap();
        for monday in ["1900-04-16", "1961-04-03", "2000-04-24", "2008-03-24", "2038-04-26", "2199-04-15"] {
            assert_eq!(calendar.bank_holiday(monday.parse().unwrap()), Some("Easter Monday"), "{monday}");
        }
    }

    #[test]
    fn one_year_may_add_move_or_drop_a_bank_holiday() {
        let changes = [
            change("Victory in Europe Day", Some("2020-05-04"), Some("2020-05-08")),
            change("Coronation", None, Some("2023-05-08")),
            change("None", Some("2025-08-25"), None),
        ];
        let calendar = Calendar::new(&changes).unwrap();
        let title = |day: &str| calendar.bank_holiday(day.parse().unwrap());
        assert_eq!((title("2020-05-04"), title("2020-05-08")), (None, Some("Victory in Europe Day")));
        assert_eq!((title("2023-05-08"), title("2023-05-01").is_some()), (Some("Coronation"), true));
        assert_eq!(title("2025-08-25"), None);
        for bad in [change("Wrong", Some("2020-05-05"), None), change("Wrong", None, None)] {
            assert!(Calendar::new(&[bad]).unwrap_err().starts_with("Wrong: "));
        }
    }
}
