//! What people are booked on, on whatever session: one text and one row, however it is read.

use crate::domain::{SessionName, SessionPlan, room::Elsewhere};
use crate::store::tables;
use ledger::{Column, Dialect, Fault, Type, arrays_sql};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use vocabulary::{from_micros, micros};

/// States that keep a person from another booking.
const LIVE: &str = "('confirmed', 'waitlisted', 'offered')";

/// The live bookings of the people in the JSON array that placeholder `n` holds.
pub fn select(dialect: Dialect, n: usize) -> String {
    format!(
        "SELECT b.id, b.person, b.session, b.state, s.start_us, s.end_us FROM bookings b \
         JOIN sessions s ON s.id = b.session \
         WHERE {} AND b.state IN {LIVE}",
        ledger::among_sql(dialect, "b.person", n)
    )
}

/// A time at which nothing may be in the way of a person's booking: that of the session asked for.
#[derive(Serialize)]
pub struct Vacant {
    person: String,
    start_us: i64,
    end_us: i64,
}

impl Vacant {
    pub fn of(person: &str, plan: &SessionPlan) -> Self {
        Self { person: person.into(), start_us: micros(plan.start), end_us: micros(plan.end) }
    }
}

pub const VACANT: &[Column] =
    &[("person", Type::Text), ("start_us", Type::Integer), ("end_us", Type::Integer)];

/// On PostgreSQL: the live bookings that stand in the way of one of the [`Vacant`] in the arrays from placeholder `n`
/// on: at that time, and so also on that session. LATERAL with OFFSET 0 begins with the people asked for.
pub fn in_the_way(n: usize) -> String {
    format!(
        "SELECT 1 FROM {} CROSS JOIN LATERAL (SELECT b.session FROM bookings b WHERE b.person = x.person \
           AND b.state IN {LIVE} OFFSET 0) b \
         JOIN sessions s ON s.id = b.session WHERE s.start_us < x.end_us AND x.start_us < s.end_us",
        arrays_sql(VACANT, n)
    )
}

#[derive(Deserialize, FromQueryResult)]
pub struct ElsewhereRow {
    id: String,
    person: String,
    session: String,
    state: String,
    start_us: i64,
    end_us: i64,
}

impl ElsewhereRow {
    pub fn into_domain(self) -> Result<Elsewhere, Fault> {
        Ok(Elsewhere {
            booking: tables::name(&self.id)?,
            person: tables::name(&self.person)?,
            session: SessionName::from_key(&self.session)
                .map_err(|_| Fault::Bug("a key is malformed".into()))?,
            state: tables::from_word(&self.state)?,
            start: from_micros(self.start_us),
            end: from_micros(self.end_us),
        })
    }
}
