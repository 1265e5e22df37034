//! What a person has learned: items of continuing professional development, and what an academic year of them adds
//! up to.

use super::Day;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use vocabulary::{NameError, PersonName, Personal, ResourceId};

/// A decimal of at most two places, kept in hundredths so that sums are exact: hours, or days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hundredths(pub i64);

impl TryFrom<String> for Hundredths {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<Hundredths> for String {
    fn from(number: Hundredths) -> String {
        number.to_string()
    }
}

impl FromStr for Hundredths {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str = "expected a decimal of at most two places, such as \"6.5\"";
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits =
            |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole, 6) || !digits(places, 2) {
            return Err(EXPECTED);
        }
        let number = |part: &str| part.parse::<i64>().map_err(|_| EXPECTED);
        let tenths = if places.len() == 1 { 10 } else { 1 };
        Ok(Self(number(whole)? * 100 + number(places)? * tenths))
    }
}

impl fmt::Display for Hundredths {
    /// Without zeros that say nothing: "6.5", "24".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, places) = (self.0 / 100, self.0 % 100);
        match places {
            0 => write!(f, "{whole}"),
            _ if places % 10 == 0 => write!(f, "{whole}.{}", places / 10),
            _ => write!(f, "{whole}.{places:02}"),
        }
    }
}

impl Hundredths {
    /// Hours in days of `day` hours each, half up.
    pub fn in_days(self, day: Hundredths) -> Self {
        let day = day.0.max(1);
        Self((self.0 * 200 + day) / (day * 2))
    }
}

/// `partners/{partner}/people/{person}/learningItems/{learning_item}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemName {
    pub person: PersonName,
    pub id: ResourceId,
}

impl fmt::Display for ItemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/learningItems/{}", self.person, self.id)
    }
}

/// `partners/{partner}/people/{person}/learningRecord`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordName(pub PersonName);

impl FromStr for RecordName {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Self, NameError> {
        const EXPECTED: NameError = NameError("\"partners/{partner}/people/{person}/learningRecord\"");
        let person = text.strip_suffix("/learningRecord").ok_or(EXPECTED)?;
        Ok(Self(person.parse().map_err(|_| EXPECTED)?))
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/learningRecord", self.0)
    }
}

/// One piece of learning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningItem {
    pub name: ItemName,
    pub title: String,
    /// When it ended.
    pub date: Day,
    pub hours: Hundredths,
    /// Reflected upon with a peer.
    pub peer_reflection: bool,
    /// The person's own words.
    pub reflection: Personal<String>,
    /// The booking or the enrolment that it came from; empty when recorded by hand.
    pub source: String,
}

/// What a person learned in one academic year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningRecord {
    pub name: RecordName,
    /// Days a year; nobody has said where it is absent.
    pub entitlement: Option<Hundredths>,
    /// In days, of as many hours as the rules say.
    pub used: Hundredths,
    /// By date.
    pub items: Vec<LearningItem>,
}

impl LearningRecord {
    pub fn of(
        name: RecordName,
        entitlement: Option<Hundredths>,
        items: Vec<LearningItem>,
        day: Hundredths,
    ) -> Self {
        let hours = Hundredths(items.iter().map(|item| item.hours.0).sum());
        Self { name, entitlement, used: hours.in_days(day), items }
    }

    /// Pieces of continuing professional development, and how many of them were reflected upon with a peer: what
    /// Social Work England asks for each year.
    pub fn pieces(&self) -> (usize, usize) {
        (self.items.len(), self.items.iter().filter(|item| item.peer_reflection).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_exact_and_written_as_they_are_read() {
        for text in ["6.5", "24", "0", "0.25", "9999.99", "7.05"] {
            assert_eq!(text.parse::<Hundredths>().unwrap().to_string(), text);
        }
        assert_eq!("6.50".parse::<Hundredths>().unwrap().to_string(), "6.5");
        for bad in ["", ".5", "6.", "6.555", "-1", "1e3", "1,5", "1234567", " 1", "٣"] {
            assert!(bad.parse::<Hundredths>().is_err(), "{bad}");
        }
    }

    #[test]
    fn hours_become_days_half_up() {
        let day: Hundredths = "7.4".parse().unwrap();
        let days = |hours: &str| hours.parse::<Hundredths>().unwrap().in_days(day).to_string();
        assert_eq!(
            (days("7.4"), days("3.7"), days("0"), days("22.2")),
            ("1".into(), "0.5".into(), "0".into(), "3".into())
        );
        // 1 / 7.4 = 0.13513…; 0.03 / 7.4 = 0.00405…; 0.037 days lie half-way only in thousandths of an hour.
        assert_eq!((days("1"), days("0.04"), days("0.03")), ("0.14".into(), "0.01".into(), "0".into()));
    }

    #[test]
    fn pieces_are_counted_and_those_with_peer_reflection_among_them() {
        let name: RecordName = "partners/durham/people/nq1/learningRecord".parse().unwrap();
        let item = |id: &str, hours: &str, peer_reflection| LearningItem {
            name: ItemName { person: name.0.clone(), id: id.parse().unwrap() },
            title: "Reflective supervision".into(),
            date: "2026-10-01".parse().unwrap(),
            hours: hours.parse().unwrap(),
            peer_reflection,
            reflection: Personal::default(),
            source: String::new(),
        };
        let items = vec![item("a", "3.5", true), item("b", "3.9", false)];
        let record = LearningRecord::of(name, None, items, "7.4".parse().unwrap());
        assert_eq!((record.pieces(), record.used.to_string()), ((2, 1), "1".into()));
        assert!("partners/durham/people/nq1".parse::<RecordName>().is_err());
    }
}
