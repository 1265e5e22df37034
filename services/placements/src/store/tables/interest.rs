//! `hosting_interests`.

use super::{count, from_text, from_word, key, to_text, word};
use crate::domain::{HostingInterest, InterestName};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct InterestRow {
    pub id: String,
    pub partner: String,
    pub academic_year: String,
    pub revision: i64,
    pub interest: String,
    pub reasons: String,
    pub places_expected: i64,
    pub update_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("academic_year", Type::Text),
    ("revision", Type::Integer),
    ("interest", Type::Text),
    ("reasons", Type::Text),
    ("places_expected", Type::Integer),
    ("update_us", Type::Integer),
];

impl InterestRow {
    pub fn of(interest: &HostingInterest) -> Self {
        Self {
            id: interest.name.key(),
            partner: interest.name.partner.to_string(),
            academic_year: interest.name.academic_year.to_string(),
            revision: interest.revision.0,
            interest: word(&interest.interest),
            reasons: to_text(&interest.reasons_not_hosting),
            places_expected: interest.places_expected.into(),
            update_us: micros(interest.updated),
        }
    }

    pub fn into_domain(self) -> Result<HostingInterest, Fault> {
        Ok(HostingInterest {
            name: key(InterestName::from_key(&self.id))?,
            revision: Revision(self.revision),
            interest: from_word(&self.interest)?,
            reasons_not_hosting: from_text(&self.reasons)?,
            places_expected: count(self.places_expected)?,
            updated: from_micros(self.update_us),
        })
    }
}
