//! `practice_educators`.

use super::{count, from_word, key, some_name, word};
use crate::domain::{Educator, EducatorName, Person};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Personal, Revision, from_micros, micros, person_from_key, person_key};

#[derive(FromQueryResult, Serialize)]
pub struct EducatorRow {
    pub id: String,
    pub partner: String,
    pub person: String,
    pub revision: i64,
    pub display_name: String,
    pub email: String,
    pub social_work_england_number: String,
    pub qualification: String,
    pub current_until: Option<String>,
    pub max_learners: i64,
    pub learners: i64,
    pub team: String,
    pub create_us: i64,
    pub update_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("person", Type::Text),
    ("revision", Type::Integer),
    ("display_name", Type::Text),
    ("email", Type::Text),
    ("social_work_england_number", Type::Text),
    ("qualification", Type::Text),
    ("current_until", Type::Text),
    ("max_learners", Type::Integer),
    ("learners", Type::Integer),
    ("team", Type::Text),
    ("create_us", Type::Integer),
    ("update_us", Type::Integer),
];

impl EducatorRow {
    pub fn of(educator: &Educator) -> Self {
        let person = &educator.person;
        Self {
            id: educator.name.key(),
            partner: educator.name.partner.to_string(),
            person: person_key(&person.person),
            revision: educator.revision.0,
            display_name: person.display_name.expose().clone(),
            email: person.email.expose().clone(),
            social_work_england_number: person.social_work_england_number.expose().clone(),
            qualification: word(&educator.qualification),
            current_until: educator.current_until.map(|day| day.to_string()),
            max_learners: educator.max_learners.into(),
            learners: educator.learners.into(),
            team: educator.team.clone(),
            create_us: micros(educator.created),
            update_us: micros(educator.updated),
        }
    }

    pub fn into_domain(self) -> Result<Educator, Fault> {
        Ok(Educator {
            name: key(EducatorName::from_key(&self.id))?,
            revision: Revision(self.revision),
            person: Person {
                person: key(person_from_key(&self.person))?,
                display_name: Personal::new(self.display_name),
                email: Personal::new(self.email),
                social_work_england_number: Personal::new(self.social_work_england_number),
            },
            qualification: from_word(&self.qualification)?,
            current_until: some_name(self.current_until)?,
            max_learners: count(self.max_learners)?,
            learners: count(self.learners)?,
            team: self.team,
            created: from_micros(self.create_us),
            updated: from_micros(self.update_us),
        })
    }
}
