//! `courses`.

use super::{count, from_text, from_word, key, to_text, word};
use crate::domain::{Course, CourseDetails, CourseName};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct CourseRow {
    pub id: String,
    pub partner: String,
    pub revision: i64,
    pub code: String,
    pub title: String,
    pub kind: String,
    pub credits: String,
    pub fheq_level: i64,
    pub awarding_body: String,
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
    ("revision", Type::Integer),
    ("code", Type::Text),
    ("title", Type::Text),
    ("kind", Type::Text),
    ("credits", Type::Text),
    ("fheq_level", Type::Integer),
    ("awarding_body", Type::Text),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
    ("held", Type::Text),
];

impl CourseRow {
    pub fn of(course: &Course) -> Self {
        let details = &course.details;
        Self {
            id: course.name.key(),
            partner: course.name.partner.to_string(),
            revision: course.revision.0,
            code: details.code.clone(),
            title: details.title.clone(),
            kind: word(&details.kind),
            credits: details.credits.clone(),
            fheq_level: details.fheq_level.into(),
            awarding_body: details.awarding_body.clone(),
            create_us: micros(course.created),
            update_us: micros(course.updated),
            held: to_text(&course.held),
            data_set: String::new(),
        }
    }

    pub fn into_domain(self) -> Result<Course, Fault> {
        Ok(Course {
            name: key(CourseName::from_key(&self.id))?,
            revision: Revision(self.revision),
            details: CourseDetails {
                code: self.code,
                title: self.title,
                kind: from_word(&self.kind)?,
                credits: self.credits,
                fheq_level: count(self.fheq_level)?,
                awarding_body: self.awarding_body,
            },
            data_set: self.data_set,
            held: from_text(&self.held)?,
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
