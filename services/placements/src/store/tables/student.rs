//! `students`: who they are, once for all their needs and placements.

use super::key;
use crate::domain::Person;
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Personal, person_from_key, person_key};

#[derive(FromQueryResult, Serialize)]
pub struct StudentRow {
    pub id: String,
    pub partner: String,
    pub display_name: String,
    pub email: String,
    pub social_work_england_number: String,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("display_name", Type::Text),
    ("email", Type::Text),
    ("social_work_england_number", Type::Text),
];

/// What a query that joins `students s` selects of them, for [`StudentRow`] to be read with the prefix `s_`.
pub const SELECTED: &str = "s.id AS s_id, s.partner AS s_partner, s.display_name AS s_display_name, \
     s.email AS s_email, s.social_work_england_number AS s_social_work_england_number";

impl StudentRow {
    pub fn of(student: &Person) -> Self {
        Self {
            id: person_key(&student.person),
            partner: student.person.partner().to_string(),
            display_name: student.display_name.expose().clone(),
            email: student.email.expose().clone(),
            social_work_england_number: student.social_work_england_number.expose().clone(),
        }
    }

    pub fn into_domain(self) -> Result<Person, Fault> {
        Ok(Person {
            person: key(person_from_key(&self.id))?,
            display_name: Personal::new(self.display_name),
            email: Personal::new(self.email),
            social_work_england_number: Personal::new(self.social_work_england_number),
        })
    }
}
