//! `learning_needs`.

use super::{count, from_text, from_word, name, to_text, word};
use crate::domain::{LearningNeed, NeedName};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct NeedRow {
    /// `{partner}/{need}`
    pub id: String,
    pub partner: String,
    pub revision: i64,
    pub title: String,
    pub description: String,
    pub evidence: String,
    pub people_affected: i64,
    pub agreed_by: String,
    pub state: String,
    pub created_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("revision", Type::Integer),
    ("title", Type::Text),
    ("description", Type::Text),
    ("evidence", Type::Text),
    ("people_affected", Type::Integer),
    ("agreed_by", Type::Text),
    ("state", Type::Text),
    ("created_us", Type::Integer),
];

/// How a need is keyed.
pub fn key(name: &NeedName) -> String {
    format!("{}/{}", name.partner, name.id)
}

impl NeedRow {
    pub fn of(need: &LearningNeed) -> Self {
        Self {
            id: key(&need.name),
            partner: need.name.partner.to_string(),
            revision: need.revision.0,
            title: need.title.clone(),
            description: need.description.clone(),
            evidence: need.evidence.clone(),
            people_affected: need.people_affected.into(),
            agreed_by: to_text(&need.agreed_by),
            state: word(&need.state),
            created_us: micros(need.created),
        }
    }

    pub fn into_domain(self) -> Result<LearningNeed, Fault> {
        let id = self.id.split_once('/').map(|(_, id)| id).unwrap_or_default();
        Ok(LearningNeed {
            name: NeedName { partner: name(&self.partner)?, id: name(id)? },
            revision: Revision(self.revision),
            title: self.title,
            description: self.description,
            evidence: self.evidence,
            people_affected: count(self.people_affected)?,
            agreed_by: from_text(&self.agreed_by)?,
            state: from_word(&self.state)?,
            created: from_micros(self.created_us),
        })
    }
}
