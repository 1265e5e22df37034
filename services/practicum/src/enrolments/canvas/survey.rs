//! A first look at an export: when its sections run, who its students are, how much there is.

use super::columns::{COURSES, ENROLLMENTS, SECTIONS, TERMS};
use crate::enrolments::{
    dates,
    notes::Notes,
    package::Package,
    row::{Column, Row},
    source::{Ask, Period},
    table::COURSE_RUN,
};
use anyhow::Result;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap, HashSet};

/// How Canvas calls those who learn.
const STUDENTS: [&str; 2] = ["student", "StudentEnrollment"];

#[derive(Debug, Default)]
pub struct Survey {
    terms: HashMap<String, Dates>,
    courses: HashMap<String, Dates>,
    /// By the section, or by the course where it stands for its section.
    pub periods: HashMap<String, Period>,
    /// Courses that stand for their section.
    pub course_runs: HashSet<String>,
    students: HashSet<Box<str>>,
    all_students: bool,
    pub rows: u64,
}

/// What a term, a course or a section says of when it is.
#[derive(Debug, Default, Clone)]
struct Dates {
    year: Option<String>,
    start: Option<Date>,
    end: Option<Date>,
}

impl Dates {
    fn or(self, other: Option<&Dates>) -> Self {
        let Some(other) = other else { return self };
        Self {
            year: self.year.or_else(|| other.year.clone()),
            start: self.start.or(other.start),
            end: self.end.or(other.end),
        }
    }

    fn period(self, ask: &Ask) -> Period {
        Period::new(self.year, self.start, self.end, ask)
    }
}

/// Whether a row of enrollments.csv is of somebody who learns.
pub fn is_student(row: &Row, role: Column) -> bool {
    STUDENTS.iter().any(|word| row.says(role, word))
}

impl Survey {
    /// # Errors
    /// A file cannot be read.
    pub fn make(package: &Package, ask: &Ask, notes: &mut Notes) -> Result<Self> {
        let mut survey = Self { all_students: package.is_sheet(), ..Self::default() };
        if package.has(TERMS.name) {
            survey.read_terms(package, notes)?;
        }
        if package.has(COURSES.name) {
            survey.read_courses(package, ask, notes)?;
        }
        if package.has(SECTIONS.name) {
            survey.read_sections(package, ask, notes)?;
        }
        if package.has(ENROLLMENTS.name) {
            survey.read_students(package, notes)?;
        }
        survey.rows += survey.students.len() as u64;
        Ok(survey)
    }

    pub fn is_student(&self, user: &str) -> bool {
        self.all_students || self.students.contains(user)
    }

    /// The years asked for; else those that the sections run in; else, where there is no section, those of the terms.
    pub fn scope(&self, asked: &[String]) -> Vec<String> {
        let mut years: BTreeSet<String> = asked.iter().cloned().collect();
        if years.is_empty() {
            years.extend(self.periods.values().map(|period| period.year.clone()));
            years.remove("");
        }
        if years.is_empty() {
            years.extend(
                self.terms.values().filter_map(|term| term.year.clone().or(term.start.map(dates::year_of))),
            );
        }
        years.into_iter().collect()
    }

    fn read_terms(&mut self, package: &Package, notes: &mut Notes) -> Result<()> {
        package.table(&TERMS, notes, |rows, notes| {
            let [id, name, start, end] = rows.columns(["term_id", "name", "start_date", "end_date"]);
            while let Some(row) = rows.next()? {
                let term = row.text(id);
                if [start, end].iter().any(|at| !row.is_empty(*at) && dates::date(&row.text(*at)).is_none()) {
                    notes.count("terms.csv: terms with a date not understood");
                }
                let year = dates::year_in(&row.text(name)).or_else(|| dates::year_in(&term));
                self.terms.insert(term, Dates { year, ..dates_of(row, start, end) });
            }
            Ok(())
        })
    }

    fn read_courses(&mut self, package: &Package, ask: &Ask, notes: &mut Notes) -> Result<()> {
        package.table(&COURSES, notes, |rows, _| {
            let was_run = package.was(rows, COURSE_RUN);
            let own_runs = !package.is_sheet() && !package.has(SECTIONS.name);
            let [id, term, start, end] = rows.columns(["course_id", "term_id", "start_date", "end_date"]);
            while let Some(row) = rows.next()? {
                let (course, term) = (row.text(id), row.text(term));
                let unlisted = Dates { year: dates::year_in(&term), ..Dates::default() };
                let term = self.terms.get(&term).unwrap_or(&unlisted);
                let found = dates_of(row, start, end).or(Some(term));
                self.rows += 1;
                if own_runs || was_run(row) {
                    self.rows += 1;
                    self.periods.insert(course.clone(), as_said(row, start, end, found.clone().period(ask)));
                    self.course_runs.insert(course.clone());
                }
                self.courses.insert(course, found);
            }
            Ok(())
        })
    }

    fn read_sections(&mut self, package: &Package, ask: &Ask, notes: &mut Notes) -> Result<()> {
        package.table(&SECTIONS, notes, |rows, _| {
            let [id, course, start, end] =
                rows.columns(["section_id", "course_id", "start_date", "end_date"]);
            while let Some(row) = rows.next()? {
                self.rows += 1;
                if row.flaw.is_none() {
                    let found = dates_of(row, start, end).or(self.courses.get(&row.text(course)));
                    self.periods.insert(row.text(id), as_said(row, start, end, found.period(ask)));
                }
            }
            Ok(())
        })
    }

    fn read_students(&mut self, package: &Package, notes: &mut Notes) -> Result<()> {
        package.table(&ENROLLMENTS, notes, |rows, _| {
            let [user, role] = rows.columns(["user_id", "role"]);
            while let Some(row) = rows.next()? {
                if is_student(row, role) {
                    self.rows += 1;
                    let user = row.text(user);
                    if !self.students.contains(user.as_str()) {
                        self.students.insert(user.into());
                    }
                }
            }
            Ok(())
        })
    }
}

fn dates_of(row: &Row, start: Column, end: Column) -> Dates {
    let date = |column| dates::date(&row.text(column));
    Dates { year: None, start: date(start), end: date(end) }
}

/// What a run says of itself and is no date stays as it was found: the service refuses it.
fn as_said(row: &Row, start: Column, end: Column, period: Period) -> Period {
    let said = |column: Column, or: String| {
        let text = row.text(column);
        if !text.is_empty() && dates::date(&text).is_none() { text } else { or }
    };
    Period { start: said(start, period.start), end: said(end, period.end), year: period.year }
}
