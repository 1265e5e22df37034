//! `learning_items`.

use super::{key, name};
use crate::domain::{
    learning::{Hundredths, ItemName, LearningItem},
    names::{person_from_key, person_key},
};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use vocabulary::{Personal, Revision};

#[derive(FromQueryResult, Serialize, Deserialize)]
pub struct LearningItemRow {
    pub id: String,
    pub partner: String,
    pub person: String,
    pub revision: i64,
    pub title: String,
    pub day: String,
    pub hours: i64,
    pub peer_reflection: bool,
    pub reflection: String,
    pub source: Option<String>,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("partner", Type::Text),
    ("person", Type::Text),
    ("revision", Type::Integer),
    ("title", Type::Text),
    ("day", Type::Text),
    ("hours", Type::Integer),
    ("peer_reflection", Type::Boolean),
    ("reflection", Type::Text),
    ("source", Type::Text),
];

impl LearningItemRow {
    pub fn of(item: &LearningItem, revision: Revision) -> Self {
        Self {
            id: item.name.id.to_string(),
            partner: item.name.person.partner().to_string(),
            person: person_key(&item.name.person),
            revision: revision.0,
            title: item.title.clone(),
            day: item.date.to_string(),
            hours: item.hours.0,
            peer_reflection: item.peer_reflection,
            reflection: item.reflection.expose().clone(),
            source: (!item.source.is_empty()).then(|| item.source.clone()),
        }
    }

    pub fn into_domain(self) -> Result<LearningItem, Fault> {
        Ok(LearningItem {
            name: ItemName { person: key(person_from_key(&self.person))?, id: name(&self.id)? },
            title: self.title,
            date: name(&self.day)?,
            hours: Hundredths(self.hours),
            peer_reflection: self.peer_reflection,
            reflection: Personal::new(self.reflection),
            source: self.source.unwrap_or_default(),
        })
    }
}
