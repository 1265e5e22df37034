//! Bookings a second on SQLite, against one transaction a booking.

use crate::{
    bookings::{book, callers, rooms},
    callers::turn,
    table,
};
use anyhow::Result;
use practicum_tests::{Options, Stand};
use sqlx::{
    Connection, Executor, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::sync::Arc;
use tokio::sync::Mutex;

const SCHEMA: &str = "
    CREATE TABLE sessions (id text PRIMARY KEY, capacity integer NOT NULL, taken integer NOT NULL);
    CREATE TABLE bookings (id integer PRIMARY KEY, session text NOT NULL, partner text NOT NULL, person text NOT NULL,
        name text NOT NULL, state text NOT NULL);
    CREATE UNIQUE INDEX one_live ON bookings (session, person);
    CREATE INDEX by_partner ON bookings (partner, id);
    CREATE INDEX by_person ON bookings (person, id);
    CREATE TABLE answers (id text PRIMARY KEY, fingerprint text NOT NULL, answer text NOT NULL);
    CREATE TABLE outbox (seq integer PRIMARY KEY, resource text NOT NULL, kind text NOT NULL);
    CREATE TABLE audit (id integer PRIMARY KEY, actor text NOT NULL, method text NOT NULL, resource text NOT NULL);
    INSERT INTO sessions VALUES ('s1', 100000000, 0);";

/// One booking in a transaction of its own, with all that ours leaves behind.
async fn one(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    let person = uuid::Uuid::now_v7().simple().to_string();
    connection.execute("BEGIN IMMEDIATE").await?;
    sqlx::query("UPDATE sessions SET taken = taken + 1 WHERE id = 's1' AND taken < capacity")
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO bookings (session, partner, person, name, state) VALUES ('s1', 'durham', ?, 'Person', 'confirmed')")
        .bind(&person)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO answers VALUES (?, ?, ?)")
        .bind(&person)
        .bind("fingerprint")
        .bind("x".repeat(600))
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO outbox (resource, kind) VALUES ('bookings/x', 'created')")
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO audit (actor, method, resource) VALUES ('scheduler', 'BookSeats', 's1')")
        .execute(&mut *connection)
        .await?;
    connection.execute("COMMIT").await?;
    Ok(())
}

pub async fn hot(rounds: usize) -> Result<()> {
    let stand = Stand::up(Options::default()).await;
    let file = testkit::sqlite_path();
    let options = SqliteConnectOptions::new()
        .filename(file.path())
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;
    // One writer is all that SQLite has: more connections would only wait for each other.
    let reference = Arc::new(Mutex::new(connection));
    let levels = [64, 256];
    let mut lines = levels.map(|level| table::Line::new(format!("{level} callers"), 10.0));
    for round in 0..rounds {
        for (level, line) in levels.into_iter().zip(&mut lines) {
            let room = Arc::new(rooms(&stand, &format!("lite-{round}-{level}"), 1).await.remove(0));
            let people = callers(&stand, level).await;
            let ours = turn(level, move |caller, _| {
                let (people, room) = (people.clone(), room.clone());
                async move { book(&people, caller, &room).await }
            })
            .await;
            let connection = reference.clone();
            let theirs = turn(1, move |_, _| {
                let connection = connection.clone();
                async move { one(&mut *connection.lock().await).await.expect("a booking") }
            })
            .await;
            line.add(ours, theirs);
        }
    }
    table::print(
        "Bookings on one hot session, SQLite with synchronous=FULL, against one transaction a booking",
        &lines,
    );
    stand.down().await;
    Ok(())
}
