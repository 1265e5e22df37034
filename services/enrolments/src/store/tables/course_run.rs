//! `course_runs`.

use super::{count, from_text, key, name, to_text};
use crate::domain::{CourseRun, RunName, RunPlan};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct RunRow {
    pub id: String,
    pub partner: String,
    pub course: String,
    pub revision: i64,
    pub academic_year: String,
    pub start_date: String,
    pub end_date: String,
    pub places: i64,
    pub places_taken: i64,
    pub create_us: i64,
    pub update_us: i64,
    pub held: String,
    #[serde(skip_serializing)]
    pub data_set: String,
}

/// What is written by hand.
pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("course", Type::Text),
    ("revision", Type::Integer),
    ("academic_year", Type::Text),
    ("start_date", Type::Text),
    ("end_date", Type::Text),
    ("places", Type::Integer),
    ("places_taken", Type::Integer),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
    ("held", Type::Text),
];

impl RunRow {
    pub fn of(run: &CourseRun) -> Self {
        Self {
            id: run.name.key(),
            partner: run.name.partner().to_string(),
            course: run.name.course.key(),
            revision: run.revision.0,
            academic_year: run.plan.academic_year.to_string(),
            start_date: run.plan.start_date.to_string(),
            end_date: run.plan.end_date.to_string(),
            places: run.plan.places.into(),
            places_taken: run.places_taken.into(),
            create_us: micros(run.created),
            update_us: micros(run.updated),
            held: to_text(&run.held),
            data_set: String::new(),
        }
    }

    pub fn into_domain(self) -> Result<CourseRun, Fault> {
        Ok(CourseRun {
            name: key(RunName::from_key(&self.id))?,
            revision: Revision(self.revision),
            plan: RunPlan {
                academic_year: name(&self.academic_year)?,
                start_date: name(&self.start_date)?,
                end_date: name(&self.end_date)?,
                places: count(self.places)?,
            },
            places_taken: count(self.places_taken)?,
            data_set: self.data_set,
            held: from_text(&self.held)?,
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
