//! The desk's reads and writes, one statement each.

use super::elsewhere::{self, ElsewhereRow};
use super::{Decided, Found, Wanted};
use crate::domain::{Booking, BookingState, Session, room::Elsewhere};
use crate::store::tables::{booking::BookingRow, word};
use crate::store::{bookings, sessions};
use ledger::{Dialect, Fault, Plant, Tx, Unit};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

pub async fn read(unit: &Unit, plant: Plant, wanted: &Wanted) -> Result<Found, Fault> {
    let (tx, now) = (unit.tx(), unit.now());
    let keys: Vec<&str> = wanted.keys.iter().map(String::as_str).collect();
    let known = unit.known(&keys).await?;
    if wanted.sessions.is_empty() {
        return Ok(Found { known, ..Found::default() });
    }
    lock_people(tx, &wanted.people).await?;
    let sessions = match plant {
        Plant::UnlockedCapacity => sessions::by_keys(tx, &wanted.sessions).await?,
        _ => sessions::lock(tx, &wanted.sessions).await?,
    };
    let targets = bookings::by_ids(tx, &wanted.targets).await?;
    let elsewhere = elsewhere(tx, &wanted.people).await?;
    let is_due = |session: &&Session| session.next_due.is_some_and(|due| due <= now);
    let due: Vec<String> = sessions.iter().filter(is_due).map(|session| session.name.key()).collect();
    let offered = offered(tx, &due).await?;
    let waiting = waiting(tx, &depths(&sessions, wanted, &offered)).await?;
    Ok(Found { known, sessions, targets, elsewhere, offered, waiting })
}

pub async fn write(unit: &Unit, decided: &Decided<'_>) -> Result<(), Fault> {
    bookings::save(unit.tx(), &decided.bookings).await?;
    sessions::save_seats(unit.tx(), &decided.sessions).await
}

/// Keeps two replicas from booking one person twice over at the same time: each person's lock is held until the
/// transaction ends. SQLite's writers already exclude each other.
pub async fn lock_people(tx: &Tx, people: &[String]) -> Result<(), Fault> {
    if tx.dialect() == Dialect::Postgres && !people.is_empty() {
        let sql = "SELECT count(pg_advisory_xact_lock(h)) FROM (SELECT DISTINCT hashtextextended(p, 0) AS h \
                   FROM json_array_elements_text($1::json) AS t(p) ORDER BY 1) x";
        tx.one(sql, vec![serde_json::to_string(people)?.into()]).await?;
    }
    Ok(())
}

/// How many of each partner's waiting people a room may need: as many as seats may become free in it.
fn depths(
    sessions: &[Session],
    wanted: &Wanted,
    offered: &BTreeMap<String, Vec<Booking>>,
) -> BTreeMap<String, u32> {
    let waiting = sessions.iter().filter(|session| session.waiting > 0);
    waiting
        .filter_map(|session| {
            let key = session.name.key();
            let lapsing = offered.get(&key).map_or(0, Vec::len);
            let leaving = u32::try_from(wanted.targets.len() + lapsing).unwrap_or(u32::MAX / 2);
            let depth = session.free().saturating_add(leaving);
            (depth > 0).then_some((key, depth))
        })
        .collect()
}

/// The live bookings of these people, on whatever session.
async fn elsewhere(tx: &Tx, people: &[String]) -> Result<Vec<Elsewhere>, Fault> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let sql = elsewhere::select(tx.dialect(), 1);
    let rows = tx.all(&sql, vec![serde_json::to_string(people)?.into()]).await?;
    rows.iter().map(|row| ElsewhereRow::from_query_result(row, "")?.into_domain()).collect()
}

/// Those who wait on these sessions, by session: of each partner the first `depth` at least.
pub async fn waiting(
    tx: &Tx,
    depths: &BTreeMap<String, u32>,
) -> Result<BTreeMap<String, Vec<Booking>>, Fault> {
    let Some(depth) = depths.values().max() else { return Ok(BTreeMap::new()) };
    let sql = format!(
        "SELECT * FROM (SELECT b.*, CAST(0 AS bigint) AS position, \
           row_number() OVER (PARTITION BY b.session, b.partner ORDER BY b.joined_at) AS turn \
         FROM bookings b WHERE {} AND b.state = '{}') w WHERE turn <= $2 ORDER BY joined_at",
        ledger::among_sql(tx.dialect(), "b.session", 1),
        word(&BookingState::Waitlisted),
    );
    let keys: Vec<&String> = depths.keys().collect();
    let rows = tx.all(&sql, vec![serde_json::to_string(&keys)?.into(), i64::from(*depth).into()]).await?;
    by_session(&rows)
}

/// Everybody who has an offer on these sessions.
pub async fn offered(tx: &Tx, keys: &[String]) -> Result<BTreeMap<String, Vec<Booking>>, Fault> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT b.*, CAST(0 AS bigint) AS position FROM bookings b WHERE {} AND b.state = 'offered' \
         ORDER BY b.offer_expire_us, b.id",
        ledger::among_sql(tx.dialect(), "b.session", 1)
    );
    by_session(&tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await?)
}

fn by_session(rows: &[sea_orm::QueryResult]) -> Result<BTreeMap<String, Vec<Booking>>, Fault> {
    let mut found: BTreeMap<String, Vec<Booking>> = BTreeMap::new();
    for row in rows {
        let row = BookingRow::from_query_result(row, "")?;
        found.entry(row.session.clone()).or_default().push(row.into_domain()?);
    }
    Ok(found)
}
