//! The rows of an export as the contract's records.

use super::{
    OneRoster,
    columns::{CLASSES, COURSES, ENROLLMENTS, USERS},
};
use crate::{
    columns::shown,
    enrolments::{
        dates,
        notes::Notes,
        row::{Column, Row},
        source::{Take, record},
        table::{CONTEXT, Table},
    },
};
use anyhow::Result;
use contracts::enrolments::v1::{
    CourseRecord, CourseRunRecord, EnrolmentRecord, LearnerRecord, enrolment::State, sync_record::Record,
};

impl OneRoster {
    /// Every record, always in the same order: courses, runs, learners, enrolments.
    ///
    /// # Errors
    /// A file cannot be read, or `take` fails.
    pub fn records(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        notes.clone_from(&self.notes);
        for (table, read) in [
            (&COURSES, Self::courses as fn(&Self, &mut Notes, &mut Take) -> Result<()>),
            (&CLASSES, Self::classes),
            (&USERS, Self::users),
            (&ENROLLMENTS, Self::enrolments),
        ] {
            if self.package.has(table.name) {
                read(self, notes, take)?;
            }
        }
        Ok(())
    }

    fn courses(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(COURSES.name);
        self.package.table(&COURSES, notes, |rows, notes| {
            let [id, status, title, code] = rows.columns(["sourcedId", "status", "title", "courseCode"]);
            let helps = self.package.was(rows, CONTEXT);
            while let Some(row) = rows.next()? {
                if helps(row) {
                    continue;
                }
                let Some(dropped) = self.dropped(&COURSES, row, status, notes) else { continue };
                let kind = self.ask.kind.into();
                let course = CourseRecord {
                    code: row.text(code),
                    title: row.text(title),
                    kind,
                    ..CourseRecord::default()
                };
                take(record(&file, row, id, dropped, Record::Course(course)))?;
            }
            Ok(())
        })
    }

    fn classes(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(CLASSES.name);
        self.package.table(&CLASSES, notes, |rows, notes| {
            let [id, status, course] = rows.columns(["sourcedId", "status", "courseSourcedId"]);
            while let Some(row) = rows.next()? {
                let Some(dropped) = self.dropped(&CLASSES, row, status, notes) else { continue };
                let period = self.survey.periods.get(&row.text(id)).cloned().unwrap_or_default();
                if period.is_outside(&self.ask) {
                    notes.count("classes.csv: classes of other academic years, left out");
                    continue;
                }
                let run = CourseRunRecord {
                    course_source_id: row.text(course),
                    academic_year: period.year,
                    start_date: period.start,
                    end_date: period.end,
                    places: 0,
                };
                take(record(&file, row, id, dropped, Record::CourseRun(run)))?;
            }
            Ok(())
        })
    }

    fn users(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(USERS.name);
        self.package.table(&USERS, notes, |rows, notes| {
            let [id, status, given, family, email] =
                rows.columns(["sourcedId", "status", "givenName", "familyName", "email"]);
            while let Some(row) = rows.next()? {
                if !self.survey.is_student(&row.text(id)) && row.flaw.is_none() {
                    notes.count("users.csv: users who are no students as far as the files say, left out");
                    continue;
                }
                let Some(dropped) = self.dropped(&USERS, row, status, notes) else { continue };
                let learner = learner(row.verbatim(given), row.verbatim(family), row.text(email));
                take(record(&file, row, id, dropped, Record::Learner(learner)))?;
            }
            Ok(())
        })
    }

    fn enrolments(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        let file = self.package.origin(ENROLLMENTS.name);
        self.package.table(&ENROLLMENTS, notes, |rows, notes| {
            let [id, status, class, user, role, begin, end] = rows.columns([
                "sourcedId",
                "status",
                "classSourcedId",
                "userSourcedId",
                "role",
                "beginDate",
                "endDate",
            ]);
            while let Some(row) = rows.next()? {
                if !row.says(role, "student") && row.flaw.is_none() {
                    notes.count(&format!(
                        "enrollments.csv: rows with the role {:?}, left out",
                        shown(&row.text(role))
                    ));
                    continue;
                }
                let Some(dropped) = self.dropped(&ENROLLMENTS, row, status, notes) else { continue };
                let class = row.text(class);
                let period = self.survey.periods.get(&class);
                if period.is_some_and(|period| period.is_outside(&self.ask)) {
                    notes.count("enrollments.csv: enrolments of other academic years, left out");
                    continue;
                }
                let (start_date, end_date) = (dates::iso(row.text(begin)), dates::iso(row.text(end)));
                let state = self.state(row, status, &start_date, period.map(|period| period.start.as_str()));
                let enrolment = EnrolmentRecord {
                    course_run_source_id: class,
                    learner_source_id: row.text(user),
                    state: state.into(),
                    start_date,
                    end_date,
                    ..EnrolmentRecord::default()
                };
                take(record(&file, row, id, dropped, Record::Enrolment(enrolment)))?;
            }
            Ok(())
        })
    }

    /// Whether the source dropped the record; nothing where a snapshot says so, by leaving it out.
    fn dropped(&self, table: &Table, row: &Row, status: Column, notes: &mut Notes) -> Option<bool> {
        if row.flaw.is_some() || row.is_empty(status) || row.says(status, "active") {
            return Some(false);
        }
        if row.says(status, "tobedeleted") {
            if self.snapshot {
                notes.count(&format!("{}.csv: rows to be deleted, left out of the snapshot", table.name));
            }
            return (!self.snapshot).then_some(true);
        }
        let what = shown(&row.text(status));
        if table.name != ENROLLMENTS.name {
            notes.count(&format!("{}.csv: rows with the status {what:?}, taken as active", table.name));
        }
        Some(false)
    }

    /// Active, and pending before the first day. A status that is none of the format's says nothing, and the service
    /// refuses it.
    fn state(&self, row: &Row, status: Column, start: &str, run: Option<&str>) -> State {
        let known =
            row.is_empty(status) || ["active", "tobedeleted"].iter().any(|word| row.says(status, word));
        let start = if start.is_empty() { run.unwrap_or_default() } else { start };
        match dates::date(start) {
            _ if !known => State::Unspecified,
            Some(start) if start > self.ask.today => State::Pending,
            _ => State::Active,
        }
    }
}

/// Somebody with a single name has it as the family name, as the contract wants.
pub fn learner(given: String, family: String, email: String) -> LearnerRecord {
    let single = family.trim().is_empty() && !given.trim().is_empty();
    let (given_name, family_name) = if single { (String::new(), given) } else { (given, family) };
    LearnerRecord { given_name, family_name, email, social_work_england_number: String::new() }
}
