//! `placement_days` and `placement_events`.

use super::{from_word, name, word};
use crate::domain::{
    Placement,
    placement::{LedgerDay, PlacementEvent},
};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::Serialize;
use vocabulary::{from_micros, micros};

#[derive(FromQueryResult, Serialize)]
pub struct DayRow {
    pub placement: String,
    pub day: String,
    pub kind: String,
    pub note: String,
}

pub const DAY_COLUMNS: &[Column] =
    &[("placement", Type::Text), ("day", Type::Text), ("kind", Type::Text), ("note", Type::Text)];

impl DayRow {
    pub fn of(placement: &Placement, day: &LedgerDay) -> Self {
        Self {
            placement: placement.name.0.to_string(),
            day: day.date.to_string(),
            kind: word(&day.kind),
            note: day.note.expose().clone(),
        }
    }

    pub fn into_domain(self) -> Result<LedgerDay, Fault> {
        Ok(LedgerDay { date: name(&self.day)?, kind: from_word(&self.kind)?, note: self.note.into() })
    }
}

#[derive(FromQueryResult)]
pub struct EventRow {
    pub ordinal: i64,
    pub from_state: Option<String>,
    pub to_state: String,
    pub actor: String,
    pub reason: String,
    pub at_us: i64,
}

impl EventRow {
    /// The event, and its place among the placement's.
    pub fn into_domain(self) -> Result<(i64, PlacementEvent), Fault> {
        let event = PlacementEvent {
            from: self.from_state.as_deref().map(from_word).transpose()?,
            to: from_word(&self.to_state)?,
            actor: self.actor,
            reason: self.reason,
            at: from_micros(self.at_us),
        };
        Ok((self.ordinal, event))
    }
}

/// The values of an event as a statement writes them: from, to, actor, reason, at.
pub fn event_values(event: &PlacementEvent) -> Vec<sea_orm::Value> {
    vec![
        event.from.as_ref().map(word).into(),
        word(&event.to).into(),
        event.actor.as_str().into(),
        event.reason.as_str().into(),
        micros(event.at).into(),
    ]
}
