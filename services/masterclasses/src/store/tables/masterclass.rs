//! `masterclasses`.

use super::{from_text, from_word, name, to_text, word};
use crate::domain::{Masterclass, MasterclassName};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct MasterclassRow {
    pub id: String,
    pub revision: i64,
    pub host: String,
    pub title: String,
    pub description: String,
    pub format: String,
    pub lecturers: String,
    pub audiences: String,
    pub cpd_hours: String,
    pub learning_needs: String,
    pub created_us: i64,
    pub updated_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("revision", Type::Integer),
    ("host", Type::Text),
    ("title", Type::Text),
    ("description", Type::Text),
    ("format", Type::Text),
    ("lecturers", Type::Text),
    ("audiences", Type::Text),
    ("cpd_hours", Type::Text),
    ("learning_needs", Type::Text),
    ("created_us", Type::Integer),
    ("updated_us", Type::Integer),
];

impl MasterclassRow {
    pub fn of(masterclass: &Masterclass) -> Self {
        Self {
            id: masterclass.name.0.to_string(),
            revision: masterclass.revision.0,
            host: masterclass.host.to_string(),
            title: masterclass.title.clone(),
            description: masterclass.description.clone(),
            format: word(&masterclass.format),
            lecturers: to_text(&masterclass.lecturers),
            audiences: to_text(&masterclass.audiences),
            cpd_hours: masterclass.cpd_hours.clone(),
            learning_needs: to_text(&masterclass.learning_needs),
            created_us: micros(masterclass.created),
            updated_us: micros(masterclass.updated),
        }
    }

    pub fn into_domain(self) -> Result<Masterclass, Fault> {
        Ok(Masterclass {
            name: MasterclassName(name(&self.id)?),
            revision: Revision(self.revision),
            host: name(&self.host)?,
            title: self.title,
            description: self.description,
            format: from_word(&self.format)?,
            lecturers: from_text(&self.lecturers)?,
            audiences: from_text(&self.audiences)?,
            cpd_hours: self.cpd_hours,
            learning_needs: from_text(&self.learning_needs)?,
            created: from_micros(self.created_us),
            updated: from_micros(self.updated_us),
        })
    }
}
