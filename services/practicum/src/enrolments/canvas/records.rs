//! The rows of an export as the contract's records.

use super::{
    Canvas,
    columns::{COURSES, ENROLLMENTS, SECTIONS, USERS},
    survey::is_student,
};
use crate::{
    columns::shown,
    enrolments::{
        dates,
        notes::Notes,
        oneroster::learner,
        row::{Column, Row},
        source::{Period, Take, record},
        table::{CONTEXT, Table},
    },
};
use anyhow::Result;
use contracts::enrolments::v1::{
    CourseRecord, CourseRunRecord, EnrolmentRecord, enrolment::State, sync_record::Record,
};

/// What a status says of a record.
#[derive(Clone, Copy)]
enum Says {
    Live(State),
    Gone,
}

impl Canvas {
    /// Every record, always in the same order: courses, runs, learners, enrolments.
    ///
    /// # Errors
    /// A file cannot be read, or `take` fails.
    pub fn records(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        notes.clone_from(&self.notes);
        if self.package.has(COURSES.name) {
            self.courses(notes, take)?;
            self.courses_as_runs(notes, take)?;
        }
        if self.package.has(SECTIONS.name) {
            self.sections(notes, take)?;
        }
        if self.package.has(USERS.name) {
            self.users(notes, take)?;
        }
        if self.package.has(ENROLLMENTS.name) {
            self.enrolments(notes, take)?;
        }
        Ok(())
    }

    fn courses(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(COURSES.name);
        self.package.table(&COURSES, notes, |rows, notes| {
            let [id, status, short, long] = rows.columns(["course_id", "status", "short_name", "long_name"]);
            let helps = self.package.was(rows, CONTEXT);
            while let Some(row) = rows.next()? {
                if helps(row) {
                    continue;
                }
                let Some((dropped, _)) = self.status(&COURSES, row, status, notes) else { continue };
                let title = if row.is_empty(long) { short } else { long };
                let (code, title, kind) = (row.text(short), row.text(title), self.ask.kind.into());
                let course = CourseRecord { code, title, kind, ..CourseRecord::default() };
                take(record(&file, row, id, dropped, Record::Course(course)))?;
            }
            Ok(())
        })
    }

    /// Without sections a course is its own run.
    fn courses_as_runs(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(COURSES.name);
        self.package.table(&COURSES, &mut Notes::default(), |rows, _| {
            let [id, status] = rows.columns(["course_id", "status"]);
            while let Some(row) = rows.next()? {
                let course = row.text(id);
                let Some(period) = self.survey.periods.get(&course) else { continue };
                if !self.survey.course_runs.contains(&course) {
                    continue;
                }
                let Some((dropped, _)) = self.status(&COURSES, row, status, &mut Notes::default()) else {
                    continue;
                };
                if period.is_outside(&self.ask) {
                    notes.count("courses.csv: courses of other academic years, no run of theirs is sent");
                    continue;
                }
                let run = run(course, period.clone());
                take(record(&file, row, id, dropped, run))?;
            }
            Ok(())
        })
    }

    fn sections(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(SECTIONS.name);
        self.package.table(&SECTIONS, notes, |rows, notes| {
            let [id, course, status] = rows.columns(["section_id", "course_id", "status"]);
            while let Some(row) = rows.next()? {
                let Some((dropped, _)) = self.status(&SECTIONS, row, status, notes) else { continue };
                let period = self.survey.periods.get(&row.text(id)).cloned().unwrap_or_default();
                if period.is_outside(&self.ask) {
                    notes.count("sections.csv: sections of other academic years, left out");
                    continue;
                }
                take(record(&file, row, id, dropped, run(row.text(course), period)))?;
            }
            Ok(())
        })
    }

    fn users(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(USERS.name);
        self.package.table(&USERS, notes, |rows, notes| {
            let [id, status, first, last, full, email] =
                rows.columns(["user_id", "status", "first_name", "last_name", "full_name", "email"]);
            while let Some(row) = rows.next()? {
                if !self.survey.is_student(&row.text(id)) && row.flaw.is_none() {
                    notes.count("users.csv: users who are no students as far as the files say, left out");
                    continue;
                }
                let Some((dropped, _)) = self.status(&USERS, row, status, notes) else { continue };
                let nameless = row.is_empty(first) && row.is_empty(last);
                let family = if nameless { full } else { last };
                let learner = learner(row.verbatim(first), row.verbatim(family), row.text(email));
                take(record(&file, row, id, dropped, Record::Learner(learner)))?;
            }
            Ok(())
        })
    }

    fn enrolments(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(ENROLLMENTS.name);
        self.package.table(&ENROLLMENTS, notes, |rows, notes| {
            let [user, status, role, course, section, start, end] = rows.columns([
                "user_id",
                "status",
                "role",
                "course_id",
                "section_id",
                "start_date",
                "end_date",
            ]);
            while let Some(row) = rows.next()? {
                if !is_student(row, role) && row.flaw.is_none() {
                    notes.count(&format!(
                        "enrollments.csv: rows with the role {:?}, left out",
                        shown(&row.text(role))
                    ));
                    continue;
                }
                let Some((dropped, state)) = self.status(&ENROLLMENTS, row, status, notes) else { continue };
                let run = row.text(if row.is_empty(section) { course } else { section });
                let period = self.survey.periods.get(&run);
                if period.is_some_and(|period| period.is_outside(&self.ask)) {
                    notes.count("enrollments.csv: enrolments of other academic years, left out");
                    continue;
                }
                let (start_date, end_date) = (dates::iso(row.text(start)), dates::iso(row.text(end)));
                let first = if start_date.is_empty() {
                    period.map_or("", |period| &period.start)
                } else {
                    &start_date
                };
                let later = dates::date(first).is_some_and(|first| first > self.ask.today);
                let state = if later && state == State::Active { State::Pending } else { state };
                let source_id = enrolment_id(&run, &row.text(user));
                let enrolment = EnrolmentRecord {
                    course_run_source_id: run,
                    learner_source_id: row.text(user),
                    state: state.into(),
                    start_date,
                    end_date,
                    ..EnrolmentRecord::default()
                };
                let record = record(&file, row, None, dropped, Record::Enrolment(enrolment));
                take(contracts::enrolments::v1::SyncRecord { source_id, ..record })?;
            }
            Ok(())
        })
    }

    /// Whether the source dropped the record, and how an enrolment stands; nothing where a snapshot leaves it out.
    fn status(&self, table: &Table, row: &Row, status: Column, notes: &mut Notes) -> Option<(bool, State)> {
        let enrolment = table.name == ENROLLMENTS.name;
        match says(row, status, enrolment) {
            _ if row.flaw.is_some() => Some((false, State::Unspecified)),
            Says::Gone if self.snapshot => {
                notes.count(&format!("{}.csv: deleted rows, left out of the snapshot", table.name));
                None
            }
            Says::Gone => Some((true, State::Active)),
            Says::Live(State::Unspecified) if !enrolment => {
                let what = shown(&row.text(status));
                notes.count(&format!("{}.csv: rows with the status {what:?}, taken as active", table.name));
                Some((false, State::Active))
            }
            Says::Live(state) => Some((false, state)),
        }
    }
}

/// A status that is none of the format's says nothing; of an enrolment the service refuses that.
fn says(row: &Row, status: Column, enrolment: bool) -> Says {
    if row.is_empty(status) {
        return Says::Live(State::Active);
    }
    let known = [
        ("active", Says::Live(State::Active)),
        ("deleted", Says::Gone),
        ("deleted_last_completed", Says::Gone),
        ("completed", Says::Live(if enrolment { State::Completed } else { State::Active })),
        ("inactive", Says::Live(if enrolment { State::Interrupted } else { State::Unspecified })),
        ("suspended", Says::Live(if enrolment { State::Unspecified } else { State::Active })),
        ("published", Says::Live(if enrolment { State::Unspecified } else { State::Active })),
    ];
    let found = known.into_iter().find(|(word, _)| row.says(status, word));
    found.map_or(Says::Live(State::Unspecified), |(_, says)| says)
}

fn run(course: String, period: Period) -> Record {
    Record::CourseRun(CourseRunRecord {
        course_source_id: course,
        academic_year: period.year,
        start_date: period.start,
        end_date: period.end,
        places: 0,
    })
}

/// Canvas does not name enrolments: one is who it is of, and where.
fn enrolment_id(run: &str, user: &str) -> String {
    if run.is_empty() || user.is_empty() { String::new() } else { format!("{run}:{user}") }
}
