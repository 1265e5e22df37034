//! What the booking desk reads before it decides, a few statements for the whole batch, and what it writes after.

use super::tables::booking::BookingRow;
use super::tables::word;
use crate::domain::{Booking, BookingState, Session, SessionName, room::Elsewhere};
use ledger::{Dialect, Fault, Tx};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;
use vocabulary::from_micros;

/// Keeps two replicas from booking one person twice over at the same time: each person's lock is held until the
/// transaction ends. SQLite's writers already exclude each other.
pub async fn lock_people(tx: &Tx, people: &[&str]) -> Result<(), Fault> {
    if tx.dialect() == Dialect::Postgres && !people.is_empty() {
        let sql = "SELECT count(pg_advisory_xact_lock(h)) FROM (SELECT DISTINCT hashtextextended(p, 0) AS h \
                   FROM json_array_elements_text($1::json) AS t(p) ORDER BY 1) x";
        tx.one(sql, vec![serde_json::to_string(people)?.into()]).await?;
    }
    Ok(())
}

/// The live bookings of these people, on whatever session.
pub async fn elsewhere(tx: &Tx, people: &[&str]) -> Result<Vec<Elsewhere>, Fault> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT b.id, b.person, b.session, b.state, s.start_us, s.end_us FROM bookings b \
         JOIN sessions s ON s.id = b.session \
         WHERE b.person IN {} AND b.state IN ('confirmed', 'waitlisted', 'offered')",
        ledger::list_sql(tx.dialect(), 1)
    );
    let rows = tx.all(&sql, vec![serde_json::to_string(people)?.into()]).await?;
    rows.iter().map(read_elsewhere).collect()
}

fn read_elsewhere(row: &sea_orm::QueryResult) -> Result<Elsewhere, Fault> {
    let bad = |_| Fault::Bug("a stored name is malformed".into());
    let (id, person, session, state): (String, String, String, String) =
        (row.try_get("", "id")?, row.try_get("", "person")?, row.try_get("", "session")?, row.try_get("", "state")?);
    Ok(Elsewhere {
        booking: id.parse().map_err(bad)?,
        person: person.parse().map_err(bad)?,
        session: SessionName::from_key(&session).map_err(bad)?,
        state: super::tables::from_word(&state)?,
        start: from_micros(row.try_get("", "start_us")?),
        end: from_micros(row.try_get("", "end_us")?),
    })
}

/// Those who wait on these sessions, by session: of each partner the first `depth` at least.
pub async fn waiting(tx: &Tx, depths: &BTreeMap<String, u32>) -> Result<BTreeMap<String, Vec<Booking>>, Fault> {
    let mut found: BTreeMap<String, Vec<Booking>> = BTreeMap::new();
    let Some(depth) = depths.values().max() else { return Ok(found) };
    let sql = format!(
        "SELECT * FROM (SELECT b.*, CAST(0 AS bigint) AS position, \
           row_number() OVER (PARTITION BY b.session, b.partner ORDER BY b.joined_at) AS turn \
         FROM bookings b WHERE b.session IN {} AND b.state = '{}') w WHERE turn <= $2 ORDER BY joined_at",
        ledger::list_sql(tx.dialect(), 1),
        word(&BookingState::Waitlisted),
    );
    let keys: Vec<&String> = depths.keys().collect();
    for row in tx.all(&sql, vec![serde_json::to_string(&keys)?.into(), i64::from(*depth).into()]).await? {
        let row = BookingRow::from_query_result(&row, "")?;
        found.entry(row.session.clone()).or_default().push(row.into_domain()?);
    }
    Ok(found)
}

/// Everybody who has an offer on these sessions.
pub async fn offered(tx: &Tx, keys: &[String]) -> Result<BTreeMap<String, Vec<Booking>>, Fault> {
    let mut found: BTreeMap<String, Vec<Booking>> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT b.*, CAST(0 AS bigint) AS position FROM bookings b WHERE b.session IN {} AND b.state = 'offered' \
         ORDER BY b.offer_expire_us, b.id",
        ledger::list_sql(tx.dialect(), 1)
    );
    for row in tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await? {
        let row = BookingRow::from_query_result(&row, "")?;
        found.entry(row.session.clone()).or_default().push(row.into_domain()?);
    }
    Ok(found)
}

/// Writes what a batch decided.
pub async fn save(tx: &Tx, sessions: &[&Session], bookings: &[&Booking]) -> Result<(), Fault> {
    super::bookings::save(tx, bookings).await?;
    super::sessions::save(tx, sessions).await
}
