//! An export of any format: what it is of, and its records, always the same in the same order.

use super::{
    canvas::Canvas,
    dates,
    notes::Notes,
    oneroster,
    oneroster::OneRoster,
    package::Package,
    row::{Column, Row},
    table::Table,
};
use crate::failure::Usage;
use anyhow::Result;
use contracts::enrolments::v1::{
    CourseRecord, CourseRunRecord, EnrolmentRecord, LearnerRecord, SyncRecord, course, sync_record::Record,
};
use jiff::civil::Date;
use std::path::Path;

/// What the contract lets a snapshot speak for.
const MOST_YEARS: usize = 10;

/// What is done with a record.
pub type Take<'a> = dyn FnMut(SyncRecord) -> Result<()> + 'a;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// OneRoster 1.1 or 1.2 CSV, with its manifest
    Oneroster,
    /// Canvas SIS CSV
    Canvas,
}

/// How an export is to be read.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whether what is missing has been dropped; as the files say where it is not given.
    pub snapshot: Option<bool>,
    /// Academic years; those that the files name where there is none.
    pub years: Vec<String>,
    /// What the courses are: no format says.
    pub kind: course::Kind,
    /// Enrolments that begin later are pending.
    pub today: Date,
}

#[derive(Debug)]
pub enum Source {
    OneRoster(OneRoster),
    Canvas(Canvas),
}

impl Source {
    /// # Errors
    /// The files cannot be read, or do not say what has to be known.
    pub fn open(path: &Path, format: Format, ask: Ask) -> Result<Self> {
        let package = Package::open(path)?;
        let source = match format {
            Format::Oneroster => Source::OneRoster(OneRoster::open(package, ask)?),
            Format::Canvas => Source::Canvas(Canvas::open(package, ask)?),
        };
        let years = source.years().len();
        if source.is_snapshot() && years == 0 {
            return Err(Usage(
                "the files name no school year that the snapshot could be of: give --academic-year".into(),
            )
            .into());
        }
        if years > MOST_YEARS {
            let text = format!(
                "the files name {years} school years, and a run is of at most {MOST_YEARS}: give --academic-year"
            );
            return Err(Usage(text).into());
        }
        Ok(source)
    }

    pub fn is_snapshot(&self) -> bool {
        match self {
            Source::OneRoster(source) => source.snapshot,
            Source::Canvas(source) => source.snapshot,
        }
    }

    pub fn years(&self) -> &[String] {
        match self {
            Source::OneRoster(source) => &source.years,
            Source::Canvas(source) => &source.years,
        }
    }

    pub fn package(&self) -> &Package {
        match self {
            Source::OneRoster(source) => source.package(),
            Source::Canvas(source) => source.package(),
        }
    }

    pub fn tables(&self) -> &'static [&'static Table] {
        match self {
            Source::OneRoster(_) => &oneroster::TABLES,
            Source::Canvas(_) => &super::canvas::TABLES,
        }
    }

    /// About how many records there will be.
    pub fn rows(&self) -> u64 {
        match self {
            Source::OneRoster(source) => source.rows(),
            Source::Canvas(source) => source.rows,
        }
    }

    /// Every record; the notes are of this reading alone.
    ///
    /// # Errors
    /// A file cannot be read, or `take` fails.
    pub fn records(&self, notes: &mut Notes, take: &mut Take) -> Result<()> {
        match self {
            Source::OneRoster(source) => source.records(notes, take),
            Source::Canvas(source) => source.records(notes, take),
        }
    }
}

/// When a run is. As the contract writes it; empty where nothing says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Period {
    pub year: String,
    pub start: String,
    pub end: String,
}

impl Period {
    /// What the source does not say is the year that was asked for, if it was one, and the year's 1 August and 31 July.
    pub fn new(year: Option<String>, start: Option<Date>, end: Option<Date>, ask: &Ask) -> Self {
        let only = || (ask.years.len() == 1).then(|| ask.years[0].clone());
        let year = year.or_else(|| start.map(dates::year_of)).or_else(only).unwrap_or_default();
        let bounds = dates::bounds(&year);
        let text = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let start = start.or(bounds.map(|(first, _)| first));
        let end = end.or(bounds.map(|(_, last)| last));
        Self { start: text(start), end: text(end), year }
    }

    /// Whether years were asked for, and this is of another.
    pub fn is_outside(&self, ask: &Ask) -> bool {
        !self.year.is_empty() && !ask.years.is_empty() && !ask.years.contains(&self.year)
    }
}

/// A row as a record. Of a row that is broken as a whole only the identifier is sent: the service misses the rest and
/// refuses it, and so it counts as refused and not as gone.
pub fn record(file: &str, row: &Row, id: Column, dropped: bool, body: Record) -> SyncRecord {
    let body = if row.flaw.is_none() { body } else { blank(&body) };
    SyncRecord {
        source_id: row.text(id),
        origin: format!("{file}:{}", row.line),
        dropped,
        record: Some(body),
    }
}

fn blank(body: &Record) -> Record {
    match body {
        Record::Course(_) => Record::Course(CourseRecord::default()),
        Record::CourseRun(_) => Record::CourseRun(CourseRunRecord::default()),
        Record::Learner(_) => Record::Learner(LearnerRecord::default()),
        Record::Enrolment(_) => Record::Enrolment(EnrolmentRecord::default()),
    }
}
