//! `sessions`, read together with what its masterclass says.

use super::{count, from_text, from_word, maybe_instant, maybe_us, to_text, word};
use crate::domain::{Session, SessionName, SessionPlan};
use ledger::{Column, Fault, Type};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use vocabulary::{Revision, from_micros, micros};

#[derive(FromQueryResult, Serialize, Deserialize)]
pub struct SessionRow {
    pub id: String,
    pub masterclass: String,
    pub revision: i64,
    #[serde(skip_serializing)]
    pub host: String,
    #[serde(skip_serializing)]
    pub audiences: String,
    pub start_us: i64,
    pub end_us: i64,
    pub time_zone: String,
    pub venue: String,
    pub online_url: String,
    pub capacity: i64,
    pub over_capacity: bool,
    pub fences: String,
    pub fence_release_us: Option<i64>,
    pub booking_open_us: Option<i64>,
    pub booking_close_us: Option<i64>,
    pub waitlist_policy: String,
    pub offer_hours: i64,
    pub state: String,
    pub seats_taken: i64,
    pub taken_by: String,
    pub waiting: i64,
    pub next_due_us: Option<i64>,
    pub cancel_reason: String,
    pub created_us: i64,
    pub updated_us: i64,
}

pub const COLUMNS: &[Column] = &[
    ("id", Type::Text),
    ("masterclass", Type::Text),
    ("revision", Type::Integer),
    ("start_us", Type::Integer),
    ("end_us", Type::Integer),
    ("time_zone", Type::Text),
    ("venue", Type::Text),
    ("online_url", Type::Text),
    ("capacity", Type::Integer),
    ("over_capacity", Type::Boolean),
    ("fences", Type::Text),
    ("fence_release_us", Type::Integer),
    ("booking_open_us", Type::Integer),
    ("booking_close_us", Type::Integer),
    ("waitlist_policy", Type::Text),
    ("offer_hours", Type::Integer),
    ("state", Type::Text),
    ("seats_taken", Type::Integer),
    ("taken_by", Type::Text),
    ("waiting", Type::Integer),
    ("next_due_us", Type::Integer),
    ("cancel_reason", Type::Text),
    ("created_us", Type::Integer),
    ("updated_us", Type::Integer),
];

/// What the desk changes of a session: its seats, and when to look at it again.
#[derive(Serialize)]
pub struct SeatsRow {
    id: String,
    revision: i64,
    over_capacity: bool,
    seats_taken: i64,
    taken_by: String,
    waiting: i64,
    next_due_us: Option<i64>,
    updated_us: i64,
}

pub const SEATS: &[Column] = &[
    ("id", Type::Text),
    ("revision", Type::Integer),
    ("over_capacity", Type::Boolean),
    ("seats_taken", Type::Integer),
    ("taken_by", Type::Text),
    ("waiting", Type::Integer),
    ("next_due_us", Type::Integer),
    ("updated_us", Type::Integer),
];

impl SeatsRow {
    pub fn of(session: &Session) -> Self {
        Self {
            id: session.name.key(),
            revision: session.revision.0,
            over_capacity: session.taken > session.plan.capacity,
            seats_taken: session.taken.into(),
            taken_by: to_text(&session.taken_by),
            waiting: session.waiting.into(),
            next_due_us: maybe_us(session.next_due),
            updated_us: micros(session.updated),
        }
    }
}

/// `SELECT … FROM sessions s JOIN masterclasses m …`: what [`SessionRow`] reads.
pub const SELECT: &str =
    "SELECT s.*, m.host, m.audiences FROM sessions s JOIN masterclasses m ON m.id = s.masterclass";

impl SessionRow {
    pub fn of(session: &Session) -> Self {
        let plan = &session.plan;
        Self {
            id: session.name.key(),
            masterclass: session.name.masterclass.to_string(),
            revision: session.revision.0,
            host: String::new(),
            audiences: String::new(),
            start_us: micros(plan.start),
            end_us: micros(plan.end),
            time_zone: plan.time_zone.clone(),
            venue: plan.venue.clone(),
            online_url: plan.online_url.clone(),
            capacity: plan.capacity.into(),
            over_capacity: session.taken > plan.capacity,
            fences: to_text(&plan.fences),
            fence_release_us: maybe_us(plan.fence_release),
            booking_open_us: maybe_us(plan.booking_open),
            booking_close_us: maybe_us(plan.booking_close),
            waitlist_policy: word(&plan.waitlist_policy),
            offer_hours: plan.offer_hours.into(),
            state: word(&session.state),
            seats_taken: session.taken.into(),
            taken_by: to_text(&session.taken_by),
            waiting: session.waiting.into(),
            next_due_us: maybe_us(session.next_due),
            cancel_reason: session.cancel_reason.clone(),
            created_us: micros(session.created),
            updated_us: micros(session.updated),
        }
    }

    pub fn into_domain(self) -> Result<Session, Fault> {
        Ok(Session {
            name: SessionName::from_key(&self.id)
                .map_err(|_| Fault::Bug("a session's key is malformed".into()))?,
            revision: Revision(self.revision),
            host: super::name(&self.host)?,
            audiences: from_text(&self.audiences)?,
            plan: SessionPlan {
                start: from_micros(self.start_us),
                end: from_micros(self.end_us),
                time_zone: self.time_zone,
                venue: self.venue,
                online_url: self.online_url,
                capacity: count(self.capacity)?,
                fences: from_text(&self.fences)?,
                fence_release: maybe_instant(self.fence_release_us),
                booking_open: maybe_instant(self.booking_open_us),
                booking_close: maybe_instant(self.booking_close_us),
                waitlist_policy: from_word(&self.waitlist_policy)?,
                offer_hours: count(self.offer_hours)?,
            },
            state: from_word(&self.state)?,
            taken: count(self.seats_taken)?,
            taken_by: from_text(&self.taken_by)?,
            waiting: count(self.waiting)?,
            next_due: maybe_instant(self.next_due_us),
            cancel_reason: self.cancel_reason,
            created: from_micros(self.created_us),
            updated: from_micros(self.updated_us),
        })
    }
}
