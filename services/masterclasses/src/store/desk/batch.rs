//! The desk's part of the two statements with which PostgreSQL serves a batch.

use super::elsewhere::{self, ElsewhereRow, Vacant};
use super::{Decided, Found, Wanted};
use crate::domain::Booking;
use crate::store::tables::{
    booking::{self, BookingRow},
    session::{self, SeatsRow, SessionRow},
};
use ledger::{Batch, Column, Dialect, Fault, Head, Ledger, Left, More, arrays, arrays_sql, names_sql};
use sea_orm::QueryResult;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use vocabulary::Scope;

/// What is read: the sessions, the bookings that are to change, what people are booked on elsewhere, and, where seats
/// are or may become free, who has an offer and who is next. LATERAL with OFFSET 0 begins with the sessions wanted,
/// never with everybody's offers.
static READ: LazyLock<String> = LazyLock::new(|| {
    let first = More::FIRST_READ;
    let (sessions, people, targets, leaving) = (first, first + 1, first + 2, first + 3);
    let among = |column, n| ledger::among_sql(Dialect::Postgres, column, n);
    let list = |name: &str, sql: String| format!(", (SELECT json_agg(x) FROM ({sql}) x)::text AS {name}");
    // No more of a partner's people can be served than seats become free: those that are, those of whoever leaves
    // in this batch, and all that are on offer where offers have fallen due.
    let depth = format!(
        "(greatest(s.capacity - s.seats_taken, 0) + ${leaving} \
         + CASE WHEN s.next_due_us <= clock.now THEN s.capacity ELSE 0 END)"
    );
    [
        list("sessions", format!("{} WHERE {}", session::SELECT, among("s.id", sessions))),
        list("targets", format!("SELECT b.* FROM bookings b WHERE {}", among("b.id", targets))),
        list("elsewhere", elsewhere::select(Dialect::Postgres, people)),
        list(
            "offered",
            format!(
                "SELECT o.* FROM sessions s CROSS JOIN LATERAL (SELECT b.* FROM bookings b \
                   WHERE b.session = s.id AND b.state = 'offered' OFFSET 0) o \
                 WHERE {} AND s.next_due_us <= clock.now ORDER BY o.offer_expire_us, o.id",
                among("s.id", sessions)
            ),
        ),
        list(
            "waiting",
            format!(
                "SELECT w.* FROM sessions s CROSS JOIN LATERAL (SELECT b.*, \
                   row_number() OVER (PARTITION BY b.partner ORDER BY b.joined_at) AS turn \
                   FROM bookings b WHERE b.session = s.id AND b.state = 'waitlisted') w \
                 WHERE {} AND s.waiting > 0 AND {depth} > 0 AND w.turn <= {depth} ORDER BY w.joined_at",
                among("s.id", sessions)
            ),
        ),
    ]
    .concat()
});

/// Where the arrays of a write begin, after the list of sessions.
const SEATS: usize = More::FIRST_WRITE + 1;
const BOOKINGS: usize = SEATS + session::SEATS.len();
const VACANT: usize = BOOKINGS + booking::COLUMNS.len();

/// Locks the sessions that a batch was decided on, in the order of their ids, unless something is in the way of
/// whoever was booked from memory.
static LOCK: LazyLock<String> = LazyLock::new(|| {
    let among = ledger::among_sql(Dialect::Postgres, "id", More::FIRST_WRITE);
    let in_the_way = elsewhere::in_the_way(VACANT);
    format!(
        "SELECT id FROM sessions WHERE {among} AND (SELECT practicum_expect(NOT EXISTS ({in_the_way}))) \
         ORDER BY id FOR UPDATE"
    )
});

/// Sessions first: a booking refers to its session. They are named twice, so that no plan begins with every session
/// there is.
static WRITE: LazyLock<String> = LazyLock::new(|| {
    let update: Vec<String> = session::SEATS
        .iter()
        .filter(|(name, _)| *name != "id")
        .map(|(name, _)| format!("{name} = x.{name}"))
        .collect();
    format!(
        ", seated AS (UPDATE sessions s SET {} FROM ok, {} WHERE s.id = x.id AND {}), booked AS ({})",
        update.join(", "),
        arrays_sql(session::SEATS, SEATS),
        ledger::among_sql(Dialect::Postgres, "s.id", More::FIRST_WRITE),
        upsert(),
    )
});

fn upsert() -> String {
    let columns: &[Column] = booking::COLUMNS;
    format!(
        "INSERT INTO bookings ({}) SELECT {} FROM ok, {} {}",
        names_sql(columns, ""),
        names_sql(columns, "x."),
        arrays_sql(columns, BOOKINGS),
        ledger::or_replace_sql(columns)
    )
}

pub async fn read(ledger: &Ledger, wanted: &Wanted, locked: bool) -> Result<(Batch, Found), Fault> {
    let ledgers = ledger::Wanted { keys: wanted.keys.clone(), partners: wanted.partners.clone() };
    let leaving = i64::try_from(wanted.targets.len()).unwrap_or(i64::MAX);
    let values = vec![
        serde_json::to_string(&wanted.sessions)?.into(),
        serde_json::to_string(&wanted.people)?.into(),
        serde_json::to_string(&wanted.targets)?.into(),
        leaving.into(),
    ];
    let more = More { sql: &READ, values };
    let (mut batch, row) = if locked {
        let tx = ledger.database.write(&Scope::Service, None).await?;
        super::unit::lock_people(&tx, &wanted.people).await?;
        crate::store::sessions::lock(&tx, &wanted.sessions).await?;
        Batch::locked(ledger, tx, &ledgers, more).await?
    } else {
        Batch::open(ledger, &ledgers, more).await?
    };
    let found = Found {
        known: batch.known(),
        sessions: rows::<SessionRow>(&row, "sessions")?
            .into_iter()
            .map(SessionRow::into_domain)
            .collect::<Result<_, _>>()?,
        targets: rows::<BookingRow>(&row, "targets")?
            .into_iter()
            .map(BookingRow::into_domain)
            .collect::<Result<_, _>>()?,
        elsewhere: rows::<ElsewhereRow>(&row, "elsewhere")?
            .into_iter()
            .map(ElsewhereRow::into_domain)
            .collect::<Result<_, _>>()?,
        offered: by_session(rows(&row, "offered")?)?,
        waiting: by_session(rows(&row, "waiting")?)?,
    };
    Ok((batch, found))
}

pub async fn write(
    ledger: &Ledger,
    batch: Batch,
    vacant: &[Vacant],
    head: Head,
    decided: Decided<'_>,
) -> Result<Left, Fault> {
    let keys: Vec<String> = decided.sessions.iter().map(|session| session.name.key()).collect();
    let sessions: Vec<SeatsRow> = decided.sessions.iter().map(|session| SeatsRow::of(session)).collect();
    let bookings: Vec<BookingRow> = decided.bookings.iter().map(|booking| BookingRow::of(booking)).collect();
    let mut values = vec![serde_json::to_string(&keys)?.into()];
    values.extend(arrays(session::SEATS, &sessions)?);
    values.extend(arrays(booking::COLUMNS, &bookings)?);
    values.extend(arrays(elsewhere::VACANT, vacant)?);
    let more = More { sql: &WRITE, values };
    batch.commit(ledger, head, &decided.deeds, decided.answers, &LOCK, more).await
}

/// The rows in a column that holds a JSON array, or nothing.
fn rows<T: DeserializeOwned>(row: &QueryResult, column: &str) -> Result<Vec<T>, Fault> {
    let json: Option<String> = row.try_get("", column)?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default())
}

fn by_session(rows: Vec<BookingRow>) -> Result<BTreeMap<String, Vec<Booking>>, Fault> {
    let mut found: BTreeMap<String, Vec<Booking>> = BTreeMap::new();
    for row in rows {
        found.entry(row.session.clone()).or_default().push(row.into_domain()?);
    }
    Ok(found)
}
