//! Sessions: everybody in the partnership may read them.

use super::tables::session::{COLUMNS, SEATS, SELECT, SeatsRow, SessionRow};
use crate::domain::{MasterclassName, Session, SessionName};
use ledger::{Fault, Tx};
use sea_orm::{FromQueryResult, Value};
use vocabulary::{Clock, Instant, PartnerId, micros};

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<Session>, Fault> {
    rows.iter().map(|row| SessionRow::from_query_result(row, "")?.into_domain()).collect()
}

pub async fn get(tx: &Tx, name: &SessionName) -> Result<Option<Session>, Fault> {
    Ok(by_keys(tx, &[name.key()]).await?.pop())
}

pub async fn by_keys(tx: &Tx, keys: &[String]) -> Result<Vec<Session>, Fault> {
    let sql = format!("{SELECT} WHERE {}", ledger::among_sql(tx.dialect(), "s.id", 1));
    read(&tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await?)
}

/// Locks sessions in the order of their ids, so that two processes cannot wait for each other.
pub async fn lock(tx: &Tx, keys: &[String]) -> Result<Vec<Session>, Fault> {
    let lock = tx.dialect().pick(" ORDER BY s.id FOR UPDATE OF s", "");
    let sql = format!("{SELECT} WHERE {}{lock}", ledger::among_sql(tx.dialect(), "s.id", 1));
    read(&tx.all(&sql, vec![serde_json::to_string(keys)?.into()]).await?)
}

/// Writes sessions, new or changed.
pub async fn save(tx: &Tx, sessions: &[&Session]) -> Result<(), Fault> {
    if sessions.is_empty() {
        return Ok(());
    }
    let rows: Vec<SessionRow> = sessions.iter().map(|session| SessionRow::of(session)).collect();
    tx.run(
        &ledger::upsert_sql(tx.dialect(), "sessions", COLUMNS),
        vec![serde_json::to_string(&rows)?.into()],
    )
    .await?;
    Ok(())
}

/// Writes what booking changes of sessions.
pub async fn save_seats(tx: &Tx, sessions: &[&Session]) -> Result<(), Fault> {
    let rows: Vec<SeatsRow> = sessions.iter().map(|session| SeatsRow::of(session)).collect();
    let sql = ledger::update_sql(tx.dialect(), "sessions", SEATS);
    tx.run(&sql, vec![serde_json::to_string(&rows)?.into()]).await?;
    Ok(())
}

/// Which of these names are taken.
pub async fn existing(tx: &Tx, names: &[&SessionName]) -> Result<Vec<String>, Fault> {
    let keys: Vec<String> = names.iter().map(|name| name.key()).collect();
    let sql =
        format!("SELECT id FROM sessions WHERE {} ORDER BY id", ledger::among_sql(tx.dialect(), "id", 1));
    let rows = tx.all(&sql, vec![serde_json::to_string(&keys)?.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// The sessions in which something has fallen due by the database's clock, and who hosts them.
pub async fn due(tx: &Tx, clock: &Clock, limit: u32) -> Result<Vec<(SessionName, PartnerId)>, Fault> {
    let now = tx.dialect().now_sql();
    let sql = format!(
        "SELECT s.id, m.host FROM sessions s JOIN masterclasses m ON m.id = s.masterclass \
         WHERE s.next_due_us <= {now} + $1 ORDER BY s.next_due_us LIMIT $2"
    );
    let rows = tx.all(&sql, vec![clock.shift_micros().into(), i64::from(limit).into()]).await?;
    let read = |row: &sea_orm::QueryResult| {
        let (key, host): (String, String) = (row.try_get("", "id")?, row.try_get("", "host")?);
        let name =
            SessionName::from_key(&key).map_err(|_| Fault::Bug("a session's key is malformed".into()))?;
        Ok((name, super::tables::name(&host)?))
    };
    rows.iter().map(read).collect()
}

/// Which sessions to list, by start.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub masterclass: Option<MasterclassName>,
    pub start_from: Option<Instant>,
    pub start_before: Option<Instant>,
    /// Only those in which this partner could book a seat at this moment.
    pub bookable: Option<(PartnerId, Instant)>,
    /// After the session of this start and key.
    pub after: Option<(i64, String)>,
}

pub async fn list(tx: &Tx, filter: &Filter, limit: u64) -> Result<Vec<Session>, Fault> {
    let mut sql = format!("{SELECT} WHERE true");
    let mut values: Vec<Value> = Vec::new();
    let mut bind = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(name) = &filter.masterclass {
        sql += &format!(" AND s.masterclass = {}", bind(name.0.as_str().into()));
    }
    if let Some(from) = filter.start_from {
        sql += &format!(" AND s.start_us >= {}", bind(micros(from).into()));
    }
    if let Some(before) = filter.start_before {
        sql += &format!(" AND s.start_us < {}", bind(micros(before).into()));
    }
    if let Some((_, now)) = &filter.bookable {
        let now = bind(micros(*now).into());
        sql += &format!(
            " AND s.state = 'scheduled' AND s.start_us > {now} AND s.seats_taken < s.capacity \
             AND (s.booking_open_us IS NULL OR s.booking_open_us <= {now}) \
             AND (s.booking_close_us IS NULL OR s.booking_close_us > {now})"
        );
    }
    if let Some((start, key)) = &filter.after {
        sql +=
            &format!(" AND (s.start_us, s.id) > ({}, {})", bind((*start).into()), bind(key.as_str().into()));
    }
    sql += &format!(" ORDER BY s.start_us, s.id LIMIT {limit}");
    read(&tx.all(&sql, values).await?)
}
