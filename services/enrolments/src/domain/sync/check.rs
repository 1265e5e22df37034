//! Whether one record is whole and well-formed, looked at alone. What takes other records to tell is for the plan.

use super::record::{Course, CourseRun, Enrolment, Learner};
use super::reject::{Wrong, shown};
use super::{Body, Code, Mode, Record, Word, hash::registration};
use crate::domain::{AcademicYear, Day};
use std::{collections::HashSet, sync::Arc};

/// How somebody studies whose record does not say.
pub const FULL_TIME: &str = "full_time";

const SOURCE_ID: usize = 200;
const MOST_PLACES: i32 = 100_000;
const EXPECTED_KIND: &str = "a kind of course that the contract names";

/// What a run may say, beside what any record may.
#[derive(Clone)]
pub struct Checker {
    pub mode: Mode,
    /// The years that a snapshot speaks for.
    pub years: Vec<String>,
    /// Whoever may sponsor a learner.
    pub partners: Arc<HashSet<String>>,
}

impl Checker {
    /// # Errors
    /// The first thing that is wrong with the record.
    pub fn check(&self, record: &Record) -> Result<(), Wrong> {
        text("source_id", &record.source_id, SOURCE_ID, true)?;
        if record.dropped {
            return match self.mode {
                Mode::Delta => Ok(()),
                Mode::Snapshot => Err(wrong(
                    "dropped",
                    Code::ForbiddenInSnapshot,
                    "true",
                    "a record that is there: what is missing from a snapshot is dropped",
                )),
            };
        }
        match &record.body {
            None => Err(wrong(
                "record",
                Code::MissingField,
                "",
                "a course, a course run, a learner or an enrolment",
            )),
            Some(Body::Course(it)) => course(it),
            Some(Body::CourseRun(it)) => self.course_run(it),
            Some(Body::Learner(it)) => learner(it),
            Some(Body::Enrolment(it)) => self.enrolment(it),
        }
    }

    fn course_run(&self, it: &CourseRun) -> Result<(), Wrong> {
        text("course_source_id", &it.course, SOURCE_ID, true)?;
        let year = given("academic_year", &it.academic_year)?;
        if let Err(expected) = year.parse::<AcademicYear>() {
            return Err(wrong("academic_year", Code::InvalidValue, year, &text_of(&expected)));
        }
        if self.mode == Mode::Snapshot && !self.years.iter().any(|known| known == year) {
            let expected = format!("a year that the snapshot speaks for: {}", self.years.join(", "));
            return Err(wrong("academic_year", Code::ForbiddenInSnapshot, year, &expected));
        }
        let start = date("start_date", given("start_date", &it.start_date)?)?;
        let end = date("end_date", given("end_date", &it.end_date)?)?;
        if end < start {
            let expected = format!("a day not before start_date, {}", it.start_date);
            return Err(wrong("end_date", Code::DateOrder, &it.end_date, &expected));
        }
        if !(0..=MOST_PLACES).contains(&it.places) {
            let expected = "0 for no limit, or 1 to 100000";
            return Err(wrong("places", Code::InvalidValue, &it.places.to_string(), expected));
        }
        Ok(())
    }

    fn enrolment(&self, it: &Enrolment) -> Result<(), Wrong> {
        text("course_run_source_id", &it.course_run, SOURCE_ID, true)?;
        text("learner_source_id", &it.learner, SOURCE_ID, true)?;
        choice("state", it.state, true, "PENDING, ACTIVE, INTERRUPTED, WITHDRAWN or COMPLETED")?;
        choice("study_mode", it.study_mode, false, "FULL_TIME or PART_TIME, or nothing")?;
        choice("funding", it.funding, false, "a funding that the contract names, or nothing")?;
        let start = maybe_date("start_date", &it.start_date)?;
        let end = maybe_date("end_date", &it.end_date)?;
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            let expected = format!("a day not before start_date, {}", it.start_date);
            return Err(wrong("end_date", Code::DateOrder, &it.end_date, &expected));
        }
        if !it.sponsor.is_empty() && !self.partners.contains(&it.sponsor) {
            let expected = "the id of a partner here, such as \"durham\", or nothing";
            return Err(wrong("sponsor", Code::UnknownSponsor, &it.sponsor, expected));
        }
        Ok(())
    }
}

fn course(it: &Course) -> Result<(), Wrong> {
    text("code", &it.code, 64, false)?;
    text("title", &it.title, 200, true)?;
    choice("kind", it.kind, true, EXPECTED_KIND)?;
    if !it.credits.is_empty() && !is_credits(&it.credits) {
        let expected = "a decimal with up to four digits and up to two places, such as \"30\", or nothing";
        return Err(wrong("credits", Code::InvalidValue, &it.credits, expected));
    }
    if it.fheq_level != 0 && !(4..=8).contains(&it.fheq_level) {
        let found = it.fheq_level.to_string();
        return Err(wrong("fheq_level", Code::InvalidValue, &found, "4 to 8, or 0 for none"));
    }
    text("awarding_body", &it.awarding_body, 200, false)
}

/// What is personal is never repeated in a reject.
fn learner(it: &Learner) -> Result<(), Wrong> {
    let quietly = |wrong: Wrong| Wrong { found: String::new(), ..wrong };
    text("given_name", &it.given_name, 200, false).map_err(quietly)?;
    text("family_name", &it.family_name, 200, true).map_err(quietly)?;
    let long = it.given_name.len() + it.family_name.len() >= 200
        && it.given_name.chars().count() + it.family_name.chars().count() >= 200;
    if long {
        return Err(wrong(
            "family_name",
            Code::TooLong,
            "",
            "at most 199 characters, together with given_name",
        ));
    }
    text("email", &it.email, 254, false).map_err(quietly)?;
    let halves = it.email.split_once('@');
    let email =
        halves.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if !it.email.is_empty() && !email {
        return Err(wrong(
            "email",
            Code::InvalidValue,
            "",
            "an address such as name@example.org, or nothing",
        ));
    }
    if !is_registration(&registration(&it.social_work_england_number)) {
        let expected = "\"SW\" and 1 to 6 digits without a leading zero, or nothing";
        return Err(wrong("social_work_england_number", Code::InvalidValue, "", expected));
    }
    Ok(())
}

fn is_credits(text: &str) -> bool {
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    match text.split_once('.') {
        None => digits(text, 4),
        Some((whole, part)) => digits(whole, 4) && digits(part, 2),
    }
}

fn is_registration(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("SW") else { return text.is_empty() };
    (1..=6).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

fn wrong(field: &'static str, code: Code, found: &str, expected: &str) -> Wrong {
    Wrong { field, code, found: shown(found), expected: expected.into() }
}

/// Text of at most so many characters, none of which is a control character.
fn text(field: &'static str, text: &str, most: usize, required: bool) -> Result<(), Wrong> {
    if required && text.trim().is_empty() {
        return Err(wrong(field, Code::MissingField, text, "a text that is not empty"));
    }
    if text.len() > most && text.chars().count() > most {
        return Err(wrong(field, Code::TooLong, text, &format!("at most {most} characters")));
    }
    // Bytes first: they decide in nearly every case.
    let ascii = text.bytes().any(|b| b < 0x20 || b == 0x7f);
    if ascii || (!text.is_ascii() && text.chars().any(char::is_control)) {
        return Err(wrong(field, Code::InvalidValue, text, "a text without control characters, such as NUL"));
    }
    Ok(())
}

fn given<'t>(field: &'static str, text: &'t str) -> Result<&'t str, Wrong> {
    if text.is_empty() {
        Err(wrong(field, Code::MissingField, "", "a value: it is required"))
    } else {
        Ok(text)
    }
}

fn date(field: &'static str, text: &str) -> Result<Day, Wrong> {
    text.parse().map_err(|expected| wrong(field, Code::InvalidDate, text, &text_of(&expected)))
}

fn maybe_date(field: &'static str, text: &str) -> Result<Option<Day>, Wrong> {
    if text.is_empty() { Ok(None) } else { date(field, text).map(Some) }
}

fn choice(field: &'static str, word: Word, required: bool, expected: &str) -> Result<(), Wrong> {
    match word {
        Word::Known(_) => Ok(()),
        Word::Absent if !required => Ok(()),
        Word::Absent => Err(wrong(field, Code::MissingField, "", expected)),
        Word::Unknown(number) => Err(wrong(field, Code::InvalidValue, &number.to_string(), expected)),
    }
}

/// What was expected, as a reject says it.
fn text_of(error: &impl ToString) -> String {
    let text = error.to_string();
    text.strip_prefix("expected ").map(ToOwned::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests;
