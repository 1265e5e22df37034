//! Exports written by hand, and what comes of them.

use super::{
    dates,
    notes::Notes,
    source::{Ask, Format, Source},
};
use anyhow::Result;
use contracts::enrolments::v1::{SyncRecord, course, sync_record::Record};
use std::path::Path;
use tempfile::TempDir;

/// On 1 October 2026, with short courses.
pub fn ask(snapshot: Option<bool>, years: &[&str]) -> Ask {
    let years = years.iter().map(|year| (*year).to_owned()).collect();
    Ask { snapshot, years, kind: course::Kind::ShortCourse, today: dates::date("2026-10-01").unwrap() }
}

/// A folder of these files.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// An export that was read to its end.
pub struct Trial {
    pub source: Source,
    pub records: Vec<SyncRecord>,
    pub notes: Vec<String>,
}

impl Trial {
    pub fn read(path: &Path, format: Format, ask: Ask) -> Result<Trial> {
        let source = Source::open(path, format, ask)?;
        let (mut notes, mut records) = (Notes::default(), Vec::new());
        source.records(&mut notes, &mut |record| {
            records.push(record);
            Ok(())
        })?;
        let notes = notes.lines().collect();
        Ok(Trial { source, records, notes })
    }

    /// Each record in a few words.
    pub fn lines(&self) -> Vec<String> {
        self.records.iter().map(line).collect()
    }

    #[track_caller]
    pub fn notes(&self, what: &str) {
        assert!(self.notes.iter().any(|note| note.contains(what)), "{what}: {:#?}", self.notes);
    }
}

fn line(record: &SyncRecord) -> String {
    let dropped = if record.dropped { "gone " } else { "" };
    let rest = match record.record.as_ref().unwrap() {
        Record::Course(course) => format!("course {} {}", course.code, course.title),
        Record::CourseRun(run) => {
            format!(
                "run of {} {} {} {}",
                run.course_source_id, run.academic_year, run.start_date, run.end_date
            )
        }
        Record::Learner(learner) => {
            format!("learner {}|{}|{}", learner.given_name, learner.family_name, learner.email)
        }
        Record::Enrolment(enrolment) => format!(
            "{} on {} {} {} {}",
            enrolment.learner_source_id,
            enrolment.course_run_source_id,
            enrolment.state().as_str_name().trim_start_matches("STATE_").to_lowercase(),
            enrolment.start_date,
            enrolment.end_date
        ),
    };
    format!("{} {}: {dropped}{rest}", record.origin, record.source_id).trim_end().to_owned()
}
