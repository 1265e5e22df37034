//! Bookings: seen by the partner that booked and by the host, and by nobody else.

use super::tables::booking::{BookingRow, COLUMNS, select};
use super::tables::word;
use crate::domain::{Booking, BookingState, SessionName};
use ledger::{Fault, Tx};
use sea_orm::{FromQueryResult, Value};
use vocabulary::{PartnerId, PersonName, Scope};

fn read(rows: &[sea_orm::QueryResult]) -> Result<Vec<Booking>, Fault> {
    rows.iter().map(|row| BookingRow::from_query_result(row, "")?.into_domain()).collect()
}

/// Collects values and names their placeholders.
#[derive(Default)]
struct Binds(Vec<Value>);

impl Binds {
    fn add(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    /// The predicate that keeps a query to what its scope may see.
    fn scope(&mut self, scope: &Scope) -> String {
        match scope {
            Scope::Service => "true".into(),
            Scope::Partner(partner) => {
                let me = self.add(partner.as_str());
                format!("(b.partner = {me} OR b.host = {me})")
            }
        }
    }
}

/// Those of these bookings that the scope may see.
pub async fn by_ids(tx: &Tx, ids: &[String]) -> Result<Vec<Booking>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut binds = Binds(vec![serde_json::to_string(ids)?.into()]);
    let scope = binds.scope(tx.scope());
    let select = select(tx.dialect());
    let sql = format!("{select} WHERE {} AND {scope}", ledger::among_sql(tx.dialect(), "b.id", 1));
    read(&tx.all(&sql, binds.0).await?)
}

/// Locks bookings of one session that the scope may see.
pub async fn lock(tx: &Tx, session: &SessionName, ids: &[String]) -> Result<Vec<Booking>, Fault> {
    let mut binds = Binds(vec![serde_json::to_string(ids)?.into()]);
    let scope = binds.scope(tx.scope());
    let session = binds.add(session.key());
    let sql = format!(
        "SELECT b.*, 0 AS position FROM bookings b WHERE {} AND b.session = {session} AND {scope} \
         ORDER BY b.id{}",
        ledger::among_sql(tx.dialect(), "b.id", 1),
        tx.dialect().for_update()
    );
    // A literal 0 is four bytes wide on PostgreSQL.
    let sql = sql.replacen("0 AS position", "CAST(0 AS bigint) AS position", 1);
    read(&tx.all(&sql, binds.0).await?)
}

/// Every live booking of a session, those who wait in the order of the queue.
pub async fn live(tx: &Tx, session: &SessionName) -> Result<Vec<Booking>, Fault> {
    let sql = "SELECT b.*, CAST(0 AS bigint) AS position FROM bookings b WHERE b.session = $1 \
               AND b.state IN ('confirmed', 'waitlisted', 'offered') ORDER BY b.joined_at, b.id";
    read(&tx.all(sql, vec![session.key().into()]).await?)
}

/// Writes bookings, new or changed.
pub async fn save(tx: &Tx, bookings: &[&Booking]) -> Result<(), Fault> {
    let rows: Vec<BookingRow> = bookings.iter().map(|booking| BookingRow::of(booking)).collect();
    if !rows.is_empty() {
        tx.run(
            &ledger::upsert_sql(tx.dialect(), "bookings", COLUMNS),
            vec![serde_json::to_string(&rows)?.into()],
        )
        .await?;
    }
    Ok(())
}

/// Which bookings to list, by id: the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub session: Option<SessionName>,
    pub partner: Option<PartnerId>,
    pub person: Option<PersonName>,
    pub states: Vec<BookingState>,
    pub after: Option<String>,
}

/// A page of what the caller's partner booked or hosts.
///
/// Both halves walk an index of their own from the place where the last page ended, and are merged: an OR of the
/// two would sort everything for each page.
pub async fn list(tx: &Tx, caller: &PartnerId, filter: &Filter, limit: u64) -> Result<Vec<Booking>, Fault> {
    let mut binds = Binds::default();
    let me = binds.add(caller.as_str());
    let common = conditions(&mut binds, filter)?;
    let branch = |party: String| {
        format!("SELECT b.id FROM bookings b WHERE {party}{common} ORDER BY b.id LIMIT {limit}")
    };
    let ids = match &filter.session {
        // A session's bookings have one host: a plain predicate walks the session's own index.
        Some(_) => branch(format!("(b.partner = {me} OR b.host = {me})")),
        None => {
            let (booked, hosted) = (branch(format!("b.partner = {me}")), branch(format!("b.host = {me}")));
            format!(
                "SELECT id FROM (SELECT * FROM ({booked}) x UNION SELECT * FROM ({hosted}) y) z ORDER BY id LIMIT {limit}"
            )
        }
    };
    read(&tx.all(&format!("{} WHERE b.id IN ({ids}) ORDER BY b.id", select(tx.dialect())), binds.0).await?)
}

fn conditions(binds: &mut Binds, filter: &Filter) -> Result<String, Fault> {
    let mut sql = String::new();
    if let Some(session) = &filter.session {
        sql += &format!(" AND b.session = {}", binds.add(session.key()));
    }
    if let Some(partner) = &filter.partner {
        sql += &format!(" AND b.partner = {}", binds.add(partner.as_str()));
    }
    if let Some(person) = &filter.person {
        sql += &format!(" AND b.person = {}", binds.add(person.as_str()));
    }
    if !filter.states.is_empty() {
        let words: Vec<String> = filter.states.iter().map(|state| format!("'{}'", word(state))).collect();
        sql += &format!(" AND b.state IN ({})", words.join(", "));
    }
    if let Some(after) = &filter.after {
        sql += &format!(" AND b.id > {}", binds.add(after.as_str()));
    }
    Ok(sql)
}

/// The sessions in a time span on which a partner, or one of its people, has bookings that count (or had, until the
/// session was cancelled, which a calendar has to be told): the session's key, the
/// person's standing (for a person) and how many are booked.
pub async fn booked_sessions(
    tx: &Tx,
    partner: &PartnerId,
    person: Option<&PersonName>,
    from_us: Option<i64>,
    before_us: Option<i64>,
) -> Result<Vec<(String, String, i64)>, Fault> {
    let mut binds = Binds::default();
    let mut sql = format!(
        "SELECT b.session, min(b.state) AS state, count(*) AS booked FROM bookings b JOIN sessions s ON s.id = b.session \
         WHERE (b.state IN ('confirmed', 'waitlisted', 'offered', 'attended') \
           OR b.state = 'cancelled' AND s.state = 'cancelled') AND b.partner = {}",
        binds.add(partner.as_str())
    );
    if let Some(person) = person {
        sql += &format!(" AND b.person = {}", binds.add(person.as_str()));
    }
    if let Some(from) = from_us {
        sql += &format!(" AND s.start_us >= {}", binds.add(from));
    }
    if let Some(before) = before_us {
        sql += &format!(" AND s.start_us < {}", binds.add(before));
    }
    sql += " GROUP BY b.session, s.start_us ORDER BY s.start_us, b.session LIMIT 2000";
    let rows = tx.all(&sql, binds.0).await?;
    rows.iter()
        .map(|r| Ok((r.try_get("", "session")?, r.try_get("", "state")?, r.try_get("", "booked")?)))
        .collect()
}
