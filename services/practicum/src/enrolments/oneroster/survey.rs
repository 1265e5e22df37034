//! A first look at an export: when its classes run, who its students are, how much there is.

use super::{
    columns::{CLASSES, COURSES, ENROLLMENTS, ROLES, SESSIONS, USERS},
    manifest::Manifest,
};
use crate::enrolments::{
    dates,
    notes::Notes,
    package::Package,
    row::{Column, Row},
    source::{Ask, Period},
};
use anyhow::Result;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap, HashSet};

/// More than any export nests its terms.
const DEPTH: usize = 8;

#[derive(Debug, Default)]
pub struct Survey {
    sessions: HashMap<String, Session>,
    /// Of the courses that name their year, its session.
    courses: HashMap<String, String>,
    /// By the class.
    pub periods: HashMap<String, Period>,
    students: HashSet<Box<str>>,
    /// Every user of the export counts as a student.
    all_students: bool,
    pub rows: u64,
}

#[derive(Debug)]
struct Session {
    title: String,
    start: Option<Date>,
    end: Option<Date>,
    parent: String,
    school_year: Option<String>,
}

impl Survey {
    /// # Errors
    /// A file cannot be read.
    pub fn make(package: &Package, _: &Manifest, ask: &Ask, notes: &mut Notes) -> Result<Self> {
        let mut survey = Self { all_students: package.is_sheet(), ..Self::default() };
        if package.has(SESSIONS.name) {
            survey.read_sessions(package, notes)?;
        }
        if package.has(COURSES.name) {
            survey.read_courses(package, notes)?;
        }
        if package.has(CLASSES.name) {
            survey.read_classes(package, ask, notes)?;
        }
        if package.has(ROLES.name) {
            survey.read_students(package, notes, &ROLES, "userSourcedId")?;
        }
        if package.has(USERS.name) && !survey.all_students {
            survey.read_students(package, notes, &USERS, "sourcedId")?;
        }
        if package.has(ENROLLMENTS.name) {
            survey.rows += survey.read_students(package, notes, &ENROLLMENTS, "userSourcedId")?;
        }
        survey.rows += survey.students.len() as u64;
        Ok(survey)
    }

    pub fn is_student(&self, user: &str) -> bool {
        self.all_students || self.students.contains(user)
    }

    /// The years asked for; else those that the classes run in; else, where there is no class, those of the terms.
    pub fn scope(&self, asked: &[String]) -> Vec<String> {
        let mut years: BTreeSet<String> = asked.iter().cloned().collect();
        if years.is_empty() {
            years.extend(self.periods.values().map(|period| period.year.clone()));
            years.remove("");
        }
        if years.is_empty() {
            years.extend(self.sessions.keys().filter_map(|id| self.year(id)));
        }
        years.into_iter().collect()
    }

    fn read_sessions(&mut self, package: &Package, notes: &mut Notes) -> Result<()> {
        package.table(&SESSIONS, notes, |rows, notes| {
            let [id, title, start, end, parent, year] =
                rows.columns(["sourcedId", "title", "startDate", "endDate", "parentSourcedId", "schoolYear"]);
            while let Some(row) = rows.next()? {
                let mut date = |column: Column| {
                    let text = row.text(column);
                    let date = dates::date(&text);
                    if date.is_none() && !text.is_empty() {
                        notes.count("academicSessions.csv: dates not understood");
                    }
                    date
                };
                let session = Session {
                    start: date(start),
                    end: date(end),
                    title: row.text(title),
                    parent: row.text(parent),
                    school_year: dates::school_year(&row.text(year)),
                };
                self.sessions.insert(row.text(id), session);
            }
            Ok(())
        })
    }

    fn read_courses(&mut self, package: &Package, notes: &mut Notes) -> Result<()> {
        package.table(&COURSES, notes, |rows, _| {
            let [id, year] = rows.columns(["sourcedId", "schoolYearSourcedId"]);
            while let Some(row) = rows.next()? {
                self.rows += 1;
                if !row.is_empty(year) {
                    self.courses.insert(row.text(id), row.text(year));
                }
            }
            Ok(())
        })
    }

    fn read_classes(&mut self, package: &Package, ask: &Ask, notes: &mut Notes) -> Result<()> {
        package.table(&CLASSES, notes, |rows, notes| {
            let [id, course, terms] = rows.columns(["sourcedId", "courseSourcedId", "termSourcedIds"]);
            while let Some(row) = rows.next()? {
                self.rows += 1;
                if row.flaw.is_none() {
                    self.periods.insert(row.text(id), self.period(row, course, terms, ask, notes));
                }
            }
            Ok(())
        })
    }

    /// From the first day of the class's terms to the last; without terms the school year of its course.
    fn period(&self, row: &Row, course: Column, terms: Column, ask: &Ask, notes: &mut Notes) -> Period {
        let mut named: Vec<String> =
            row.text(terms).split([',', ';', '|']).map(|term| term.trim().to_owned()).collect();
        let count = named.iter().filter(|term| !term.is_empty()).count();
        named.retain(|term| self.sessions.contains_key(term));
        if named.len() < count {
            notes.count("classes.csv: classes of terms that academicSessions.csv does not have");
        }
        if let (true, Some(year)) = (named.is_empty(), self.courses.get(&row.text(course))) {
            named.push(year.clone());
        }
        let sessions = || named.iter().filter_map(|id| self.sessions.get(id));
        let start = sessions().filter_map(|session| session.start).min();
        let end = sessions().filter_map(|session| session.end).max();
        Period::new(named.iter().find_map(|id| self.year(id)), start, end, ask)
    }

    fn year(&self, id: &str) -> Option<String> {
        let mut next = self.sessions.get(id);
        let first = next?;
        for _ in 0..DEPTH {
            let Some(session) = next else { break };
            if let Some(year) = session.school_year.clone().or_else(|| dates::year_in(&session.title)) {
                return Some(year);
            }
            next = self.sessions.get(&session.parent);
        }
        first.start.map(dates::year_of)
    }

    /// Keeps those whose role is student; answers how many rows say so.
    fn read_students(
        &mut self,
        package: &Package,
        notes: &mut Notes,
        table: &crate::enrolments::table::Table,
        user: &str,
    ) -> Result<u64> {
        package.table(table, notes, |rows, _| {
            let [user, role] = rows.columns([user, "role"]);
            let mut count = 0;
            while let Some(row) = rows.next()? {
                if row.says(role, "student") {
                    count += 1;
                    let user = row.text(user);
                    if !self.students.contains(user.as_str()) {
                        self.students.insert(user.into());
                    }
                }
            }
            Ok(count)
        })
    }
}
