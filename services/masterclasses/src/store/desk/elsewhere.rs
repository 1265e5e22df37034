//! What people are booked on, on whatever session: one text and one row, however it is read.

use crate::domain::{SessionName, room::Elsewhere};
use crate::store::tables;
use ledger::{Dialect, Fault};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use vocabulary::from_micros;

/// The live bookings of the people in the JSON array that placeholder `n` holds.
pub fn select(dialect: Dialect, n: u32) -> String {
    format!(
        "SELECT b.id, b.person, b.session, b.state, s.start_us, s.end_us FROM bookings b \
         JOIN sessions s ON s.id = b.session \
         WHERE {} AND b.state IN ('confirmed', 'waitlisted', 'offered')",
        ledger::among_sql(dialect, "b.person", n)
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
