//! The days of the week on which somebody is, or can be, on placement.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A set of weekdays, never empty. Bit 0 is Monday.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weekdays(u8);

/// Why numbers are no weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected days of the week, 1 (Monday) to 7 (Sunday)")]
pub struct NotWeekdays;

impl Weekdays {
    pub const MONDAY_TO_FRIDAY: Self = Self(0b001_1111);

    /// From numbers of days, 1 is Monday; none at all means Monday to Friday.
    ///
    /// # Errors
    /// A number is not from 1 to 7.
    pub fn of(numbers: &[i32]) -> Result<Self, NotWeekdays> {
        if numbers.is_empty() {
            return Ok(Self::MONDAY_TO_FRIDAY);
        }
        numbers
            .iter()
            .try_fold(0, |bits, day| match day {
                1..=7 => Ok(bits | 1 << (day - 1)),
                _ => Err(NotWeekdays),
            })
            .map(Self)
    }

    /// Numbers of its days in order, 1 is Monday.
    pub fn numbers(self) -> impl Iterator<Item = i32> {
        (1..=7).filter(move |day| self.0 & 1 << (day - 1) != 0)
    }

    /// Whether it has the day, 1 is Monday.
    pub const fn has(self, day: u32) -> bool {
        matches!(day, 1..=7) && self.0 & 1 << (day - 1) != 0
    }

    /// Whether all of its days are among `others`.
    pub const fn within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Days in a week.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl TryFrom<u8> for Weekdays {
    type Error = NotWeekdays;
    fn try_from(bits: u8) -> Result<Self, NotWeekdays> {
        if matches!(bits, 1..=0b0111_1111) { Ok(Self(bits)) } else { Err(NotWeekdays) }
    }
}

impl From<Weekdays> for u8 {
    fn from(days: Weekdays) -> u8 {
        days.0
    }
}

const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// "Monday to Friday", "Monday, Wednesday and Friday".
impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::MONDAY_TO_FRIDAY {
            return f.write_str("Monday to Friday");
        }
        let days: Vec<&str> =
            NAMES.iter().zip(1..).filter(|(_, day)| self.has(*day)).map(|(name, _)| *name).collect();
        match days.split_last() {
            Some((last, rest)) if !rest.is_empty() => write!(f, "{} and {last}", rest.join(", ")),
            _ => f.write_str(&days.concat()),
        }
    }
}

impl fmt::Debug for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_are_read_and_said_in_order() {
        let days = Weekdays::of(&[5, 1, 3]).unwrap();
        assert_eq!(days.numbers().collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(days.to_string(), "Monday, Wednesday and Friday");
        assert_eq!(Weekdays::of(&[]).unwrap().to_string(), "Monday to Friday");
        assert_eq!(Weekdays::of(&[7]).unwrap().to_string(), "Sunday");
        assert!(days.has(3) && !days.has(2) && !days.has(0) && !days.has(8));
        assert!(days.within(Weekdays::MONDAY_TO_FRIDAY) && !Weekdays::MONDAY_TO_FRIDAY.within(days));
        assert_eq!((days.count(), Weekdays::try_from(u8::from(days))), (3, Ok(days)));
        for bad in [0, 8, -1] {
            assert_eq!(Weekdays::of(&[1, bad]), Err(NotWeekdays));
        }
        assert!(Weekdays::try_from(0).is_err() && Weekdays::try_from(128).is_err());
    }
}
