//! `people`.

use super::{from_text, key, to_text};
use crate::domain::{
    Learner,
    names::{person_from_key, person_key},
};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Personal, Revision};

#[derive(FromQueryResult, Serialize)]
pub struct LearnerRow {
    pub id: String,
    pub partner: String,
    pub revision: i64,
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    pub social_work_england_number: String,
    pub held: String,
    #[serde(skip_serializing)]
    pub data_set: String,
}

/// What is written by hand.
pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("revision", Type::Integer),
    ("given_name", Type::Text),
    ("family_name", Type::Text),
    ("email", Type::Text),
    ("social_work_england_number", Type::Text),
    ("held", Type::Text),
];

impl LearnerRow {
    pub fn of(learner: &Learner) -> Self {
        Self {
            id: person_key(&learner.person),
            partner: learner.person.partner().to_string(),
            revision: learner.revision.0,
            given_name: learner.given_name.expose().clone(),
            family_name: learner.family_name.expose().clone(),
            email: learner.email.expose().clone(),
            social_work_england_number: learner.social_work_england_number.expose().clone(),
            held: to_text(&learner.held),
            data_set: String::new(),
        }
    }

    pub fn into_domain(self) -> Result<Learner, Fault> {
        Ok(Learner {
            person: key(person_from_key(&self.id))?,
            revision: Revision(self.revision),
            given_name: Personal::new(self.given_name),
            family_name: Personal::new(self.family_name),
            email: Personal::new(self.email),
            social_work_england_number: Personal::new(self.social_work_england_number),
            data_set: self.data_set,
            held: from_text(&self.held)?,
        })
    }
}
